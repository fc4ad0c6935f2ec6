//! What is asked of certificates, and who asks it.

use std::fmt;

use super::{
    PeerCertificate, Scope, SelfSigned, Verification, distinguished_name::DistinguishedName,
    name::CertificateName, pin::Pins, settings::PeerRequirements,
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
    /// Who it is, as the beginning of a sentence about something that ends.
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
        expires_within_days: None,
        names: None,
        pins: None,
        issuers: None,
        refuses_self_signed: false,
        verification: None,
    };

    /// What the settings ask, and where they say nothing, what is asked already.
    #[must_use]
    pub(super) fn changed_by(self, settings: Option<&PeerCertificate>) -> Self {
        let Some(asked) = settings.map(PeerCertificate::requirements) else {
            return self;
        };
        let days = asked
            .max_lifetime_days
            .map(|days| Asked::by_settings(days.get()));
        let at_least = |bits| Asked::by_settings(Bits::AtLeast(bits));
        let key_algorithms = asked.key_algorithms.as_ref();
        Self {
            scope: asked.scope.unwrap_or(self.scope),
            key_algorithms: key_algorithms
                .map(|kinds| Asked::by_settings(kinds.items().to_vec()))
                .or(self.key_algorithms),
            rsa_bits: asked
                .min_rsa_bits
                .map(|bits| at_least(bits.get()))
                .or(self.rsa_bits),
            ec_bits: asked
                .min_ec_bits
                .map(|bits| at_least(bits.get()))
                .or(self.ec_bits),
            signature_algorithms: signed_with(asked).or(self.signature_algorithms),
            lifetime_days: days.or(self.lifetime_days),
            expires_within_days: asked.expires_within_days.map(|days| days.get()),
            names: asked.names.as_ref().map(|names| names.items().to_vec()),
            pins: asked.pins.clone(),
            issuers: asked.issuers.as_ref().map(|names| names.items().to_vec()),
            refuses_self_signed: asked.self_signed == Some(SelfSigned::Refuse),
            verification: asked.verification,
        }
    }

    /// Whether anything is asked of the certificates themselves.
    pub(super) fn ask_of_certificates(&self) -> bool {
        self.ask_of_chain()
            || self.lifetime_days.is_some()
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

fn signed_with(asked: &PeerRequirements) -> Option<Asked<Vec<SignedWith>>> {
    let algorithms = asked.signature_algorithms.as_ref()?.items().iter();
    let forever = |algorithm: &SignatureAlgorithm| SignedWith {
        algorithm: algorithm.clone(),
        until: Until::Open,
    };
    Some(Asked::by_settings(algorithms.map(forever).collect()))
}
