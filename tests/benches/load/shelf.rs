//! The cache on disk, in a directory of its own.

use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use countersign::policy::{CodeCache, Engine, Limits, Policy};
use tempfile::TempDir;

use crate::kind::Kind;

/// Room for everything that is ever put there.
const BYTES_MAX: u64 = 4 << 30;

/// A cache that is gone when this program is.
pub(crate) struct Shelf(TempDir);

impl Shelf {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().expect("a temporary directory"))
    }

    pub(crate) fn dir(&self) -> &Path {
        self.0.path()
    }

    /// An engine that looks there first.
    pub(crate) fn engine(dir: &Path) -> Engine {
        let cache = CodeCache::open(dir).expect("a cache");
        engine().with_cache(cache.with_bytes_max(BYTES_MAX))
    }

    /// Puts as many policies there, and says how long that took.
    pub(crate) fn fill(&self, kind: Kind, count: usize) -> (usize, Duration) {
        let (engine, source) = (Self::engine(self.dir()), kind.source());
        let began = Instant::now();
        let next = AtomicUsize::new(0);
        let load = || {
            while let Some(number) = Some(next.fetch_add(1, Relaxed)).filter(|next| *next < count) {
                let loaded = Policy::load(&engine, &source, &Kind::settings(number));
                loaded.expect("a policy");
            }
        };
        thread::scope(|scope| {
            for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
                scope.spawn(load);
            }
        });
        (count, began.elapsed())
    }
}

/// An engine without a cache.
pub(crate) fn engine() -> Engine {
    let mut limits = Limits::default();
    // The machine may be busy.
    limits.load_deadline_ms = 20_000;
    limits.deadline_ms = 5_000;
    Engine::new(limits).expect("an engine")
}
