//! What is known about a piece of code: its length and digest, and what the caller keeps beside it.
//!
//! Magic and version, key, length of the code (little-endian, 64 bits), SHA-256 of the code, length of the meta, SHA-256
//! of the meta, meta.

use super::{Digest, META_BYTES_MAX};

/// The last byte is the version of the format.
const MAGIC: [u8; 8] = *b"csgncwe\x01";

const DIGEST_LEN: usize = 32;
const LENGTH_LEN: usize = 8;
const HEADER_LEN: usize = MAGIC.len() + 3 * DIGEST_LEN + 2 * LENGTH_LEN;

/// The largest entry there is.
pub(super) const BYTES_MAX: u64 = (HEADER_LEN + META_BYTES_MAX) as u64;

/// An entry whose own bytes are whole. The code has still to be held against it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) code_bytes: u64,
    pub(super) code_digest: [u8; DIGEST_LEN],
    pub(super) meta: &'a [u8],
}

impl<'a> Entry<'a> {
    pub(super) fn new(meta: &'a [u8], code: &[u8]) -> Self {
        Self {
            code_bytes: code.len() as u64,
            code_digest: *Digest::of(code).as_bytes(),
            meta,
        }
    }

    /// Reads an entry of this key; nothing, if a single bit is not as it was written, but for those that describe the code.
    pub(super) fn parse(bytes: &'a [u8], key: &Digest) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC)?.strip_prefix(key.as_bytes())?;
        let (code_bytes, rest) = rest.split_first_chunk::<LENGTH_LEN>()?;
        let (code_digest, rest) = rest.split_first_chunk::<DIGEST_LEN>()?;
        let (meta_bytes, rest) = rest.split_first_chunk::<LENGTH_LEN>()?;
        let (meta_digest, meta) = rest.split_first_chunk::<DIGEST_LEN>()?;
        let is_whole = u64::from_le_bytes(*meta_bytes) == meta.len() as u64
            && meta.len() <= META_BYTES_MAX
            && Digest::of(meta).as_bytes() == meta_digest;
        is_whole.then_some(Self {
            code_bytes: u64::from_le_bytes(*code_bytes),
            code_digest: *code_digest,
            meta,
        })
    }

    /// The length of both files. The code's is only what the entry says.
    pub(super) fn bytes_of_both(&self) -> u64 {
        let entry = (HEADER_LEN + self.meta.len()) as u64;
        self.code_bytes.saturating_add(entry)
    }

    /// The bytes of the file.
    pub(super) fn encode(&self, key: &Digest) -> Vec<u8> {
        [
            &MAGIC[..],
            key.as_bytes(),
            &self.code_bytes.to_le_bytes(),
            &self.code_digest,
            &(self.meta.len() as u64).to_le_bytes(),
            Digest::of(self.meta).as_bytes(),
            self.meta,
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    /// The code's length and digest: what only the code itself can contradict.
    const ABOUT_CODE: Range<usize> = 40..80;

    fn key() -> Digest {
        Digest::of(b"key")
    }

    #[test]
    fn what_was_written_is_read() {
        for meta in [&b""[..], b"meta", &[0xff; 4096]] {
            let entry = Entry::new(meta, b"code");
            let bytes = entry.encode(&key());
            assert_eq!(bytes.len(), 120 + meta.len());
            assert_eq!(entry.bytes_of_both(), 4 + bytes.len() as u64);
            assert_eq!(Entry::parse(&bytes, &key()), Some(entry));
        }
    }

    #[test]
    fn an_entry_holds_for_one_key() {
        let bytes = Entry::new(b"meta", b"code").encode(&key());
        assert_eq!(Entry::parse(&bytes, &Digest::of(b"other")), None);
    }

    #[test]
    fn every_flipped_bit_is_seen() {
        let entry = Entry::new(b"meta", b"code");
        let whole = entry.encode(&key());
        for (at, bit) in (0..whole.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            match Entry::parse(&bytes, &key()) {
                None => assert!(!ABOUT_CODE.contains(&at), "byte {at} is the code's"),
                Some(other) => assert_ne!(other, entry, "byte {at} does not count"),
            }
        }
    }

    #[test]
    fn every_cut_and_every_addition_is_seen() {
        let mut bytes = Entry::new(b"meta", b"code").encode(&key());
        for len in 0..bytes.len() {
            assert_eq!(Entry::parse(&bytes[..len], &key()), None, "{len} bytes");
        }
        bytes.push(0);
        assert_eq!(Entry::parse(&bytes, &key()), None);
    }

    #[test]
    fn meta_beyond_its_limit_is_not_read() {
        let meta = vec![0; META_BYTES_MAX + 1];
        let bytes = Entry::new(&meta, b"").encode(&key());
        assert_eq!(Entry::parse(&bytes, &key()), None);
        let bytes = Entry::new(&meta[1..], b"").encode(&key());
        assert!(Entry::parse(&bytes, &key()).is_some());
        assert_eq!(bytes.len() as u64, BYTES_MAX);
    }
}
