//! The clock behind deadlines: a thread that makes an engine's epochs pass.
//!
//! An epoch is a millisecond. The thread sleeps up to the end of each, but sleeps are longer than they should be, and on a busy machine
//! far longer. So it counts the time that has passed, and not how often it woke up: deadlines do not drift, and are as late as the
//! thread is at their end, not as it ever was.
//!
//! Nor may a deadline come early. Where the thread is late when a call begins, the epochs that it will make up for are added to
//! those that the call has. While nobody calls it rests, and makes up for nothing of that time.

use std::{
    io,
    sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{Acquire, Release, SeqCst},
            fence,
        },
    },
    thread::{self, Thread},
    time::{Duration, Instant},
};

use super::deadline::Deadline;

/// How long one epoch lasts: the resolution of deadlines.
const TICK: Duration = Duration::from_millis(1);
const TICK_NS: u64 = 1_000_000;

/// Epochs by which a wake-up reaches beyond what was asked for, so that most calls find that they need not write anything.
const MARGIN_TICKS: u64 = 50;

/// Epochs after the last deadline after which the thread sleeps until the next call.
const IDLE_TICKS: u64 = 100;

/// Not a time: the thread rests.
const RESTING: u64 = u64::MAX;

/// Ticks while calls are made, and stops when dropped.
pub(super) struct Ticker {
    shared: Arc<Shared>,
    thread: Thread,
}

struct Shared {
    /// Epochs that have begun. Never behind the engines': it is written first.
    now: AtomicU64,
    /// The time up to which the engines' epochs are counted, in nanoseconds after `start`; or [`RESTING`]. Never ahead of them: it is written
    /// last.
    counted_ns: AtomicU64,
    /// The epoch up to which somebody may wait for a deadline.
    busy_until: AtomicU64,
    asleep: AtomicBool,
    stopped: AtomicBool,
    start: Instant,
}

impl Ticker {
    pub(super) fn start<const N: usize>(engines: [wasmtime::Engine; N]) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(Instant::now()));
        let on_thread = Arc::clone(&shared);
        let handle = thread::Builder::new()
            .name("countersign-ticker".to_owned())
            .spawn(move || on_thread.run(&engines))?;
        Ok(Self {
            shared,
            thread: handle.thread().clone(),
        })
    }

    /// How many epochs beyond the engines' present one last until the deadline, and not less.
    pub(super) fn ticks(&self, deadline: &Deadline) -> u64 {
        self.shared.ticks(deadline)
    }

    /// Makes sure that this many epochs pass from now on. While calls are made, it only reads what all threads share. An engine's epoch
    /// that is to be waited for must have been read before: the thread could rest in between.
    pub(super) fn wake(&self, ticks: u64) {
        let shared = &self.shared;
        shared.stay_awake(ticks);
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
    fn new(start: Instant) -> Self {
        Self {
            now: AtomicU64::new(0),
            counted_ns: AtomicU64::new(RESTING),
            busy_until: AtomicU64::new(0),
            asleep: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            start,
        }
    }

    /// The epoch under way may end at once, so one more makes the deadline at least what was promised. An engine adds this to
    /// its epoch without a look at the sum: half the range is 292 million years.
    fn ticks(&self, deadline: &Deadline) -> u64 {
        // What the call then reads of the engine's epoch is no older than this.
        let counted_ns = self.counted_ns.load(SeqCst);
        let started_ns = self.since_start(deadline.started());
        let uncounted = started_ns.saturating_sub(counted_ns) / TICK_NS;
        let ticks = deadline.ms().saturating_add(uncounted);
        ticks.saturating_add(1).min(u64::MAX / 2)
    }

    fn stay_awake(&self, ticks: u64) {
        // Not before the engine's epoch, which was read without order.
        fence(Acquire);
        let until = self.now.load(SeqCst).saturating_add(ticks);
        if self.busy_until.load(SeqCst) < until {
            let until = until.saturating_add(MARGIN_TICKS);
            self.busy_until.fetch_max(until, SeqCst);
        }
    }

    fn run(&self, engines: &[wasmtime::Engine]) {
        let mut count = self.begin();
        while !self.stopped.load(SeqCst) {
            thread::sleep(count.left(Instant::now()));
            let ticks = count.take(Instant::now());
            self.advance(engines, ticks, count.until);
            if self.is_idle() {
                self.sleep();
                count = self.begin();
            }
        }
    }

    /// Counts from now on. A call that read before that nothing is counted began before this looks at the clock; one that reads
    /// what is written here takes its own start to be later than counted, if anything.
    fn begin(&self) -> Count {
        let written = self.since_start(Instant::now());
        self.counted_ns.store(written, SeqCst);
        Count {
            until: Instant::now(),
        }
    }

    /// Lets epochs begin, up to this time.
    fn advance(&self, engines: &[wasmtime::Engine], ticks: u64, until: Instant) {
        self.now.fetch_add(ticks, SeqCst);
        fence(Release);
        for engine in engines {
            (0..ticks).for_each(|_| engine.increment_epoch());
        }
        self.counted_ns.store(self.since_start(until), SeqCst);
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
        self.counted_ns.store(RESTING, SeqCst);
        self.asleep.store(true, SeqCst);
        while self.is_idle() && !self.stopped.load(SeqCst) {
            thread::park();
        }
        self.asleep.store(false, SeqCst);
    }

    /// Up to 584 years.
    fn since_start(&self, time: Instant) -> u64 {
        let ns = time.saturating_duration_since(self.start).as_nanos();
        u64::try_from(ns).map_or(RESTING - 1, |ns| ns.min(RESTING - 1))
    }
}

/// The time that has been made epochs of.
struct Count {
    until: Instant,
}

impl Count {
    /// Takes all epochs that are over at `now`.
    fn take(&mut self, now: Instant) -> u64 {
        let passed = now.saturating_duration_since(self.until).as_nanos();
        let ticks = u64::try_from(passed).unwrap_or(u64::MAX) / TICK_NS;
        self.until += Duration::from_nanos(ticks * TICK_NS);
        ticks
    }

    /// Until the end of the epoch under way.
    fn left(&self, now: Instant) -> Duration {
        (self.until + TICK).saturating_duration_since(now)
    }
}

#[cfg(test)]
mod tests;
