//! The client gate: what all connections of one client share.
//!
//! `attempt` is one connection before the policies, `handshake` its handshake without I/O, `connect` moves the bytes.

mod attempt;
mod check;
mod connect;
mod handshake;
mod sessions;
mod verifier;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use rustls::{
    client::{ResolvesClientCert, danger::ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::ServerName,
    sign::CertifiedKey,
};

pub use connect::{ClientStream, Pending};
use sessions::Sessions;
use verifier::ObservedVerifier;

use super::{HandshakeLimits, TIMEOUT_DEFAULT, TIMEOUT_MAX};
use crate::{
    offer::{ClientAuthFloor, Floor},
    policy::CurrentChain,
    record::{DecisionRecord, Observer},
    session::{Endpoint, Role},
};

/// Makes TLS connections that a policy must approve.
///
/// It takes the ingredients of a TLS client, not a finished one: what is offered is settled for each connection anew.
/// Cheap to clone; one gate serves any number of connections.
#[derive(Clone)]
pub struct ClientGate(Arc<GateParts>);

/// What the connections of a gate share.
struct GateParts {
    chain: CurrentChain,
    endpoint: Endpoint,
    provider: CryptoProvider,
    floor: Floor,
    verifier: Arc<ObservedVerifier>,
    accepts_invalid_certificates: bool,
    client_certificate: Arc<dyn ResolvesClientCert>,
    sessions: Arc<Sessions>,
    handshake_limits: HandshakeLimits,
    timeout: Duration,
    observer: Arc<dyn Observer>,
}

/// Whom to connect to.
#[derive(Clone, Debug)]
pub struct Peer {
    name: ServerName<'static>,
    port: Option<u16>,
    address: Option<SocketAddr>,
}

impl Peer {
    /// The server of this name: sent as server_name (RFC 6066, section 3) unless it is an address, and the name
    /// that the certificate must fit.
    pub fn new(name: ServerName<'static>) -> Self {
        Self {
            name,
            port: None,
            address: None,
        }
    }

    /// The TCP port, as a fact for the policy. Sessions of different ports are kept apart.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// The address of the other end, as a fact for the policy.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = Some(address);
        self
    }
}

/// Puts a [`ClientGate`] together.
#[must_use]
pub struct ClientGateBuilder {
    chain: CurrentChain,
    verifier: Arc<dyn ServerCertVerifier>,
    provider: CryptoProvider,
    listener: String,
    alpn: Vec<Vec<u8>>,
    resumption: bool,
    accepts_invalid_certificates: bool,
    client_certificate: Arc<dyn ResolvesClientCert>,
    handshake_limits: HandshakeLimits,
    timeout: Duration,
    observer: Arc<dyn Observer>,
}

impl ClientGate {
    /// Starts from the two things that have no default: who judges the session, and who verifies the certificate.
    ///
    /// The policies are a policy or a [`Chain`](crate::policy::Chain), or a [`CurrentChain`] where they are to be replaced
    /// while the gate is in use.
    pub fn builder(
        chain: impl Into<CurrentChain>,
        verifier: Arc<dyn ServerCertVerifier>,
    ) -> ClientGateBuilder {
        ClientGateBuilder {
            chain: chain.into(),
            verifier,
            provider: aws_lc_rs::default_provider(),
            listener: String::new(),
            alpn: Vec::new(),
            resumption: true,
            accepts_invalid_certificates: false,
            client_certificate: Arc::new(NoCertificate),
            handshake_limits: HandshakeLimits::default(),
            timeout: TIMEOUT_DEFAULT,
            observer: Arc::new(|_: &Arc<DecisionRecord>| ()),
        }
    }

    /// The policies of this gate, to look at or to replace.
    pub fn chain(&self) -> &CurrentChain {
        &self.0.chain
    }
}

impl std::fmt::Debug for ClientGate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientGate")
            .field("chain", &self.0.chain)
            .finish_non_exhaustive()
    }
}

impl ClientGateBuilder {
    /// The cryptography to use, and with it the floor: what it lacks, no policy can allow. Default: aws-lc-rs.
    pub fn provider(mut self, provider: CryptoProvider) -> Self {
        self.provider = provider;
        self
    }

    /// A name for policies and records. Default: none.
    pub fn listener(mut self, name: impl Into<String>) -> Self {
        self.listener = name.into();
        self
    }

    /// Application protocols to offer (RFC 7301), the most wanted first. Default: none.
    pub fn alpn(mut self, protocols: Vec<Vec<u8>>) -> Self {
        self.alpn = protocols;
        self
    }

    /// Whether sessions may be resumed, if the policy agrees. Default: yes.
    pub fn resumption(mut self, resumption: bool) -> Self {
        self.resumption = resumption;
        self
    }

    /// Goes on although the server's certificate does not verify. The policy still sees that it does not.
    /// Default: no.
    pub fn accept_invalid_certificates(mut self, accept: bool) -> Self {
        self.accepts_invalid_certificates = accept;
        self
    }

    /// The certificate to show to a server that asks for one.
    pub fn client_certificate(mut self, resolver: Arc<dyn ResolvesClientCert>) -> Self {
        self.client_certificate = resolver;
        self
    }

    /// How much a server may send before the verdict.
    pub fn handshake_limits(mut self, limits: HandshakeLimits) -> Self {
        self.handshake_limits = limits;
        self
    }

    /// The time for the whole handshake, from its first byte to its last. Default: 10 seconds; at most a day.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(TIMEOUT_MAX);
        self
    }

    /// Who is told of every decision.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Arc::new(observer);
        self
    }

    /// The gate.
    pub fn build(self) -> ClientGate {
        let endpoint = Endpoint {
            role: Role::Client,
            listener: self.listener,
        };
        ClientGate(Arc::new(GateParts {
            floor: Floor::new(
                &self.provider,
                self.alpn,
                self.resumption,
                ClientAuthFloor::NotAsked,
            ),
            endpoint,
            provider: self.provider,
            verifier: Arc::new(ObservedVerifier(self.verifier)),
            accepts_invalid_certificates: self.accepts_invalid_certificates,
            client_certificate: self.client_certificate,
            sessions: Arc::new(Sessions::new(&self.chain.snapshot())),
            chain: self.chain,
            handshake_limits: self.handshake_limits,
            timeout: self.timeout,
            observer: self.observer,
        }))
    }
}

/// A client without a certificate. One for the whole gate: sessions are only resumed under the same one.
#[derive(Debug)]
struct NoCertificate;

impl ResolvesClientCert for NoCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}
