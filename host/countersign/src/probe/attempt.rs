//! One connection of a probe: send one hello, read the answer, close.

use super::answer::{Answer, End};
use super::hello::Hello;
use super::{NoAnswer, Observed, Protocol};
use crate::verdict::Alert;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

/// What one hello brought.
#[derive(Debug)]
pub(super) enum Attempt {
    Named(Observed),
    Refused(Option<Alert>),
    NotTls(Protocol),
    Failed(NoAnswer),
}

/// Sends `hello` over a new connection and reads the answer until `deadline`. Nothing follows the hello.
pub(super) async fn attempt<S: AsyncRead + AsyncWrite + Unpin>(
    connect: &impl AsyncFn() -> io::Result<S>,
    hello: &Hello,
    deadline: Instant,
) -> Attempt {
    // A timeout looks at the clock only after its future has run.
    if Instant::now() >= deadline {
        return Attempt::Failed(NoAnswer::Deadline);
    }
    let mut answer = Answer::to(hello);
    let exchange = timeout_at(deadline, exchange(connect, hello, &mut answer)).await;
    let end = exchange.unwrap_or(Err(NoAnswer::Deadline));
    if let Some(observed) = answer.observed(end == Ok(End::Named)) {
        return Attempt::Named(observed);
    }
    match end {
        Ok(End::NotTls(protocol)) => Attempt::NotTls(protocol),
        Ok(End::Refused(alert)) => Attempt::Refused(alert),
        // Not without anything observed.
        Ok(End::Named) => Attempt::Refused(None),
        Err(reason) => Attempt::Failed(reason),
    }
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    connect: &impl AsyncFn() -> io::Result<S>,
    hello: &Hello,
    answer: &mut Answer<'_>,
) -> Result<End, NoAnswer> {
    let mut stream = connect()
        .await
        .map_err(|error| NoAnswer::Connect(error.kind()))?;
    send(&mut stream, hello).await;
    let mut buffer = vec![0; 4096];
    loop {
        // A reset ends the stream like any other end: that is how some servers refuse.
        let received = stream.read(&mut buffer).await.unwrap_or(0);
        if received == 0 {
            return Ok(answer.close()?);
        }
        if let Some(end) = answer.feed(&buffer[..received])? {
            return Ok(end);
        }
    }
}

/// An error here is not the answer yet: a server may speak and close without reading, and what it said can still be read.
async fn send(stream: &mut (impl AsyncWrite + Unpin), hello: &Hello) {
    if stream.write_all(hello.record()).await.is_ok() {
        let _ = stream.flush().await;
    }
}
