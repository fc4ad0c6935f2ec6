//! The sandbox that policies run in.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::Relaxed},
};

use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::{CodeCache, EngineError, Limits, keep::Keep, ticker::Ticker};

/// Unmapped bytes behind each memory.
const GUARD_BYTES: u64 = 64 * 1024;

/// An instance with no more memory than this is put back byte by byte; of a larger one, the pages that were written are found out.
pub(super) const SMALL_MEMORY_BYTES: usize = 256 * 1024;

/// Nor with more memories.
pub(super) const SMALL_MEMORIES_MAX: u32 = 2;

/// What one instance of a component may be made of, on every engine: core instances, tables and memories. Components of all the
/// languages tried need up to 38, 3 and 3.
pub(super) const CORE_INSTANCES_MAX: u32 = 40;
pub(super) const TABLES_MAX: u32 = 20;
pub(super) const MEMORIES_MAX: u32 = 4;

/// What the host may need to keep account of all that. Components of the languages tried need up to 1 MiB.
pub(super) const BOOKKEEPING_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// What a place for a large instance keeps of what was written there. Without a bound, a policy that writes to all that it may have
/// would leave that behind in every place where it ever ran.
const LARGE_RESIDENT_BYTES: usize = 4 * 1024 * 1024;

/// Compiles policies and runs them, under one set of limits. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
    cache: Option<CodeCache>,
}

struct Shared {
    /// For policies with little memory, the usual case; and for those with much.
    small: wasmtime::Engine,
    large: wasmtime::Engine,
    limits: Limits,
    pooled: bool,
    ticker: Ticker,
    keep: Keep,
    /// How many instances there are that are not kept.
    passing: Arc<AtomicU32>,
}

/// Leave to make one instance, for as long as it is there.
pub(super) struct Ticket(Arc<AtomicU32>);

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Engine {
    /// An engine whose policies obey `limits`.
    ///
    /// Instances come from pools that are reserved now. Where the address space is too small for them, they are
    /// allocated one by one, which is slower but no less safe; a `tracing` event and
    /// [`is_pooled`](Self::is_pooled) say so.
    ///
    /// # Errors
    ///
    /// If the machine cannot run WebAssembly at all, or nothing could run under the limits.
    pub fn new(limits: Limits) -> Result<Self, EngineError> {
        limits.check()?;
        match pair(|pool| pooling(&limits, pool)) {
            Ok(engines) => Self::of(engines, limits, true),
            Err(error) => {
                tracing::warn!(%error, "no room for an instance pool, allocating on demand");
                Self::on_demand(limits)
            }
        }
    }

    /// An engine that reserves nothing: its instances are allocated one by one.
    ///
    /// # Errors
    ///
    /// If the machine cannot run WebAssembly at all, or nothing could run under the limits.
    pub fn on_demand(limits: Limits) -> Result<Self, EngineError> {
        limits.check()?;
        let engines = pair(|_| base(&limits)).map_err(|error| EngineError(error.to_string()))?;
        Self::of(engines, limits, false)
    }

    fn of(
        [small, large]: [wasmtime::Engine; 2],
        limits: Limits,
        pooled: bool,
    ) -> Result<Self, EngineError> {
        let ticker = Ticker::start([small.clone(), large.clone()]);
        let ticker = ticker.map_err(|error| EngineError(error.to_string()))?;
        let shared = Shared {
            small,
            large,
            limits,
            pooled,
            ticker,
            keep: Keep::new(limits.kept_instances_max),
            passing: Arc::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
            cache: None,
        })
    }

    /// The same engine, with compiled code kept on disk: what was loaded once, by this process or another, is not compiled again.
    #[must_use]
    pub fn with_cache(self, cache: CodeCache) -> Self {
        Self {
            cache: Some(cache),
            ..self
        }
    }

    /// The limits that calls obey.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Whether instances come from a pool.
    pub fn is_pooled(&self) -> bool {
        self.shared.pooled
    }

    /// Where compiled code is kept, if anywhere.
    pub fn cache(&self) -> Option<&CodeCache> {
        self.cache.as_ref()
    }

    /// How many instances are kept for the next call, of all policies together.
    pub fn kept_instances(&self) -> u32 {
        self.shared.keep.count()
    }

    /// The sandbox for a policy whose instances start with so many memories of so many bytes together. All take the same compiled
    /// code.
    pub(super) fn sandbox(&self, memories: usize, memory_bytes: usize) -> &wasmtime::Engine {
        match memories <= SMALL_MEMORIES_MAX as usize && memory_bytes <= SMALL_MEMORY_BYTES {
            true => &self.shared.small,
            false => &self.shared.large,
        }
    }

    /// The sandbox for a policy of which nothing is known yet.
    pub(super) fn any_sandbox(&self) -> &wasmtime::Engine {
        &self.shared.large
    }

    /// Asks for leave to make an instance. None if there are as many as may be.
    pub(super) fn ticket(&self) -> Option<Ticket> {
        let passing = &self.shared.passing;
        // It counts from here on, refused or not: a drop takes it back.
        let before = passing.fetch_add(1, Relaxed);
        let ticket = Ticket(Arc::clone(passing));
        (before < self.limits().instances_max).then_some(ticket)
    }

    pub(super) fn keep(&self) -> &Keep {
        &self.shared.keep
    }

    /// What lets deadlines come.
    pub(super) fn ticker(&self) -> &Ticker {
        &self.shared.ticker
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("limits", self.limits())
            .field("pooled", &self.is_pooled())
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}

/// A pool of instances.
#[derive(Clone, Copy)]
enum Pool {
    Small,
    Large,
}

fn pair(config: impl Fn(Pool) -> Config) -> wasmtime::Result<[wasmtime::Engine; 2]> {
    let engine = |pool| wasmtime::Engine::new(&config(pool));
    Ok([engine(Pool::Small)?, engine(Pool::Large)?])
}

/// What every engine has: deadlines, and nothing in which two runs of the same call could differ.
fn base(limits: &Limits) -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .epoch_interruption(true)
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        .wasm_memory64(false)
        .concurrency_support(false)
        .max_wasm_stack(limits.stack_bytes_max)
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .memory_init_cow(true)
        // Room for what an instance may have and no more: the default reserves 4 GiB for each.
        .memory_reservation(limits.memory_bytes_max as u64)
        .memory_reservation_for_growth(0)
        .memory_guard_size(GUARD_BYTES)
        .guard_before_linear_memory(false);
    config
}

/// The same with room for all instances reserved beforehand.
///
/// A system call for every instance would cost more than all the rest of a call, and far more where several threads make
/// them. So what a small instance wrote is put back by copying. In a large one the kernel is asked which pages were written: one call, which costs less
/// than copying all of them.
fn pooling(limits: &Limits, of: Pool) -> Config {
    // The loader counts all of these. Room for more than it lets through: between components the runtime adds at most one
    // instance for each that uses another, and a snapshot is read through some functions that were added.
    const INSTANCES_MADE_MAX: u32 = 2 * CORE_INSTANCES_MAX;
    const INSTANCE_BYTES_MAX: usize = 2 * BOOKKEEPING_BYTES_MAX as usize;
    // What is kept lies in the pool of the small ones, and must not be missing from what may be made.
    let (kept, memories, resident_bytes, scan) = match of {
        Pool::Small => (
            limits.kept_instances_max,
            SMALL_MEMORIES_MAX,
            SMALL_MEMORY_BYTES,
            Enabled::No,
        ),
        Pool::Large => (0, MEMORIES_MAX, LARGE_RESIDENT_BYTES, Enabled::Auto),
    };
    let instances = limits.instances_max.saturating_add(kept);
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(instances)
        .total_core_instances(instances.saturating_mul(INSTANCES_MADE_MAX))
        .total_memories(instances.saturating_mul(memories))
        .total_tables(instances.saturating_mul(TABLES_MAX))
        .max_core_instances_per_component(INSTANCES_MADE_MAX)
        .max_component_instance_size(INSTANCE_BYTES_MAX)
        .max_core_instance_size(INSTANCE_BYTES_MAX)
        .max_tables_per_component(TABLES_MAX)
        .max_tables_per_module(TABLES_MAX)
        .max_memories_per_component(MEMORIES_MAX)
        .table_elements(limits.table_elements_max)
        .max_memory_size(limits.memory_bytes_max)
        .linear_memory_keep_resident(resident_bytes)
        .table_keep_resident(4096)
        .decommit_batch_size(1)
        .pagemap_scan(scan);
    let mut config = base(limits);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}
