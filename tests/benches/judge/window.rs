//! A stretch of time in which threads judge as fast as they can: as in `tests/versus`, so that both sides are measured alike.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

/// Time is looked at once in so many calls, for that costs something, too.
const CALLS_UNWATCHED: u64 = 100;

/// What was done in a window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// The calls of all threads.
    pub(crate) calls: u64,
    /// From the common start until the last thread was done.
    pub(crate) time: Duration,
}

impl Window {
    /// Calls a second.
    pub(crate) fn rate(&self) -> f64 {
        self.calls as f64 / self.time.as_secs_f64()
    }
}

/// Judges over and over. Each thread has judged everything once before the clock starts.
pub(crate) fn run<T: Sync>(
    threads: usize,
    time: Duration,
    cases: &[T],
    judge: impl Fn(&T) + Sync,
) -> Window {
    let start = Barrier::new(threads);
    let one = || {
        cases.iter().for_each(&judge);
        start.wait();
        let began = Instant::now();
        let mut calls = 0;
        for case in cases.iter().cycle() {
            judge(case);
            calls += 1;
            if calls % CALLS_UNWATCHED == 0 && began.elapsed() >= time {
                break;
            }
        }
        (calls, began.elapsed())
    };
    let done = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let done = threads
            .into_iter()
            .map(|thread| thread.join().expect("it judges"));
        done.collect::<Vec<_>>()
    });
    Window {
        calls: done.iter().map(|(calls, _)| calls).sum(),
        time: done.iter().map(|(_, time)| *time).max().unwrap_or_default(),
    }
}
