//! Plain rustls: what a gate is compared with, and whom it meets.

use std::sync::Arc;

use countersign_tests::pki::{PKI, SERVER_NAME};
use rustls::{
    ALL_VERSIONS, ClientConfig, ConfigBuilder, RootCertStore, ServerConfig,
    SupportedProtocolVersion,
    client::{Resumption, WantsClientCert},
    crypto::{
        CryptoProvider,
        aws_lc_rs::{self, Ticketer},
    },
    pki_types::ServerName,
    server::{
        NoServerSessionStorage, ResolvesServerCert, WebPkiClientVerifier,
        danger::ClientCertVerifier,
    },
    sign::{CertifiedKey, SingleCertAndKey},
};

/// Room in a pipe in memory: enough for a whole flight.
pub(crate) const PIPE_BYTES: usize = 64 * 1024;

/// A client that trusts the test authority.
pub(crate) fn client(
    versions: &[&'static SupportedProtocolVersion],
) -> ConfigBuilder<ClientConfig, WantsClientCert> {
    let mut roots = RootCertStore::empty();
    roots.add(PKI.ca.certificate.clone()).expect("a root");
    ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .expect("versions")
        .with_root_certificates(roots)
}

/// One that wants a full handshake every time.
pub(crate) fn forgetful(mut client: ClientConfig) -> ClientConfig {
    client.resumption = Resumption::disabled();
    client
}

/// A server with a P-256 certificate, and what it thinks of the clients' if it asks for them.
pub(crate) fn server(
    versions: &[&'static SupportedProtocolVersion],
    clients: Option<Arc<dyn ClientCertVerifier>>,
) -> ServerConfig {
    ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .expect("versions")
        .with_client_cert_verifier(clients.unwrap_or_else(WebPkiClientVerifier::no_client_auth))
        .with_cert_resolver(server_certificate())
}

/// The same for all versions, that resumes sessions by tickets only, as a gate does.
pub(crate) fn server_with_tickets(clients: Option<Arc<dyn ClientCertVerifier>>) -> ServerConfig {
    let mut server = server(ALL_VERSIONS, clients);
    server.session_storage = Arc::new(NoServerSessionStorage {});
    server.ticketer = Ticketer::new().expect("randomness");
    server
}

/// Its certificate.
pub(crate) fn server_certificate() -> Arc<dyn ResolvesServerCert> {
    let chain = vec![PKI.ecdsa.certificate.clone()];
    let certified = CertifiedKey::from_der(chain, PKI.ecdsa.key(), &provider());
    Arc::new(SingleCertAndKey::from(certified.expect("a fitting key")))
}

/// Its name.
pub(crate) fn server_name() -> ServerName<'static> {
    ServerName::try_from(SERVER_NAME).expect("a name")
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
