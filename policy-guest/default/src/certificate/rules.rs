//! What is asked of certificates, and who asks it.

use std::fmt;

use super::{
    OneOrMore, PeerCertificate, Scope, SelfSigned, Verification,
    distinguished_name::DistinguishedName, name::CertificateName, pin::Pins,
    signature_algorithm::SignatureAlgorithm,
};
use crate::profiles::{KeyAlgorithm, Until};

/// What is asked of the certificates of a peer. What is `None` is not asked, and no fact is read for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PeerRules {
    /// Which certificates the rules on keys and signatures are for.
    pub(crate) scope: Scope,
    pub(crate) key_algorithms: Option<Asked<Vec<KeyAlgorithm>>>,
    pub(crate) rsa_bits: Option<Asked<Bits>>,
    pub(crate) ec_bits: Option<Asked<Bits>>,
    pub(crate) signature_algorithms: Option<Asked<Vec<SignedWith>>>,
    pub(crate) lifetime_days: Option<Asked<u32>>,
    /// What is only recommended: more is a warning.
    pub(crate) advised_days: Option<Asked<u32>>,
    pub(crate) expires_within_days: Option<u32>,
    pub(crate) names: Option<Vec<CertificateName>>,
    pub(crate) pins: Option<Pins>,
    pub(crate) issuers: Option<Vec<DistinguishedName>>,
    pub(crate) refuses_self_signed: bool,
    pub(crate) verification: Option<Verification>,
}

/// What is asked, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked<T> {
    pub(crate) value: T,
    pub(crate) by: Origin,
}

/// Who asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The settings.
    Settings,
    /// The profile with this name.
    Profile(&'static str),
}

/// Which sizes of keys are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bits {
    /// This one and larger ones.
    AtLeast(u32),
    /// These and no others.
    These(Vec<u32>),
}

/// An algorithm that certificates may be signed with, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedWith {
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) until: Until,
}

impl Bits {
    pub(super) fn allow(&self, bits: u32) -> bool {
        match self {
            Self::AtLeast(least) => bits >= *least,
            Self::These(these) => these.contains(&bits),
        }
    }
}

impl fmt::Display for Origin {
    /// The beginning of "… 2048 bits".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings => formatter.write_str("the settings allow"),
            Self::Profile(name) => write!(formatter, "{name} allows"),
        }
    }
}

impl Origin {
    /// Who it is, as the beginning of a sentence about something that ends or is recommended.
    pub(super) const fn name(self) -> &'static str {
        match self {
            // What the settings say of certificates has no end.
            Self::Settings => "what is set",
            Self::Profile(name) => name,
        }
    }
}

impl fmt::Display for SignedWith {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.algorithm.fmt(formatter)
    }
}

impl<T> Asked<T> {
    pub(super) const fn by_settings(value: T) -> Self {
        Self {
            value,
            by: Origin::Settings,
        }
    }
}

impl PeerRules {
    /// Nothing is asked.
    pub(super) const NONE: Self = Self {
        scope: Scope::Chain,
        key_algorithms: None,
        rsa_bits: None,
        ec_bits: None,
        signature_algorithms: None,
        lifetime_days: None,
        advised_days: None,
        expires_within_days: None,
        names: None,
        pins: None,
        issuers: None,
        refuses_self_signed: false,
        verification: None,
    };

    /// Takes over what the settings ask, and keeps what they say nothing of: key by key, so that a rule that says nothing of pins keeps
    /// them.
    pub(super) fn change_by(&mut self, asked: &PeerCertificate) {
        let by_settings = |kinds: &OneOrMore<_>| Asked::by_settings(kinds.items().to_vec());
        let at_least = |bits| Asked::by_settings(Bits::AtLeast(bits));
        self.scope = asked.scope.unwrap_or(self.scope);
        replace(
            &mut self.key_algorithms,
            asked.key_algorithms.as_ref().map(by_settings),
        );
        replace(
            &mut self.rsa_bits,
            asked.min_rsa_bits.map(|bits| at_least(bits.get())),
        );
        replace(
            &mut self.ec_bits,
            asked.min_ec_bits.map(|bits| at_least(bits.get())),
        );
        replace(&mut self.signature_algorithms, signed_with(asked));
        if let Some(days) = asked.max_lifetime_days {
            self.lifetime_days = Some(Asked::by_settings(days.get()));
            // It takes the place of what is only recommended, too.
            self.advised_days = None;
        }
        replace(
            &mut self.expires_within_days,
            asked.expires_within_days.map(|days| days.get()),
        );
        replace(
            &mut self.names,
            asked.names.as_ref().map(|names| names.items().to_vec()),
        );
        replace(&mut self.pins, asked.pins.clone());
        replace(
            &mut self.issuers,
            asked.issuers.as_ref().map(|names| names.items().to_vec()),
        );
        if let Some(word) = asked.self_signed {
            self.refuses_self_signed = word == SelfSigned::Refuse;
        }
        replace(&mut self.verification, asked.verification);
    }

    /// Whether anything is asked of the certificates themselves.
    pub(super) fn ask_of_certificates(&self) -> bool {
        self.ask_of_chain()
            || self.lifetime_days.is_some()
            || self.advised_days.is_some()
            || self.expires_within_days.is_some()
            || self.names.is_some()
            || self.pins.is_some()
            || self.issuers.is_some()
            || self.refuses_self_signed
    }

    /// Whether there are rules on keys and signatures.
    pub(super) const fn ask_of_chain(&self) -> bool {
        self.asks_of_keys() || self.signature_algorithms.is_some()
    }

    /// Whether there are rules on keys.
    pub(super) const fn asks_of_keys(&self) -> bool {
        self.key_algorithms.is_some() || self.rsa_bits.is_some() || self.ec_bits.is_some()
    }
}

fn replace<T>(old: &mut Option<T>, new: Option<T>) {
    if new.is_some() {
        *old = new;
    }
}

fn signed_with(asked: &PeerCertificate) -> Option<Asked<Vec<SignedWith>>> {
    let algorithms = asked.signature_algorithms.as_ref()?.items().iter();
    let forever = |algorithm: &SignatureAlgorithm| SignedWith {
        algorithm: algorithm.clone(),
        until: Until::Open,
    };
    Some(Asked::by_settings(algorithms.map(forever).collect()))
}
