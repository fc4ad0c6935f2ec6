//! Where lines are written.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
};

use prometheus_client::metrics::counter::Counter;

use super::{Entry, Message, Waiting, json, text};
use crate::config::{Log, LogFormat, LogTarget};

/// Lines are written together up to so many bytes.
const BATCH_BYTES: usize = 64 * 1024;

/// Writes lines. What cannot be written is dropped and counted; the operator is told when that begins and when it ends.
pub(super) struct Writer {
    format: LogFormat,
    /// None: standard output.
    path: Option<PathBuf>,
    out: Box<dyn Write + Send>,
    batch: Vec<u8>,
    lines: u64,
    dropped: Counter,
    failing: bool,
    waiting: Arc<Waiting>,
}

impl Writer {
    pub(super) fn open(log: &Log, dropped: Counter, waiting: Arc<Waiting>) -> io::Result<Self> {
        let path = match &log.target {
            LogTarget::File(path) => Some(path.clone()),
            LogTarget::Stdout | LogTarget::Off => None,
        };
        Ok(Self {
            format: log.format,
            out: match &path {
                Some(path) => Box::new(open(path)?),
                None => Box::new(io::stdout()),
            },
            path,
            batch: Vec::with_capacity(BATCH_BYTES),
            lines: 0,
            dropped,
            failing: false,
            waiting,
        })
    }

    pub(super) fn obey(&mut self, message: Message) {
        match message {
            Message::Line(entry) => {
                self.write(&entry);
                self.waiting.one_less();
            }
            Message::Reopen => self.reopen(),
            Message::Close(done) => {
                self.flush();
                // Whoever waited may have gone.
                let _ = done.send(());
            }
        }
    }

    fn write(&mut self, entry: &Entry) {
        match self.format {
            LogFormat::Json => json::write(entry, &mut self.batch),
            LogFormat::Text => text::write(entry, &mut self.batch),
        }
        self.lines += 1;
        if self.batch.len() >= BATCH_BYTES {
            self.flush();
        }
    }

    pub(super) fn flush(&mut self) {
        if self.batch.is_empty() {
            return;
        }
        let written = self
            .out
            .write_all(&self.batch)
            .and_then(|()| self.out.flush());
        let lines = std::mem::take(&mut self.lines);
        self.batch.clear();
        match written {
            Ok(()) if self.failing => {
                self.failing = false;
                tracing::info!("the log is written again");
            }
            Ok(()) => (),
            Err(error) => {
                self.dropped.inc_by(lines);
                if !self.failing {
                    self.failing = true;
                    tracing::error!(%error, "the log cannot be written, lines are lost");
                }
            }
        }
    }

    /// Opens the file anew. If that cannot be, the old one goes on.
    fn reopen(&mut self) {
        self.flush();
        let Some(path) = &self.path else {
            return;
        };
        match open(path) {
            Ok(file) => self.out = Box::new(file),
            Err(error) => {
                let path = path.display();
                tracing::error!(%path, %error, "the log cannot be opened anew, the old file goes on");
            }
        }
    }
}

fn open(path: &std::path::Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}
