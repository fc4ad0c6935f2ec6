//! The real TLS client that a server gate talks to.

use std::sync::Arc;

use arbitrary::Arbitrary;
use rustls::{
    ClientConfig, ClientConnection, SignatureScheme,
    client::{ClientSessionMemoryCache, ResolvesClientCert, Resumption},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use crate::{
    edit::Edit,
    gate::{
        pki::{PKI, server_name},
        provider,
    },
};

/// Enough for the sessions of a case.
const SESSIONS: usize = 16;

/// What kind of client.
#[derive(Arbitrary, Debug)]
pub struct Client {
    versions: Versions,
    /// It sends a share of a group that the gate does not have, and names one that it has.
    pub is_asked_again: bool,
    alpn: Vec<Protocol>,
    has_certificate: bool,
    /// Bytes of its longest records, where they are short.
    record_max: Option<u8>,
    /// What is wrong with its certificate.
    leaf: Vec<Edit>,
    /// What else it shows.
    chain: Vec<Vec<u8>>,
}

#[derive(Arbitrary, Debug)]
enum Versions {
    Both,
    Tls13,
    Tls12,
}

#[derive(Arbitrary, Debug)]
enum Protocol {
    H2,
    Http11,
    Other,
}

impl Client {
    /// The configuration. Sessions live in it.
    pub fn config(&self) -> Arc<ClientConfig> {
        let provider = match self.is_asked_again {
            true => &*provider::ASKED_PEER,
            false => &*provider::PEER,
        };
        let versions: &[_] = match self.versions {
            Versions::Both => &[&TLS13, &TLS12],
            Versions::Tls13 => &[&TLS13],
            Versions::Tls12 => &[&TLS12],
        };
        let mut config = ClientConfig::builder_with_provider(Arc::clone(provider))
            .with_protocol_versions(versions)
            .expect("a version")
            .with_webpki_verifier(PKI.server_verifier())
            .with_client_cert_resolver(Arc::new(self.shown()));
        config.alpn_protocols = self.alpn.iter().map(Protocol::name).collect();
        config.max_fragment_size = self.record_max.map(|bytes| 32 + usize::from(bytes));
        config.resumption = Resumption::store(Arc::new(ClientSessionMemoryCache::new(SESSIONS)));
        Arc::new(config)
    }

    /// Whether a server without policy would talk to it, if it `asks` for a certificate and perhaps `requires` one.
    pub fn is_right(&self, asks: bool, requires: bool) -> bool {
        let shows = self.has_certificate && asks;
        let is_shown_right = self.leaf.is_empty() && self.chain.is_empty();
        let is_satisfied = if shows { is_shown_right } else { !requires };
        let speaks = |protocol: &Protocol| !matches!(protocol, Protocol::Other);
        is_satisfied && (self.alpn.is_empty() || self.alpn.iter().any(speaks))
    }

    fn shown(&self) -> Shown {
        let mut leaf = PKI.client().der().to_vec();
        self.leaf.iter().for_each(|edit| edit.apply(&mut leaf));
        let chain = std::iter::once(leaf).chain(self.chain.iter().cloned());
        let key = || PKI.client().showing(chain.collect());
        Shown(self.has_certificate.then(key))
    }
}

impl Protocol {
    fn name(&self) -> Vec<u8> {
        match self {
            Self::H2 => b"h2".to_vec(),
            Self::Http11 => b"http/1.1".to_vec(),
            Self::Other => b"other".to_vec(),
        }
    }
}

/// The client of one connection.
pub fn connection(config: &Arc<ClientConfig>) -> ClientConnection {
    ClientConnection::new(Arc::clone(config), server_name()).expect("a client")
}

/// The same chain for everybody, or none.
#[derive(Debug)]
struct Shown(Option<Arc<CertifiedKey>>);

impl ResolvesClientCert for Shown {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}
