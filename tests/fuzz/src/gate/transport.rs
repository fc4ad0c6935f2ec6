//! A transport in memory with the peer at its other end. What the gate writes, the peer answers at once; where the peer has
//! nothing more to say, the stream has ended.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll},
};

use arbitrary::Arbitrary;
use rustls::{Connection, Error};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    damage::{Damage, Damaged, split},
    sealed,
};

/// What the peer sends as soon as it may.
const DATA: &[u8] = b"data of the peer";

/// How a transport behaves.
#[derive(Arbitrary, Clone, Debug, Default)]
struct Manner {
    /// Bytes that reads give at most, less one, over and over.
    reads: Vec<u8>,
    /// Bytes that a write takes at most, less one.
    write_max: Option<u8>,
    /// Every operation is refused once before it succeeds.
    hesitates: bool,
    /// Writes fail once so many bytes were written.
    breaks_after: Option<u16>,
    /// The end is an error.
    resets: bool,
}

/// What becomes of the bytes between the ends.
#[derive(Arbitrary, Clone, Debug, Default)]
pub struct Way {
    damage: Damage,
    manner: Manner,
}

impl Way {
    /// Whether every byte comes through as it was sent.
    pub fn is_right(&self) -> bool {
        self.damage.is_none() && self.manner.is_harmless()
    }
}

impl Manner {
    /// Whether there are no errors.
    fn is_harmless(&self) -> bool {
        self.breaks_after.is_none() && !self.resets
    }
}

/// What is at both ends.
pub struct Line {
    /// The peer.
    pub peer: Connection,
    /// Why the peer gave up.
    pub error: Option<Error>,
    /// Every byte that the gate wrote.
    pub written: Vec<u8>,
    damaged: Damaged,
    manner: Manner,
    inbox: Vec<u8>,
    reads: usize,
    has_hesitated: bool,
}

/// The gate's end.
pub struct Transport(Arc<Mutex<Line>>);

/// The view of both ends, during the connection and after it.
pub struct Witness(Arc<Mutex<Line>>);

/// A transport to this peer. What it says first can be something else than what it meant to say.
pub fn transport(
    peer: impl Into<Connection>,
    opening: Option<Vec<u8>>,
    way: &Way,
) -> (Transport, Witness) {
    sealed::plan(&way.damage.sealed);
    let mut line = Line {
        peer: peer.into(),
        error: None,
        written: Vec::new(),
        damaged: Damaged::new(&way.damage),
        manner: way.manner.clone(),
        inbox: Vec::new(),
        reads: 0,
        has_hesitated: false,
    };
    // Kept back by the library until it may be sent.
    let _ = io::Write::write_all(&mut line.peer.writer(), DATA);
    line.answer();
    if let Some(opening) = opening {
        line.inbox = opening;
    }
    let line = Arc::new(Mutex::new(line));
    (Transport(Arc::clone(&line)), Witness(line))
}

impl Witness {
    /// Both ends.
    pub fn line(&self) -> MutexGuard<'_, Line> {
        lock(&self.0)
    }
}

fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().expect("a panic ends the process")
}

impl Line {
    /// Whether writes have failed.
    pub fn is_broken(&self) -> bool {
        self.room() == 0
    }

    fn room(&self) -> usize {
        let end = self.manner.breaks_after.map_or(usize::MAX, usize::from);
        end.saturating_sub(self.written.len())
    }

    /// The peer hears this, unless it has given up.
    fn hear(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.error.is_none() {
            if !self.peer.read_tls(&mut bytes).is_ok_and(|count| count > 0) {
                break;
            }
            self.error = self.peer.process_new_packets().err();
            // Ends with an error where there is no more for now.
            let _ = io::Read::read_to_end(&mut self.peer.reader(), &mut Vec::new());
        }
        self.answer();
    }

    fn answer(&mut self) {
        let mut bytes = Vec::new();
        while self.peer.wants_write() && self.peer.write_tls(&mut bytes).is_ok() {}
        for record in split(&bytes).0 {
            self.inbox.extend(self.damaged.record(record));
        }
    }

    /// Whether this call is one of those that are refused once.
    fn hesitates(&mut self, cx: &Context<'_>) -> bool {
        self.has_hesitated = self.manner.hesitates && !self.has_hesitated;
        if self.has_hesitated {
            cx.waker().wake_by_ref();
        }
        self.has_hesitated
    }

    fn read(&mut self, out: &mut ReadBuf<'_>) -> io::Result<()> {
        if self.inbox.is_empty() {
            self.inbox = self.damaged.rest();
        }
        if self.inbox.is_empty() && self.manner.resets {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let reads = &self.manner.reads;
        let read_max = match reads.len() {
            0 => usize::MAX,
            count => 1 + usize::from(reads[self.reads % count]),
        };
        self.reads += 1;
        let count = self.inbox.len().min(read_max).min(out.remaining());
        out.put_slice(&self.inbox[..count]);
        self.inbox.drain(..count);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_broken() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let write_max = self
            .manner
            .write_max
            .map_or(usize::MAX, |most| 1 + usize::from(most));
        let count = bytes.len().min(write_max).min(self.room());
        self.written.extend_from_slice(&bytes[..count]);
        self.hear(&bytes[..count]);
        Ok(count)
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut line = lock(&self.0);
        match line.hesitates(cx) {
            true => Poll::Pending,
            false => Poll::Ready(line.read(out)),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut line = lock(&self.0);
        match line.hesitates(cx) {
            true => Poll::Pending,
            false => Poll::Ready(line.write(bytes)),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
