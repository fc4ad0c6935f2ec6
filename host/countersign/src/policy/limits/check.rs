//! Limits under which no policy could run, or no engine could be made.

use super::{super::EngineError, Limits};

/// A memory is made of pages of this size; an answer is read from one.
const PAGE_BYTES: u64 = 64 * 1024;

/// What a 32-bit address reaches.
const MEMORY_BYTES_MAX: u64 = 1 << 32;

/// The most that the runtime allows.
const STACK_BYTES_MAX: u64 = 2 * 1024 * 1024;

impl Limits {
    /// Refuses what is of no use to anybody, by the name of the field.
    pub(in crate::policy) fn check(&self) -> Result<(), EngineError> {
        // Whatever the size of a pointer, it fits.
        let bytes = |bytes: usize| bytes as u64;
        let fields = [
            (
                "memory_bytes_max",
                bytes(self.memory_bytes_max),
                PAGE_BYTES,
                MEMORY_BYTES_MAX,
            ),
            (
                "stack_bytes_max",
                bytes(self.stack_bytes_max),
                1,
                STACK_BYTES_MAX,
            ),
            ("deadline_ms", self.deadline_ms, 1, u64::MAX),
            ("load_deadline_ms", self.load_deadline_ms, 1, u64::MAX),
            (
                "instances_max",
                self.instances_max.into(),
                1,
                u32::MAX.into(),
            ),
        ];
        for (name, value, least, most) in fields {
            if value < least {
                let text = format!("the limit `{name}` is {value}, and must be at least {least}");
                return Err(EngineError(text));
            }
            if value > most {
                let text = format!("the limit `{name}` is {value}, and must be at most {most}");
                return Err(EngineError(text));
            }
        }
        Ok(())
    }
}
