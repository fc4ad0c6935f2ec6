//! Vectors, messages and records (RFC 8446, sections 3.4, 4 and 5.1).

use arbitrary::Arbitrary;

const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const PAYLOAD_BYTES_MAX: usize = 1 << 14;

/// A vector with one byte of length; what does not fit is left out.
pub fn prefix8(body: &[u8]) -> Vec<u8> {
    let body = &body[..body.len().min(0xff)];
    [&[body.len() as u8], body].concat()
}

/// A vector with two bytes of length; what does not fit is left out.
pub fn prefix16(body: &[u8]) -> Vec<u8> {
    let body = &body[..body.len().min(0xffff)];
    [&(body.len() as u16).to_be_bytes()[..], body].concat()
}

/// The handshake message of this body.
fn client_hello(body: &[u8]) -> Vec<u8> {
    let [.., high, middle, low] = body.len().to_be_bytes();
    [&[CLIENT_HELLO, high, middle, low], body].concat()
}

/// How a hello stands in records, and what is wrong with them.
#[derive(Arbitrary, Debug)]
pub struct Framing<'a> {
    /// Their lengths less one, over and over. None: as long as possible.
    fragments: &'a [u8],
    /// Records before the first, or after the first if there are several: type and body.
    foreign: Option<(bool, u8, &'a [u8])>,
    /// Bytes that are different.
    edits: Vec<(u16, u8)>,
    /// Bytes that follow.
    behind: &'a [u8],
}

impl Framing<'_> {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.foreign.is_none() && self.edits.is_empty()
    }

    /// The bytes of the hello's records alone.
    pub fn hello(&self, body: &[u8]) -> Vec<u8> {
        self.records(body).concat()
    }

    /// The whole stream.
    pub fn stream(&self, body: &[u8]) -> Vec<u8> {
        let mut records = self.records(body);
        if let Some((is_first, kind, body)) = self.foreign {
            let at = if is_first { 0 } else { 1.min(records.len()) };
            records.insert(at, record(kind, body));
        }
        let mut stream = records.concat();
        for (at, byte) in &self.edits {
            let at = usize::from(*at) % stream.len();
            stream[at] = *byte;
        }
        stream.extend_from_slice(self.behind);
        stream
    }

    fn records(&self, body: &[u8]) -> Vec<Vec<u8>> {
        let message = client_hello(body);
        let lengths = self.fragments.iter().map(|length| 1 + usize::from(*length));
        cut(&message, lengths, PAYLOAD_BYTES_MAX)
            .into_iter()
            .map(|fragment| record(HANDSHAKE, fragment))
            .collect()
    }
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 3, 1][..], &prefix16(body)].concat()
}

/// Pieces of these lengths, over and over; if there are none, of `otherwise`.
pub fn cut(
    bytes: &[u8],
    lengths: impl Iterator<Item = usize> + Clone,
    otherwise: usize,
) -> Vec<&[u8]> {
    let mut lengths = lengths.cycle();
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let length = lengths.next().unwrap_or(otherwise).min(rest.len());
        let (piece, next) = rest.split_at(length);
        pieces.push(piece);
        rest = next;
    }
    pieces
}
