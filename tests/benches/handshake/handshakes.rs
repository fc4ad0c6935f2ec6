//! One handshake, judged and plain.

use std::{sync::Arc, time::Instant};

use countersign::{ClientGate, Peer, record::DecisionRecord};
use countersign_tests::{client::builder, policy::policy};
use rustls::{ALL_VERSIONS, ClientConfig, SupportedProtocolVersion, client::Resumption};
use tokio::io::DuplexStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::{
    plain::{self, PIPE_BYTES, server_name},
    table::{Column, Table},
};

/// How a handshake is made.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    Judged,
    Plain,
}

impl Way {
    pub(crate) fn in_turn(round: usize) -> [Self; 2] {
        match round % 2 {
            0 => [Self::Judged, Self::Plain],
            _ => [Self::Plain, Self::Judged],
        }
    }
}

/// A judging client and a plain one, and the server of both.
pub(crate) struct Pair {
    gate: ClientGate,
    connector: TlsConnector,
    acceptor: TlsAcceptor,
}

impl Pair {
    /// A server of one version, and clients that would take any.
    pub(crate) fn new(version: &'static SupportedProtocolVersion) -> Self {
        let server = plain::server(&[version], None);
        Self {
            gate: builder(policy("{}")).resumption(false).build(),
            connector: TlsConnector::from(Arc::new(plain_client())),
            acceptor: TlsAcceptor::from(Arc::new(server)),
        }
    }

    /// Makes one handshake, and notes how long it took.
    pub(crate) async fn measure(&self, name: &'static str, way: Way, table: &mut Table) {
        let began = Instant::now();
        match way {
            Way::Plain => {
                self.plain().await;
                table.note(name, Column::Plain, began.elapsed());
            }
            Way::Judged => {
                let record = self.judged().await;
                table.note(name, Column::Judged, began.elapsed());
                let calls = record.policies.iter().flat_map(|policy| &policy.calls);
                let calls = calls.map(|call| call.duration).sum();
                table.note(name, Column::Calls, calls);
            }
        }
    }

    async fn judged(&self) -> Arc<DecisionRecord> {
        let (here, there) = tokio::io::duplex(PIPE_BYTES);
        let client = self.gate.connect(Peer::new(server_name()), here);
        let (approved, _) = tokio::join!(client, self.accept(there));
        approved.expect("an approval").record
    }

    async fn plain(&self) {
        let (here, there) = tokio::io::duplex(PIPE_BYTES);
        let client = self.connector.connect(server_name(), here);
        let (connected, _) = tokio::join!(client, self.accept(there));
        connected.expect("a connection");
    }

    async fn accept(&self, io: DuplexStream) {
        let accepted = self.acceptor.accept(io).await;
        accepted.expect("a handshake");
    }
}

fn plain_client() -> ClientConfig {
    let mut config = plain::client(ALL_VERSIONS).with_no_client_auth();
    config.resumption = Resumption::disabled();
    config
}
