//! A policy that keeps overrunning its deadline is not asked for a while, so that others wait for a bounded number of missed
//! deadlines.
//!
//! **Closed**, every call is admitted. **Tripped**, every call is refused for a pause; what the memo knows is answered before
//! anybody asks here. After the pause the breaker is **probing**: one caller is admitted, the others are still refused. If the
//! probe ends in time, the breaker closes; if it overruns, or is dropped without a verdict, another pause begins.
//!
//! # When it trips
//!
//! To count overruns in a row would be of no use: a policy that spins on every second call would never be tripped, and eat
//! half of every thread. Nor can an answer pay for an overrun: a hostile policy answers cheaply and as often as it likes,
//! and every call would write to memory that all threads share. So only time forgives. The breaker keeps a debt: an
//! overrun adds one, and `overruns_max` are forgiven a pause, evenly. It trips when the debt comes above `overruns_max − 1`:
//! at the last of `overruns_max` overruns that come together. A recovered policy is on probation: it has that debt again,
//! so that one more overrun trips it until time has passed.
//!
//! # The bound
//!
//! With M = `overruns_max`, a pause P no shorter than a deadline, and T threads that judge, in *any* window of length W:
//!
//! - one thread misses at most `1 + M · (1 + W / P)` deadlines of a policy;
//! - all of them together at most `1 + (M + T − 1) · (1 + W / P)`.
//!
//! For: while closed, each overrun takes one from a room of M, to which time gives back M a pause, and a recovery at most
//! one. Probes, good or bad, come a whole pause after one another, and no time is both closed and a pause: recoveries and
//! failed probes are `1 + W / P` at most, less what time gives back. What is left are calls that were under way when the
//! breaker tripped. They may overrun, too, and are not counted: at each trip at most one of every other thread, which for
//! that thread stands in the place of the overrun that tripped. Each deadline may last a tick longer, and as much longer as one
//! instruction takes that works on all of an instance's memory. In the long run, what is missed takes `M · deadline / P` of a
//! thread at most, and `deadline / P` where a policy always spins.
//!
//! # What it does not bound
//!
//! An overrun is a missed deadline and nothing else: a trap, a lack of memory and an unusable answer count only if they come too
//! late. Nor does an answer in time count, however long it took: a policy that answers just within its deadline, each
//! time, is never tripped, and a thread that asks it all the time is used fully. Each question then still waits for no
//! more than one deadline, which is what a policy is given.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// Not a time: calls are admitted.
const CLOSED: u64 = 0;
/// Not a time: a probe is under way.
const PROBING: u64 = u64::MAX;

/// Refuses calls of a policy that overruns its deadline too often.
///
/// It stands on cache lines of its own, which are only written when a call overruns and while the breaker is tripped: in
/// the closed state, threads that ask it share nothing that changes.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Breaker {
    /// [`CLOSED`], [`PROBING`], or when the pause ends. Read without the lock, written only under it.
    until: AtomicU64,
    /// When all overruns will be forgiven.
    debt_until: Mutex<u64>,
    /// Times are nanoseconds since then.
    start: Instant,
    overruns_max: u64,
    pause_ns: u64,
    /// The time that forgives one overrun.
    overrun_ns: u64,
}

/// A call that may be made. Its end must be told; a probe that is dropped without counts as an overrun.
#[derive(Debug)]
#[must_use = "how the call ends must be told"]
pub(super) struct Admitted<'a> {
    breaker: &'a Breaker,
    /// Since when it is the probe, if it is.
    probe_since: Option<Instant>,
}

/// A call that must not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tripped {
    /// Until somebody may try again; a whole pause while somebody tries.
    pub(super) retry_after: Duration,
}

/// What the end of a call changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "operators want to know"]
pub(super) enum Change {
    /// Nothing that anybody would notice.
    Nothing,
    /// Too many overruns: from now on calls are refused.
    Trips {
        /// For how long.
        pause: Duration,
    },
    /// The probe overran: calls are refused for longer.
    StaysTripped {
        /// For how long.
        pause: Duration,
    },
    /// The probe ended in time: calls are admitted again.
    Recovers,
}

impl Breaker {
    /// A closed breaker that trips when `overruns_max` calls overrun together, or more over some time. 0 counts as 1.
    /// `pause` should be many times the deadline.
    pub(super) fn new(overruns_max: u32, pause: Duration) -> Self {
        let overruns_max = u64::from(overruns_max).max(1);
        let pause_ns = nanoseconds(pause).max(1);
        Self {
            until: AtomicU64::new(CLOSED),
            debt_until: Mutex::new(0),
            start: Instant::now(),
            overruns_max,
            pause_ns,
            overrun_ns: pause_ns.div_ceil(overruns_max),
        }
    }

    /// Whether a call may be made `now`.
    pub(super) fn admit(&self, now: Instant) -> Result<Admitted<'_>, Tripped> {
        match self.until.load(Relaxed) {
            CLOSED => Ok(self.admitted(None)),
            PROBING => Err(tripped(self.pause_ns)),
            until => self.probe(until, now),
        }
    }

    /// Whether calls are refused, or only a probe would be admitted.
    pub(super) fn is_tripped(&self) -> bool {
        self.until.load(Relaxed) != CLOSED
    }

    fn probe(&self, until: u64, now: Instant) -> Result<Admitted<'_>, Tripped> {
        let left_ns = until.saturating_sub(self.since_start(now));
        if left_ns > 0 {
            return Err(tripped(left_ns));
        }
        let _lock = self.lock();
        // Another probe may have been admitted in between, and may even be back.
        match self.until.load(Relaxed) {
            CLOSED => Ok(self.admitted(None)),
            same if same == until => {
                self.until.store(PROBING, Relaxed);
                Ok(self.admitted(Some(now)))
            }
            _ => Err(tripped(self.pause_ns)),
        }
    }

    fn admitted(&self, probe_since: Option<Instant>) -> Admitted<'_> {
        Admitted {
            breaker: self,
            probe_since,
        }
    }

    /// Takes an overrun of a call that was no probe.
    fn count(&self, now: Instant) -> Change {
        let mut debt_until = self.lock();
        if self.is_tripped() {
            return Change::Nothing;
        }
        let now_ns = self.since_start(now);
        *debt_until = (*debt_until).max(now_ns).saturating_add(self.overrun_ns);
        if *debt_until - now_ns <= self.probation_ns() {
            return Change::Nothing;
        }
        let pause = self.trip(now_ns);
        Change::Trips { pause }
    }

    /// Takes an overrun of the probe.
    fn stay_tripped(&self, now: Instant) -> Change {
        let _lock = self.lock();
        let pause = self.trip(self.since_start(now));
        Change::StaysTripped { pause }
    }

    /// Takes the good end of the probe.
    fn recover(&self, now: Instant) -> Change {
        let mut debt_until = self.lock();
        *debt_until = self.since_start(now).saturating_add(self.probation_ns());
        self.until.store(CLOSED, Relaxed);
        Change::Recovers
    }

    /// Lets the next caller try at once.
    fn forget_probe(&self, since: Instant) {
        let _lock = self.lock();
        self.pause_until(self.since_start(since));
    }

    fn trip(&self, now_ns: u64) -> Duration {
        self.pause_until(now_ns.saturating_add(self.pause_ns));
        Duration::from_nanos(self.pause_ns)
    }

    fn pause_until(&self, until: u64) {
        self.until
            .store(until.clamp(CLOSED + 1, PROBING - 1), Relaxed);
    }

    /// The debt that leaves room for exactly one more.
    fn probation_ns(&self) -> u64 {
        self.overrun_ns.saturating_mul(self.overruns_max - 1)
    }

    fn since_start(&self, now: Instant) -> u64 {
        nanoseconds(now.saturating_duration_since(self.start))
    }

    /// Behind the lock is one number: no panic can leave it half written.
    fn lock(&self) -> MutexGuard<'_, u64> {
        self.debt_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admitted<'_> {
    /// Whether it is the one call that decides if others are admitted again.
    #[cfg(test)]
    fn is_probe(&self) -> bool {
        self.probe_since.is_some()
    }

    /// The call missed its deadline.
    pub(super) fn overran(mut self, now: Instant) -> Change {
        match self.probe_since.take() {
            None => self.breaker.count(now),
            Some(_) => self.breaker.stay_tripped(now),
        }
    }

    /// The call ended in time, with an answer or without.
    pub(super) fn ended(mut self, now: Instant) -> Change {
        match self.probe_since.take() {
            None => Change::Nothing,
            Some(_) => self.breaker.recover(now),
        }
    }

    /// The guest never ran, for want of an instance: nothing is known of it.
    pub(super) fn never_ran(mut self) {
        if let Some(since) = self.probe_since.take() {
            self.breaker.forget_probe(since);
        }
    }
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        if let Some(since) = self.probe_since {
            // Nobody is left to be told.
            let _ = self.breaker.stay_tripped(since.max(Instant::now()));
        }
    }
}

fn tripped(left_ns: u64) -> Tripped {
    Tripped {
        retry_after: Duration::from_nanos(left_ns),
    }
}

/// Up to 584 years.
fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
