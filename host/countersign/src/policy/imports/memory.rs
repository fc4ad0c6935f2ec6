//! How much memory an instance may have.

use wasmtime::{ResourceLimiter, Result};

use super::Misuse;

/// Traps a guest that asks for more memory or table space than it may have, so that it cannot go on without.
pub(in crate::policy) struct MemoryLimit {
    bytes_max: usize,
    bytes_left: usize,
    memories: usize,
    elements_left: usize,
    exceeded: bool,
}

impl MemoryLimit {
    pub(in crate::policy) fn new(bytes_max: usize, elements_max: usize) -> Self {
        Self {
            bytes_max,
            bytes_left: bytes_max,
            memories: 0,
            elements_left: elements_max,
            exceeded: false,
        }
    }

    /// Bytes of linear memory that the instance has; it never gives any back.
    pub(in crate::policy) fn bytes(&self) -> usize {
        self.bytes_max - self.bytes_left
    }

    /// How many memories it has.
    pub(in crate::policy) fn memories(&self) -> usize {
        self.memories
    }

    /// From here on, all that is asked for is given: the guest is not run again.
    pub(in crate::policy) fn lift(&mut self) {
        self.bytes_max = usize::MAX;
        self.bytes_left = usize::MAX;
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
        // It is made. One that is empty may be counted again when it grows: the count is no less than it should be.
        self.memories += usize::from(current == 0);
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
