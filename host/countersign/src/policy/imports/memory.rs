//! How much memory an instance may have.

use wasmtime::{ResourceLimiter, Result};

use super::Misuse;

/// Traps a guest that asks for more memory or table space than it may have, so that it cannot go on without.
pub(in crate::policy) struct MemoryLimit {
    bytes_left: usize,
    elements_left: usize,
    exceeded: bool,
}

impl MemoryLimit {
    pub(in crate::policy) fn new(bytes_max: usize, elements_max: usize) -> Self {
        Self {
            bytes_left: bytes_max,
            elements_left: elements_max,
            exceeded: false,
        }
    }

    /// Whether the guest asked for too much.
    pub(in crate::policy) fn is_exceeded(&self) -> bool {
        self.exceeded
    }

    fn take(left: &mut usize, exceeded: &mut bool, current: usize, desired: usize) -> Result<bool> {
        match left.checked_sub(desired.saturating_sub(current)) {
            Some(rest) => {
                *left = rest;
                Ok(true)
            }
            None => {
                *exceeded = true;
                Err(Misuse::TooMuchMemory.into())
            }
        }
    }
}

impl ResourceLimiter for MemoryLimit {
    /// What a memory excludes by its own type fails as WebAssembly says, with -1, and takes nothing.
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        Self::take(&mut self.bytes_left, &mut self.exceeded, current, desired)
    }

    /// Here the maximum may be the pool's, and says nothing of the table's type.
    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        Self::take(
            &mut self.elements_left,
            &mut self.exceeded,
            current,
            desired,
        )
    }
}
