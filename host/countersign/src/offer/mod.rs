//! What goes on the wire: the host's floor, narrowed by the policy.
//!
//! `floor ∩ constrain() = offer`: [`Floor`] is what the TLS library could do, [`Offer`] is one proposal of what to
//! do, [`normalise`] makes a policy's answer into something that a handshake can be made from, and `narrow` makes
//! the rustls configuration out of it.

mod floor;
mod narrow;
mod narrowing;
mod normalise;

use countersign_names::{CipherSuite, Group, Version};
use serde::Serialize;

use crate::session::Session;

pub use floor::{ClientAuthFloor, Floor};
pub(crate) use narrow::narrowed;
pub(crate) use narrowing::Narrowing;
pub use normalise::{Unusable, normalise};

/// Whether a server asks its clients for a certificate, from least to most strict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuth {
    /// It does not ask.
    None,
    /// It asks, and goes on without one.
    Request,
    /// It refuses clients without one.
    Require,
}

/// What may be put on the wire, each list in order of preference.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Offer {
    /// Protocol versions.
    pub versions: Vec<Version>,
    /// Cipher suites of all versions.
    pub cipher_suites: Vec<CipherSuite>,
    /// Key-exchange groups.
    pub groups: Vec<Group>,
    /// Application protocols (RFC 7301); empty: the extension is not sent.
    pub alpn: Vec<Vec<u8>>,
    /// Whether an earlier session may be resumed.
    pub resumption: bool,
    /// Whether a client certificate is asked for. Servers only.
    pub client_auth: ClientAuth,
}

impl Offer {
    /// Whether a full handshake made from this offer could end in `session`.
    pub fn allows(&self, session: &Session) -> bool {
        self.versions.contains(&session.version)
            && self.cipher_suites.contains(&session.cipher_suite)
            && session
                .group
                .is_none_or(|group| self.groups.contains(&group))
    }
}
