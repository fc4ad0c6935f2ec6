//! Asking whether a server is acceptable, without talking to it.

use std::{io, sync::Arc, time::Duration};

use rustls::Error;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::{Instant, timeout_at},
};

use super::{
    ClientGate, ClientStream, Peer, Pending,
    attempt::Attempt,
    connect::{Rejected, reach_decision},
};
use crate::{
    gate::{
        HandshakeError,
        drive::{Deadline, explained},
        outcome::Ended,
    },
    probe::{self, Observed, Outcome},
    record::{DecisionRecord, ProbeRecord},
    session::Session,
    verdict::Alert,
};

/// How long a server may take to answer our goodbye.
const GOODBYE_TIMEOUT: Duration = Duration::from_millis(500);

impl ClientGate {
    /// Makes the connection that a client of this gate would make, closes it without sending application data, and
    /// tells what became of it.
    ///
    /// Where there is no agreement, a look at the server by plain bytes finds out what it would choose; the policy
    /// is asked about that too, and the record says both. What was found that way is not authenticated: it explains a
    /// veto, and never makes an approval.
    ///
    /// `dial` opens a connection to the server; it is called again for each look. All of it takes no longer than the
    /// gate's timeout.
    pub async fn check<S, D>(&self, peer: Peer, dial: D) -> Arc<DecisionRecord>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        D: AsyncFn() -> io::Result<S>,
    {
        let deadline = Deadline::new(self.0.timeout);
        let attempt = Attempt::new(Arc::clone(&self.0), peer);
        match connect(attempt, &dial, deadline).await {
            Ok((attempt, stream)) => {
                let goodbye = deadline.at().min(Instant::now() + GOODBYE_TIMEOUT);
                match timeout_at(goodbye, last_word(stream)).await {
                    Ok(Some(error)) => Arc::clone(attempt.case.end(error.into(), None).record()),
                    Ok(None) | Err(_) => attempt.case.established(),
                }
            }
            Err(Stopped::Agreed(rejected)) => Arc::clone(rejected.end().record()),
            Err(Stopped::Disagreed(rejected)) => {
                let rejected = explain(rejected, &dial, deadline).await;
                Arc::clone(rejected.end().record())
            }
        }
    }
}

/// Closes our half and waits for what the server has to say to that. In TLS 1.3 a server that misses our certificate can only
/// say so after our Finished (RFC 8446, section 4.4.2.4). What it sends as data is not looked at; that it says nothing, or ends
/// without a goodbye, changes nothing.
async fn last_word<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: ClientStream<S>,
) -> Option<HandshakeError> {
    // A server that does not take the goodbye may still have sent an alert.
    let _ = stream.shutdown().await;
    let mut ignored = vec![0; 4 * 1024];
    loop {
        match stream.read(&mut ignored).await {
            Ok(0) => return None,
            Ok(_) => {}
            Err(error) => return Some(explained(error)).filter(is_alert),
        }
    }
}

fn is_alert(error: &HandshakeError) -> bool {
    matches!(error, HandshakeError::AlertReceived(_))
}

/// A connection that did not come through.
enum Stopped {
    /// For what it settled on, or for a fault.
    Agreed(Rejected),
    /// Server and offer have nothing in common: nothing could be offered, or the server turned the hello down, or
    /// chose what was not offered.
    Disagreed(Rejected),
}

impl Stopped {
    fn new(disagreed: bool, attempt: Attempt, ended: Ended, alert: Option<Alert>) -> Self {
        let rejected = Rejected::new(attempt, ended, alert);
        if disagreed {
            Self::Disagreed(rejected)
        } else {
            Self::Agreed(rejected)
        }
    }
}

async fn connect<S, D>(
    mut attempt: Attempt,
    dial: &D,
    deadline: Deadline,
) -> Result<(Attempt, ClientStream<S>), Stopped>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: AsyncFn() -> io::Result<S>,
{
    let handshake = match attempt.open() {
        Ok(handshake) => handshake,
        Err(ended) => {
            let disagreed = ended.is_empty_offer();
            return Err(Stopped::new(disagreed, attempt, ended, None));
        }
    };
    let io = match dialled(dial, deadline).await {
        Ok(io) => io,
        Err(error) => return Err(Stopped::new(false, attempt, error.into(), None)),
    };
    match reach_decision(&mut attempt, handshake, io, deadline).await {
        Ok((handshake, io)) => {
            let pending = Pending::new(attempt, handshake, io, deadline);
            pending.decide().await.map_err(Stopped::Agreed)
        }
        Err(broken) => {
            let disagreed = !broken.has_parameters && is_refusal(&broken.error);
            let alert = broken.error.alert();
            Err(Stopped::new(disagreed, attempt, broken.error.into(), alert))
        }
    }
}

async fn dialled<S, D>(dial: &D, deadline: Deadline) -> Result<S, HandshakeError>
where
    D: AsyncFn() -> io::Result<S>,
{
    let silent = || {
        let seconds = deadline.timeout().as_secs_f64();
        let message = format!("no answer within {seconds} s");
        io::Error::new(io::ErrorKind::TimedOut, message)
    };
    let dialled = timeout_at(deadline.at(), dial()).await;
    dialled
        .unwrap_or_else(|_| Err(silent()))
        .map_err(HandshakeError::Unreachable)
}

/// Whether an error before the server's choice means that it wants something else than was offered.
fn is_refusal(error: &HandshakeError) -> bool {
    match error {
        HandshakeError::AlertReceived(_) | HandshakeError::Closed => true,
        HandshakeError::Io(error) => error.kind() == io::ErrorKind::ConnectionReset,
        HandshakeError::Tls(error) => {
            matches!(error, Error::PeerIncompatible(_) | Error::PeerMisbehaved(_))
        }
        _ => false,
    }
}

/// Looks at what the server would choose, and asks the policy about it.
async fn explain<S, D>(rejected: Rejected, dial: &D, deadline: Deadline) -> Rejected
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: AsyncFn() -> io::Result<S>,
{
    let Rejected {
        mut attempt,
        mut ended,
        alert,
    } = rejected;
    let outcome = look(&attempt, dial, deadline).await;
    if let Ended::Failed(error) = &ended {
        attempt.case.draft().note_failure(error);
    }
    if let Outcome::Observed { best, .. } = &outcome {
        let session = session(&attempt, best);
        match attempt.case.judge_parameters(&session) {
            Err(refusal) => ended = Ended::Veto(refusal),
            Ok(()) => {
                if let Some(obstacle) = attempt.obstacle(&session, best.to_string()) {
                    attempt.excuse_empty_offer();
                    ended = obstacle.into();
                }
            }
        }
    }
    attempt
        .case
        .draft()
        .note(|record| record.probe = Some(ProbeRecord(outcome)));
    Rejected::new(attempt, ended, alert)
}

async fn look<S, D>(attempt: &Attempt, dial: &D, deadline: Deadline) -> Outcome
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: AsyncFn() -> io::Result<S>,
{
    let provider = &attempt.gate.provider;
    let name = attempt.peer.name.to_str();
    let target = probe::Target {
        server_name: Some(&name),
        alpn: &attempt.gate.floor.available().alpn,
    };
    // A hello needs no secret: where the generator fails, zeros ask just as well.
    let fill_random = |bytes: &mut [u8]| {
        let _ = provider.secure_random.fill(bytes);
    };
    probe::probe(dial, target, fill_random, deadline.at()).await
}

/// What the server would choose, as a session for the policy.
fn session(attempt: &Attempt, observed: &Observed) -> Session {
    Session {
        endpoint: attempt.gate.endpoint.clone(),
        version: observed.version,
        cipher_suite: observed.cipher_suite,
        group: observed.group,
        alpn: observed.alpn.clone(),
        resumed: false,
        retried: false,
    }
}
