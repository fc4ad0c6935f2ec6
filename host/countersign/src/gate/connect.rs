//! The gate on a transport: moves bytes for the handshake, and hands over to tokio-rustls after the verdict.

use std::{
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};

use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName},
    version,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::{Instant, timeout, timeout_at},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{
    ClientGate, HandshakeError, Peer, Prefixed, Refused,
    handshake::{ClientHandshake, Progress, Released},
    judge::{Attempt, Ended},
};
use crate::{record::DecisionRecord, verdict::Alert};

/// The stream of an approved connection.
pub type ClientStream<S> = TlsStream<Prefixed<S>>;

/// How long a peer may take to accept our alert. It is best effort: the verdict does not depend on it.
const ALERT_TIMEOUT: Duration = Duration::from_millis(500);

/// Bytes read from the transport at once.
const READ_BYTES: usize = 8 * 1024;

/// An approved connection.
#[derive(Debug)]
#[non_exhaustive]
pub struct Approved<S> {
    /// The stream. Nothing has been read from it or written to it.
    pub stream: ClientStream<S>,
    /// Why it was approved.
    pub record: Arc<DecisionRecord>,
}

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
    deadline: Instant,
}

impl ClientGate {
    /// Makes the connection over `io`: handshake, verdict, stream.
    ///
    /// # Errors
    ///
    /// [`Refused::Veto`] if policy refuses, [`Refused::Failed`] if anything else goes wrong. `io` is closed. Unless the
    /// record's stage is [`Finish`](crate::record::Stage::Finish), where the verdict was an approval and the handshake
    /// failed after it, nothing but ClientHellos (with the empty ChangeCipherSpec before a second one) and an alert has left.
    pub async fn connect<S>(&self, peer: Peer, io: S) -> Result<Approved<S>, Refused>
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
        let deadline = Instant::now() + self.0.timeout;
        let mut attempt = Attempt::new(Arc::clone(&self.0), peer);
        match attempt.open() {
            Ok(handshake) => match reach_decision(handshake, io, deadline, self.0.timeout).await {
                Ok((handshake, io)) => Ok(Pending::new(attempt, handshake, io, deadline)),
                Err(broken) => {
                    let alert = broken.error.alert();
                    Err(attempt.end(broken.error.into(), alert))
                }
            },
            // Nothing was sent, so nobody is told.
            Err(ended) => Err(attempt.end(ended, None)),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Pending<S> {
    pub(super) fn new(
        attempt: Attempt,
        handshake: ClientHandshake,
        io: S,
        deadline: Instant,
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
    pub async fn judge(self) -> Result<Approved<S>, Refused> {
        match self.decide().await {
            Ok((attempt, stream)) => Ok(Approved {
                stream,
                record: attempt.established(),
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
        let timeout = attempt.gate.timeout;
        let verdict = if Instant::now() < deadline {
            attempt.judge(&handshake)
        } else {
            Err(HandshakeError::Timeout { timeout }.into())
        };
        let approval = match verdict {
            Ok(approval) => approval,
            Err(ended) => {
                let alert = match &ended {
                    Ended::Veto(refusal) => refusal.alert,
                    Ended::Failed(error) => error.alert(),
                };
                handshake.refuse(alert);
                say_goodbye(&mut handshake, &mut io).await;
                return Err(Rejected::new(attempt, ended, alert));
            }
        };
        let name = attempt.peer.name.clone();
        match timeout_at(deadline, finish(handshake.release(approval), name, io)).await {
            Ok(Ok(stream)) => Ok((attempt, stream)),
            Ok(Err(error)) => Err(Rejected::new(attempt, error.into(), None)),
            Err(_) => {
                let error = HandshakeError::Timeout { timeout };
                Err(Rejected::new(attempt, error.into(), None))
            }
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
        self.attempt.end(self.ended, self.alert)
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
    mut handshake: ClientHandshake,
    mut io: S,
    deadline: Instant,
    timeout: Duration,
) -> Result<(ClientHandshake, S), Broken> {
    let exchange = timeout_at(deadline, exchange(&mut handshake, &mut io)).await;
    let error = match exchange {
        Ok(Ok(())) => return Ok((handshake, io)),
        Ok(Err(error)) => error,
        Err(_) => HandshakeError::Timeout { timeout },
    };
    handshake.refuse(error.alert());
    say_goodbye(&mut handshake, &mut io).await;
    Err(Broken {
        has_parameters: handshake.has_parameters(),
        error,
    })
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    handshake: &mut ClientHandshake,
    io: &mut S,
) -> Result<(), HandshakeError> {
    let mut buffer = vec![0; READ_BYTES];
    loop {
        send(handshake, io).await.map_err(HandshakeError::Io)?;
        let count = io.read(&mut buffer).await.map_err(HandshakeError::Io)?;
        if count == 0 {
            return Err(HandshakeError::Closed);
        }
        if handshake.receive(&buffer[..count])? == Progress::Decide {
            return Ok(());
        }
    }
}

/// Sends what may leave. Dropped or failed on the way, it leaves the handshake knowing how far it came.
async fn send<S: AsyncWrite + Unpin>(
    handshake: &mut ClientHandshake,
    io: &mut S,
) -> io::Result<()> {
    if handshake.outgoing().is_empty() {
        return Ok(());
    }
    while !handshake.outgoing().is_empty() {
        match io.write(handshake.outgoing()).await? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            count => handshake.sent(count),
        }
    }
    io.flush().await
}

/// Sends the alert, if there is one, and closes. A peer that does not take it changes nothing.
async fn say_goodbye<S: AsyncWrite + Unpin>(handshake: &mut ClientHandshake, io: &mut S) {
    let goodbye = async {
        send(handshake, io).await?;
        io.shutdown().await
    };
    let _ = timeout(ALERT_TIMEOUT, goodbye).await;
}

/// Sends what was held, lets tokio-rustls finish the handshake (TLS 1.2 still waits for the server's Finished), and
/// makes the stream.
async fn finish<S: AsyncRead + AsyncWrite + Unpin>(
    released: Released,
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

/// The TLS library's own error, if one stands behind what tokio-rustls reports.
pub(super) fn explained(error: io::Error) -> HandshakeError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return HandshakeError::Closed;
    }
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    match inner {
        Some(rustls::Error::AlertReceived(alert)) => {
            HandshakeError::AlertReceived(Alert::from_tls((*alert).into()))
        }
        Some(error) => HandshakeError::Tls(error.clone()),
        None => HandshakeError::Io(error),
    }
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
