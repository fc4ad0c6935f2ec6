//! TLS records out of a stream of bytes (RFC 8446 section 5.1), within caps.

use super::AnswerError;
use tls_parser::{TlsRecordType, parse_tls_record_header};

/// All that a server may send in answer to one hello: room for a long certificate chain.
pub(super) const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Records, too, are bounded: a server may cut its answer small, but not for ever.
pub(super) const RECORDS_MAX: usize = 512;

const HEADER_BYTES: usize = 5;
const PAYLOAD_BYTES_MAX: usize = 1 << 14;

/// The bytes that arrived and did not make a whole record yet.
#[derive(Debug, Default)]
pub(super) struct Records {
    pending: Vec<u8>,
    bytes: usize,
    records: usize,
}

/// One whole record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) kind: TlsRecordType,
    pub(super) payload: Vec<u8>,
}

impl Records {
    /// Takes in what the socket gave.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), AnswerError> {
        self.bytes = self.bytes.saturating_add(bytes.len());
        if self.bytes > ANSWER_BYTES_MAX {
            return Err(AnswerError::TooManyBytes);
        }
        self.pending.extend_from_slice(bytes);
        Ok(())
    }

    /// The next whole record, if it is there.
    pub(super) fn next(&mut self) -> Result<Option<Record>, AnswerError> {
        let Some(header) = self.pending.get(..HEADER_BYTES) else {
            return Ok(None);
        };
        let (kind, payload_bytes) = header_fields(header)?;
        let end = HEADER_BYTES + payload_bytes;
        if self.pending.len() < end {
            return Ok(None);
        }
        self.count()?;
        let payload = self.pending[HEADER_BYTES..end].to_vec();
        self.pending.drain(..end);
        Ok(Some(Record { kind, payload }))
    }

    /// What has arrived, if its first bytes are seen to be no TLS record.
    pub(super) fn plain(&self) -> Option<&[u8]> {
        (self.records == 0 && !starts_like_a_record(&self.pending)).then_some(&self.pending)
    }

    /// Whether the stream stopped within a record.
    pub(super) fn is_broken_off(&self) -> bool {
        !self.pending.is_empty()
    }

    fn count(&mut self) -> Result<(), AnswerError> {
        self.records += 1;
        if self.records > RECORDS_MAX {
            Err(AnswerError::TooManyRecords)
        } else {
            Ok(())
        }
    }
}

/// A content type of RFC 8446 or RFC 6520, and major version 3; as much of it as has arrived.
fn starts_like_a_record(bytes: &[u8]) -> bool {
    bytes.first().is_none_or(|kind| (20..=24).contains(kind))
        && bytes.get(1).is_none_or(|major| *major == 3)
}

fn header_fields(header: &[u8]) -> Result<(TlsRecordType, usize), AnswerError> {
    let (_, fields) = parse_tls_record_header(header).map_err(|_| AnswerError::RecordHeader)?;
    let payload_bytes = usize::from(fields.len);
    if !starts_like_a_record(header) || payload_bytes > PAYLOAD_BYTES_MAX {
        return Err(AnswerError::RecordHeader);
    }
    // Never allowed for handshake and alert, the only types that belong here.
    if payload_bytes == 0 {
        Err(AnswerError::EmptyRecord)
    } else {
        Ok((fields.record_type, payload_bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Result<Vec<Record>, AnswerError> {
        let mut records = Records::default();
        records.push(bytes)?;
        std::iter::from_fn(|| records.next().transpose()).collect()
    }

    #[test]
    fn records_come_out_whole() {
        let alert = Record {
            kind: TlsRecordType::Alert,
            payload: vec![2, 40],
        };
        let handshake = Record {
            kind: TlsRecordType::Handshake,
            payload: vec![14],
        };
        assert_eq!(
            all(b"\x15\x03\x03\0\x02\x02\x28\x16\x03\x01\0\x01\x0e\x16\x03"),
            Ok(vec![alert, handshake])
        );
    }

    #[test]
    fn bad_headers_are_refused() {
        for header in [
            &b"\x16\x02\x03\0\x01"[..],
            b"\x19\x03\x03\0\x01",
            b"\x16\x03\x03\x40\x01",
        ] {
            assert_eq!(all(header), Err(AnswerError::RecordHeader));
        }
        assert_eq!(all(b"\x16\x03\x03\0\0"), Err(AnswerError::EmptyRecord));
    }

    #[test]
    fn the_largest_record_obeys() {
        let mut bytes = b"\x16\x03\x03\x40\0".to_vec();
        bytes.resize(HEADER_BYTES + PAYLOAD_BYTES_MAX, 0);
        assert_eq!(all(&bytes).map(|list| list.len()), Ok(1));
    }

    #[test]
    fn bytes_and_records_are_capped() {
        let mut records = Records::default();
        assert_eq!(records.push(&vec![0; ANSWER_BYTES_MAX]), Ok(()));
        assert_eq!(records.push(&[0]), Err(AnswerError::TooManyBytes));

        let one = b"\x16\x03\x03\0\x01\x0e";
        assert_eq!(
            all(&one.repeat(RECORDS_MAX)).map(|list| list.len()),
            Ok(RECORDS_MAX)
        );
        assert_eq!(
            all(&one.repeat(RECORDS_MAX + 1)),
            Err(AnswerError::TooManyRecords)
        );
    }
}
