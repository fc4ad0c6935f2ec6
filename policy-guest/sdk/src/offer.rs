use countersign_names::{CipherSuite, Group, Version};

use crate::bindings::countersign::policy::types as wire;

/// What may be put on the wire. Each list stands in order of preference, the most wanted first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Protocol versions.
    pub versions: Vec<Version>,
    /// Cipher suites of every version in one list.
    pub cipher_suites: Vec<CipherSuite>,
    /// Key-exchange groups.
    pub groups: Vec<Group>,
    /// Application protocols as the bytes that go into the ALPN extension (RFC 7301). Empty: it is not sent.
    pub alpn: Vec<Vec<u8>>,
    /// Whether an earlier session may be resumed.
    pub resumption: bool,
    /// Whether a client certificate is asked for. A policy can only make it stricter.
    pub client_auth: ClientAuth,
}

/// Whether a server asks the client for a certificate, from least to most strict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClientAuth {
    /// No certificate is asked for.
    None,
    /// A certificate is asked for; a client without one may go on.
    Request,
    /// A client without a certificate is refused.
    Require,
}

impl From<wire::Offer> for Offer {
    fn from(offer: wire::Offer) -> Self {
        Self {
            versions: offer.versions.into_iter().map(Version::new).collect(),
            cipher_suites: offer
                .cipher_suites
                .into_iter()
                .map(CipherSuite::new)
                .collect(),
            groups: offer.groups.into_iter().map(Group::new).collect(),
            alpn: offer.alpn,
            resumption: offer.resumption,
            client_auth: match offer.client_auth {
                wire::ClientAuth::None => ClientAuth::None,
                wire::ClientAuth::Request => ClientAuth::Request,
                wire::ClientAuth::Require => ClientAuth::Require,
            },
        }
    }
}

impl From<Offer> for wire::Offer {
    fn from(offer: Offer) -> Self {
        Self {
            versions: offer.versions.into_iter().map(Version::code).collect(),
            cipher_suites: offer
                .cipher_suites
                .into_iter()
                .map(CipherSuite::code)
                .collect(),
            groups: offer.groups.into_iter().map(Group::code).collect(),
            alpn: offer.alpn,
            resumption: offer.resumption,
            client_auth: match offer.client_auth {
                ClientAuth::None => wire::ClientAuth::None,
                ClientAuth::Request => wire::ClientAuth::Request,
                ClientAuth::Require => wire::ClientAuth::Require,
            },
        }
    }
}
