//! The log of connections: one line each, written by a thread of its own.

mod entry;
mod json;
mod text;
mod writer;

use std::{
    io,
    sync::{
        Arc,
        mpsc::{self, SyncSender, TrySendError},
    },
    thread,
    time::Duration,
};

use prometheus_client::metrics::counter::Counter;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

pub(crate) use entry::{End, Entry, Id, Line};

use crate::config::{Log, LogTarget, WhenFull};
use writer::Writer;

/// How long the last lines may take to be written when the gateway stops.
const CLOSE: Duration = Duration::from_secs(5);

/// The log. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AccessLog(Option<Arc<Open>>);

struct Open {
    queue: SyncSender<Message>,
    /// One permit for each line that may wait. None: lines are dropped rather than connections held.
    room: Option<Arc<Semaphore>>,
    dropped: Counter,
}

/// What the thread is told.
enum Message {
    Line(Box<Entry>, Room),
    Reopen,
    Close(oneshot::Sender<()>),
}

/// A place in the queue for the line that a connection will leave.
#[derive(Debug, Default)]
pub(crate) struct Room {
    _permit: Option<OwnedSemaphorePermit>,
}

impl AccessLog {
    /// Opens it, and starts its thread.
    pub(crate) fn open(log: &Log, dropped: Counter) -> io::Result<Self> {
        if log.target == LogTarget::Off {
            return Ok(Self(None));
        }
        let mut writer = Writer::open(log, dropped.clone())?;
        let room = match log.when_full {
            WhenFull::Drop => None,
            WhenFull::Hold => Some(Arc::new(Semaphore::new(log.queue.get()))),
        };
        // Whoever holds a permit finds a place; reopening and closing need one more each.
        let (queue, messages) = mpsc::sync_channel(log.queue.get() + 2);
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
            room,
            dropped,
        }))))
    }

    /// A place for the line of the next connection, as soon as there is one.
    pub(crate) async fn room(&self) -> Room {
        let room = self.0.as_ref().and_then(|open| open.room.as_ref());
        match room {
            None => Room::default(),
            Some(room) => Room {
                _permit: Arc::clone(room).acquire_owned().await.ok(),
            },
        }
    }

    /// Has a line written. It never waits: where there is no place for it, it is dropped and counted.
    pub(crate) fn write(&self, entry: Box<Entry>, room: Room) {
        if let Some(open) = &self.0
            && open.queue.try_send(Message::Line(entry, room)).is_err()
        {
            open.dropped.inc();
        }
    }

    /// Has the file opened anew.
    pub(crate) fn reopen(&self) {
        if let Some(open) = &self.0
            && let Err(TrySendError::Full(_)) = open.queue.try_send(Message::Reopen)
        {
            tracing::warn!("the log is full, and its file is not opened anew: try again");
        }
    }

    /// Waits until all lines are written, but not for ever.
    pub(crate) async fn close(&self) {
        let Some(open) = &self.0 else {
            return;
        };
        let (done, is_done) = oneshot::channel();
        let mut message = Message::Close(done);
        let told = async {
            while let Err(TrySendError::Full(back)) = open.queue.try_send(message) {
                message = back;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            // If the thread is gone, there is nothing to wait for.
            let _ = is_done.await;
        };
        if tokio::time::timeout(CLOSE, told).await.is_err() {
            tracing::warn!("the last lines of the log are not written yet, and are lost");
        }
    }
}

#[cfg(test)]
mod tests;
