//! Which values of a kind are allowed.

use std::{convert::Infallible, fmt::Debug};

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};

use crate::{
    objection::Objection,
    profiles::{Listed, Profile, Until},
};

/// Which values of a kind are allowed: a base, and what the settings change of it by name.
#[derive(Clone, Debug)]
pub(crate) struct Allowed<T: Kind> {
    pub(crate) base: Base<T>,
    /// Allowed, although they are not in the base.
    pub(crate) added: Vec<T>,
    /// Forbidden, whatever else is said.
    pub(crate) forbidden: Vec<T>,
}

/// What is allowed before anything is changed by name.
#[derive(Clone, Debug)]
pub(crate) enum Base<T: Kind> {
    /// Those that this policy considers safe, found out once.
    Safe(Vec<T>),
    /// Those of a published standard.
    Profile(&'static Profile),
    /// These and no others, the most wanted first. There is at least one.
    These(Vec<T>),
    /// Those between two bounds, where the kind has an order.
    Range(T::Range),
    /// Everything.
    Everything,
}

/// The oldest and the newest version. Without a newest, every newer one is allowed, also those not yet known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) min: Version,
    pub(crate) max: Option<Version>,
}

/// A kind of value that is allowed or not.
pub(crate) trait Kind: Copy + PartialEq + Debug + 'static {
    /// Bounds; [`Infallible`] where there is no order.
    type Range: Clone + Debug;

    /// What holds without settings.
    fn base() -> Base<Self>;

    /// Why a value is not considered safe, if it is not.
    fn weakness(self) -> Option<&'static str>;

    /// Whether a standard says anything of this kind.
    fn is_stated(_: &Profile) -> bool {
        true
    }

    /// What a standard lists of this kind, in its order.
    fn of(profile: &Profile) -> impl Iterator<Item = Listed<Self>>;

    /// What speaks against a value because of where it lies in a range.
    fn outside(self, range: &Self::Range) -> Option<Objection<'_, Self>>;

    /// A range, for people.
    #[cfg(not(target_arch = "wasm32"))]
    fn in_words(range: &Self::Range) -> String;

    /// Why it can never be negotiated, whatever the settings say.
    fn never(self) -> Option<&'static str> {
        None
    }
}

impl<T: Kind> Default for Allowed<T> {
    fn default() -> Self {
        Self::of(T::base())
    }
}

impl<T: Kind> Allowed<T> {
    /// What the base allows.
    pub(crate) const fn of(base: Base<T>) -> Self {
        Self {
            base,
            added: Vec::new(),
            forbidden: Vec::new(),
        }
    }

    /// What speaks against a value.
    pub(crate) fn objection(&self, value: T) -> Option<Objection<'_, T>> {
        if let Some(reason) = value.never() {
            return Some(Objection::Because(reason));
        }
        if self.forbidden.contains(&value) {
            return Some(Objection::Forbidden);
        }
        if self.added.contains(&value) {
            return None;
        }
        self.base.objection(value)
    }

    /// Whether nothing is said that any value could fail.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(self.base, Base::Everything) && self.forbidden.is_empty()
    }

    pub(crate) fn allows(&self, value: T) -> bool {
        self.objection(value).is_none()
    }

    /// Until when a value may be used, as the standard that allows it says.
    pub(crate) fn until(&self, value: T) -> Until {
        let Base::Profile(profile) = self.base else {
            return Until::Open;
        };
        let listed = T::of(profile).find(|listed| listed.value == value);
        match listed {
            Some(listed) if !self.added.contains(&value) => listed.until,
            _ => Until::Open,
        }
    }

    /// The allowed values in order of preference. None where there is no such order.
    pub(crate) fn preference(&self) -> Option<Vec<T>> {
        let mut values = match &self.base {
            Base::These(these) => these.clone(),
            Base::Profile(profile) => T::of(profile).map(|listed| listed.value).collect(),
            Base::Safe(_) | Base::Range(_) | Base::Everything => return None,
        };
        for &added in &self.added {
            if !values.contains(&added) {
                values.push(added);
            }
        }
        Some(values)
    }
}

impl<T: Kind> Base<T> {
    fn objection(&self, value: T) -> Option<Objection<'_, T>> {
        match self {
            Self::Safe(safe) if safe.contains(&value) => None,
            Self::Safe(_) => value.weakness().map(Objection::Because),
            Self::Profile(profile) => {
                let is_listed = T::of(profile).any(|listed| listed.value == value);
                (!is_listed).then_some(Objection::NotInProfile(profile.name))
            }
            Self::These(these) => (!these.contains(&value)).then_some(Objection::NotListed(these)),
            Self::Range(range) => value.outside(range),
            Self::Everything => None,
        }
    }
}

impl Kind for Version {
    type Range = Range;

    #[cfg(not(target_arch = "wasm32"))]
    fn in_words(range: &Range) -> String {
        match range.max {
            Some(max) => format!("{} to {max}", range.min),
            None => format!("{} and every newer version", range.min),
        }
    }

    fn base() -> Base<Self> {
        Base::Range(Range {
            min: Self::TLS_1_2,
            max: None,
        })
    }

    fn weakness(self) -> Option<&'static str> {
        None
    }

    fn of(profile: &Profile) -> impl Iterator<Item = Listed<Self>> {
        let until = Until::Open;
        profile
            .versions
            .iter()
            .map(move |&value| Listed { value, until })
    }

    fn outside(self, range: &Range) -> Option<Objection<'_, Self>> {
        if !is_tls(self) {
            return Some(Objection::Because("it is no version of TLS or SSL"));
        }
        match range.max {
            _ if self.code() < range.min.code() => Some(Objection::OlderThan(range.min)),
            Some(max) if self.code() > max.code() => Some(Objection::NewerThan(max)),
            _ => None,
        }
    }
}

/// Whether the number of a version can be compared: SSL 2, and the line that began with SSL 3. Those of DTLS run backwards.
fn is_tls(version: Version) -> bool {
    version == Version::SSL_2 || version.code() >> 8 == Version::SSL_3.code() >> 8
}

impl Kind for CipherSuite {
    type Range = Infallible;

    #[cfg(not(target_arch = "wasm32"))]
    fn in_words(range: &Infallible) -> String {
        match *range {}
    }

    fn base() -> Base<Self> {
        // What is not recommended is weak, and most are not: so most are looked up once.
        let safe = Self::all().filter(|suite| suite.is_recommended() && suite.weakness().is_none());
        Base::Safe(safe.collect())
    }

    /// The rule asks for properties, so it needs no list.
    fn weakness(self) -> Option<&'static str> {
        if self.iana_name().is_none() {
            Some("no cipher suite with this code is known")
        } else if !self.is_forward_secret() {
            Some("it has no forward secrecy")
        } else if !self.is_aead() {
            Some("its encryption is not authenticated (AEAD)")
        } else if !uses_named_group(self) {
            Some("the size of its Diffie-Hellman group is not negotiated")
        } else if !self.is_recommended() {
            Some("IANA does not recommend it")
        } else {
            None
        }
    }

    fn of(profile: &Profile) -> impl Iterator<Item = Listed<Self>> {
        profile.cipher_suites.iter().copied()
    }

    fn outside(self, range: &Infallible) -> Option<Objection<'_, Self>> {
        match *range {}
    }

    fn never(self) -> Option<&'static str> {
        self.is_signalling()
            .then_some("it is a signal between peers and no cipher suite")
    }
}

/// Whether the key exchange of a cipher suite uses a group that has a name: elliptic curves, and whatever TLS 1.3 agrees on.
pub(crate) fn uses_named_group(suite: CipherSuite) -> bool {
    suite.is_tls13()
        || suite
            .iana_name()
            .is_some_and(|name| name.starts_with("TLS_EC"))
}

/// The groups that are allowed unless the settings say otherwise.
const SAFE_GROUPS: [Group; 8] = [
    Group::X25519MLKEM768,
    Group::SECP256R1MLKEM768,
    Group::SECP384R1MLKEM1024,
    Group::X25519,
    Group::SECP256R1,
    Group::X448,
    Group::SECP384R1,
    Group::SECP521R1,
];

impl Kind for Group {
    type Range = Infallible;

    #[cfg(not(target_arch = "wasm32"))]
    fn in_words(range: &Infallible) -> String {
        match *range {}
    }

    fn base() -> Base<Self> {
        Base::Safe(SAFE_GROUPS.into())
    }

    fn weakness(self) -> Option<&'static str> {
        (!SAFE_GROUPS.contains(&self))
            .then_some("it is no elliptic-curve group or hybrid that is considered safe")
    }

    fn of(profile: &Profile) -> impl Iterator<Item = Listed<Self>> {
        profile.groups.iter().copied()
    }

    fn outside(self, range: &Infallible) -> Option<Objection<'_, Self>> {
        match *range {}
    }
}

impl Kind for SignatureScheme {
    type Range = Infallible;

    #[cfg(not(target_arch = "wasm32"))]
    fn in_words(range: &Infallible) -> String {
        match *range {}
    }

    /// The TLS library verifies no weak one.
    fn base() -> Base<Self> {
        Base::Everything
    }

    fn weakness(self) -> Option<&'static str> {
        None
    }

    fn is_stated(profile: &Profile) -> bool {
        profile.signature_schemes.is_some()
    }

    fn of(profile: &Profile) -> impl Iterator<Item = Listed<Self>> {
        profile
            .signature_schemes
            .unwrap_or_default()
            .iter()
            .copied()
    }

    fn outside(self, range: &Infallible) -> Option<Objection<'_, Self>> {
        match *range {}
    }
}
