//! When a call has to be over.
//!
//! A deadline counts wall-clock time, for that is what others wait. Two things look at it. Guest code asks at the head of every
//! loop and function whether the epoch of its deadline has come ([`ticker`](super::ticker)); one that meets it is stopped. And when
//! the guest has returned, the host looks once more: a single instruction that fills or copies much memory asks nothing while it
//! works, and may be the last one of a call.
//!
//! The second look takes no other measure than the first: both are the same monotonic clock from the same start. So code that never
//! asks is treated as code that asks all the time, and is neither better nor worse off where the machine takes the thread off its
//! core: a loop that lasts as long is stopped for the same delay. It would be fairer to count only the time that the thread had a core, but
//! to know that takes a system call for each verdict, and those who wait do not get the time back. What the second look adds is a
//! slack: a guest that has returned may have met its deadline, and have lost its core on the last steps, or the ticker its own.

use std::time::{Duration, Instant};

/// How late the end of a call may be seen before its answer counts for nothing: more than a scheduler's time slice, and far less
/// than a deadline should be.
pub(super) const SLACK: Duration = Duration::from_millis(10);

/// The time that a call may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    started: Instant,
    ms: u64,
}

impl Deadline {
    /// So many milliseconds after `started`.
    pub(super) fn after(started: Instant, ms: u64) -> Self {
        Self { started, ms }
    }

    /// So many milliseconds from now.
    pub(super) fn within(ms: u64) -> Self {
        Self::after(Instant::now(), ms)
    }

    pub(super) fn started(&self) -> Instant {
        self.started
    }

    pub(super) fn ms(&self) -> u64 {
        self.ms
    }

    /// Whether what ended at `now` ended too late.
    pub(super) fn is_missed(&self, now: Instant) -> bool {
        let taken = now.saturating_duration_since(self.started);
        taken > Duration::from_millis(self.ms).saturating_add(SLACK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_missed_beyond_its_slack_and_not_before() {
        let started = Instant::now();
        let missed = |ms, taken| Deadline::after(started, ms).is_missed(started + taken);
        assert!(!missed(100, Duration::ZERO));
        assert!(!missed(100, Duration::from_millis(100)));
        assert!(!missed(100, Duration::from_millis(100) + SLACK));
        let beyond = SLACK + Duration::from_nanos(1);
        assert!(missed(100, Duration::from_millis(100) + beyond));
        assert!(missed(0, beyond));
        assert!(!missed(u64::MAX, Duration::from_secs(1_000_000_000)));
    }
}
