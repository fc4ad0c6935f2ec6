//! What is said once, not a million times.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How often the same thing is said.
const PAUSE: Duration = Duration::from_secs(60);

/// Something that may happen often and is said seldom.
#[derive(Debug, Default)]
pub(crate) struct Complaint(Mutex<Said>);

#[derive(Debug, Default)]
struct Said {
    last: Option<Instant>,
    since: u64,
}

impl Complaint {
    /// It happened. If it may be said now: how often it happened since it was last said, this time not counted.
    pub(crate) fn may_be_said(&self) -> Option<u64> {
        self.may_be_said_at(Instant::now())
    }

    fn may_be_said_at(&self, now: Instant) -> Option<u64> {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if said.last.is_some_and(|last| now < last + PAUSE) {
            said.since += 1;
            return None;
        }
        said.last = Some(now);
        Some(std::mem::take(&mut said.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_one_complaint() {
        let (complaint, now) = (Complaint::default(), Instant::now());
        assert_eq!(complaint.may_be_said_at(now), Some(0));
        for second in 0..7 {
            let later = now + Duration::from_secs(second);
            assert_eq!(complaint.may_be_said_at(later), None);
        }
        assert_eq!(complaint.may_be_said_at(now + PAUSE), Some(7));
    }
}
