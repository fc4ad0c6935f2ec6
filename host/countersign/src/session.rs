//! What a handshake settled on.

use countersign_names::{CipherSuite, Group, Version};
use serde::Serialize;

/// Which end of a connection this host is (RFC 8446, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// This host opened the connection.
    Client,
    /// This host accepted the connection.
    Server,
}

impl Role {
    /// What the other end is, as a word.
    pub fn peer(self) -> &'static str {
        match self {
            Self::Client => "server",
            Self::Server => "client",
        }
    }
}

/// The place in the host's configuration where a connection is made or accepted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Which end this host is.
    pub role: Role,
    /// The operator's name for the listener or client; empty if it has none.
    pub listener: String,
}

/// The negotiated parameters: everything that a policy is given by value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// Where the connection is made or accepted.
    pub endpoint: Endpoint,
    /// The protocol version.
    pub version: Version,
    /// The cipher suite.
    pub cipher_suite: CipherSuite,
    /// The key-exchange group, where the handshake used one.
    pub group: Option<Group>,
    /// The application protocol agreed by ALPN (RFC 7301).
    pub alpn: Option<Vec<u8>>,
    /// Whether an earlier session was resumed.
    pub resumed: bool,
    /// Whether the server asked for a second ClientHello.
    pub retried: bool,
}
