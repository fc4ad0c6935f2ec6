//! A server's end of a full TLS 1.3 handshake, alone.

use std::{sync::Arc, time::Duration};

use countersign::{Origin, ServerGate};
use rustls::{HandshakeKind, NamedGroup, version::TLS13};
use tokio::io::DuplexStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, client::TlsStream};

use crate::{
    clock::timing,
    plain::{self, PIPE_BYTES, forgetful, server_name},
    policies::Answers,
    way::{Took, Way},
};

/// Judging servers and a plain one, and the client of all.
pub(crate) struct Server {
    gates: [(Answers, ServerGate); 3],
    plain: TlsAcceptor,
    client: TlsConnector,
}

impl Server {
    pub(crate) fn new() -> Self {
        let client = plain::client(&[&TLS13]).with_no_client_auth();
        let server = plain::server_with_tickets(None);
        Self {
            gates: Answers::ALL.map(|answers| (answers, gate(answers))),
            plain: TlsAcceptor::from(Arc::new(server)),
            client: TlsConnector::from(Arc::new(forgetful(client))),
        }
    }

    /// Makes one handshake.
    pub(crate) async fn measure(&self, way: Way) -> Took {
        let (here, there) = tokio::io::duplex(PIPE_BYTES);
        let server = async {
            match way {
                Way::Plain => Took::plain(self.plain(here).await),
                Way::Gate(answers) => self.judged(answers, here).await,
            }
        };
        // The client stays until the server is done, which sends it tickets.
        let (took, _client) = tokio::join!(server, self.connect(there));
        took
    }

    async fn judged(&self, answers: Answers, io: DuplexStream) -> Took {
        let gate = self.gates.iter().find(|(of, _)| *of == answers);
        let (_, gate) = gate.expect("one for each");
        let (approved, took) = timing(|| gate.accept(Origin::unknown(), io)).await;
        Took::judged(took, &approved.expect("an approval").record)
    }

    async fn plain(&self, io: DuplexStream) -> Duration {
        let (accepted, took) = timing(|| self.plain.accept(io)).await;
        accepted.expect("a handshake");
        took
    }

    async fn connect(&self, io: DuplexStream) -> TlsStream<DuplexStream> {
        let connected = self.client.connect(server_name(), io).await;
        let connected = connected.expect("a handshake");
        let end = connected.get_ref().1;
        assert_eq!(end.handshake_kind(), Some(HandshakeKind::Full));
        let group = end
            .negotiated_key_exchange_group()
            .map(|group| group.name());
        assert_eq!(group, Some(NamedGroup::X25519MLKEM768));
        connected
    }
}

fn gate(answers: Answers) -> ServerGate {
    let gate = ServerGate::builder(answers.policy(), plain::server_certificate());
    gate.build().expect("a gate")
}
