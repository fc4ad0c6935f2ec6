//! Connections that a gate accepted, for what is known of them.

use std::sync::Arc;

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
use countersign_tests::policy::policy;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use tokio_rustls::TlsConnector;

const NAME: &str = "localhost";

/// What a client offers, and the names in the certificates that it shows, its own first.
pub(crate) struct Shown<'a> {
    pub(crate) protocols: &'a [&'a str],
    pub(crate) subjects: &'a [&'a str],
}

/// A key and its certificate, which is its own issuer.
struct Identity {
    key: KeyPair,
    certificate: CertificateDer<'static>,
}

impl Identity {
    fn new(subject: &str) -> Self {
        let mut params = CertificateParams::new(vec![NAME.to_owned()]).expect("a name");
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, subject);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self {
            certificate: certificate.der().clone(),
            key,
        }
    }

    fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(self.key.serialize_der()).expect("it is a key")
    }

    fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).expect("a root");
        roots.into()
    }
}

fn provider() -> Arc<CryptoProvider> {
    aws_lc_rs::default_provider().into()
}

/// What is known of such a client once it was accepted.
pub(crate) fn accepted(client: &Shown<'_>) -> Arc<ConnectionFacts> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(connect(client))
}

async fn connect(client: &Shown<'_>) -> Arc<ConnectionFacts> {
    let server = Identity::new("server");
    let chain: Vec<_> = client
        .subjects
        .iter()
        .map(|name| Identity::new(name))
        .collect();
    let gate = gate(&server, &chain[0]);
    let connector = TlsConnector::from(Arc::new(config(client, &server, &chain)));
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let name = ServerName::try_from(NAME).expect("a name");
    let (accepted, connected) = tokio::join!(
        gate.accept(Origin::unknown(), ours),
        connector.connect(name, theirs)
    );
    connected.expect("the client is content");
    let accepted = accepted.unwrap_or_else(|refused| panic!("{refused}"));
    Arc::clone(&accepted.record.facts)
}

fn gate(server: &Identity, client: &Identity) -> ServerGate {
    let key = CertifiedKey::from_der(vec![server.certificate.clone()], server.key(), &provider());
    let mut resolver = ResolvesServerCertUsingSni::new();
    resolver
        .add(NAME, key.expect("they fit"))
        .expect("its name");
    let verifier = WebPkiClientVerifier::builder_with_provider(client.roots(), provider());
    ServerGate::builder(policy("{}"), Arc::new(resolver))
        .alpn(vec![b"h2".to_vec(), b"http/1.1".to_vec()])
        .client_certificates(verifier.build().expect("there are roots"))
        .build()
        .expect("there is randomness")
}

fn config(client: &Shown<'_>, server: &Identity, chain: &[Identity]) -> ClientConfig {
    let certificates = chain.iter().map(|one| one.certificate.clone());
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("the provider has them")
        .with_root_certificates(server.roots())
        .with_client_auth_cert(certificates.collect(), chain[0].key())
        .expect("they fit");
    let names = client.protocols.iter();
    config.alpn_protocols = names.map(|name| (*name).into()).collect();
    config
}
