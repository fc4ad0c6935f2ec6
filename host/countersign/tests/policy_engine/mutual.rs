//! Facts with a hello and a client's certificates: those of a connection that a gate has accepted.

use std::{net::SocketAddr, sync::Arc};

use countersign::{
    Origin, ServerGate,
    facts::ConnectionFacts,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::{CryptoProvider, aws_lc_rs},
        pki_types::{CertificateDer, PrivateKeyDer, ServerName},
        server::{ResolvesServerCertUsingSni, WebPkiClientVerifier},
        sign::CertifiedKey,
    },
};
use tokio_rustls::TlsConnector;

use super::{gate::Identity, sandbox::Sandbox};

const NAME: &str = "localhost";

/// A client: where it is, what it offers, and the certificates that it shows, its own first.
pub(crate) struct Client<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) alpn: &'a [&'a str],
    pub(crate) identity: &'a Identity,
    pub(crate) issuers: &'a [&'a Identity],
}

impl Client<'_> {
    /// What is known of it once it was accepted on this port.
    pub(crate) fn facts(&self, port: u16) -> Arc<ConnectionFacts> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.expect("there is a runtime");
        runtime.block_on(self.connect(port))
    }

    async fn connect(&self, port: u16) -> Arc<ConnectionFacts> {
        let server = Identity::plain();
        let gate = self.gate(&server);
        let origin = Origin::unknown().address(self.address).port(port);
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let name = ServerName::try_from(NAME).expect("it is a name");
        let connector = TlsConnector::from(Arc::new(self.config(&server)));
        let (accepted, connected) =
            tokio::join!(gate.accept(origin, ours), connector.connect(name, theirs));
        connected.expect("the client is content");
        let approved = accepted.unwrap_or_else(|refused| panic!("{refused}"));
        Arc::clone(&approved.record.facts)
    }

    fn gate(&self, server: &Identity) -> ServerGate {
        let mut resolver = ResolvesServerCertUsingSni::new();
        let key = CertifiedKey::from_der(
            vec![server.certificate.clone()],
            key_of(server),
            &provider(),
        );
        resolver
            .add(NAME, key.expect("they fit"))
            .expect("it is for that name");
        let mut roots = RootCertStore::empty();
        roots
            .add(self.identity.certificate.clone())
            .expect("it is a root");
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider().into());
        ServerGate::builder(Sandbox::shared().good().clone(), Arc::new(resolver))
            .alpn(vec![b"h2".to_vec(), b"http/1.1".to_vec()])
            .client_certificates(verifier.build().expect("there are roots"))
            .build()
            .expect("there is randomness")
    }

    fn config(&self, server: &Identity) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(server.certificate.clone()).expect("it is a root");
        let mut config = ClientConfig::builder_with_provider(provider().into())
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_root_certificates(roots)
            .with_client_auth_cert(self.chain(), key_of(self.identity))
            .expect("they fit");
        config.alpn_protocols = self.alpn.iter().map(|name| (*name).into()).collect();
        config
    }

    fn chain(&self) -> Vec<CertificateDer<'static>> {
        let issuers = self.issuers.iter().copied();
        let all = [self.identity].into_iter().chain(issuers);
        all.map(|one| one.certificate.clone()).collect()
    }
}

fn key_of(identity: &Identity) -> PrivateKeyDer<'static> {
    PrivateKeyDer::try_from(identity.key.serialize_der()).expect("it is a key")
}

fn provider() -> CryptoProvider {
    aws_lc_rs::default_provider()
}
