//! A real TLS server at the end of a wire.

use std::{
    io::{Read, Write},
    sync::Arc,
};

use countersign::rustls::{
    Error, NamedGroup, ServerConfig, ServerConnection, SupportedProtocolVersion,
    crypto::aws_lc_rs,
    server::{NoServerSessionStorage, ServerSessionMemoryCache, WebPkiClientVerifier},
    version::{TLS12, TLS13},
};

use super::{
    pki::{Identity, pki},
    wire::{Item, Script},
};

/// What kind of server.
#[derive(Clone, Copy)]
pub struct Kind {
    /// The one version that it speaks.
    pub version: &'static SupportedProtocolVersion,
    /// The only group, where it has not all.
    pub group: Option<NamedGroup>,
    /// Whether it demands a client certificate.
    pub client_auth: bool,
    /// Whether it sends data behind its Finished, before the client's.
    pub half_rtt: bool,
    /// Whether a resumable session is a ticket. Else it is in the server's memory.
    pub tickets: bool,
    /// The certificate.
    pub identity: &'static Identity,
    /// The longest record.
    pub record_max: Option<usize>,
}

/// A TLS 1.3 server about which everything is right.
pub fn tls13() -> Kind {
    Kind {
        version: &TLS13,
        group: None,
        client_auth: false,
        half_rtt: false,
        tickets: true,
        identity: &pki().good,
        record_max: None,
    }
}

/// A TLS 1.2 server about which everything is right.
pub fn tls12() -> Kind {
    Kind {
        version: &TLS12,
        ..tls13()
    }
}

/// The two, with and without a demand for a client certificate.
pub fn kinds() -> [Kind; 4] {
    let demanding = |kind| Kind {
        client_auth: true,
        ..kind
    };
    [tls13(), tls12(), demanding(tls13()), demanding(tls12())]
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            client_auth,
            half_rtt,
            tickets,
            ..
        } = self;
        let version = self.version.version;
        write!(
            f,
            "{version:?} {:?} client_auth={client_auth} half_rtt={half_rtt} tickets={tickets}",
            self.group
        )
    }
}

impl Kind {
    /// The server's configuration. Sessions live in it.
    pub fn config(&self) -> Arc<ServerConfig> {
        let mut provider = aws_lc_rs::default_provider();
        if let Some(group) = self.group {
            provider.kx_groups.retain(|known| known.name() == group);
        }
        let verifier = match self.client_auth {
            true => pki().client_verifier(),
            false => WebPkiClientVerifier::no_client_auth(),
        };
        let chain = vec![self.identity.certificate.clone()];
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[self.version])
            .expect("a version")
            .with_client_cert_verifier(verifier)
            .with_single_cert(chain, self.identity.key())
            .expect("the key fits");
        config.alpn_protocols = vec![b"h2".to_vec()];
        config.send_half_rtt_data = self.half_rtt;
        config.max_fragment_size = self.record_max;
        config.session_storage = ServerSessionMemoryCache::new(64);
        if self.tickets {
            config.ticketer = aws_lc_rs::Ticketer::new().expect("a ticketer");
            config.session_storage = Arc::new(NoServerSessionStorage {});
        }
        Arc::new(config)
    }

    /// The version's number on the wire.
    pub fn version_code(&self) -> u16 {
        self.version.version.into()
    }
}

/// Changes what the server sends: gets the number of the flight, from 0, and its bytes.
pub type Tamper = Box<dyn FnMut(usize, Vec<u8>) -> Vec<Item> + Send>;

/// The server of one connection. It echoes what it gets, says `bye` when the client has closed, and closes then.
pub struct TlsServer {
    tls: ServerConnection,
    tamper: Tamper,
    flights: usize,
    early: Vec<u8>,
    /// Application data that came in.
    pub received: Vec<u8>,
    /// Why it gave up.
    pub error: Option<Error>,
    /// The client closed properly.
    pub client_closed: bool,
}

impl TlsServer {
    /// A server that sends what it wants to.
    pub fn new(config: &Arc<ServerConfig>) -> Self {
        Self::tampered(config, Box::new(|_, bytes| vec![Item::Bytes(bytes)]))
    }

    /// A server some of whose bytes are changed on the way.
    pub fn tampered(config: &Arc<ServerConfig>, tamper: Tamper) -> Self {
        let mut tls = ServerConnection::new(Arc::clone(config)).expect("a server");
        tls.set_buffer_limit(None);
        Self {
            tls,
            tamper,
            flights: 0,
            early: Vec::new(),
            received: Vec::new(),
            error: None,
            client_closed: false,
        }
    }

    /// The same, with data to be sent as soon as the protocol allows it.
    pub fn saying(mut self, early: &[u8]) -> Self {
        self.early = early.to_vec();
        self
    }

    /// The client's certificate arrived.
    pub fn knows_client(&self) -> bool {
        self.tls.peer_certificates().is_some()
    }

    /// The client's Finished has not arrived.
    pub fn is_handshaking(&self) -> bool {
        self.tls.is_handshaking()
    }

    fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.error.is_none() {
            if self.tls.read_tls(&mut bytes).is_err() {
                break;
            }
            match self.tls.process_new_packets() {
                Ok(state) if state.peer_has_closed() => self.say_bye(),
                Ok(_) => {}
                Err(error) => self.error = Some(error),
            }
            self.echo();
        }
    }

    fn echo(&mut self) {
        let start = self.received.len();
        // Ends with an error where there is no more to read for now.
        let _ = self.tls.reader().read_to_end(&mut self.received);
        let new = self.received[start..].to_vec();
        self.say(&new);
    }

    fn say_bye(&mut self) {
        if !self.client_closed {
            self.client_closed = true;
            self.echo();
            self.say(b"bye");
            self.tls.send_close_notify();
        }
    }

    fn say(&mut self, text: &[u8]) {
        self.tls.writer().write_all(text).expect("no limit");
    }

    fn outgoing(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while self.tls.wants_write() {
            self.tls.write_tls(&mut bytes).expect("a vector takes all");
        }
        bytes
    }
}

impl Script for TlsServer {
    fn hear(&mut self, bytes: &[u8]) -> Vec<Item> {
        self.take(bytes);
        // Kept back by the library until it may be sent.
        let early = std::mem::take(&mut self.early);
        self.say(&early);
        let outgoing = self.outgoing();
        if outgoing.is_empty() {
            return Vec::new();
        }
        let mut items = (self.tamper)(self.flights, outgoing);
        self.flights += 1;
        if self.error.is_some() || self.client_closed {
            items.push(Item::End);
        }
        items
    }
}
