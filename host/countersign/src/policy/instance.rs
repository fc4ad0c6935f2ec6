//! One call: a fresh instance, configured, asked once, thrown away.

use std::time::{Duration, Instant};

use wasmtime::{PoolConcurrencyLimitError, Store, Trap};

use super::{
    CallError, Engine, OutputError,
    bindings::PolicyPre,
    convert::quoted,
    imports::{HostState, MemoryLimit, Misuse},
};
use crate::facts::FactsRead;

/// A call that ended, one way or the other.
#[derive(Debug)]
pub struct Called<T> {
    /// The checked answer, or why there is none.
    pub result: Result<T, CallError>,
    /// Wall-clock time, instantiation included.
    pub duration: Duration,
    /// What the guest read of the facts.
    pub facts_read: FactsRead,
}

impl<T> Called<T> {
    pub(super) fn and_then<U>(self, check: impl FnOnce(T) -> Result<U, CallError>) -> Called<U> {
        Called {
            result: self.result.and_then(check),
            duration: self.duration,
            facts_read: self.facts_read,
        }
    }
}

/// A compiled component, ready to be instantiated.
pub(super) struct Template {
    pub(super) engine: Engine,
    pub(super) pre: PolicyPre<HostState>,
}

impl Template {
    /// Makes an instance, lets `ask` talk to it, and throws it away.
    pub(super) fn call<T>(
        &self,
        deadline_ms: u64,
        ask: impl FnOnce(&super::bindings::Policy, &mut Store<HostState>) -> wasmtime::Result<T>,
    ) -> Called<T> {
        let started = Instant::now();
        let mut store = self.store(deadline_ms);
        let result = match self.pre.instantiate(&mut store) {
            Ok(instance) => ask(&instance, &mut store)
                .map_err(|error| self.explain(&error, store.data(), deadline_ms)),
            Err(error) => Err(self
                .explain(&error, store.data(), deadline_ms)
                .before_it_ran()),
        };
        Called {
            result,
            facts_read: store.data().facts_read(),
            duration: started.elapsed(),
        }
    }

    fn store(&self, deadline_ms: u64) -> Store<HostState> {
        let limits = self.engine.limits();
        let memory = MemoryLimit::new(limits.memory_bytes_max, limits.table_elements_max);
        let state = HostState::new(memory, limits.fact_reads_max);
        let mut store = Store::new(self.engine.wasmtime(), state);
        store.limiter(|state| &mut state.memory);
        store.set_hostcall_fuel(limits.output_bytes_max);
        store.set_max_component_handles(limits.fact_reads_max as usize);
        // The epoch under way may end at once, so one more makes the deadline at least what was promised. The engine
        // adds this to its epoch without a look at the sum: half the range is 292 million years.
        let ticks = deadline_ms.saturating_add(1).min(u64::MAX / 2);
        self.engine.wake_ticker(ticks);
        store.set_epoch_deadline(ticks);
        store
    }

    /// What went wrong, in the terms of the limits rather than of the machine below.
    fn explain(&self, error: &wasmtime::Error, state: &HostState, deadline_ms: u64) -> CallError {
        if state.memory.is_exceeded() {
            return CallError::Memory {
                bytes_max: self.engine.limits().memory_bytes_max,
            };
        }
        if let Some(error) = error.downcast_ref::<CallError>() {
            return error.clone();
        }
        if let Some(misuse) = error.downcast_ref::<Misuse>() {
            return CallError::Trap(misuse.to_string());
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => CallError::Deadline { deadline_ms },
            Some(trap) => CallError::Trap(trap.to_string()),
            None if error.is::<PoolConcurrencyLimitError>() => CallError::Busy {
                instances_max: self.engine.limits().instances_max,
            },
            None => CallError::Output(OutputError::Malformed(one_line(error))),
        }
    }
}

/// The innermost cause, on one line. It may quote the guest, whose names are arbitrary text.
pub(super) fn one_line(error: &wasmtime::Error) -> String {
    let text = error.root_cause().to_string();
    quoted(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}
