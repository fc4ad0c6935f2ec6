//! Puts a [`ServerGate`] together.

use std::{sync::Arc, time::Duration};

use rustls::{
    crypto::{CryptoProvider, aws_lc_rs},
    server::{ResolvesServerCert, danger::ClientCertVerifier},
};

use super::{
    GateParts, ServerGate, TicketKeys,
    identity::{Identity, Lasting, unique_context},
    tickets::Tickets,
    verifier::Levels,
};
use crate::{
    gate::{HandshakeLimits, TIMEOUT_DEFAULT, TIMEOUT_MAX},
    hello::HelloLimits,
    offer::{ClientAuth, ClientAuthFloor, Floor},
    policy::CurrentChain,
    record::{DecisionRecord, Observer},
    session::{Endpoint, Role},
};

/// Puts a [`ServerGate`] together.
#[must_use]
pub struct ServerGateBuilder {
    chain: CurrentChain,
    certificates: Arc<dyn ResolvesServerCert>,
    client_certificates: Option<Arc<dyn ClientCertVerifier>>,
    provider: CryptoProvider,
    listener: String,
    tenant: String,
    alpn: Vec<Vec<u8>>,
    resumption: bool,
    tickets: Option<TicketKeys>,
    ticket_context: Option<Vec<u8>>,
    hello_limits: HelloLimits,
    handshake_limits: HandshakeLimits,
    timeout: Duration,
    observer: Arc<dyn Observer>,
}

impl ServerGateBuilder {
    pub(super) fn new(chain: CurrentChain, certificates: Arc<dyn ResolvesServerCert>) -> Self {
        Self {
            chain,
            certificates,
            client_certificates: None,
            provider: aws_lc_rs::default_provider(),
            listener: String::new(),
            tenant: String::new(),
            alpn: Vec::new(),
            resumption: true,
            tickets: None,
            ticket_context: None,
            hello_limits: HelloLimits::default(),
            handshake_limits: HandshakeLimits::default(),
            timeout: TIMEOUT_DEFAULT,
            observer: Arc::new(|_: &Arc<DecisionRecord>| ()),
        }
    }

    /// Asks clients for a certificate, and checks it so. Whether one is required, the verifier says
    /// (`client_auth_mandatory`); a policy can turn a request into a requirement, not the other way round. Default: clients
    /// are not asked, and a policy that wants them to be is a veto.
    pub fn client_certificates(mut self, verifier: Arc<dyn ClientCertVerifier>) -> Self {
        // One that does not ask is as good as none, and need not answer anything else.
        self.client_certificates = Some(verifier).filter(|verifier| verifier.offer_client_auth());
        self
    }

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

    /// Whose connections these are. Sessions of different tenants are kept apart. Default: nobody's.
    pub fn tenant(mut self, name: impl Into<String>) -> Self {
        self.tenant = name.into();
        self
    }

    /// Application protocols to accept (RFC 7301), the most wanted first. Default: none.
    pub fn alpn(mut self, protocols: Vec<Vec<u8>>) -> Self {
        self.alpn = protocols;
        self
    }

    /// Whether sessions may be resumed, if the policy agrees. Default: yes.
    pub fn resumption(mut self, resumption: bool) -> Self {
        self.resumption = resumption;
        self
    }

    /// The keys of session tickets, to share them with other gates. Default: keys of its own.
    pub fn ticket_keys(mut self, keys: TicketKeys) -> Self {
        self.tickets = Some(keys);
        self
    }

    /// Says that gates with this context and the same ticket keys may resume each other's sessions, provided that they
    /// agree in policies, settings and modes, in the floor, in listener and tenant.
    ///
    /// What a resolver of certificates and a verifier of clients do cannot be seen from outside, so the context stands for
    /// them: give two gates the same one only if both are the same in both. Default: one that no other gate has.
    pub fn ticket_context(mut self, context: impl Into<Vec<u8>>) -> Self {
        self.ticket_context = Some(context.into());
        self
    }

    /// How much a client may send until its hello is whole.
    pub fn hello_limits(mut self, limits: HelloLimits) -> Self {
        self.hello_limits = limits;
        self
    }

    /// How much a client may send before the last verdict.
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
    ///
    /// # Errors
    ///
    /// If the system has no randomness for ticket keys.
    pub fn build(self) -> Result<ServerGate, rustls::Error> {
        let floor = Floor::new(
            &self.provider,
            self.alpn,
            self.resumption,
            client_auth(self.client_certificates.as_deref()),
        );
        let context = match self.ticket_context {
            Some(context) => context,
            None => unique_context(&self.provider)?,
        };
        let identity = Identity::new(&Lasting {
            floor: floor.available(),
            listener: &self.listener,
            tenant: &self.tenant,
            verifier: self.client_certificates.as_deref(),
            context: &context,
        });
        let keys = match self.tickets {
            Some(keys) => keys,
            None => TicketKeys::new()?,
        };
        let endpoint = Endpoint {
            role: Role::Server,
            listener: self.listener,
        };
        Ok(ServerGate(Arc::new(GateParts {
            chain: self.chain,
            endpoint,
            provider: self.provider,
            floor,
            certificates: self.certificates,
            levels: Levels::new(self.client_certificates),
            tickets: Tickets::new(identity, keys),
            hello_limits: self.hello_limits,
            handshake_limits: self.handshake_limits,
            timeout: self.timeout,
            observer: self.observer,
        })))
    }
}

/// What a gate with this verifier can do about certificates of clients.
fn client_auth(verifier: Option<&dyn ClientCertVerifier>) -> ClientAuthFloor {
    match verifier {
        None => ClientAuthFloor::Never,
        Some(verifier) if verifier.client_auth_mandatory() => {
            ClientAuthFloor::AtLeast(ClientAuth::Require)
        }
        Some(_) => ClientAuthFloor::AtLeast(ClientAuth::Request),
    }
}
