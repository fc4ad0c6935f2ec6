//! Both directions of an approved connection: bytes from one side to the other, until both have ended.
//!
//! A direction that has nothing to carry holds no buffer. What was read is written at once; only what the other side does not
//! take yet is kept, and nothing more is read until it has gone.

use std::{
    cell::RefCell,
    future::poll_fn,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// Bytes that are read before they are written: four TLS records.
const CHUNK: usize = 64 * 1024;

/// The room that a TLS record needs: reading stops where the next may not fit.
const RECORD: usize = 16 * 1024;

thread_local! {
    /// Between a read and a write there is no waiting, so all connections of a thread share one buffer.
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; CHUNK]);
}

/// What a relay came to.
#[derive(Debug)]
pub(crate) struct Relayed {
    /// Bytes from the client.
    pub(crate) bytes_in: u64,
    /// Bytes to the client.
    pub(crate) bytes_out: u64,
    /// How it ended.
    pub(crate) end: RelayEnd,
}

/// How a relay ended.
#[derive(Debug)]
pub(crate) enum RelayEnd {
    /// Both sides had said that they were done.
    Closed,
    /// Nothing was carried for too long.
    Idle,
    /// The client's side broke.
    ClientBroke,
    /// The upstream's side broke.
    UpstreamBroke,
}

/// Carries bytes until both sides are done, one breaks, or nothing has moved for `idle`.
pub(crate) async fn relay<C, U>(client: &mut C, upstream: &mut U, idle: Duration) -> Relayed
where
    C: AsyncRead + AsyncWrite + Unpin,
    U: AsyncRead + AsyncWrite + Unpin,
{
    let mut inward = Direction::default();
    let mut outward = Direction::default();
    let mut timer = IdleTimer::new(idle);
    let end = poll_fn(|cx| {
        let before = (inward.moved, outward.moved);
        let there = inward.poll(cx, client, upstream);
        let back = outward.poll(cx, upstream, client);
        match (there, back) {
            (Poll::Ready(Err(broken)), _) => Poll::Ready(broken.of(Side::Client)),
            (_, Poll::Ready(Err(broken))) => Poll::Ready(broken.of(Side::Upstream)),
            (Poll::Ready(Ok(())), Poll::Ready(Ok(()))) => Poll::Ready(RelayEnd::Closed),
            _ => {
                let moved = before != (inward.moved, outward.moved);
                timer.poll(cx, moved).map(|()| RelayEnd::Idle)
            }
        }
    })
    .await;
    Relayed {
        bytes_in: inward.bytes,
        bytes_out: outward.bytes,
        end,
    }
}

/// Where a direction comes from.
#[derive(Clone, Copy)]
enum Side {
    Client,
    Upstream,
}

/// Which end of a direction broke.
enum Broken {
    Source,
    Sink,
}

impl Broken {
    fn of(self, source: Side) -> RelayEnd {
        match (self, source) {
            (Self::Source, Side::Client) | (Self::Sink, Side::Upstream) => RelayEnd::ClientBroke,
            (Self::Source, Side::Upstream) | (Self::Sink, Side::Client) => RelayEnd::UpstreamBroke,
        }
    }
}

/// How far a direction is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Carrying,
    /// The source is done; the sink is being told.
    Ending,
    /// The source broke; the sink still gets what came before, and is not told that this was all.
    Breaking,
    Done,
}

/// One direction.
#[derive(Debug, Default)]
struct Direction {
    phase: Phase,
    /// What the sink did not take yet, from `written` on.
    held: Vec<u8>,
    written: usize,
    /// Whether the sink may keep something back.
    unflushed: bool,
    bytes: u64,
    /// Grows with every step, to tell whether there was one.
    moved: u64,
}

impl Direction {
    fn poll<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        source: &mut R,
        sink: &mut W,
    ) -> Poll<Result<(), Broken>>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        loop {
            match self.phase {
                Phase::Carrying => ready!(self.carry(cx, source, sink))?,
                Phase::Ending => {
                    ready!(Pin::new(&mut *sink).poll_shutdown(cx)).map_err(|_| Broken::Sink)?;
                    self.phase = Phase::Done;
                    self.moved += 1;
                }
                Phase::Breaking => {
                    ready!(self.flush(cx, sink))?;
                    return Poll::Ready(Err(Broken::Source));
                }
                Phase::Done => return Poll::Ready(Ok(())),
            }
        }
    }

    /// One round: what is held goes, then as much as there is is read and written.
    fn carry<R, W>(
        &mut self,
        cx: &mut Context<'_>,
        source: &mut R,
        sink: &mut W,
    ) -> Poll<Result<(), Broken>>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        ready!(self.write_held(cx, sink))?;
        SCRATCH.with_borrow_mut(|scratch| {
            let mut chunk = ReadBuf::new(scratch);
            let filled = fill(cx, source, &mut chunk);
            self.write_chunk(cx, sink, chunk.filled())?;
            match filled {
                Filled::Ended => {
                    self.phase = match self.held.is_empty() {
                        true => Phase::Ending,
                        // Come back here: the end is read again.
                        false => Phase::Carrying,
                    };
                    Poll::Ready(Ok(()))
                }
                Filled::Broken => {
                    if self.held.is_empty() {
                        self.phase = Phase::Breaking;
                    }
                    Poll::Ready(Ok(()))
                }
                Filled::More if self.held.is_empty() => Poll::Ready(Ok(())),
                Filled::More => Poll::Pending,
                Filled::Waiting => {
                    if self.held.is_empty() {
                        ready!(self.flush(cx, sink))?;
                    }
                    Poll::Pending
                }
            }
        })
    }

    fn write_held<W: AsyncWrite + Unpin>(
        &mut self,
        cx: &mut Context<'_>,
        sink: &mut W,
    ) -> Poll<Result<(), Broken>> {
        while self.written < self.held.len() {
            let rest = &self.held[self.written..];
            let written = ready!(Pin::new(&mut *sink).poll_write(cx, rest));
            let written = took(written).map_err(|_| Broken::Sink)?;
            self.note(written);
            self.written += written;
        }
        self.held = Vec::new();
        self.written = 0;
        Poll::Ready(Ok(()))
    }

    /// What the sink does not take is held.
    fn write_chunk<W: AsyncWrite + Unpin>(
        &mut self,
        cx: &mut Context<'_>,
        sink: &mut W,
        mut chunk: &[u8],
    ) -> Result<(), Broken> {
        while !chunk.is_empty() {
            match Pin::new(&mut *sink).poll_write(cx, chunk) {
                Poll::Ready(written) => {
                    let written = took(written).map_err(|_| Broken::Sink)?;
                    self.note(written);
                    chunk = &chunk[written..];
                }
                Poll::Pending => {
                    self.held = chunk.to_vec();
                    break;
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, written: usize) {
        self.bytes += written as u64;
        self.moved += 1;
        self.unflushed = true;
    }

    fn flush<W: AsyncWrite + Unpin>(
        &mut self,
        cx: &mut Context<'_>,
        sink: &mut W,
    ) -> Poll<Result<(), Broken>> {
        if self.unflushed {
            ready!(Pin::new(sink).poll_flush(cx)).map_err(|_| Broken::Sink)?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }
}

/// A sink that takes nothing takes nothing any more.
fn took(written: io::Result<usize>) -> io::Result<usize> {
    match written {
        Ok(0) => Err(io::ErrorKind::WriteZero.into()),
        written => written,
    }
}

/// Why reading stopped.
enum Filled {
    /// There may be more at once.
    More,
    /// There will be more later.
    Waiting,
    /// There will be no more.
    Ended,
    Broken,
}

/// Reads as much as there is and fits: fewer, longer writes.
fn fill<R: AsyncRead + Unpin>(
    cx: &mut Context<'_>,
    source: &mut R,
    chunk: &mut ReadBuf<'_>,
) -> Filled {
    while chunk.remaining() >= RECORD {
        let before = chunk.filled().len();
        match Pin::new(&mut *source).poll_read(cx, chunk) {
            Poll::Pending => return Filled::Waiting,
            Poll::Ready(Err(_)) => return Filled::Broken,
            Poll::Ready(Ok(())) if chunk.filled().len() == before => return Filled::Ended,
            Poll::Ready(Ok(())) => (),
        }
    }
    Filled::More
}

/// Goes off when nothing has moved for a time. It is set anew only when it would go off, not with every byte.
struct IdleTimer {
    idle: Duration,
    last: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl IdleTimer {
    fn new(idle: Duration) -> Self {
        let last = Instant::now();
        Self {
            idle,
            last,
            sleep: Box::pin(sleep_until(last + idle)),
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>, moved: bool) -> Poll<()> {
        if moved {
            self.last = Instant::now();
        }
        loop {
            ready!(self.sleep.as_mut().poll(cx));
            let due = self.last + self.idle;
            if due <= Instant::now() {
                return Poll::Ready(());
            }
            self.sleep.as_mut().reset(due);
        }
    }
}

#[cfg(test)]
mod tests;
