//! A transport without a network: what the gate writes goes to a script at once, and the script's answers are read.
//! Everything happens in the gate's own task, so a run is the same every time; and everything is written down.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The other end of a wire.
pub trait Script: Send + 'static {
    /// What it says before it has heard anything. A client speaks first, a server does not.
    fn greet(&mut self) -> Vec<Item> {
        Vec::new()
    }

    /// The gate wrote this. What comes back is read by the gate, in order.
    fn hear(&mut self, bytes: &[u8]) -> Vec<Item>;
}

/// What a read finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Bytes. One read takes from one item only.
    Bytes(Vec<u8>),
    /// The end, for ever.
    End,
    /// An error.
    Error(io::ErrorKind),
}

/// How the transport behaves.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Bytes that one read gives at most.
    pub read_max: usize,
    /// Bytes that one write takes at most.
    pub write_max: usize,
    /// Every operation is refused once before it succeeds.
    pub hesitates: bool,
    /// Writes fail once so many bytes were written.
    pub breaks_after: Option<usize>,
    /// Writes never end once so many bytes were written.
    pub blocks_after: Option<usize>,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            read_max: usize::MAX,
            write_max: usize::MAX,
            hesitates: false,
            breaks_after: None,
            blocks_after: None,
        }
    }
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// Every byte that the gate wrote.
    pub written: Vec<u8>,
    /// Bytes that the gate read.
    pub read: usize,
    /// The gate closed its direction.
    pub closed: bool,
    /// The gate let go of the transport.
    pub dropped: bool,
}

struct Shared<T> {
    script: T,
    manner: Manner,
    seen: Seen,
    inbox: VecDeque<Item>,
    reader: Option<Waker>,
    hesitated: bool,
}

/// The gate's end.
pub struct Wire<T>(Arc<Mutex<Shared<T>>>);

/// The test's view of a wire, during and after the connection.
pub struct Witness<T>(Arc<Mutex<Shared<T>>>);

/// A wire with this script at the other end.
pub fn wire<T: Script>(mut script: T, manner: Manner) -> (Wire<T>, Witness<T>) {
    let inbox = sent(script.greet()).collect();
    let shared = Arc::new(Mutex::new(Shared {
        script,
        manner,
        seen: Seen::default(),
        inbox,
        reader: None,
        hesitated: false,
    }));
    (Wire(Arc::clone(&shared)), Witness(shared))
}

impl<T> Witness<T> {
    /// Looks at what was seen.
    pub fn seen<R>(&self, look: impl FnOnce(&Seen) -> R) -> R {
        look(&lock(&self.0).seen)
    }

    /// Everything that the gate wrote so far.
    pub fn written(&self) -> Vec<u8> {
        lock(&self.0).seen.written.clone()
    }

    /// Lets the transport behave differently from now on.
    pub fn set_manner(&self, manner: Manner) {
        lock(&self.0).manner = manner;
    }

    /// Looks at the script.
    pub fn script<R>(&self, look: impl FnOnce(&mut T) -> R) -> R {
        look(&mut lock(&self.0).script)
    }
}

/// What is really said: a read that finds no bytes would be an end.
fn sent(items: Vec<Item>) -> impl Iterator<Item = Item> {
    let is_empty = |item: &Item| *item == Item::Bytes(Vec::new());
    items.into_iter().filter(move |item| !is_empty(item))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test panics while it looks")
}

impl<T> std::fmt::Debug for Wire<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl<T> Drop for Wire<T> {
    fn drop(&mut self) {
        lock(&self.0).seen.dropped = true;
    }
}

impl<T> Shared<T> {
    /// Whether this call is one of those that are refused once.
    fn hesitates(&mut self, cx: &Context<'_>) -> bool {
        self.hesitated = self.manner.hesitates && !self.hesitated;
        if self.hesitated {
            cx.waker().wake_by_ref();
        }
        self.hesitated
    }

    /// How much of `bytes` is taken now: none at all for ever, an error, or so many.
    fn taken(&self, bytes: usize) -> Poll<io::Result<usize>> {
        let written = self.seen.written.len();
        let left = |limit: Option<usize>| limit.map_or(usize::MAX, |limit| limit - written);
        if left(self.manner.blocks_after) == 0 {
            return Poll::Pending;
        }
        if left(self.manner.breaks_after) == 0 {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let most = left(self.manner.blocks_after).min(left(self.manner.breaks_after));
        Poll::Ready(Ok(bytes.min(self.manner.write_max).min(most)))
    }
}

impl<T: Script> AsyncRead for Wire<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let shared = &mut *lock(&self.0);
        if shared.hesitates(cx) {
            return Poll::Pending;
        }
        match shared.inbox.front_mut() {
            None => {
                shared.reader = Some(cx.waker().clone());
                return Poll::Pending;
            }
            Some(Item::End) => return Poll::Ready(Ok(())),
            Some(Item::Error(kind)) => return Poll::Ready(Err((*kind).into())),
            Some(Item::Bytes(bytes)) => {
                let count = bytes.len().min(shared.manner.read_max).min(out.remaining());
                out.put_slice(&bytes[..count]);
                bytes.drain(..count);
                shared.seen.read += count;
            }
        }
        if shared.inbox.front() == Some(&Item::Bytes(Vec::new())) {
            shared.inbox.pop_front();
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: Script> AsyncWrite for Wire<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let shared = &mut *lock(&self.0);
        if shared.hesitates(cx) {
            return Poll::Pending;
        }
        let count = match shared.taken(bytes.len()) {
            Poll::Ready(Ok(count)) => count,
            other => return other,
        };
        shared.seen.written.extend_from_slice(&bytes[..count]);
        let answer = shared.script.hear(&bytes[..count]);
        shared.inbox.extend(sent(answer));
        if let Some(reader) = shared.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match lock(&self.0).hesitates(cx) {
            true => Poll::Pending,
            false => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shared = &mut *lock(&self.0);
        if shared.hesitates(cx) {
            return Poll::Pending;
        }
        shared.seen.closed = true;
        Poll::Ready(Ok(()))
    }
}

/// The simplest script of a server: hears nothing, says this once the client has said a whole first record.
pub struct Reciter {
    heard: usize,
    says: Option<Vec<Item>>,
}

impl Reciter {
    /// Says this.
    pub fn new(says: Vec<Item>) -> Self {
        Self {
            heard: 0,
            says: Some(says),
        }
    }
}

impl Script for Reciter {
    fn hear(&mut self, bytes: &[u8]) -> Vec<Item> {
        self.heard += bytes.len();
        self.says.take_if(|_| self.heard > 64).unwrap_or_default()
    }
}
