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
    /// Lets go of the instance at a place. Says whether there was one: it may be in use.
    fn release(&self, place: usize) -> bool;
}

/// Counts the kept instances of an engine. Where there would be too many, those that were made first go, but none that is in use.
pub(super) struct Keep {
    max: u32,
    count: Arc<AtomicU32>,
    /// In the order in which they were made. An entry stays for as long as its leave: an instance that is in use comes back with it.
    queue: Mutex<VecDeque<Entry>>,
}

/// Leave to keep one instance, for as long as it is kept.
pub(super) struct Leave(#[expect(dead_code, reason = "it is held for its end")] Arc<Counted>);

/// One of those that are counted.
struct Counted(Arc<AtomicU32>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// A leave that was given, and where its instance is when nobody uses it.
struct Entry {
    leave: Weak<Counted>,
    keeper: Weak<dyn Keeper>,
    place: usize,
}

impl Entry {
    fn is_held(&self) -> bool {
        self.leave.strong_count() > 0
    }

    fn release(&self) -> bool {
        let keeper = self.keeper.upgrade();
        keeper.is_some_and(|keeper| keeper.release(self.place))
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
        while self.count.load(Relaxed) >= self.max {
            // Where threads share a place, it may be another instance than the entry's: what ends is the entry of the one that went.
            if !queue.iter().any(Entry::release) {
                return None;
            }
            queue.retain(Entry::is_held);
        }
        queue.retain(Entry::is_held);
        self.count.fetch_add(1, Relaxed);
        let leave = Arc::new(Counted(Arc::clone(&self.count)));
        queue.push_back(Entry {
            leave: Arc::downgrade(&leave),
            keeper,
            place,
        });
        Some(Leave(leave))
    }

    /// How many are kept.
    pub(super) fn count(&self) -> u32 {
        self.count.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A policy with so many places.
    struct Places(Mutex<Vec<Place>>);

    #[derive(Default)]
    enum Place {
        #[default]
        Empty,
        Kept(Leave),
    }

    impl Keeper for Places {
        fn release(&self, place: usize) -> bool {
            matches!(self.take(place), Place::Kept(_))
        }
    }

    impl Places {
        fn new(count: usize) -> Arc<Self> {
            let places = (0..count).map(|_| Place::Empty);
            Arc::new(Self(Mutex::new(places.collect())))
        }

        fn take(&self, place: usize) -> Place {
            std::mem::take(&mut self.0.lock().expect("it is whole")[place])
        }

        fn put(&self, place: usize, leave: Leave) {
            self.0.lock().expect("it is whole")[place] = Place::Kept(leave);
        }

        fn ask(self: &Arc<Self>, keep: &Keep, place: usize) -> Option<Leave> {
            let keeper: Weak<dyn Keeper> = Arc::downgrade(&(Arc::clone(self) as Arc<dyn Keeper>));
            keep.ask(keeper, place)
        }

        /// Whether an instance that was made at a place is kept there now.
        fn keep(self: &Arc<Self>, keep: &Keep, place: usize) -> bool {
            let leave = self.ask(keep, place);
            leave.map(|leave| self.put(place, leave)).is_some()
        }

        /// Takes an instance to use it.
        fn use_at(&self, place: usize) -> Leave {
            match self.take(place) {
                Place::Kept(leave) => leave,
                Place::Empty => panic!("none is kept"),
            }
        }

        fn kept(&self) -> Vec<bool> {
            let places = self.0.lock().expect("it is whole");
            let is_kept = |place: &Place| matches!(place, Place::Kept(_));
            places.iter().map(is_kept).collect()
        }
    }

    #[test]
    fn the_first_goes_where_there_would_be_too_many() {
        let keep = Keep::new(2);
        let places = Places::new(3);
        for place in 0..3 {
            assert!(places.keep(&keep, place));
        }
        assert_eq!(places.kept(), [false, true, true]);
        assert_eq!(keep.count(), 2);
    }

    #[test]
    fn those_of_a_policy_that_is_gone_do_not_count() {
        let keep = Keep::new(1);
        let gone = Places::new(1);
        assert!(gone.keep(&keep, 0));
        drop(gone);
        assert_eq!(keep.count(), 0);
        assert!(Places::new(1).keep(&keep, 0));
    }

    #[test]
    fn none_is_kept_where_none_may_be() {
        let keep = Keep::new(0);
        assert!(!Places::new(1).keep(&keep, 0));
    }

    #[test]
    fn one_that_was_in_use_goes_after_it_came_back() {
        let keep = Keep::new(1);
        let (one, other) = (Places::new(1), Places::new(1));
        assert!(one.keep(&keep, 0));
        let leave = one.use_at(0);
        assert!(!other.keep(&keep, 0));
        one.put(0, leave);
        assert!(other.keep(&keep, 0));
        assert_eq!((one.kept(), other.kept()), (vec![false], vec![true]));
        assert_eq!(keep.count(), 1);
    }

    #[test]
    fn one_that_is_in_use_is_passed_over() {
        let keep = Keep::new(2);
        let places = Places::new(3);
        assert!(places.keep(&keep, 0) && places.keep(&keep, 1));
        let leave = places.use_at(0);
        assert!(places.keep(&keep, 2));
        places.put(0, leave);
        assert_eq!(places.kept(), [true, false, true]);
        // It is still the first.
        assert!(places.keep(&keep, 1));
        assert_eq!(places.kept(), [false, true, true]);
    }

    /// Two threads share a place: while one uses the instance that is kept there, the other makes one more.
    #[test]
    fn of_two_at_one_place_the_one_that_came_back_last_can_still_go() {
        let keep = Keep::new(2);
        let (shared, other) = (Places::new(1), Places::new(3));
        assert!(shared.keep(&keep, 0));
        let first = shared.use_at(0);
        let second = shared.ask(&keep, 0).expect("there is room");
        shared.put(0, first);
        assert!(other.keep(&keep, 0));
        shared.put(0, second);
        assert_eq!(keep.count(), 2);
        assert!(other.keep(&keep, 1));
        assert_eq!(
            (shared.kept(), other.kept()),
            (vec![false], vec![true, true, false])
        );
        assert!(other.keep(&keep, 2));
        assert_eq!(keep.count(), 2);
    }

    #[test]
    fn a_second_one_that_finds_no_room_leaves_the_first_what_it_has() {
        let keep = Keep::new(1);
        let (shared, other) = (Places::new(1), Places::new(1));
        assert!(shared.keep(&keep, 0));
        let first = shared.use_at(0);
        assert!(shared.ask(&keep, 0).is_none());
        shared.put(0, first);
        assert!(other.keep(&keep, 0));
        assert_eq!((shared.kept(), keep.count()), (vec![false], 1));
    }

    /// Instances that are made and thrown away again leave nothing behind.
    #[test]
    fn the_queue_is_as_long_as_there_are_leaves() {
        let keep = Keep::new(8);
        let places = Places::new(1);
        for _ in 0..100 {
            assert!(places.keep(&keep, 0));
        }
        // The one before ends when the new one is put there.
        assert!(keep.queue.lock().expect("it is whole").len() <= 2);
    }
}
