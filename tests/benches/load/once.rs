//! One policy, loaded again and again: compiled each time, and from the cache.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use countersign::policy::{Engine, Policy, PolicySource};

use crate::{
    kind::Kind,
    shelf::{self, Shelf},
};

/// Odd, for the median.
const ROUNDS: usize = 9;

/// Medians.
pub(crate) struct Once {
    pub(crate) kind: Kind,
    pub(crate) cold: Duration,
    pub(crate) cached: Duration,
    /// What the cache has of it.
    pub(crate) file_bytes: u64,
}

/// Loads it in turns.
pub(crate) fn measure(kind: Kind, shelf: &Shelf) -> Once {
    let (cold_engine, cached_engine) = (shelf::engine(), Shelf::engine(shelf.dir()));
    let source = kind.source();
    let bytes_before = bytes_in(shelf.dir());
    load(&cached_engine, &source);
    let file_bytes = bytes_in(shelf.dir()) - bytes_before;
    let rounds = (0..ROUNDS).map(|_| {
        let (cold, was_cached) = load(&cold_engine, &source);
        assert!(!was_cached);
        let (cached, was_cached) = load(&cached_engine, &source);
        assert!(was_cached, "{kind:?} is not in the cache");
        (cold, cached)
    });
    let (cold, cached): (Vec<_>, Vec<_>) = rounds.unzip();
    Once {
        kind,
        cold: median(cold),
        cached: median(cached),
        file_bytes,
    }
}

/// How long it took, and whether the cache had it.
fn load(engine: &Engine, source: &PolicySource) -> (Duration, bool) {
    let began = Instant::now();
    let policy = Policy::load(engine, source, "{}").expect("a policy");
    (began.elapsed(), policy.execution().cached)
}

fn bytes_in(dir: &Path) -> u64 {
    let files = fs::read_dir(dir).expect("the cache");
    let lens = files.map(|file| file.and_then(|file| file.metadata()).expect("a file").len());
    lens.sum()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
