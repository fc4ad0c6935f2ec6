//! What the files of a cache are called.

use data_encoding::HEXLOWER;

use super::Digest;

/// How the names of files begin that are still being written.
pub(super) const TEMPORARY: &str = ".new-";

const ENTRY: &str = ".entry";
const CODE: &str = ".cwasm";

/// Hexadecimal digits of a SHA-256.
const HEX_LEN: usize = 64;

/// What a name says about a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// The entry of this key.
    Entry { key: &'a str },
    /// Code that is, was or will be that of this key, and the length of both files together.
    Code { key: &'a str, bytes: u64 },
    /// A file that is, or was, being written.
    Temporary,
}

/// The name of a key's entry.
pub(super) fn entry(key: &Digest) -> String {
    format!("{}{ENTRY}", hex(key))
}

/// The name of a key's code. `bytes` is the length of both files together.
pub(super) fn code(key: &Digest, digest: &[u8; 32], bytes: u64) -> String {
    format!(
        "{}.{}.{bytes}{CODE}",
        hex(key),
        HEXLOWER.encode_display(digest)
    )
}

/// A key as it stands in names.
pub(super) fn hex(key: &Digest) -> String {
    HEXLOWER.encode(key.as_bytes())
}

impl<'a> Kind<'a> {
    /// What a file of this name is. Nothing, if the cache would never make it.
    pub(super) fn of(name: &'a str) -> Option<Self> {
        if name.starts_with(TEMPORARY) {
            return Some(Self::Temporary);
        }
        let (key, rest) = name.split_at_checked(HEX_LEN)?;
        if !is_hex(key) {
            return None;
        }
        if rest == ENTRY {
            return Some(Self::Entry { key });
        }
        let rest = rest.strip_prefix('.')?.strip_suffix(CODE)?;
        let (digest, bytes) = rest.split_once('.')?;
        let bytes = bytes.parse().ok()?;
        (digest.len() == HEX_LEN && is_hex(digest)).then_some(Self::Code { key, bytes })
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of `abc`: the first example of FIPS 180-4.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn names_are_told_apart() {
        let key = Digest::of(b"abc");
        let (entry, code) = (entry(&key), code(&key, key.as_bytes(), 1234));
        assert_eq!(entry, format!("{ABC}.entry"));
        assert_eq!(code, format!("{ABC}.{ABC}.1234.cwasm"));
        assert_eq!(Kind::of(&entry), Some(Kind::Entry { key: ABC }));
        assert_eq!(
            Kind::of(&code),
            Some(Kind::Code {
                key: ABC,
                bytes: 1234
            })
        );
        assert_eq!(Kind::of(".new-a1b2c3"), Some(Kind::Temporary));
    }

    #[test]
    fn the_names_of_others_mean_nothing() {
        let other = ABC.to_uppercase();
        for name in [
            "",
            "README",
            ".entry",
            ABC,
            &format!("{ABC}.entry~"),
            &format!("{other}.entry"),
            &format!("{ABC}.cwasm"),
            &format!("{ABC}.{ABC}.cwasm"),
            &format!("{ABC}.{}.1.cwasm", &ABC[1..]),
            &format!("{ABC}.{other}.1.cwasm"),
            &format!("{ABC}.{ABC}.-1.cwasm"),
            &format!("{ABC}.{ABC}.18446744073709551616.cwasm"),
            &"é".repeat(HEX_LEN),
        ] {
            assert_eq!(Kind::of(name), None, "{name}");
        }
    }
}
