//! What a peer was sent, record by record (RFC 8446, section 5.1).

/// Content types.
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;

/// The hellos and the one fatal alert in clear that may go out before an approval.
///
/// # Errors
///
/// The first record that has no place there.
pub(super) fn alert_behind_hello(mut bytes: &[u8]) -> Result<Option<u8>, String> {
    let Some(hello) = split_record(&mut bytes) else {
        return Ok(None);
    };
    // ClientHello is the handshake message 1.
    if !matches!(hello, [HANDSHAKE, _, _, _, _, 1, ..]) {
        return Err(format!("it begins with {hello:02x?}"));
    }
    match lone_alert(bytes) {
        None if !bytes.is_empty() => Err(format!("behind the hello stand {bytes:02x?}")),
        alert => Ok(alert),
    }
}

/// The fatal alert in clear that is all there is.
pub(super) fn lone_alert(bytes: &[u8]) -> Option<u8> {
    match bytes {
        [ALERT, 3, 3, 0, 2, 2, alert] => Some(*alert),
        _ => None,
    }
}

/// The first record, header included; what is cut off counts as one.
fn split_record<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = match *bytes {
        [] => return None,
        [_, _, _, high, low, ..] => 5 + usize::from(u16::from_be_bytes([*high, *low])),
        _ => bytes.len(),
    };
    let (record, rest) = bytes.split_at(length.min(bytes.len()));
    *bytes = rest;
    Some(record)
}
