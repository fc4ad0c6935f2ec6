//! The real TLS server that a client gate talks to.

use std::sync::Arc;

use arbitrary::Arbitrary;
use rustls::{
    ServerConfig, ServerConnection,
    server::{ClientHello, ResolvesServerCert, ServerSessionMemoryCache, WebPkiClientVerifier},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use crate::{
    edit::Edit,
    gate::{pki::PKI, provider},
};

/// Enough for the sessions of a case.
const SESSIONS: usize = 16;

/// What kind of server.
#[derive(Arbitrary, Debug)]
pub struct Server {
    speaks_tls12: bool,
    /// It wants another group than the one that it gets a share of.
    pub asks_again: bool,
    demands_certificate: bool,
    /// It sends data behind its Finished, before the client's.
    sends_early: bool,
    /// Bytes of its longest records, where they are short.
    record_max: Option<u8>,
    /// What is wrong with its certificate.
    leaf: Vec<Edit>,
    /// What else it shows.
    chain: Vec<Vec<u8>>,
}

impl Server {
    /// The configuration. Sessions live in it.
    pub fn config(&self) -> Arc<ServerConfig> {
        let provider = match self.asks_again {
            true => &*provider::ASKING_PEER,
            false => &*provider::PEER,
        };
        let versions = match self.speaks_tls12 {
            true => &TLS12,
            false => &TLS13,
        };
        let verifier = match self.demands_certificate {
            true => PKI.client_verifier(true),
            false => WebPkiClientVerifier::no_client_auth(),
        };
        let mut config = ServerConfig::builder_with_provider(Arc::clone(provider))
            .with_protocol_versions(&[versions])
            .expect("a version")
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(Arc::new(Shown(PKI.server().showing(self.chain()))));
        config.alpn_protocols = vec![b"h2".to_vec()];
        config.send_half_rtt_data = self.sends_early;
        config.max_fragment_size = self.record_max.map(|bytes| 32 + usize::from(bytes));
        config.session_storage = ServerSessionMemoryCache::new(SESSIONS);
        Arc::new(config)
    }

    /// Whether a client without damage gets through.
    pub fn is_right(&self, has_certificate: bool) -> bool {
        let is_satisfied = has_certificate || !self.demands_certificate;
        is_satisfied && self.leaf.is_empty() && self.chain.is_empty()
    }

    /// The certificates that it shows.
    fn chain(&self) -> Vec<Vec<u8>> {
        let mut leaf = PKI.server().der().to_vec();
        self.leaf.iter().for_each(|edit| edit.apply(&mut leaf));
        std::iter::once(leaf)
            .chain(self.chain.iter().cloned())
            .collect()
    }
}

/// The server of one connection.
pub fn connection(config: &Arc<ServerConfig>) -> ServerConnection {
    ServerConnection::new(Arc::clone(config)).expect("a server")
}

/// The same chain for everybody.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}
