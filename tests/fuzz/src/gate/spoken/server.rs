//! What a server said.

use super::{ALERT, CHANGE_CIPHER_SPEC};
use crate::gate::damage::split;

const SERVER_HELLO: u8 = 2;

/// Everything between ServerHello and ServerHelloDone that a TLS 1.2 server says in clear (RFC 5246, section 7.3; RFC 6066,
/// section 8); no ticket.
const FLIGHT: [u8; 6] = [SERVER_HELLO, 11, 12, 13, 14, 22];

/// Reads all that a server may say without an approval: perhaps a HelloRetryRequest, with an optional ChangeCipherSpec, perhaps
/// a fatal alert in clear at the end, and nothing else. The last record may be cut short if writing `broke`. Gives the
/// alert.
///
/// # Panics
///
/// If there is anything else.
pub fn unapproved(written: &[u8], broke: bool) -> Option<u8> {
    let records = records(written, broke);
    let mut rest = &records[..];
    if let [first, next @ ..] = rest
        && is_retry_request(first)
    {
        rest = next;
        if let [CHANGE_CIPHER_SPEC, next @ ..] = rest {
            rest = next;
        }
    }
    alert(rest)
}

/// Reads all that a TLS 1.2 server may say to a client that is still to be judged: its flight, and perhaps an alert at
/// the end. Gives the alert.
///
/// # Panics
///
/// If there is anything else.
pub fn before_peer_tls12(written: &[u8], broke: bool) -> Option<u8> {
    let records = records(written, broke);
    let is_handshake = |record: &&&[u8]| record[0] == 22;
    let flight: Vec<_> = records.iter().take_while(is_handshake).collect();
    let message: Vec<u8> = flight
        .iter()
        .flat_map(|record| &record[5..])
        .copied()
        .collect();
    let mut rest = &message[..];
    while let [kind, a, b, c, next @ ..] = rest {
        assert!(FLIGHT.contains(kind), "{rest:02x?}");
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        rest = next.get(length..).unwrap_or_default();
    }
    alert(&records[flight.len()..])
}

fn records(written: &[u8], broke: bool) -> Vec<&[u8]> {
    let (records, rest) = split(written);
    assert!(rest.is_empty() || broke, "{rest:02x?}");
    records
}

/// The alert, if that is all there is.
fn alert(records: &[&[u8]]) -> Option<u8> {
    match records {
        [] => None,
        [record] if record.len() == 7 && record.starts_with(ALERT) => Some(record[6]),
        other => panic!("{other:02x?}"),
    }
}

fn is_retry_request(record: &[u8]) -> bool {
    /// SHA-256 of "HelloRetryRequest" (RFC 8446, section 4.1.3).
    const RANDOM: [u8; 32] = [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8,
        0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8,
        0x33, 0x9c,
    ];
    match record {
        [22, 3, 3, _, _, SERVER_HELLO, a, b, c, 3, 3, body @ ..] => {
            let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
            length == 2 + body.len() && body.starts_with(&RANDOM)
        }
        _ => false,
    }
}
