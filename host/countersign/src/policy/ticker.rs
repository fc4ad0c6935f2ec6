//! The clock behind deadlines: a thread that makes an engine's epochs pass.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    thread::{self, Thread},
    time::Duration,
};

/// How long one epoch lasts: the resolution of deadlines.
const TICK: Duration = Duration::from_millis(1);

/// Epochs by which a wake-up reaches beyond what was asked for, so that most calls find that they need not write anything.
const MARGIN_TICKS: u64 = 50;

/// Epochs after the last deadline after which the thread sleeps until the next call.
const IDLE_TICKS: u64 = 100;

/// Ticks while calls are made, and stops when dropped.
pub(super) struct Ticker {
    shared: Arc<Shared>,
    thread: Thread,
}

#[derive(Default)]
struct Shared {
    now: AtomicU64,
    /// The epoch up to which somebody may wait for a deadline.
    busy_until: AtomicU64,
    asleep: AtomicBool,
    stopped: AtomicBool,
}

impl Ticker {
    pub(super) fn start<const N: usize>(engines: [wasmtime::Engine; N]) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let on_thread = Arc::clone(&shared);
        let handle = thread::Builder::new()
            .name("countersign-ticker".to_owned())
            .spawn(move || on_thread.run(&engines))?;
        Ok(Self {
            shared,
            thread: handle.thread().clone(),
        })
    }

    /// Makes sure that this many epochs pass from now on. While calls are made, it only reads what all threads share.
    pub(super) fn wake(&self, ticks: u64) {
        let shared = &self.shared;
        let until = shared.now.load(SeqCst).saturating_add(ticks);
        if shared.busy_until.load(SeqCst) < until {
            let until = until.saturating_add(MARGIN_TICKS);
            shared.busy_until.fetch_max(until, SeqCst);
        }
        if shared.asleep.load(SeqCst) && shared.asleep.swap(false, SeqCst) {
            self.thread.unpark();
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.stopped.store(true, SeqCst);
        self.thread.unpark();
    }
}

impl Shared {
    fn run(&self, engines: &[wasmtime::Engine]) {
        while !self.stopped.load(SeqCst) {
            thread::sleep(TICK);
            engines.iter().for_each(wasmtime::Engine::increment_epoch);
            self.now.fetch_add(1, SeqCst);
            if self.is_idle() {
                self.sleep();
            }
        }
    }

    fn is_idle(&self) -> bool {
        self.now
            .load(SeqCst)
            .saturating_sub(self.busy_until.load(SeqCst))
            > IDLE_TICKS
    }

    /// No wake-up is lost: `wake` writes `busy_until`, or finds it late enough, before it reads `asleep`; this writes `asleep`
    /// before it reads `busy_until`. So at least one of the two sees the other.
    fn sleep(&self) {
        self.asleep.store(true, SeqCst);
        while self.is_idle() && !self.stopped.load(SeqCst) {
            thread::park();
        }
        self.asleep.store(false, SeqCst);
    }
}
