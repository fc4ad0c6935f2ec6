//! The ClientHello of SSL 2.0, in which clients up to the 2000s offered TLS as well (RFC 5246, appendix E.2; RFC 6101,
//! appendix E). No TLS library answers it any more (RFC 6176); it is read so that a record can say what such a client offers.

use super::ClientHello;
use super::extensions::without_grease;
use super::vector::{items, split_code};
use countersign_names::{CipherSuite, Version};

const CLIENT_HELLO: u8 = 1;
/// The highest bit of the length says that the header has two bytes.
const SHORT_HEADER: u16 = 0x8000;

/// What a client offers in a hello of the SSL 2.0 format.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ssl2Hello {
    /// The highest version offered: SSL 2.0, or a later one that a client offers in this format.
    pub version: Version,
    /// The cipher suites of SSL 3.0 and TLS, signalling values included, GREASE removed.
    pub cipher_suites: Vec<CipherSuite>,
    /// The cipher kinds of SSL 2.0 itself, three bytes each: `01 00 80` is RC4 with a key of 128 bits and MD5.
    pub ssl2_cipher_kinds: Vec<[u8; 3]>,
}

impl Ssl2Hello {
    /// Reads a whole hello, header included. None if it does not decode.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (_, message) = split_code(bytes).filter(|_| Some(bytes.len()) == length(bytes))?;
        let (version, rest) = split_code(message.strip_prefix(&[CLIENT_HELLO])?)?;
        let (kinds_bytes, rest) = split_code(rest)?;
        let (session_id_bytes, rest) = split_code(rest)?;
        let (challenge_bytes, rest) = split_code(rest)?;
        let (kinds, rest) = rest.split_at_checked(usize::from(kinds_bytes))?;
        let fits = rest.len() == usize::from(session_id_bytes) + usize::from(challenge_bytes);
        if !fits || !matches!(session_id_bytes, 0 | 16) || !matches!(challenge_bytes, 16..=32) {
            return None;
        }
        let kinds = items(kinds, |list| list.split_first_chunk::<3>())?;
        Some(Self::new(Version::new(version), &kinds))
    }

    /// A kind with a zero in front is a cipher suite of SSL 3.0 and TLS.
    fn new(version: Version, kinds: &[&[u8; 3]]) -> Self {
        let suite = |kind: &&[u8; 3]| match kind {
            [0, high, low] => Some(u16::from_be_bytes([*high, *low])),
            _ => None,
        };
        Self {
            version,
            cipher_suites: without_grease(kinds.iter().filter_map(suite)),
            ssl2_cipher_kinds: kinds
                .iter()
                .map(|kind| **kind)
                .filter(|kind| kind[0] != 0)
                .collect(),
        }
    }
}

/// The same offer as a record names it: of what SSL 2.0 itself has, only the version.
impl From<Ssl2Hello> for ClientHello {
    fn from(hello: Ssl2Hello) -> Self {
        Self {
            cipher_suites: hello.cipher_suites,
            ..Self::empty(hello.version)
        }
    }
}

/// Whether a stream whose first byte has its highest bit set is such a hello; none while more bytes could still tell.
pub(super) fn is_start(start: &[u8]) -> Option<bool> {
    match start {
        [] | [_] | [_, _] | [_, _, CLIENT_HELLO] | [_, _, CLIENT_HELLO, 0 | 3] => None,
        [_, _, CLIENT_HELLO, 0, 2, ..] | [_, _, CLIENT_HELLO, 3, _, ..] => Some(true),
        _ => Some(false),
    }
}

/// The bytes of the whole hello, header included. None until the header is there.
pub(super) fn length(start: &[u8]) -> Option<usize> {
    let (length, _) = split_code(start)?;
    Some(size_of::<u16>() + usize::from(length & !SHORT_HEADER))
}
