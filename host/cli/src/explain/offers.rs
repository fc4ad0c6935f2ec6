//! What is offered under terms, and why other values that are allowed are not.

use countersign::offer::{ClientAuth, Offer as HostOffer};
use countersign_default_policy::{
    Date,
    explain::{Effective, LastDay, Listing, Origin, Standing},
};
use countersign_names::{CipherSuite, Group, SignatureScheme, Version};
use countersign_policy_sdk::{ClientAuth as AskedFor, Offer, Role, built::Facts};

use crate::profiles::{Library, Spoken};

/// What is offered under terms on a day. Both ends offer the same; a server besides asks for certificates or not.
pub(crate) struct Offers {
    /// None: nothing that a handshake could be made from.
    pub(crate) offer: Option<HostOffer>,
    /// Whether a server asks clients for certificates.
    pub(crate) client_auth: ClientAuth,
    pub(crate) versions: Part<Version>,
    pub(crate) cipher_suites: Part<CipherSuite>,
    pub(crate) groups: Part<Group>,
}

/// The values of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part<T> {
    /// What is offered, in its order.
    pub(crate) offered: Vec<(T, Standing)>,
    /// What is allowed and not offered.
    pub(crate) idle: Vec<Idle<T>>,
    /// What is forbidden by name.
    pub(crate) removed: Vec<(T, Origin)>,
    /// Whether others are allowed that nobody names.
    pub(crate) is_open: bool,
}

/// A value that is allowed and not offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Idle<T> {
    pub(crate) value: T,
    pub(crate) from: Origin,
    pub(crate) why: Why,
}

/// Why a value is not offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Its last day is over.
    Over(LastDay),
    /// The TLS library does not speak it.
    NotSpoken,
    /// It does not withstand quantum computers, and that is required.
    NotPostQuantum,
    /// Nothing is left that it could be used with.
    Alone,
}

/// A kind of value that is offered.
pub(crate) trait Kind: Spoken {
    /// What terms name of it.
    fn listing(effective: &Effective<'_>) -> Listing<Self>;

    /// How a value stands.
    fn standing(self, effective: &Effective<'_>) -> Standing;
}

impl Kind for Version {
    fn listing(effective: &Effective<'_>) -> Listing<Self> {
        effective.versions()
    }

    fn standing(self, effective: &Effective<'_>) -> Standing {
        effective.standing_of_version(self)
    }
}

impl Kind for CipherSuite {
    fn listing(effective: &Effective<'_>) -> Listing<Self> {
        effective.cipher_suites()
    }

    fn standing(self, effective: &Effective<'_>) -> Standing {
        effective.standing_of_cipher_suite(self)
    }
}

impl Kind for Group {
    fn listing(effective: &Effective<'_>) -> Listing<Self> {
        effective.groups()
    }

    fn standing(self, effective: &Effective<'_>) -> Standing {
        effective.standing_of_group(self)
    }
}

impl Kind for SignatureScheme {
    fn listing(effective: &Effective<'_>) -> Listing<Self> {
        effective.signature_schemes()
    }

    fn standing(self, effective: &Effective<'_>) -> Standing {
        effective.standing_of_signature_scheme(self)
    }
}

impl Offers {
    /// Asks the policy what it leaves of all that the library has, and the host what can be used of that.
    pub(crate) fn of(effective: &Effective<'_>, library: &Library, today: Date) -> Self {
        let facts = Facts {
            today: today.days(),
            ..Facts::default()
        };
        let available = of_host(library.available());
        let (left, _) = facts.during(|| effective.offered(Role::Server, available));
        let client_auth = asked(left.client_auth);
        let offer = library.offer(to_host(&left));
        let (versions, suites, groups) = match &offer {
            Some(offer) => (
                offer.versions.as_slice(),
                offer.cipher_suites.as_slice(),
                offer.groups.as_slice(),
            ),
            None => (&[][..], &[][..], &[][..]),
        };
        let look = Look {
            effective,
            library,
            today,
        };
        Self {
            versions: look.part(versions, &left.versions),
            cipher_suites: look.part(suites, &left.cipher_suites),
            groups: look.part(groups, &left.groups),
            client_auth,
            offer,
        }
    }
}

struct Look<'a> {
    effective: &'a Effective<'a>,
    library: &'a Library,
    today: Date,
}

impl Look<'_> {
    fn part<T: Kind>(&self, offered: &[T], left: &[T]) -> Part<T> {
        let Self { effective, .. } = self;
        let listing = T::listing(effective);
        let idle = listing.allowed.iter();
        let idle = idle.filter(|value| !offered.contains(value));
        let from = |value: T| (value, value.standing(effective));
        let removed = listing.forbidden.iter().copied().map(from);
        Part {
            idle: idle.map(|&value| self.idle(value, left)).collect(),
            offered: offered.iter().copied().map(from).collect(),
            removed: removed.map(|(value, one)| (value, one.from)).collect(),
            is_open: listing.is_open,
        }
    }

    fn idle<T: Kind>(&self, value: T, left: &[T]) -> Idle<T> {
        let standing = value.standing(self.effective);
        let all = self.effective.last_day_of_all();
        let mut lasts = [standing.last_day, all].into_iter().flatten();
        let over = lasts.find(|last| last.is_over(self.today));
        let why = match over {
            Some(last) => Why::Over(last),
            None if !value.is_spoken(self.library) => Why::NotSpoken,
            // The policy took it away for itself, and of single values asks nothing else.
            None if !left.contains(&value) => Why::NotPostQuantum,
            None => Why::Alone,
        };
        let from = standing.from;
        Idle { value, from, why }
    }
}

fn of_host(offer: &HostOffer) -> Offer {
    Offer {
        versions: offer.versions.clone(),
        cipher_suites: offer.cipher_suites.clone(),
        groups: offer.groups.clone(),
        alpn: offer.alpn.clone(),
        resumption: offer.resumption,
        client_auth: AskedFor::None,
    }
}

fn to_host(offer: &Offer) -> HostOffer {
    HostOffer {
        versions: offer.versions.clone(),
        cipher_suites: offer.cipher_suites.clone(),
        groups: offer.groups.clone(),
        alpn: offer.alpn.clone(),
        resumption: offer.resumption,
        client_auth: ClientAuth::None,
    }
}

const fn asked(client_auth: AskedFor) -> ClientAuth {
    match client_auth {
        AskedFor::None => ClientAuth::None,
        AskedFor::Request => ClientAuth::Request,
        AskedFor::Require => ClientAuth::Require,
    }
}
