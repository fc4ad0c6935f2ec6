//! Where a connection comes from.

use std::net::{IpAddr, SocketAddr};

use tokio::net::TcpStream;

/// Where an accepted connection comes from, and where it came in: facts for policies and records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    pub(super) address: Option<IpAddr>,
    pub(super) port: Option<u16>,
}

impl Origin {
    /// Nothing is known of it.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// What the ends of a TCP connection say.
    pub fn of(tcp: &TcpStream) -> Self {
        let port = tcp.local_addr().ok().map(|address| address.port());
        let origin = Self {
            port,
            ..Self::default()
        };
        match tcp.peer_addr() {
            Ok(address) => origin.address(address),
            Err(_) => origin,
        }
    }

    /// The address of the client. One of version 4 that a socket for version 6 took in (`::ffff:192.0.2.1`) is read as what
    /// it is.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = Some(address.ip().to_canonical());
        self
    }

    /// The TCP port that accepted.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }
}
