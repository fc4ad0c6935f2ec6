//! A server's end of a handshake.

use std::sync::Arc;

use countersign::{Origin, ServerGate};
use countersign_tests::{client::client_certificate, server::required};
use rustls::{
    ClientConfig, HandshakeKind, SupportedProtocolVersion, server::danger::ClientCertVerifier,
    version::TLS13,
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::{
    callgrind::{counting, end_of_section, forget},
    met::{Agreed, met},
    plain::{self, PIPE_BYTES, forgetful, server_name},
    policies::Answers,
    table::Column,
};

/// Gates and a plain server, each with a client of its own: a ticket is good at one of them only.
pub(crate) struct ServerCase {
    name: &'static str,
    kind: HandshakeKind,
    gates: [Gate; 3],
    plain: TlsAcceptor,
    client_of_plain: TlsConnector,
}

struct Gate {
    answers: Answers,
    gate: ServerGate,
    client: TlsConnector,
}

impl ServerCase {
    /// Full handshakes with a client of one version.
    pub(crate) fn full(name: &'static str, version: &'static SupportedProtocolVersion) -> Self {
        Self::new(name, None, || {
            let client = plain::client(&[version]).with_no_client_auth();
            forgetful(client)
        })
    }

    /// The same with TLS 1.3 and a client that has to show a certificate.
    pub(crate) fn identified(name: &'static str) -> Self {
        Self::new(name, Some(required()), || {
            let client = plain::client(&[&TLS13]);
            forgetful(client.with_client_cert_resolver(client_certificate()))
        })
    }

    /// TLS 1.3 with a ticket of the handshake before.
    pub(crate) async fn resumed(name: &'static str) -> Self {
        let mut case = Self::new(name, None, || {
            plain::client(&[&TLS13]).with_no_client_auth()
        });
        case.kind = HandshakeKind::Resumed;
        // For the first tickets.
        case.plain().await;
        for gate in &case.gates {
            gate.handshake().await;
        }
        forget();
        case
    }

    fn new(
        name: &'static str,
        clients: Option<Arc<dyn ClientCertVerifier>>,
        client: impl Fn() -> ClientConfig,
    ) -> Self {
        let connector = || TlsConnector::from(Arc::new(client()));
        let gates = Answers::ALL.map(|answers| Gate::new(answers, clients.clone(), connector()));
        Self {
            name,
            kind: HandshakeKind::Full,
            gates,
            plain: TlsAcceptor::from(Arc::new(plain::server_with_tickets(clients))),
            client_of_plain: connector(),
        }
    }

    /// One handshake each.
    pub(crate) async fn count(&self) {
        let plain = self.plain().await;
        end_of_section(self.name, Column::Plain);
        for gate in &self.gates {
            let agreed = gate.handshake().await;
            end_of_section(self.name, Column::Gate(gate.answers));
            Agreed::assert_same(&agreed, &plain, self.kind);
        }
    }

    async fn plain(&self) -> Agreed {
        let (here, there) = tokio::io::duplex(PIPE_BYTES);
        let server = async {
            let accepted = counting(|| self.plain.accept(here)).await;
            accepted.expect("a handshake")
        };
        let client = self.client_of_plain.connect(server_name(), there);
        let client = async { client.await.expect("a handshake") };
        let (client, _) = met(client, server).await;
        Agreed::by(client.get_ref().1)
    }
}

impl Gate {
    fn new(
        answers: Answers,
        clients: Option<Arc<dyn ClientCertVerifier>>,
        client: TlsConnector,
    ) -> Self {
        let mut gate = ServerGate::builder(answers.policy(), plain::server_certificate());
        if let Some(clients) = clients {
            gate = gate.client_certificates(clients);
        }
        Self {
            answers,
            gate: gate.build().expect("a gate"),
            client,
        }
    }

    async fn handshake(&self) -> Agreed {
        let (here, there) = tokio::io::duplex(PIPE_BYTES);
        let server = async {
            let accepted = counting(|| self.gate.accept(Origin::unknown(), here)).await;
            accepted.expect("an approval").stream
        };
        let client = self.client.connect(server_name(), there);
        let client = async { client.await.expect("a handshake") };
        let (client, _) = met(client, server).await;
        Agreed::by(client.get_ref().1)
    }
}
