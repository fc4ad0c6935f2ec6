//! What else is known of the connection being judged.
//!
//! Each function is a pure getter: during one call it always gives the same answer. A policy imports only those that it calls, so
//! that its list of imports is the list of what it can ever see. There is no connection in `describe` and `configure`: a
//! getter that is called there traps. Natively, the facts are those that a test has `built`.
//!
//! A hello and certificates are open at the host until they are dropped. Drop them in the reverse order, as variables are where
//! none is moved: otherwise the answer is the same, but the host has to make a new instance for the next call.

mod certificates;
mod check;
#[cfg_attr(target_arch = "wasm32", path = "host.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "native.rs")]
mod source;

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};

pub use certificates::{Certificate, Certificates};
pub use check::{ChainCheck, ChainFailure};

/// The name of the server: what the client asked for, or where this host is the client, the name or address that it verifies
/// the certificate against. In lower case, without a final dot. None if the client sent none.
pub fn server_name() -> Option<String> {
    source::server_name()
}

/// The TCP port: the one that was connected to, or the one that accepted. None if there is none.
pub fn port() -> Option<u16> {
    source::port()
}

/// The address of the other end, as text (RFC 5952 for version 6), without a port. None if unknown.
pub fn peer_address() -> Option<String> {
    source::peer_address()
}

/// Today in UTC, in whole days since 1970-01-01. The only clock that a policy has.
pub fn today() -> u32 {
    source::today()
}

/// What the client offered. None where this host is the client, and while nothing has come in.
pub fn hello() -> Option<ClientHello> {
    source::hello().map(ClientHello)
}

/// The certificates that the peer showed, its own first. Empty if it showed none, or none yet.
pub fn peer_certificates() -> Certificates {
    Certificates::of(source::peer_certificates())
}

/// How the host's own check of those certificates ended.
pub fn peer_verification() -> ChainCheck {
    source::peer_verification()
}

/// With which scheme the peer signed the handshake. None if it signed nothing, as in a resumed session, or not yet, as in
/// `judge_parameters`.
pub fn signature_scheme() -> Option<SignatureScheme> {
    source::signature_scheme().map(SignatureScheme::new)
}

/// A ClientHello as it came over the wire (RFC 8446, section 4.1.2), GREASE removed, in the client's order.
#[derive(Debug)]
pub struct ClientHello(source::Hello);

impl ClientHello {
    /// The versions offered: those of supported_versions, or legacy_version where there is none.
    pub fn versions(&self) -> Vec<Version> {
        named(self.0.versions(), Version::new)
    }

    /// The cipher suites offered, signalling values included.
    pub fn cipher_suites(&self) -> Vec<CipherSuite> {
        named(self.0.cipher_suites(), CipherSuite::new)
    }

    /// The groups of supported_groups.
    pub fn groups(&self) -> Vec<Group> {
        named(self.0.groups(), Group::new)
    }

    /// The groups for which a key share was sent (RFC 8446, section 4.2.8).
    pub fn key_shares(&self) -> Vec<Group> {
        named(self.0.key_shares(), Group::new)
    }

    /// The schemes of signature_algorithms.
    pub fn signature_schemes(&self) -> Vec<SignatureScheme> {
        named(self.0.signature_schemes(), SignatureScheme::new)
    }

    /// The protocols of the ALPN extension, as bytes (RFC 7301).
    pub fn alpn(&self) -> Vec<Vec<u8>> {
        self.0.alpn()
    }

    /// The extension types in the order sent (IANA "TLS ExtensionType Values").
    pub fn extensions(&self) -> Vec<u16> {
        self.0.extensions()
    }

    /// The JA4 fingerprint of the hello.
    pub fn ja4(&self) -> String {
        self.0.ja4()
    }
}

fn named<T>(codes: Vec<u16>, name: impl Fn(u16) -> T) -> Vec<T> {
    codes.into_iter().map(name).collect()
}
