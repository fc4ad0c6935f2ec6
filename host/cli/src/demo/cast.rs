//! Who takes part: an authority, a server, two clients, and the policies.

use std::sync::Arc;

use countersign::{
    ClientGate, ServerGate, ServerGateBuilder,
    policy::{Chain, Engine, Link},
};
use rcgen::{SanType, string::Ia5String};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig, SupportedCipherSuite, SupportedProtocolVersion,
    client::WebPkiServerVerifier,
    crypto::{CryptoProvider, aws_lc_rs},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
    sign::SingleCertAndKey,
};

use super::{
    DemoError,
    pki::Authority,
    policies::{BILLING, Judges},
};

/// The name of the server. RFC 2606 keeps it for examples, and nobody looks it up: connections go to an address.
pub(super) const SERVER_NAME: &str = "demo.example";

/// TLS 1.3 and 1.2.
pub(super) const MODERN: &[&SupportedProtocolVersion] =
    &[&rustls::version::TLS13, &rustls::version::TLS12];

/// Everybody in the demo.
pub(super) struct Cast {
    pub(super) judges: Judges,
    /// A client that the demo's policy lets in.
    pub(super) billing: Arc<SingleCertAndKey>,
    /// One that it does not.
    pub(super) reporting: Arc<SingleCertAndKey>,
    server: Arc<SingleCertAndKey>,
    roots: Arc<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl Cast {
    pub(super) fn new(engine: &Engine) -> Result<Self, DemoError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let authority = Authority::new()?;
        let dns = SanType::DnsName(Ia5String::try_from(SERVER_NAME)?);
        let uri = |uri: &str| Ia5String::try_from(uri).map(SanType::URI);
        let reporting = uri("spiffe://demo.example/reporting")?;
        Ok(Self {
            judges: Judges::new(engine)?,
            billing: authority.identity("billing", uri(BILLING)?, &provider)?,
            reporting: authority.identity("reporting", reporting, &provider)?,
            server: authority.identity(SERVER_NAME, dns, &provider)?,
            roots: authority.roots()?,
            provider,
        })
    }

    /// The server, behind a gate.
    pub(super) fn server_gate(&self, chain: impl Into<Chain>) -> ServerGateBuilder {
        ServerGate::builder(chain, Arc::clone(&self.server) as Arc<_>)
    }

    /// A client, behind a gate.
    pub(super) fn client_gate(&self, link: Link) -> Result<ClientGate, DemoError> {
        let roots = Arc::clone(&self.roots);
        let provider = Arc::clone(&self.provider);
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider).build()?;
        Ok(ClientGate::builder(link, verifier).build())
    }

    /// Asks clients for a certificate of the authority, and leaves what else it has to say to policy.
    pub(super) fn client_verifier(&self) -> Result<Arc<dyn ClientCertVerifier>, DemoError> {
        let roots = Arc::clone(&self.roots);
        let provider = Arc::clone(&self.provider);
        let builder = WebPkiClientVerifier::builder_with_provider(roots, provider);
        Ok(builder.allow_unauthenticated().build()?)
    }

    /// A client without a gate.
    pub(super) fn plain_client(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        suites: &[SupportedCipherSuite],
        identity: Option<&Arc<SingleCertAndKey>>,
    ) -> Result<Arc<ClientConfig>, DemoError> {
        let config = ClientConfig::builder_with_provider(self.only(suites))
            .with_protocol_versions(versions)?
            .with_root_certificates(Arc::clone(&self.roots));
        Ok(Arc::new(match identity {
            Some(identity) => config.with_client_cert_resolver(Arc::clone(identity) as Arc<_>),
            None => config.with_no_client_auth(),
        }))
    }

    /// The server, without a gate.
    pub(super) fn plain_server(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        suites: &[SupportedCipherSuite],
    ) -> Result<Arc<ServerConfig>, DemoError> {
        let config = ServerConfig::builder_with_provider(self.only(suites))
            .with_protocol_versions(versions)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&self.server) as Arc<_>);
        Ok(Arc::new(config))
    }

    /// The cryptography with these cipher suites alone, in this order; with all of them if there are none.
    fn only(&self, suites: &[SupportedCipherSuite]) -> Arc<CryptoProvider> {
        if suites.is_empty() {
            return Arc::clone(&self.provider);
        }
        let provider = CryptoProvider::clone(&self.provider);
        Arc::new(CryptoProvider {
            cipher_suites: suites.to_vec(),
            ..provider
        })
    }
}
