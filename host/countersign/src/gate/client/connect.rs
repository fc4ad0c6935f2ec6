//! The client gate on a transport: to the decision point, and over to tokio-rustls after the verdict.

use std::sync::{Arc, OnceLock};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore,
    client::Resumption,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName},
    version,
};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{
    ClientGate, Peer,
    attempt::Attempt,
    handshake::{ClientHandshake, Decide},
};
use crate::{
    gate::{
        Approved, HandshakeError, Prefixed, Refused,
        drive::{Deadline, Handshake, Released, exchange, explained, say_goodbye},
        outcome::Ended,
    },
    verdict::Alert,
};

/// The stream of an approved connection to a server.
pub type ClientStream<S> = TlsStream<Prefixed<S>>;

/// A handshake at its decision point, not judged yet.
///
/// The peer has said everything that is judged; of ours only the hello has left. There is nothing to read or write:
///
/// ```compile_fail,E0599
/// # async fn f(mut pending: countersign::Pending<tokio::net::TcpStream>) -> std::io::Result<()> {
/// use tokio::io::AsyncWriteExt;
/// pending.write_all(b"too early").await
/// # }
/// ```
///
/// ```compile_fail,E0599
/// # async fn f(mut pending: countersign::Pending<tokio::net::TcpStream>) -> std::io::Result<()> {
/// use tokio::io::AsyncReadExt;
/// let mut early = [0; 1];
/// pending.read_exact(&mut early).await.map(|_| ())
/// # }
/// ```
///
/// Only [`judge`](Pending::judge) opens it:
///
/// ```
/// # async fn f(pending: countersign::Pending<tokio::net::TcpStream>) -> Result<(), Box<dyn std::error::Error>> {
/// use tokio::io::AsyncWriteExt;
/// let mut approved = pending.judge().await?;
/// approved.stream.write_all(b"now").await?;
/// # Ok(()) }
/// ```
///
/// Dropped, it closes the connection and leaves the record of an abandoned one.
#[must_use = "a handshake that nobody judges is abandoned"]
pub struct Pending<S> {
    attempt: Attempt,
    handshake: ClientHandshake,
    io: S,
    deadline: Deadline,
}

impl ClientGate {
    /// Makes the connection over `io`: handshake, verdict, stream.
    ///
    /// # Errors
    ///
    /// [`Refused::Veto`] if policy refuses, [`Refused::Failed`] if anything else goes wrong. `io` is closed. Unless the
    /// record's stage is [`Finish`](crate::record::Stage::Finish), where the verdict was an approval and the handshake
    /// failed after it, nothing but ClientHellos (with the empty ChangeCipherSpec before a second one) and an alert has left.
    pub async fn connect<S>(&self, peer: Peer, io: S) -> Result<Approved<ClientStream<S>>, Refused>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.handshake(peer, io).await?.judge().await
    }

    /// Drives the handshake over `io` to the point where it can be judged.
    ///
    /// # Errors
    ///
    /// As for [`connect`](Self::connect).
    pub async fn handshake<S>(&self, peer: Peer, io: S) -> Result<Pending<S>, Refused>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let deadline = Deadline::new(self.0.timeout);
        let mut attempt = Attempt::new(Arc::clone(&self.0), peer);
        match attempt.open() {
            Ok(handshake) => match reach_decision(&mut attempt, handshake, io, deadline).await {
                Ok((handshake, io)) => Ok(Pending::new(attempt, handshake, io, deadline)),
                Err(broken) => {
                    let alert = broken.error.alert();
                    Err(attempt.case.end(broken.error.into(), alert))
                }
            },
            // Nothing was sent, so nobody is told.
            Err(ended) => Err(attempt.case.end(ended, None)),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Pending<S> {
    pub(super) fn new(
        attempt: Attempt,
        handshake: ClientHandshake,
        io: S,
        deadline: Deadline,
    ) -> Self {
        Self {
            attempt,
            handshake,
            io,
            deadline,
        }
    }

    /// The server's certificates, its own first.
    pub fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        self.handshake.peer_certificates()
    }

    /// Asks the policy, and opens the connection if it approves.
    ///
    /// # Errors
    ///
    /// As for [`ClientGate::connect`].
    pub async fn judge(self) -> Result<Approved<ClientStream<S>>, Refused> {
        match self.decide().await {
            Ok((attempt, stream)) => Ok(Approved {
                stream,
                record: attempt.case.established(),
            }),
            Err(rejected) => Err(rejected.end()),
        }
    }

    /// The same, leaving the record open.
    pub(super) async fn decide(self) -> Result<(Attempt, ClientStream<S>), Rejected> {
        let Self {
            mut attempt,
            mut handshake,
            mut io,
            deadline,
        } = self;
        let verdict = deadline.check().map_err(Ended::from);
        let verdict = verdict.and_then(|()| attempt.judge(&handshake));
        let approval = match verdict {
            Ok(approval) => approval,
            Err(ended) => {
                let alert = ended.alert();
                handshake.refuse(alert);
                attempt.case.settle(&ended, alert);
                say_goodbye(handshake.outbox(), &mut io).await;
                return Err(Rejected::new(attempt, ended, alert));
            }
        };
        let name = attempt.peer.name.clone();
        let finished = deadline.limit(finish(handshake.release(approval), name, io));
        match finished.await {
            Ok(stream) => Ok((attempt, stream)),
            Err(error) => Err(Rejected::new(attempt, error.into(), None)),
        }
    }
}

/// A connection that did not come through, its record still open.
pub(super) struct Rejected {
    pub(super) attempt: Attempt,
    pub(super) ended: Ended,
    pub(super) alert: Option<Alert>,
}

impl Rejected {
    pub(super) fn new(attempt: Attempt, ended: Ended, alert: Option<Alert>) -> Self {
        Self {
            attempt,
            ended,
            alert,
        }
    }

    /// Publishes the record.
    pub(super) fn end(self) -> Refused {
        self.attempt.case.end(self.ended, self.alert)
    }
}

/// A handshake that failed before its decision point.
pub(super) struct Broken {
    pub(super) error: HandshakeError,
    /// The server had answered with parameters.
    pub(super) has_parameters: bool,
}

/// Moves bytes until the handshake can be judged. On a failure the peer is told, and held bytes are gone.
pub(super) async fn reach_decision<S: AsyncRead + AsyncWrite + Unpin>(
    attempt: &mut Attempt,
    mut handshake: ClientHandshake,
    mut io: S,
    deadline: Deadline,
) -> Result<(ClientHandshake, S), Broken> {
    let exchange = deadline.limit(exchange(&mut handshake, &mut io));
    let error = match exchange.await {
        Ok(Decide) => return Ok((handshake, io)),
        Err(error) => error,
    };
    handshake.refuse(error.alert());
    attempt.case.settle_failure(&error, error.alert());
    say_goodbye(handshake.outbox(), &mut io).await;
    Err(Broken {
        has_parameters: handshake.has_parameters(),
        error,
    })
}

/// Sends what was held, lets tokio-rustls finish the handshake (TLS 1.2 still waits for the server's Finished), and
/// makes the stream.
async fn finish<S: AsyncRead + AsyncWrite + Unpin>(
    released: Released<ClientConnection>,
    name: ServerName<'static>,
    mut io: S,
) -> Result<ClientStream<S>, HandshakeError> {
    io.write_all(&released.to_send)
        .await
        .map_err(HandshakeError::Io)?;
    io.flush().await.map_err(HandshakeError::Io)?;
    let io = Prefixed::new(released.received, io);
    let connector = TlsConnector::from(placeholder());
    let tls = released.tls;
    let stream = connector.connect_with(name, io, |connection| *connection = tls);
    stream.await.map_err(explained)
}

/// tokio-rustls makes a connection of its own before it takes ours. This is the cheapest there is: never used, it
/// has no roots, and TLS 1.2 needs no key share.
fn placeholder() -> Arc<ClientConfig> {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    let make = || {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&version::TLS12])
            .unwrap_or_else(|error| unreachable!("the default provider has TLS 1.2: {error}"))
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
        config.resumption = Resumption::disabled();
        Arc::new(config)
    };
    Arc::clone(CONFIG.get_or_init(make))
}

#[expect(
    dead_code,
    reason = "asserts at compile time that connections can be made on any thread"
)]
fn assert_send(gate: &ClientGate, peer: Peer, io: tokio::io::DuplexStream) -> impl Send {
    gate.connect(peer, io)
}
