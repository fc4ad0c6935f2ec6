//! Both ends of a handshake, with a client that judges and with a plain one.

use std::{sync::Arc, time::Instant};

use countersign::{ClientGate, Peer, record::DecisionRecord};
use countersign_tests::client::builder;
use rustls::{ALL_VERSIONS, SupportedProtocolVersion};
use tokio::io::DuplexStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::{
    plain::{self, PIPE_BYTES, forgetful, server_name},
    policies::Answers,
    way::{Took, Way},
};

/// Judging clients and a plain one, and the server of all.
pub(crate) struct Pair {
    gates: [(Answers, ClientGate); 3],
    connector: TlsConnector,
    acceptor: TlsAcceptor,
}

impl Pair {
    /// A server of one version, and clients that would take any.
    pub(crate) fn new(version: &'static SupportedProtocolVersion) -> Self {
        let client = forgetful(plain::client(ALL_VERSIONS).with_no_client_auth());
        let server = plain::server(&[version], None);
        let gate = |answers: Answers| builder(answers.policy()).resumption(false).build();
        Self {
            gates: Answers::ALL.map(|answers| (answers, gate(answers))),
            connector: TlsConnector::from(Arc::new(client)),
            acceptor: TlsAcceptor::from(Arc::new(server)),
        }
    }

    /// Makes one handshake.
    pub(crate) async fn measure(&self, way: Way) -> Took {
        let began = Instant::now();
        match way {
            Way::Plain => {
                self.plain().await;
                Took::plain(began.elapsed())
            }
            Way::Gate(answers) => {
                let record = self.judged(answers).await;
                Took::judged(began.elapsed(), &record)
            }
        }
    }

    async fn judged(&self, answers: Answers) -> Arc<DecisionRecord> {
        let gate = self.gates.iter().find(|(of, _)| *of == answers);
        let (_, gate) = gate.expect("one for each");
        let (here, there) = tokio::io::duplex(PIPE_BYTES);
        let client = gate.connect(Peer::new(server_name()), here);
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
