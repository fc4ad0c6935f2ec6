//! Where in a handshake a flight is disturbed, as far as the standards make a difference of it.

use super::{ends::records::split, scene::Shape};

/// Content types (RFC 8446, section 5.1).
pub(super) const CHANGE_CIPHER_SPEC: u8 = 20;
pub(super) const ALERT: u8 = 21;
pub(super) const HANDSHAKE: u8 = 22;
pub(super) const APPLICATION_DATA: u8 = 23;

/// A boundary between two records, or the record behind it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) shape: Shape,
    /// The number of records before it, and of those in the flight.
    pub(super) at: usize,
    pub(super) records: usize,
    /// Everything that the gate needs has come.
    pub(super) is_behind_finished: bool,
    /// The gate has received a whole hello.
    pub(super) has_hello: bool,
    /// A message has begun and has not ended, or that cannot be seen because it is encrypted.
    pub(super) is_in_message: bool,
    /// The peer has protected a record, other than early data.
    pub(super) has_protected: bool,
    /// The gate discards what it cannot decrypt, for that may be early data.
    pub(super) discards: bool,
    /// The record here is the last that the gate needs.
    pub(super) is_last_needed: bool,
    /// The record here is protected. It is early data if the gate discards that and this is not its last flight.
    pub(super) is_protected: bool,
    pub(super) is_early_data: bool,
    /// The record here, and the one behind it, are a ChangeCipherSpec.
    pub(super) is_change_cipher_spec: [bool; 2],
}

impl Place {
    pub(super) fn new(shape: Shape, flight: usize, bytes: &[u8], at: usize) -> Self {
        let records = split(bytes);
        let (before, after) = records.split_at(at);
        let is_last = flight == shape.last_flight;
        let behind = if is_last { shape.behind_finished } else { 0 };
        let is_early = shape.has_early_data && !is_last;
        let protects = |record: &&[u8]| is_turning_point(record, shape.is_tls13);
        let has_protected = !is_early && before.iter().any(protects);
        let messages = messages(before);
        let has_hello = flight > 0 || messages.is_some_and(|count| count > 0);
        let is_behind_finished = is_last && at + behind >= records.len();
        let is_protected = after.first().is_some_and(protects);
        let is_change_cipher_spec = [0, 1].map(|which| {
            let record = after.get(which);
            record.is_some_and(|record| record[0] == CHANGE_CIPHER_SPEC)
        });
        Self {
            shape,
            at,
            records: records.len(),
            is_behind_finished,
            has_hello,
            is_in_message: has_protected || messages.is_none(),
            has_protected,
            discards: shape.has_early_data && has_hello && !is_behind_finished,
            is_last_needed: is_last && at + behind + 1 == records.len(),
            is_protected,
            is_early_data: is_early && is_protected,
            is_change_cipher_spec,
        }
    }
}

/// In TLS 1.2 everything behind the ChangeCipherSpec is protected; in TLS 1.3 protected records say that they are data.
fn is_turning_point(record: &[u8], is_tls13: bool) -> bool {
    let kind = if is_tls13 {
        APPLICATION_DATA
    } else {
        CHANGE_CIPHER_SPEC
    };
    record[0] == kind
}

/// How many handshake messages there are in clear; none if the last of them is cut off.
fn messages(records: &[&[u8]]) -> Option<usize> {
    let clear = records.iter().filter(|record| record[0] == HANDSHAKE);
    let clear: Vec<u8> = clear.flat_map(|record| &record[5..]).copied().collect();
    let mut rest = &clear[..];
    let mut count = 0;
    while let [_, a, b, c, body @ ..] = rest {
        rest = body.get(u32::from_be_bytes([0, *a, *b, *c]) as usize..)?;
        count += 1;
    }
    rest.is_empty().then_some(count)
}
