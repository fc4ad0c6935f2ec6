//! One of each for every thread, so that threads which judge at the same time share nothing.

use std::{
    cell::Cell,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

/// More lanes than this are of no use: beyond, threads share them.
const LANES_MAX: usize = 64;

/// As many of `T` as threads can run at once. A thread always gets the same one; more threads than that share.
pub(super) struct Lanes<T>(Box<[Lane<T>]>);

/// On cache lines of its own: two, because they are fetched in pairs.
#[repr(align(128))]
struct Lane<T>(T);

impl<T> Lanes<T> {
    pub(super) fn new(make: impl FnMut() -> T) -> Self {
        // To find out means to read files, and policies are many.
        static THREADS: OnceLock<usize> = OnceLock::new();
        let threads = || thread::available_parallelism().map_or(1, usize::from);
        Self::with_count(*THREADS.get_or_init(threads), make)
    }

    fn with_count(count: usize, mut make: impl FnMut() -> T) -> Self {
        let lanes = (0..count.clamp(1, LANES_MAX)).map(|_| Lane(make()));
        Self(lanes.collect())
    }

    /// The place of the lane of the thread that asks.
    pub(super) fn here(&self) -> usize {
        thread_number() % self.0.len()
    }

    /// The lane of the thread that asks.
    pub(super) fn mine(&self) -> &T {
        &self.0[self.here()].0
    }

    /// The lane at a place that [`here`](Self::here) gave.
    pub(super) fn at(&self, place: usize) -> &T {
        &self.0[place].0
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|lane| &lane.0)
    }
}

/// Threads are numbered as they first ask.
fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static MINE: Cell<Option<usize>> = const { Cell::new(None) };
    }
    MINE.get().unwrap_or_else(|| {
        let number = NEXT.fetch_add(1, Relaxed);
        MINE.set(Some(number));
        number
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_thread_keeps_its_lane_and_neighbours_have_others() {
        let lanes = Lanes::with_count(LANES_MAX, || ());
        assert_eq!(lanes.here(), lanes.here());
        let places: HashSet<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| lanes.here())).collect();
            let places = threads
                .into_iter()
                .map(|thread| thread.join().expect("it ends"));
            places.collect()
        });
        assert!(places.len() > 1, "all threads have one lane");
    }

    #[test]
    fn there_is_at_least_one_lane_and_never_too_many() {
        assert_eq!(Lanes::with_count(0, || ()).iter().count(), 1);
        assert_eq!(Lanes::with_count(10_000, || ()).iter().count(), LANES_MAX);
    }
}
