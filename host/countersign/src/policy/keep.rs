//! Instances that are kept for the next call: how many there may be, of all policies together.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

/// What keeps instances, each at a place of its own.
pub(super) trait Keeper: Send + Sync {
    /// Lets go of the instance at a place, if there is one.
    fn release(&self, place: usize);
}

/// Counts the kept instances of an engine. Where there would be too many, those that were made first go.
pub(super) struct Keep {
    max: u32,
    count: Arc<AtomicU32>,
    /// In the order in which they were made. Some may be gone already.
    queue: Mutex<VecDeque<(Weak<dyn Keeper>, usize)>>,
}

/// Leave to keep one instance, for as long as it is kept.
pub(super) struct Leave(Arc<AtomicU32>);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Keep {
    pub(super) fn new(max: u32) -> Self {
        Self {
            max,
            count: Arc::default(),
            queue: Mutex::default(),
        }
    }

    /// Asks for leave to keep an instance at a place. None if others that are in use leave no room.
    pub(super) fn ask(&self, keeper: Weak<dyn Keeper>, place: usize) -> Option<Leave> {
        // Instances are made seldom: this is not the path of a call.
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.retain(|(other, at)| {
            let is_same = *at == place && Weak::ptr_eq(other, &keeper);
            !is_same && other.strong_count() > 0
        });
        while self.count.load(Relaxed) >= self.max {
            let (oldest, place) = queue.pop_front()?;
            if let Some(oldest) = oldest.upgrade() {
                oldest.release(place);
            }
        }
        queue.push_back((keeper, place));
        self.count.fetch_add(1, Relaxed);
        Some(Leave(Arc::clone(&self.count)))
    }

    /// How many are kept.
    pub(super) fn count(&self) -> u32 {
        self.count.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Places(Mutex<Vec<Option<Leave>>>);

    impl Keeper for Places {
        fn release(&self, place: usize) {
            self.0.lock().expect("it is whole")[place] = None;
        }
    }

    impl Places {
        fn keep(self: &Arc<Self>, keep: &Keep) -> bool {
            let mut places = self.0.lock().expect("it is whole");
            let place = places.len();
            places.push(None);
            drop(places);
            let keeper: Weak<dyn Keeper> = Arc::downgrade(&(Arc::clone(self) as Arc<dyn Keeper>));
            let leave = keep.ask(keeper, place);
            let is_kept = leave.is_some();
            self.0.lock().expect("it is whole")[place] = leave;
            is_kept
        }

        fn kept(&self) -> Vec<bool> {
            let places = self.0.lock().expect("it is whole");
            places.iter().map(Option::is_some).collect()
        }
    }

    #[test]
    fn the_first_goes_where_there_would_be_too_many() {
        let keep = Keep::new(2);
        let places = Arc::new(Places::default());
        for _ in 0..3 {
            assert!(places.keep(&keep));
        }
        assert_eq!(places.kept(), [false, true, true]);
        assert_eq!(keep.count(), 2);
    }

    #[test]
    fn those_of_a_policy_that_is_gone_do_not_count() {
        let keep = Keep::new(1);
        let gone = Arc::new(Places::default());
        assert!(gone.keep(&keep));
        drop(gone);
        assert_eq!(keep.count(), 0);
        assert!(Arc::new(Places::default()).keep(&keep));
    }

    #[test]
    fn none_is_kept_where_none_may_be() {
        let keep = Keep::new(0);
        assert!(!Arc::new(Places::default()).keep(&keep));
    }
}
