//! The allocator of a policy. An instance lives for one call, so there is nothing to gain from taking memory back: blocks
//! are laid one behind another from the end of the static data on, and only the last one can grow or go. It uses the
//! rest of the initial memory before it asks for more, which keeps small policies within their first page.

#![cfg_attr(
    target_arch = "wasm32",
    expect(unsafe_code, reason = "an allocator hands out raw memory")
)]
#![cfg_attr(
    not(target_arch = "wasm32"),
    expect(dead_code, reason = "there is an arena on wasm32 only")
)]

use std::cell::Cell;

/// An allocator that gives back only the last block; [`export!`](crate::export) makes it the allocator of a policy.
#[derive(Debug, Default)]
pub struct Arena {
    /// The address behind the last block; 0 before the first.
    next: Cell<usize>,
}

impl Arena {
    /// An arena that has handed out nothing yet.
    pub const fn new() -> Self {
        Self { next: Cell::new(0) }
    }
}

#[cfg(target_arch = "wasm32")]
mod wasm {
    use std::alloc::{GlobalAlloc, Layout};
    use std::arch::wasm32::{memory_grow, memory_size};
    use std::ptr;

    use super::Arena;

    const PAGE_BYTES: usize = 64 * 1024;

    unsafe extern "C" {
        /// The end of the static data, from the linker. Only its address means anything.
        static __heap_base: u8;
    }

    // SAFETY: a policy component has one thread.
    unsafe impl Sync for Arena {}

    // SAFETY: blocks lie between `__heap_base` and the end of memory, aligned and without overlap: `next` moves up past each
    // block that is handed out, and down only over the last one.
    unsafe impl GlobalAlloc for Arena {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            let start = self.start().next_multiple_of(layout.align());
            self.take(start, layout.size())
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            if self.is_last(block, layout) {
                self.next.set(block.addr());
            }
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            if self.is_last(block, layout) {
                return self.take(block.addr(), size);
            }
            if size <= layout.size() {
                return block;
            }
            let start = self.start().next_multiple_of(layout.align());
            let moved = self.take(start, size);
            if !moved.is_null() {
                // SAFETY: the caller's block holds `layout.size()` bytes, the new one more, and they do not overlap.
                unsafe { ptr::copy_nonoverlapping(block, moved, layout.size()) };
            }
            moved
        }
    }

    impl Arena {
        /// Hands out the block from `start` on, growing the memory if it must. Null if that fails.
        fn take(&self, start: usize, size: usize) -> *mut u8 {
            let Some(end) = start.checked_add(size) else {
                return ptr::null_mut();
            };
            let have = memory_size(0);
            let need = end.div_ceil(PAGE_BYTES);
            if need > have && memory_grow(0, need - have) == usize::MAX {
                return ptr::null_mut();
            }
            self.next.set(end);
            ptr::with_exposed_provenance_mut(start)
        }

        fn start(&self) -> usize {
            match self.next.get() {
                0 => (&raw const __heap_base).addr(),
                next => next,
            }
        }

        fn is_last(&self, block: *mut u8, layout: Layout) -> bool {
            block.addr() + layout.size() == self.next.get()
        }
    }
}
