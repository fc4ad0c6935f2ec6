//! How much a client may send until its hello is whole.

use super::HelloError;

/// How much a client may send until its hello is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HelloLimits {
    /// Bytes, record headers included.
    pub bytes_max: usize,
    /// Records.
    pub records_max: usize,
}

/// Room for every hello that is in use, even in records of one byte each: the longest, with post-quantum shares and a large
/// ticket, have some thousands of bytes.
impl Default for HelloLimits {
    fn default() -> Self {
        Self {
            bytes_max: 64 * 1024,
            records_max: 4_096,
        }
    }
}

impl HelloLimits {
    pub(super) fn check_bytes(self, bytes: usize) -> Result<(), HelloError> {
        let bytes_max = self.bytes_max;
        if bytes > bytes_max {
            return Err(HelloError::TooManyBytes { bytes_max });
        }
        Ok(())
    }

    pub(super) fn check_records(self, records: usize) -> Result<(), HelloError> {
        let records_max = self.records_max;
        if records > records_max {
            return Err(HelloError::TooManyRecords { records_max });
        }
        Ok(())
    }
}
