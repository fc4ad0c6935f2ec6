//! Vectors of the TLS presentation language (RFC 8446, section 3.4), decoded. None where the bytes do not fit.

/// Splits off a vector with one byte of length.
pub(super) fn split8(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*length))
}

/// Splits off a vector with two bytes of length.
pub(super) fn split16(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = split_code(bytes)?;
    rest.split_at_checked(usize::from(length))
}

/// Splits off a number of two bytes.
pub(super) fn split_code(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let (code, rest) = bytes.split_first_chunk()?;
    Some((u16::from_be_bytes(*code), rest))
}

/// The vector that a split gave, if nothing follows it.
pub(super) fn whole<'a>((vector, rest): (&'a [u8], &[u8])) -> Option<&'a [u8]> {
    rest.is_empty().then_some(vector)
}

/// The items that `split` takes off one after the other, up to the very end; at least one.
pub(super) fn items<'a, T>(
    mut list: &'a [u8],
    split: impl Fn(&'a [u8]) -> Option<(T, &'a [u8])>,
) -> Option<Vec<T>> {
    let mut items = Vec::new();
    while !list.is_empty() {
        let (item, rest) = split(list)?;
        items.push(item);
        list = rest;
    }
    (!items.is_empty()).then_some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_split_where_their_length_says() {
        assert_eq!(split8(b"\x02abc"), Some((&b"ab"[..], &b"c"[..])));
        assert_eq!(split16(b"\0\x02abc"), Some((&b"ab"[..], &b"c"[..])));
        assert_eq!(split8(b"\0"), Some((&b""[..], &b""[..])));
        for short in [&b""[..], b"\x02a"] {
            assert_eq!(split8(short), None);
        }
        for short in [&b""[..], b"\0", b"\0\x02a"] {
            assert_eq!(split16(short), None);
        }
    }

    #[test]
    fn a_whole_vector_has_nothing_behind_it() {
        assert_eq!(split8(b"\x01a").and_then(whole), Some(&b"a"[..]));
        assert_eq!(split8(b"\x01ab").and_then(whole), None);
    }

    #[test]
    fn items_fill_their_list() {
        assert_eq!(items(b"\0\x01\0\x02", split_code), Some(vec![1, 2]));
        assert_eq!(items(b"\0\x01\0", split_code), None);
        assert_eq!(items(b"", split_code), None);
    }
}
