//! A real TLS client at the end of a wire.

use std::{
    io::{Read, Write},
    sync::Arc,
};

use countersign::rustls::{
    AlertDescription, CipherSuite, ClientConfig, ClientConnection, Error, HandshakeKind,
    NamedGroup, SupportedProtocolVersion,
    client::Resumption,
    crypto::aws_lc_rs,
    pki_types::ServerName,
    sign::SingleCertAndKey,
    version::{TLS12, TLS13},
};

use super::{
    pki::{Identity, SERVER, pki},
    server::Tamper,
    wire::{Item, Script},
};

/// What kind of client.
#[derive(Clone)]
pub struct Kind {
    /// The versions that it speaks.
    pub versions: Vec<&'static SupportedProtocolVersion>,
    /// The only cipher suites, in this order, where it has not all.
    pub suites: Option<Vec<CipherSuite>>,
    /// The only groups, in this order, where it has not all. It sends a share for the first one.
    pub groups: Option<Vec<NamedGroup>>,
    /// The application protocols that it offers.
    pub alpn: Vec<&'static str>,
    /// Whom it says it is.
    pub identity: Option<&'static Identity>,
}

/// A TLS 1.3 client without a certificate.
pub fn tls13() -> Kind {
    Kind {
        versions: vec![&TLS13],
        suites: None,
        groups: None,
        alpn: vec!["h2"],
        identity: None,
    }
}

/// A TLS 1.2 client without a certificate.
pub fn tls12() -> Kind {
    Kind {
        versions: vec![&TLS12],
        ..tls13()
    }
}

/// The two.
pub fn kinds() -> [Kind; 2] {
    [tls13(), tls12()]
}

/// A TLS 1.3 client whose share is not for the group that follows it.
pub fn in_need_of_retry() -> Kind {
    tls13().with_groups(&[NamedGroup::X25519, NamedGroup::secp384r1])
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let versions: Vec<_> = self.versions.iter().map(|known| known.version).collect();
        let authenticates = self.identity.is_some();
        write!(
            f,
            "{versions:?} {:?} certificate={authenticates}",
            self.groups
        )
    }
}

impl Kind {
    /// The same with a certificate.
    #[must_use]
    pub fn with_identity(self, identity: &'static Identity) -> Self {
        let identity = Some(identity);
        Self { identity, ..self }
    }

    /// The same with these groups only.
    #[must_use]
    pub fn with_groups(self, groups: &[NamedGroup]) -> Self {
        let groups = Some(groups.to_vec());
        Self { groups, ..self }
    }

    /// The same with these cipher suites only.
    #[must_use]
    pub fn with_suites(self, suites: &[CipherSuite]) -> Self {
        let suites = Some(suites.to_vec());
        Self { suites, ..self }
    }

    /// The same with these application protocols.
    #[must_use]
    pub fn with_alpn(self, alpn: &[&'static str]) -> Self {
        let alpn = alpn.to_vec();
        Self { alpn, ..self }
    }

    /// Whether TLS 1.3 is the version.
    pub fn is_tls13(&self) -> bool {
        self.versions == [&TLS13]
    }

    /// The client's configuration. Sessions live in it.
    pub fn config(&self) -> Arc<ClientConfig> {
        let mut provider = aws_lc_rs::default_provider();
        if let Some(groups) = &self.groups {
            let known = std::mem::take(&mut provider.kx_groups);
            let wanted = groups.iter().filter_map(|name| {
                let mut known = known.iter();
                known.find(|group| group.name() == *name).copied()
            });
            provider.kx_groups = wanted.collect();
        }
        if let Some(suites) = &self.suites {
            let known = std::mem::take(&mut provider.cipher_suites);
            let wanted = suites.iter().filter_map(|name| {
                let mut known = known.iter();
                known.find(|suite| suite.suite() == *name).copied()
            });
            provider.cipher_suites = wanted.collect();
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&self.versions)
            .expect("versions and suites fit")
            .with_webpki_verifier(pki().server_verifier());
        let mut config = match self.identity {
            Some(identity) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(
                identity.certified_key(),
            ))),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = self.alpn.iter().map(|name| (*name).into()).collect();
        config.resumption = Resumption::in_memory_sessions(64);
        Arc::new(config)
    }
}

/// The client of one connection. It says its text as soon as the protocol allows it, and closes when the gate has closed.
pub struct TlsClient {
    tls: ClientConnection,
    tamper: Tamper,
    heard: usize,
    /// How much it had heard when it sent each of its flights.
    pub heard_before: Vec<usize>,
    /// Application data that came in.
    pub received: Vec<u8>,
    /// Why it gave up.
    pub error: Option<Error>,
    /// The gate closed properly.
    pub gate_closed: bool,
}

impl TlsClient {
    /// A client of the usual server.
    pub fn new(config: &Arc<ClientConfig>) -> Self {
        Self::of(config, SERVER)
    }

    /// A client of this server.
    pub fn of(config: &Arc<ClientConfig>, name: &'static str) -> Self {
        let name = ServerName::try_from(name).expect("a valid name");
        let mut tls = ClientConnection::new(Arc::clone(config), name).expect("a client");
        tls.set_buffer_limit(None);
        Self {
            tls,
            tamper: Box::new(|_, bytes| vec![Item::Bytes(bytes)]),
            heard: 0,
            heard_before: Vec::new(),
            received: Vec::new(),
            error: None,
            gate_closed: false,
        }
    }

    /// The same, some of whose bytes are changed on the way.
    #[must_use]
    pub fn tampered(mut self, tamper: Tamper) -> Self {
        self.tamper = tamper;
        self
    }

    /// The same, with data that leaves together with its Finished.
    #[must_use]
    pub fn saying(mut self, text: &[u8]) -> Self {
        self.tls.writer().write_all(text).expect("no limit");
        self
    }

    /// The server's Finished has not arrived.
    pub fn is_handshaking(&self) -> bool {
        self.tls.is_handshaking()
    }

    /// Whether the client resumed a session, by its own account.
    pub fn resumed(&self) -> bool {
        self.tls.handshake_kind() == Some(HandshakeKind::Resumed)
    }

    /// What it settled on: version, suite, and the group if there is one.
    pub fn negotiated(&self) -> (u16, u16, Option<u16>) {
        let version = self.tls.protocol_version().map_or(0, u16::from);
        let suite = self.tls.negotiated_cipher_suite();
        let group = self.tls.negotiated_key_exchange_group();
        (
            version,
            suite.map_or(0, |suite| suite.suite().into()),
            group.map(|group| group.name().into()),
        )
    }

    /// The application protocol that was agreed on.
    pub fn alpn(&self) -> Option<Vec<u8>> {
        self.tls.alpn_protocol().map(<[u8]>::to_vec)
    }

    /// The server's own certificate.
    pub fn server_certificate(&self) -> Option<Vec<u8>> {
        let chain = self.tls.peer_certificates()?;
        Some(chain[0].to_vec())
    }

    /// The tickets that came, in TLS 1.3.
    pub fn tickets(&self) -> u32 {
        self.tls.tls13_tickets_received()
    }

    /// The alert that came.
    pub fn alert(&self) -> Option<u8> {
        match self.error {
            Some(Error::AlertReceived(alert)) => Some(code(alert)),
            _ => None,
        }
    }

    fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.error.is_none() {
            if self.tls.read_tls(&mut bytes).is_err() {
                break;
            }
            match self.tls.process_new_packets() {
                Ok(state) if state.peer_has_closed() => self.close(),
                Ok(_) => {}
                Err(error) => self.error = Some(error),
            }
            // Ends with an error where there is no more to read for now.
            let _ = self.tls.reader().read_to_end(&mut self.received);
        }
    }

    fn close(&mut self) {
        if !self.gate_closed {
            self.gate_closed = true;
            self.tls.send_close_notify();
        }
    }

    fn flight(&mut self) -> Vec<Item> {
        let mut bytes = Vec::new();
        while self.tls.wants_write() {
            self.tls.write_tls(&mut bytes).expect("a vector takes all");
        }
        let mut items = Vec::new();
        if !bytes.is_empty() {
            items = (self.tamper)(self.heard_before.len(), bytes);
            self.heard_before.push(self.heard);
        }
        if self.error.is_some() || self.gate_closed {
            items.push(Item::End);
        }
        items
    }
}

fn code(alert: AlertDescription) -> u8 {
    alert.into()
}

impl Script for TlsClient {
    fn greet(&mut self) -> Vec<Item> {
        self.flight()
    }

    fn hear(&mut self, bytes: &[u8]) -> Vec<Item> {
        self.heard += bytes.len();
        self.take(bytes);
        self.flight()
    }
}
