use countersign_names::{CipherSuite, Group, Version};

use crate::bindings::countersign::policy::types as wire;

/// The parameters that the handshake settled on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Where the connection was made or accepted.
    pub endpoint: Endpoint,
    /// The negotiated version. A host that only looked at what a peer would choose may report old ones.
    pub version: Version,
    /// The negotiated cipher suite.
    pub cipher_suite: CipherSuite,
    /// The key-exchange group. None where the handshake used no group: RSA key transport, finite-field
    /// Diffie-Hellman before TLS 1.3, a resumed TLS 1.2 session.
    pub group: Option<Group>,
    /// The application protocol that was agreed (RFC 7301), none if there was no agreement.
    pub alpn: Option<Vec<u8>>,
    /// True if an earlier session was resumed instead of a full handshake.
    pub resumed: bool,
    /// True if the server asked for a second ClientHello (RFC 8446, section 4.1.4).
    pub retried: bool,
}

/// The place in the host's configuration where the connection was made or accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Which end this host is.
    pub role: Role,
    /// The name that the operator gave to the listener or client. Empty if it has none.
    pub listener: String,
}

/// Which end of the connection this host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// This host opened the connection.
    Client,
    /// This host accepted the connection.
    Server,
}

impl Session {
    /// A full handshake that agreed on these, without a group, and on no application protocol. For tests: the rest is set by
    /// `Session { group: …, ..Session::new(…) }`.
    pub const fn new(endpoint: Endpoint, version: Version, cipher_suite: CipherSuite) -> Self {
        Self {
            endpoint,
            version,
            cipher_suite,
            group: None,
            alpn: None,
            resumed: false,
            retried: false,
        }
    }
}

impl Endpoint {
    /// An end whose listener or client has no name.
    pub const fn new(role: Role) -> Self {
        Self {
            role,
            listener: String::new(),
        }
    }
}

impl From<wire::Session> for Session {
    fn from(session: wire::Session) -> Self {
        Self {
            endpoint: session.endpoint.into(),
            version: Version::new(session.version),
            cipher_suite: CipherSuite::new(session.cipher_suite),
            group: session.group.map(Group::new),
            alpn: session.alpn,
            resumed: session.resumed,
            retried: session.retried,
        }
    }
}

impl From<wire::Endpoint> for Endpoint {
    fn from(endpoint: wire::Endpoint) -> Self {
        let role = match endpoint.role {
            wire::Role::Client => Role::Client,
            wire::Role::Server => Role::Server,
        };
        Self {
            role,
            listener: endpoint.listener,
        }
    }
}
