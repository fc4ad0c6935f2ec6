//! Moves the bytes of a handshake over a transport, in either role.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::{Instant, timeout, timeout_at},
};

use super::{HandshakeError, outbox::Outbox};
use crate::verdict::Alert;

/// How long a peer may take to accept our alert. It is best effort: the verdict does not depend on it.
const ALERT_TIMEOUT: Duration = Duration::from_millis(500);

/// Bytes read from the transport at once.
const READ_BYTES: usize = 8 * 1024;

/// A handshake without I/O.
pub(super) trait Handshake {
    /// What comes of it at a point where it stops.
    type Progress;

    fn outbox(&mut self) -> &mut Outbox;

    /// What it means that the peer has closed.
    fn closed(&self) -> HandshakeError {
        HandshakeError::Closed
    }

    /// Takes bytes from the peer; `None` while more are needed. After an error there is nothing to do but to end it.
    fn receive(&mut self, bytes: &[u8]) -> Result<Option<Self::Progress>, HandshakeError>;
}

/// What an approved handshake goes on with.
pub(super) struct Released<Tls> {
    pub(super) tls: Tls,
    /// Bytes to send first.
    pub(super) to_send: Vec<u8>,
    /// Bytes received that the TLS library has not seen.
    pub(super) received: Vec<u8>,
}

/// The time that a handshake has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    at: Instant,
    timeout: Duration,
}

impl Deadline {
    pub(super) fn new(timeout: Duration) -> Self {
        let at = Instant::now() + timeout;
        Self { at, timeout }
    }

    /// Another timeout from the same beginning.
    pub(super) fn lasting(self, timeout: Duration) -> Self {
        let at = self.at - self.timeout + timeout;
        Self { at, timeout }
    }

    pub(super) fn at(self) -> Instant {
        self.at
    }

    pub(super) fn timeout(self) -> Duration {
        self.timeout
    }

    /// Fails if it has passed.
    pub(super) fn check(self) -> Result<(), HandshakeError> {
        if Instant::now() < self.at {
            Ok(())
        } else {
            Err(self.passed())
        }
    }

    /// Does `step` as long as there is time.
    pub(super) async fn limit<T>(
        self,
        step: impl Future<Output = Result<T, HandshakeError>>,
    ) -> Result<T, HandshakeError> {
        let limited = timeout_at(self.at, step).await;
        limited.unwrap_or_else(|_| Err(self.passed()))
    }

    fn passed(self) -> HandshakeError {
        let timeout = self.timeout;
        HandshakeError::Timeout { timeout }
    }
}

/// Moves bytes until the handshake comes to something.
pub(super) async fn exchange<H: Handshake, S: AsyncRead + AsyncWrite + Unpin>(
    handshake: &mut H,
    io: &mut S,
) -> Result<H::Progress, HandshakeError> {
    // What came with the bytes before may be enough.
    let mut next = handshake.receive(&[])?;
    let mut buffer = vec![0; READ_BYTES];
    loop {
        send(handshake.outbox(), io)
            .await
            .map_err(HandshakeError::Io)?;
        if let Some(progress) = next {
            return Ok(progress);
        }
        let count = io.read(&mut buffer).await.map_err(HandshakeError::Io)?;
        if count == 0 {
            return Err(handshake.closed());
        }
        next = handshake.receive(&buffer[..count])?;
    }
}

/// Sends what may leave. Dropped or failed on the way, it leaves the outbox knowing how far it came.
pub(super) async fn send<S: AsyncWrite + Unpin>(outbox: &mut Outbox, io: &mut S) -> io::Result<()> {
    if outbox.outgoing().is_empty() {
        return Ok(());
    }
    while !outbox.outgoing().is_empty() {
        match io.write(outbox.outgoing()).await? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            count => outbox.sent(count),
        }
    }
    io.flush().await
}

/// Sends the alert, if there is one, and closes. A peer that does not take it changes nothing.
pub(super) async fn say_goodbye<S: AsyncWrite + Unpin>(outbox: &mut Outbox, io: &mut S) {
    let goodbye = async {
        send(outbox, io).await?;
        io.shutdown().await
    };
    let _ = timeout(ALERT_TIMEOUT, goodbye).await;
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
