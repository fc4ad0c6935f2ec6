//! What this program can speak.

use std::fmt::Display;

use countersign::offer::{ClientAuth, ClientAuthFloor, Floor, Offer, normalise};
use countersign_default_policy::profiles::{Listed, Profile};
use countersign_names::{CipherSuite, Group, SignatureScheme, Version};
use rustls::crypto::aws_lc_rs;

/// The TLS library, as the gates of this program use it.
pub(crate) struct Library {
    floor: Floor,
    signature_schemes: Vec<SignatureScheme>,
}

impl Default for Library {
    fn default() -> Self {
        let provider = aws_lc_rs::default_provider();
        let schemes = provider.signature_verification_algorithms;
        let schemes = schemes.supported_schemes().into_iter();
        Self {
            floor: Floor::new(&provider, Vec::new(), true, ClientAuthFloor::NotAsked),
            signature_schemes: schemes
                .map(|scheme| SignatureScheme::new(scheme.into()))
                .collect(),
        }
    }
}

impl Library {
    /// What of a profile can be negotiated. None: nothing that a handshake could be made from.
    pub(crate) fn usable(&self, profile: &Profile) -> Option<Offer> {
        let wanted = Offer {
            versions: profile.versions.to_vec(),
            cipher_suites: values(profile.cipher_suites),
            groups: values(profile.groups),
            alpn: Vec::new(),
            resumption: true,
            client_auth: ClientAuth::None,
        };
        self.offer(wanted)
    }

    /// Everything that can be negotiated.
    pub(crate) fn available(&self) -> &Offer {
        self.floor.available()
    }

    /// What of an offer can be negotiated. None: nothing that a handshake could be made from.
    pub(crate) fn offer(&self, wanted: Offer) -> Option<Offer> {
        normalise(&self.floor, wanted).ok()
    }
}

fn values<T: Copy>(list: &[Listed<T>]) -> Vec<T> {
    list.iter().map(|entry| entry.value).collect()
}

/// A number of TLS that the library knows or does not know.
pub(crate) trait Spoken: Copy + PartialEq + Display + Into<u16> {
    /// Whether the library can speak it.
    fn is_spoken(self, library: &Library) -> bool;
}

impl Spoken for Version {
    fn is_spoken(self, library: &Library) -> bool {
        library.floor.available().versions.contains(&self)
    }
}

impl Spoken for CipherSuite {
    fn is_spoken(self, library: &Library) -> bool {
        library.floor.available().cipher_suites.contains(&self)
    }
}

impl Spoken for Group {
    fn is_spoken(self, library: &Library) -> bool {
        library.floor.available().groups.contains(&self)
    }
}

impl Spoken for SignatureScheme {
    fn is_spoken(self, library: &Library) -> bool {
        library.signature_schemes.contains(&self)
    }
}
