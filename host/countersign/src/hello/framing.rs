//! TLS records out of a stream of bytes (RFC 8446, section 5.1): their payload as it comes in, unbuffered.

use super::{HelloError, HelloLimits};

pub(super) const ALERT: u8 = 21;
pub(super) const HANDSHAKE: u8 = 22;

const HEADER_BYTES: usize = 5;
const PAYLOAD_BYTES_MAX: usize = 1 << 14;
/// Level and description (RFC 8446, section 6). An alert is never cut into records nor joined with others.
const ALERT_BYTES: usize = 2;

/// A place in a stream of records.
#[derive(Debug)]
pub(super) struct Framing {
    limits: HelloLimits,
    /// What came of a header that is not whole yet.
    header: Vec<u8>,
    kind: u8,
    /// What the record begun still lacks.
    missing_bytes: usize,
    bytes: usize,
    records: usize,
}

/// A piece of a record's payload, not empty.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fragment<'a> {
    /// [`HANDSHAKE`] or [`ALERT`].
    pub(super) kind: u8,
    pub(super) payload: &'a [u8],
    /// Whether the record has no more.
    pub(super) ends_record: bool,
}

impl Framing {
    pub(super) fn new(limits: HelloLimits) -> Self {
        Self {
            limits,
            header: Vec::with_capacity(HEADER_BYTES),
            kind: 0,
            missing_bytes: 0,
            bytes: 0,
            records: 0,
        }
    }

    /// Takes the next piece of payload out of `input`; none, and all of `input` taken, if there is none in it.
    pub(super) fn next<'a>(
        &mut self,
        input: &mut &'a [u8],
    ) -> Result<Option<Fragment<'a>>, HelloError> {
        if self.missing_bytes == 0 {
            self.read_header(input)?;
        }
        let payload = self.take(input, self.missing_bytes);
        self.missing_bytes -= payload.len();
        Ok((!payload.is_empty()).then_some(Fragment {
            kind: self.kind,
            payload,
            ends_record: self.missing_bytes == 0,
        }))
    }

    /// The bytes taken so far.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    fn read_header(&mut self, input: &mut &[u8]) -> Result<(), HelloError> {
        let piece = self.take(input, HEADER_BYTES - self.header.len());
        self.header.extend_from_slice(piece);
        let [kind, major, _, high, low] = self.header[..] else {
            return Ok(());
        };
        self.header.clear();
        self.begin(kind, major, usize::from(u16::from_be_bytes([high, low])))
    }

    fn begin(&mut self, kind: u8, major: u8, payload_bytes: usize) -> Result<(), HelloError> {
        // Content types of RFC 8446 and RFC 6520, and the major version of all of SSL 3.0 and TLS.
        if !matches!(kind, 20..=24) || major != 3 {
            return Err(HelloError::NotARecord);
        }
        match (kind, payload_bytes) {
            (HANDSHAKE, 0) => return Err(HelloError::EmptyRecord),
            (HANDSHAKE, 1..=PAYLOAD_BYTES_MAX) | (ALERT, ALERT_BYTES) => {}
            (HANDSHAKE | ALERT, bytes) => return Err(HelloError::RecordLength(bytes)),
            (other, _) => return Err(HelloError::UnexpectedRecord(other)),
        }
        self.records += 1;
        self.limits.check_records(self.records)?;
        // Known to be hopeless already, so not worth waiting for.
        self.limits.check_bytes(self.bytes + payload_bytes)?;
        (self.kind, self.missing_bytes) = (kind, payload_bytes);
        Ok(())
    }

    fn take<'a>(&mut self, input: &mut &'a [u8], bytes_max: usize) -> &'a [u8] {
        let (piece, rest) = input.split_at(bytes_max.min(input.len()));
        *input = rest;
        self.bytes += piece.len();
        piece
    }
}
