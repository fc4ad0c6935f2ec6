//! Vectors of the TLS presentation language (RFC 8446 section 3.4). Every caller's body is shorter than its prefix allows.

/// Code points, two bytes each.
pub(super) fn code_points(list: &[u16]) -> Vec<u8> {
    list.iter().flat_map(|code| code.to_be_bytes()).collect()
}

/// A vector with one byte of length.
pub(super) fn prefix8(body: &[u8]) -> Vec<u8> {
    let [.., low] = body.len().to_be_bytes();
    [&[low], body].concat()
}

/// A vector with two bytes of length.
pub(super) fn prefix16(body: &[u8]) -> Vec<u8> {
    let [.., high, low] = body.len().to_be_bytes();
    [&[high, low], body].concat()
}

/// A vector with three bytes of length.
pub(super) fn prefix24(body: &[u8]) -> Vec<u8> {
    let [.., high, middle, low] = body.len().to_be_bytes();
    [&[high, middle, low], body].concat()
}
