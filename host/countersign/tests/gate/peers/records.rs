//! Reading what went over the wire.

/// A ChangeCipherSpec of middlebox compatibility mode (RFC 8446, section D.4).
pub const CHANGE_CIPHER_SPEC: [u8; 6] = [20, 3, 3, 0, 1, 1];

/// The whole records of `bytes`, headers included. The rest, if any, comes last.
pub fn split(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut records = Vec::new();
    while !bytes.is_empty() {
        let length = bytes.get(3..5).map_or(usize::MAX, |length| {
            5 + usize::from(u16::from_be_bytes([length[0], length[1]]))
        });
        let (record, rest) = bytes.split_at(length.min(bytes.len()));
        records.push(record);
        bytes = rest;
    }
    records
}

/// A record.
pub fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).expect("a short body");
    [&[kind, 3, 3][..], &length.to_be_bytes(), body].concat()
}

/// The same handshake bytes in records of one byte each.
pub fn in_single_bytes(record_of_handshake: &[u8]) -> Vec<u8> {
    let single = |byte: &u8| record(22, &[*byte]);
    record_of_handshake[5..].iter().flat_map(single).collect()
}

/// What a client said that had no approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// ClientHellos.
    pub hellos: usize,
    /// The alert at the end.
    pub alert: Option<u8>,
}

/// Reads all that a client may say without an approval: a ClientHello, perhaps a second one after an optional
/// ChangeCipherSpec, perhaps one fatal alert in clear at the end, and nothing else.
///
/// # Errors
///
/// The first record that has no place there.
pub fn unapproved(written: &[u8]) -> Result<Said, String> {
    let mut records = split(written).into_iter().peekable();
    let mut said = Said {
        hellos: 0,
        alert: None,
    };
    while said.hellos < 2 {
        if said.hellos == 1
            && records
                .peek()
                .is_some_and(|next| *next == CHANGE_CIPHER_SPEC)
        {
            records.next();
            if !records.peek().is_some_and(|next| is_hello(next)) {
                return Err("a ChangeCipherSpec without a second hello".to_owned());
            }
        }
        match records.next_if(|next| is_hello(next)) {
            Some(_) => said.hellos += 1,
            None => break,
        }
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

/// A whole ClientHello in one record, and nothing behind it.
fn is_hello(record: &[u8]) -> bool {
    let [22, 3, _, _, _, 1, a, b, c, body @ ..] = record else {
        return false;
    };
    u32::from_be_bytes([0, *a, *b, *c]) as usize == body.len()
}
