//! A client's end of a handshake.

use std::sync::Arc;

use countersign::{ClientGate, Peer};
use countersign_tests::client::builder;
use rustls::{ALL_VERSIONS, HandshakeKind, SupportedProtocolVersion};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::{
    callgrind::{counting, end_of_section},
    met::{Agreed, met},
    plain::{self, PIPE_BYTES, forgetful, server_name},
    policies::Answers,
    table::Column,
};

/// Gates and a plain client, and the server of all.
pub(crate) struct ClientCase {
    name: &'static str,
    gates: [(Answers, ClientGate); 3],
    plain: TlsConnector,
    server: TlsAcceptor,
}

impl ClientCase {
    /// Full handshakes with a server of one version.
    pub(crate) fn new(name: &'static str, version: &'static SupportedProtocolVersion) -> Self {
        let client = forgetful(plain::client(ALL_VERSIONS).with_no_client_auth());
        let server = plain::server(&[version], None);
        let gate = |answers: Answers| builder(answers.policy()).resumption(false).build();
        Self {
            name,
            gates: Answers::ALL.map(|answers| (answers, gate(answers))),
            plain: TlsConnector::from(Arc::new(client)),
            server: TlsAcceptor::from(Arc::new(server)),
        }
    }

    /// One handshake each.
    pub(crate) async fn count(&self) {
        let plain = self.plain().await;
        end_of_section(self.name, Column::Plain);
        for (answers, gate) in &self.gates {
            let agreed = Self::gate(gate, &self.server).await;
            end_of_section(self.name, Column::Gate(*answers));
            Agreed::assert_same(&agreed, &plain, HandshakeKind::Full);
        }
    }

    async fn gate(gate: &ClientGate, server: &TlsAcceptor) -> Agreed {
        let (here, there) = tokio::io::duplex(PIPE_BYTES);
        let client = async {
            let connected = counting(|| gate.connect(Peer::new(server_name()), here)).await;
            connected.expect("an approval").stream
        };
        let server = async { server.accept(there).await.expect("a handshake") };
        let (_, server) = met(client, server).await;
        Agreed::by(server.get_ref().1)
    }

    async fn plain(&self) -> Agreed {
        let (here, there) = tokio::io::duplex(PIPE_BYTES);
        let client = async {
            let connected = counting(|| self.plain.connect(server_name(), here)).await;
            connected.expect("a handshake")
        };
        let server = async { self.server.accept(there).await.expect("a handshake") };
        let (_, server) = met(client, server).await;
        Agreed::by(server.get_ref().1)
    }
}
