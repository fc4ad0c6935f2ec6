//! The sandbox that policies run in.

use std::sync::Arc;

use wasmtime::{Config, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::{EngineError, Limits, ticker::Ticker};

/// Unmapped bytes behind each memory.
const GUARD_BYTES: u64 = 64 * 1024;

/// Compiles policies and runs them, under one set of limits. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    wasmtime: wasmtime::Engine,
    limits: Limits,
    pooled: bool,
    ticker: Arc<Ticker>,
}

impl Engine {
    /// An engine whose policies obey `limits`.
    ///
    /// Instances come from a pool that is reserved now. Where the address space is too small for it, they are
    /// allocated one by one, which is slower but no less safe; a `tracing` event and
    /// [`is_pooled`](Self::is_pooled) say so.
    ///
    /// # Errors
    ///
    /// If the machine cannot run WebAssembly at all, or the limits contradict each other.
    pub fn new(limits: Limits) -> Result<Self, EngineError> {
        let (wasmtime, pooled) = match wasmtime::Engine::new(&pooling(&limits)) {
            Ok(engine) => (engine, true),
            Err(error) => {
                tracing::warn!(%error, "no room for an instance pool, allocating on demand");
                let engine = wasmtime::Engine::new(&base(&limits));
                (
                    engine.map_err(|error| EngineError(error.to_string()))?,
                    false,
                )
            }
        };
        let ticker =
            Ticker::start(wasmtime.clone()).map_err(|error| EngineError(error.to_string()))?;
        Ok(Self {
            wasmtime,
            limits,
            pooled,
            ticker: Arc::new(ticker),
        })
    }

    /// The limits that calls obey.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether instances come from a pool.
    pub fn is_pooled(&self) -> bool {
        self.pooled
    }

    pub(super) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.wasmtime
    }

    /// Makes sure that this many epochs pass from now on.
    pub(super) fn wake_ticker(&self, ticks: u64) {
        self.ticker.wake(ticks);
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("limits", &self.limits)
            .field("pooled", &self.pooled)
            .finish_non_exhaustive()
    }
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
fn pooling(limits: &Limits) -> Config {
    // What components of all the languages tried need at once: 40 core instances and 20 tables.
    const CORE_INSTANCES_MAX: u32 = 40;
    const TABLES_MAX: u32 = 20;
    let mut pool = PoolingAllocationConfig::default();
    let instances = limits.instances_max;
    pool.total_component_instances(instances)
        .total_core_instances(instances.saturating_mul(CORE_INSTANCES_MAX))
        .total_memories(instances)
        .total_tables(instances.saturating_mul(2))
        .max_core_instances_per_component(CORE_INSTANCES_MAX)
        .max_tables_per_component(TABLES_MAX)
        .max_tables_per_module(TABLES_MAX)
        .max_memories_per_component(1)
        .table_elements(limits.table_elements_max)
        .max_memory_size(limits.memory_bytes_max)
        .linear_memory_keep_resident(256 * 1024)
        .table_keep_resident(4096);
    let mut config = base(limits);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}
