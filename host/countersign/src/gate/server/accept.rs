//! The server gate on a transport: hello, verdicts, and over to tokio-rustls.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use rustls::{
    ServerConfig, ServerConnection, crypto::aws_lc_rs, server::ResolvesServerCertUsingSni, version,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy, sink},
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{
    Origin, ServerGate,
    attempt::{Attempt, Granted},
    greeting::Greeting,
    handshake::{Decide, ServerHandshake},
};
use crate::{
    gate::{
        Approved, HandshakeError, Prefixed, Refused,
        drive::{Deadline, Handshake, Released, exchange, explained, say_goodbye},
        outbox::Outbox,
        outcome::Ended,
    },
    hello::ClientHello,
    verdict::Alert,
};

/// How long a client may take to read its alert and hang up.
const HANG_UP_TIMEOUT: Duration = Duration::from_millis(500);

/// The stream of an approved connection from a client.
pub type ServerStream<S> = TlsStream<Prefixed<S>>;

impl ServerGate {
    /// Accepts a connection over `io`: hello, handshake, verdicts, stream.
    ///
    /// # Errors
    ///
    /// [`Refused::Veto`] if policy refuses, [`Refused::Failed`] if anything else goes wrong. `io` is closed; a client that
    /// was sent an alert has half a second to read it and hang up. Of the server's nothing but an alert has left, with these
    /// exceptions: a HelloRetryRequest; in a handshake that asks the client for a certificate and whose parameters were
    /// approved, the server's flight; and all of it if the record's stage is [`Finish`](crate::record::Stage::Finish), where
    /// the verdict was an approval and the handshake failed after it.
    pub async fn accept<S>(
        &self,
        origin: Origin,
        io: S,
    ) -> Result<Approved<ServerStream<S>>, Refused>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.greet(origin, io).await?.accept().await
    }

    /// Reads the ClientHello, and answers nothing yet: who it is for may decide which gate goes on.
    ///
    /// # Errors
    ///
    /// As for [`accept`](Self::accept), where no hello comes that can be read. The record is that of this gate.
    pub async fn greet<S>(&self, origin: Origin, io: S) -> Result<Greeted<S>, Refused>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let gate = &self.0;
        let mut attempt = Attempt::new(Arc::clone(gate), origin);
        let deadline = Deadline::new(gate.timeout);
        let mut connection = Connection { io, deadline };
        let mut greeting = Greeting::new(gate.hello_limits, gate.handshake_limits);
        match connection.exchange(&mut greeting).await {
            Ok(hello) => {
                let hello = Arc::new(hello);
                attempt.learn_hello(Arc::clone(&hello));
                Ok(Greeted {
                    attempt,
                    greeting,
                    hello,
                    connection,
                })
            }
            Err(error) => {
                let ended = attempt.turned_away(error, greeting.outline());
                Err(connection.stop(attempt, Stopped::in_clear(ended)).await)
            }
        }
    }
}

/// A connection whose ClientHello has come, and is not answered yet.
///
/// A server of many names looks at the hello and lets the gate of that name go on:
///
/// ```
/// # use std::collections::HashMap;
/// # use countersign::{Approved, Origin, Refused, ServerGate, ServerStream};
/// # use tokio::net::TcpStream;
/// async fn serve(
///     tcp: TcpStream,
///     listener: &ServerGate,
///     tenants: &HashMap<String, ServerGate>,
/// ) -> Result<Approved<ServerStream<TcpStream>>, Refused> {
///     let greeted = listener.greet(Origin::of(&tcp), tcp).await?;
///     let name = greeted.hello().server_name.as_deref();
///     match name.and_then(|name| tenants.get(name)) {
///         Some(tenant) => greeted.accept_by(tenant).await,
///         None => greeted.accept().await,
///     }
/// }
/// ```
///
/// Dropped, it closes the connection and leaves the record of an abandoned one.
#[must_use = "a hello that nobody answers is abandoned"]
pub struct Greeted<S> {
    attempt: Attempt,
    greeting: Greeting,
    hello: Arc<ClientHello>,
    connection: Connection<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Greeted<S> {
    /// What the client offers, and whom it wants to reach.
    pub fn hello(&self) -> &ClientHello {
        &self.hello
    }

    /// Goes on with the gate that read the hello: handshake, verdicts, stream.
    ///
    /// # Errors
    ///
    /// As for [`ServerGate::accept`].
    pub async fn accept(self) -> Result<Approved<ServerStream<S>>, Refused> {
        let Self {
            mut attempt,
            greeting,
            hello,
            mut connection,
        } = self;
        match connection.approval(&mut attempt, hello, greeting).await {
            Ok(released) => match connection.finish(released).await {
                Ok(stream) => Ok(Approved {
                    stream,
                    record: attempt.case.established(),
                }),
                Err(error) => Err(attempt.case.end(error.into(), None)),
            },
            Err(stopped) => Err(connection.stop(attempt, stopped).await),
        }
    }

    /// Tells the client that nobody here has the name that it asked for (`unrecognized_name`, RFC 6066, section 3), or, if it asked
    /// for none, that one is needed. No policy is asked. The record is that of the gate that read the hello.
    pub async fn refuse_name(self) -> Refused {
        let name = self.hello.server_name.clone();
        let ended = HandshakeError::NoCertificateFor(name).into();
        self.connection
            .stop(self.attempt, Stopped::in_clear(ended))
            .await
    }

    /// Goes on with another gate: its policies, certificates, tickets, observer and timeout, which counts from the connection's
    /// beginning. The connection has one record, that gate's. The limits of hello and handshake stay those of the gate that read
    /// the hello.
    ///
    /// # Errors
    ///
    /// As for [`ServerGate::accept`].
    pub async fn accept_by(self, gate: &ServerGate) -> Result<Approved<ServerStream<S>>, Refused> {
        let hello = Arc::clone(&self.hello);
        let deadline = self.connection.deadline.lasting(gate.0.timeout);
        let handed_over = Self {
            attempt: self.attempt.handed_over(Arc::clone(&gate.0), hello),
            connection: Connection {
                deadline,
                ..self.connection
            },
            ..self
        };
        handed_over.accept().await
    }
}

impl<S> std::fmt::Debug for Greeted<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Greeted")
            .field("hello", &self.hello)
            .finish_non_exhaustive()
    }
}

/// A transport, and the time left on it.
struct Connection<S> {
    io: S,
    deadline: Deadline,
}

/// A connection that is over: why, the alert for it, and the bytes that may still leave.
struct Stopped {
    ended: Ended,
    alert: Option<Alert>,
    outbox: Outbox,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Everything from the hello up to the last verdict.
    async fn approval(
        &mut self,
        attempt: &mut Attempt,
        hello: Arc<ClientHello>,
        greeting: Greeting,
    ) -> Result<Released<ServerConnection>, Stopped> {
        let opened = attempt.open(hello, greeting);
        let mut handshake = opened.map_err(Stopped::in_clear)?;
        loop {
            let decide = match self.exchange(&mut handshake).await {
                Ok(decide) => decide,
                Err(error) => return Err(Stopped::by_error(handshake, error)),
            };
            let granted = match decide {
                Decide::Parameters => attempt.judge_parameters(&handshake),
                Decide::Peer => attempt.judge_arrived_peer(&handshake).map(Granted::All),
            };
            match granted {
                Ok(Granted::Flight(approval)) => handshake.proceed(approval),
                Ok(Granted::All(approval)) => return Ok(handshake.release(approval)),
                Err(ended) => return Err(Stopped::by_verdict(handshake, ended)),
            }
        }
    }

    /// Ends the connection: tells the client, if there is something to tell, and publishes the record.
    async fn stop(mut self, attempt: Attempt, stopped: Stopped) -> Refused {
        let Stopped {
            ended,
            alert,
            mut outbox,
        } = stopped;
        let says_something = !outbox.outgoing().is_empty();
        let refused = attempt.case.end(ended, alert.filter(|_| says_something));
        say_goodbye(&mut outbox, &mut self.io).await;
        if says_something {
            self.wait_for_hang_up().await;
        }
        refused
    }

    /// Moves bytes until the handshake comes to something, if there is still time for it then.
    async fn exchange<H: Handshake>(
        &mut self,
        handshake: &mut H,
    ) -> Result<H::Progress, HandshakeError> {
        let exchange = exchange(handshake, &mut self.io);
        let progress = self.deadline.limit(exchange).await?;
        self.deadline.check()?;
        Ok(progress)
    }

    /// Waits until the client has hung up, and throws away what it still sends. A socket that is closed with unread bytes in it
    /// is reset, and a client in the middle of sending would learn of that instead of the alert.
    async fn wait_for_hang_up(&mut self) {
        let mut nowhere = sink();
        let rest = copy(&mut self.io, &mut nowhere);
        // However it ends, there is nothing more to say.
        let _ = timeout(HANG_UP_TIMEOUT, rest).await;
    }

    /// Sends what was held, lets tokio-rustls finish the handshake (the client's Finished may still be to come), and makes
    /// the stream.
    async fn finish(
        self,
        released: Released<ServerConnection>,
    ) -> Result<ServerStream<S>, HandshakeError> {
        let Self { io, deadline } = self;
        deadline.limit(handed_over(released, io)).await
    }
}

impl Stopped {
    /// Nothing of ours has left yet.
    fn in_clear(ended: Ended) -> Self {
        let alert = ended.alert();
        let mut outbox = Outbox::default();
        outbox.refuse_in_clear(alert);
        Self {
            ended,
            alert,
            outbox,
        }
    }

    fn by_verdict(handshake: ServerHandshake, ended: Ended) -> Self {
        let alert = ended.alert();
        let outbox = handshake.refuse(alert);
        Self {
            ended,
            alert,
            outbox,
        }
    }

    fn by_error(handshake: ServerHandshake, error: HandshakeError) -> Self {
        let (outbox, alert) = handshake.fail(&error);
        Self {
            ended: error.into(),
            alert,
            outbox,
        }
    }
}

async fn handed_over<S: AsyncRead + AsyncWrite + Unpin>(
    released: Released<ServerConnection>,
    mut io: S,
) -> Result<ServerStream<S>, HandshakeError> {
    io.write_all(&released.to_send)
        .await
        .map_err(HandshakeError::Io)?;
    io.flush().await.map_err(HandshakeError::Io)?;
    let io = Prefixed::new(released.received, io);
    let acceptor = TlsAcceptor::from(placeholder());
    let tls = released.tls;
    let stream = acceptor.accept_with(io, |connection| *connection = tls);
    stream.await.map_err(explained)
}

/// tokio-rustls makes a connection of its own before it takes ours. This is never used, and has no certificates.
fn placeholder() -> Arc<ServerConfig> {
    static CONFIG: OnceLock<Arc<ServerConfig>> = OnceLock::new();
    let make = || {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&version::TLS12])
            .unwrap_or_else(|error| unreachable!("the default provider has TLS 1.2: {error}"))
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(ResolvesServerCertUsingSni::new()));
        Arc::new(config)
    };
    Arc::clone(CONFIG.get_or_init(make))
}

#[expect(
    dead_code,
    reason = "asserts at compile time that connections can be accepted on any thread"
)]
fn assert_send(gate: &ServerGate, io: tokio::io::DuplexStream) -> impl Send {
    gate.accept(Origin::unknown(), io)
}
