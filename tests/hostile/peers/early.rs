//! Clients with early data (RFC 8446, section 4.2.10), which a gate never takes: a server that had no gate once gave them the
//! ticket for it.

use std::{
    io::{Read, Write},
    sync::Arc,
};

use countersign::{
    Refused,
    record::{DecisionRecord, Stage},
    rustls::{ClientConfig, ClientConnection, ConnectionCommon, ServerConnection, SideData},
};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    clients::{accept, only_before_server_hello, server_gate},
    encounter::Output,
    ends::{
        client::{in_need_of_retry, tls13},
        gate::Server,
        pki::server_name,
        server::{self, Tamper},
        wire::{Item, Script},
    },
    scene::{Peer, Scene, Shape, Talk, Terms},
};

/// What must never arrive.
const EARLY: &[u8] = b"too early";

/// What is said behind the client's Finished.
const SAYS: &str = "in time";

/// Their gate may want a second hello.
#[derive(Clone, Copy, Debug)]
pub(super) struct EarlyClients {
    is_retried: bool,
}

/// Both kinds.
pub(super) fn early_clients() -> Vec<EarlyClients> {
    let kinds = [false, true].map(|is_retried| EarlyClients { is_retried });
    kinds.into()
}

impl Scene for EarlyClients {
    type Peer = EarlyClient;
    type Set = Server;

    fn shape(&self) -> Shape {
        Shape {
            gate_is_client: false,
            is_tls13: true,
            is_resumed: false,
            is_retried: self.is_retried,
            has_early_data: true,
            last_flight: 1 + usize::from(self.is_retried),
            behind_finished: 1,
            says: SAYS,
        }
    }

    fn set(&self, terms: Terms) -> Server {
        server_gate(terms, self.is_retried, None)
    }

    fn peer(&self, _: &Server, tamper: Tamper) -> EarlyClient {
        let kind = match self.is_retried {
            true => in_need_of_retry(),
            false => tls13(),
        };
        let mut config = Arc::unwrap_or_clone(kind.config());
        config.enable_early_data = true;
        EarlyClient::new(Arc::new(config), tamper)
    }

    async fn connect<S>(&self, server: &Server, io: S) -> Result<Talk, Refused>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        accept(server, io).await
    }

    fn published(&self, server: &Server) -> Vec<Arc<DecisionRecord>> {
        server.published()
    }

    fn check_reserve(
        &self,
        record: &DecisionRecord,
        output: &Output,
        _: &mut EarlyClient,
    ) -> Result<(), String> {
        match record.stage {
            Stage::Finish => Ok(()),
            _ => only_before_server_hello(record, output),
        }
    }
}

/// A client that sends early data with its hello.
pub(super) struct EarlyClient {
    tls: ClientConnection,
    tamper: Tamper,
    flights: usize,
    received: Vec<u8>,
    is_over: bool,
}

impl EarlyClient {
    fn new(config: Arc<ClientConfig>, tamper: Tamper) -> Self {
        get_ticket(&config);
        let mut tls = ClientConnection::new(config, server_name()).expect("a client");
        let mut early = tls.early_data().expect("the ticket allows it");
        early.write_all(EARLY).expect("there is room");
        let mut writer = tls.writer();
        writer.write_all(SAYS.as_bytes()).expect("there is room");
        Self {
            tls,
            tamper,
            flights: 0,
            received: Vec::new(),
            is_over: false,
        }
    }

    fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.is_over {
            if self.tls.read_tls(&mut bytes).is_err() {
                break;
            }
            match self.tls.process_new_packets() {
                Ok(state) if state.peer_has_closed() => {
                    self.tls.send_close_notify();
                    self.is_over = true;
                }
                Ok(_) => {}
                Err(_) => self.is_over = true,
            }
            // Ends with an error where there is no more to read for now.
            let _ = self.tls.reader().read_to_end(&mut self.received);
        }
    }

    fn flight(&mut self) -> Vec<Item> {
        let mut bytes = Vec::new();
        while self.tls.wants_write() {
            self.tls.write_tls(&mut bytes).expect("a vector takes all");
        }
        let mut items = Vec::new();
        if !bytes.is_empty() {
            items = (self.tamper)(self.flights, bytes);
            self.flights += 1;
        }
        items.extend(self.is_over.then_some(Item::End));
        items
    }
}

impl Script for EarlyClient {
    fn greet(&mut self) -> Vec<Item> {
        self.flight()
    }

    fn hear(&mut self, bytes: &[u8]) -> Vec<Item> {
        self.take(bytes);
        self.flight()
    }
}

impl Peer for EarlyClient {
    fn received(&self) -> &[u8] {
        &self.received
    }

    fn is_handshaking(&self) -> bool {
        self.tls.is_handshaking()
    }
}

/// A handshake with a server that takes early data.
fn get_ticket(config: &Arc<ClientConfig>) {
    let kind = server::Kind {
        tickets: false,
        ..server::tls13()
    };
    let mut taking = Arc::unwrap_or_clone(kind.config());
    taking.max_early_data_size = 1_024;
    let mut server = ServerConnection::new(Arc::new(taking)).expect("a server");
    let mut client = ClientConnection::new(Arc::clone(config), server_name()).expect("a client");
    while client.wants_write() || server.wants_write() {
        pass(&mut client, &mut server);
        pass(&mut server, &mut client);
    }
}

fn pass<A, B: SideData>(from: &mut ConnectionCommon<A>, to: &mut ConnectionCommon<B>) {
    while from.wants_write() {
        let mut bytes = Vec::new();
        from.write_tls(&mut bytes).expect("a vector takes all");
        to.read_tls(&mut &bytes[..]).expect("there is room");
        to.process_new_packets().expect("a handshake");
    }
}
