//! A client's end of a handshake.

use std::sync::Arc;

use countersign::{ClientGate, Peer};
use countersign_tests::{client::builder, policy::policy};
use rustls::{ALL_VERSIONS, HandshakeKind, SupportedProtocolVersion, client::Resumption};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::{
    callgrind::{counting, end_of_section},
    met::{Agreed, met},
    plain::{self, PIPE_BYTES, server_name},
    table::Column,
};

/// A gate and a plain client, and the server of both.
pub(crate) struct ClientCase {
    name: &'static str,
    gate: ClientGate,
    plain: TlsConnector,
    server: TlsAcceptor,
}

impl ClientCase {
    /// Full handshakes with a server of one version.
    pub(crate) fn new(name: &'static str, version: &'static SupportedProtocolVersion) -> Self {
        let mut client = plain::client(ALL_VERSIONS).with_no_client_auth();
        client.resumption = Resumption::disabled();
        let server = plain::server(&[version], None);
        Self {
            name,
            gate: builder(policy("{}")).resumption(false).build(),
            plain: TlsConnector::from(Arc::new(client)),
            server: TlsAcceptor::from(Arc::new(server)),
        }
    }

    /// One handshake each.
    pub(crate) async fn count(&self) {
        let gate = self.gate().await;
        end_of_section(self.name, Column::Gate);
        let plain = self.plain().await;
        end_of_section(self.name, Column::Plain);
        Agreed::assert_same(&gate, &plain, HandshakeKind::Full);
    }

    async fn gate(&self) -> Agreed {
        let (here, there) = tokio::io::duplex(PIPE_BYTES);
        let client = async {
            let connected = counting(|| self.gate.connect(Peer::new(server_name()), here)).await;
            connected.expect("an approval").stream
        };
        let server = async { self.server.accept(there).await.expect("a handshake") };
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
