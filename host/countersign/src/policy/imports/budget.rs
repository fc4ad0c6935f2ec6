//! How much of the facts one call may read.

use super::Misuse;
use crate::policy::Limits;

/// What is left of it.
#[derive(Clone, Copy, Debug)]
pub(in crate::policy) struct Budget {
    reads_left: u32,
    bytes_left: usize,
}

impl Budget {
    pub(in crate::policy) fn new(reads_left: u32, bytes_left: usize) -> Self {
        Self {
            reads_left,
            bytes_left,
        }
    }

    /// For one call.
    pub(in crate::policy) fn of(limits: &Limits) -> Self {
        Self::new(limits.fact_reads_max, limits.fact_bytes_max)
    }

    pub(super) fn take_read(&mut self) -> Result<(), Misuse> {
        let rest = self.reads_left.checked_sub(1);
        self.reads_left = rest.ok_or(Misuse::TooManyReads)?;
        Ok(())
    }

    pub(super) fn take_bytes(&mut self, bytes: usize) -> Result<(), Misuse> {
        let rest = self.bytes_left.checked_sub(bytes);
        self.bytes_left = rest.ok_or(Misuse::TooManyBytes)?;
        Ok(())
    }
}

/// A value that is copied into a guest.
pub(super) trait Weighed {
    /// Bytes that it takes there.
    fn bytes(&self) -> usize;
}

/// Bytes of the pointer and the length that stand for a list in a list (canonical ABI).
const LIST_BYTES: usize = 8;

impl Weighed for String {
    fn bytes(&self) -> usize {
        self.len()
    }
}

impl Weighed for Vec<u8> {
    fn bytes(&self) -> usize {
        self.len()
    }
}

impl Weighed for Vec<u16> {
    fn bytes(&self) -> usize {
        self.len() * size_of::<u16>()
    }
}

impl<T: Weighed> Weighed for Option<T> {
    fn bytes(&self) -> usize {
        self.as_ref().map_or(0, Weighed::bytes)
    }
}

impl Weighed for Vec<String> {
    fn bytes(&self) -> usize {
        self.iter().map(|item| LIST_BYTES + item.len()).sum()
    }
}

impl Weighed for Vec<Vec<u8>> {
    fn bytes(&self) -> usize {
        self.iter().map(|item| LIST_BYTES + item.len()).sum()
    }
}
