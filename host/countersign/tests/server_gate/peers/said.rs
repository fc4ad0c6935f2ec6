//! Reading what a server said.

use super::records::{CHANGE_CIPHER_SPEC, split};

/// The random value of a HelloRetryRequest (RFC 8446, section 4.1.3).
const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// What a server said that has not said its ServerHello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// It asked for a second hello.
    pub retry: bool,
    /// The alert at the end.
    pub alert: Option<u8>,
}

/// Only this alert.
pub fn only(alert: u8) -> Said {
    Said {
        retry: false,
        alert: Some(alert),
    }
}

/// Not a byte.
pub fn nothing() -> Said {
    Said {
        retry: false,
        alert: None,
    }
}

/// Reads all that may leave before ServerHello: perhaps a HelloRetryRequest with an optional ChangeCipherSpec, perhaps one
/// fatal alert in clear at the end, and nothing else.
///
/// # Errors
///
/// The first record that has no place there.
pub fn before_server_hello(written: &[u8]) -> Result<Said, String> {
    let mut records = split(written).into_iter().peekable();
    let mut said = nothing();
    if records.next_if(|next| is_retry_request(next)).is_some() {
        said.retry = true;
        records.next_if(|next| *next == CHANGE_CIPHER_SPEC);
    }
    if let Some([21, 3, 3, 0, 2, 2, alert]) = records.peek() {
        said.alert = Some(*alert);
        records.next();
    }
    match records.next() {
        None => Ok(said),
        Some(other) => Err(format!("{said:?}, then {other:02x?}")),
    }
}

/// A whole HelloRetryRequest in one record, and nothing behind it.
pub fn is_retry_request(record: &[u8]) -> bool {
    let [22, 3, 3, _, _, 2, a, b, c, body @ ..] = record else {
        return false;
    };
    u32::from_be_bytes([0, *a, *b, *c]) as usize == body.len()
        && body.get(2..34) == Some(&RETRY_RANDOM)
}

/// An alert in clear.
pub fn plain_alert(alert: u8) -> Vec<u8> {
    vec![21, 3, 3, 0, 2, 2, alert]
}

/// Whether this is one encrypted record with room for an alert and no more: two bytes, the content type, the tag of 16
/// bytes (RFC 8446, section 5.2).
pub fn is_one_sealed_alert(bytes: &[u8]) -> bool {
    bytes.len() == 24 && bytes.starts_with(&[23, 3, 3, 0, 19])
}
