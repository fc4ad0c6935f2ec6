//! The log of connections: one line each, written by a thread of its own.

mod entry;
mod json;
mod text;
mod writer;

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc::{self, Sender},
    },
    thread,
    time::Duration,
};

use prometheus_client::metrics::counter::Counter;
use tokio::sync::{Notify, oneshot};

pub(crate) use entry::{End, Entry, Id, Line};

use crate::config::{Log, LogTarget, WhenFull};
use writer::Writer;

/// How long the last lines may take to be written when the gateway stops.
const CLOSE: Duration = Duration::from_secs(5);

/// The log. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AccessLog(Option<Arc<Open>>);

struct Open {
    queue: Sender<Message>,
    waiting: Arc<Waiting>,
    when_full: WhenFull,
    dropped: Counter,
}

/// How many lines wait to be written.
struct Waiting {
    lines: AtomicUsize,
    /// So many may wait. Where connections are held rather than lines dropped, those that are there can still add theirs.
    max: usize,
    written: Notify,
}

/// What the thread is told.
enum Message {
    Line(Box<Entry>),
    Reopen,
    Close(oneshot::Sender<()>),
}

impl Waiting {
    fn is_full(&self) -> bool {
        self.lines.load(SeqCst) >= self.max
    }

    fn one_less(&self) {
        self.lines.fetch_sub(1, SeqCst);
        self.written.notify_waiters();
    }
}

impl AccessLog {
    /// Opens it, and starts its thread.
    pub(crate) fn open(log: &Log, dropped: Counter) -> io::Result<Self> {
        if log.target == LogTarget::Off {
            return Ok(Self(None));
        }
        let waiting = Arc::new(Waiting {
            lines: AtomicUsize::new(0),
            max: log.queue.get(),
            written: Notify::new(),
        });
        let mut writer = Writer::open(log, dropped.clone(), Arc::clone(&waiting))?;
        let (queue, messages) = mpsc::channel();
        let thread = thread::Builder::new().name("countersign-log".into());
        thread.spawn(move || {
            while let Ok(message) = messages.recv() {
                writer.obey(message);
                // What comes in quick succession is written together.
                messages.try_iter().for_each(|message| writer.obey(message));
                writer.flush();
            }
        })?;
        Ok(Self(Some(Arc::new(Open {
            queue,
            waiting,
            when_full: log.when_full,
            dropped,
        }))))
    }

    /// Waits as long as a new connection is to wait for the log.
    pub(crate) async fn room(&self) {
        let held = |open: &&Arc<Open>| open.when_full == WhenFull::Hold;
        let Some(open) = self.0.as_ref().filter(held) else {
            return;
        };
        loop {
            let written = open.waiting.written.notified();
            tokio::pin!(written);
            // From here on nothing is missed.
            written.as_mut().enable();
            if !open.waiting.is_full() {
                return;
            }
            written.await;
        }
    }

    /// Has a line written. It never waits: where lines are dropped rather than connections held, and too many wait, it is dropped
    /// and counted.
    pub(crate) fn write(&self, entry: Box<Entry>) {
        let Some(open) = &self.0 else {
            return;
        };
        if open.when_full == WhenFull::Drop && open.waiting.is_full() {
            open.dropped.inc();
            return;
        }
        open.waiting.lines.fetch_add(1, SeqCst);
        open.tell(Message::Line(entry));
    }

    /// Has the file opened anew.
    pub(crate) fn reopen(&self) {
        if let Some(open) = &self.0 {
            open.tell(Message::Reopen);
        }
    }

    /// Waits until all lines are written, but not for ever.
    pub(crate) async fn close(&self) {
        let Some(open) = &self.0 else {
            return;
        };
        let (done, is_done) = oneshot::channel();
        open.tell(Message::Close(done));
        if tokio::time::timeout(CLOSE, is_done).await.is_err() {
            tracing::warn!("the last lines of the log are not written yet, and are lost");
        }
    }
}

impl Open {
    /// The thread lives as long as this does; if a bug has ended it, lines are lost.
    fn tell(&self, message: Message) {
        if self.queue.send(message).is_err() {
            self.dropped.inc();
        }
    }
}

#[cfg(test)]
mod tests;
