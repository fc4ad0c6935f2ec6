//! TLS record framing of what comes in, with a limit on everything.

use super::HandshakeError;
use crate::probe::Protocol;

/// Bytes of a record header: type, version, length (RFC 8446, section 5.1).
const HEADER: usize = 5;

/// The longest body of any version: TLSCiphertext of RFC 5246, section 6.2.3.
const BODY_MAX: usize = 16_384 + 2_048;

/// How much a peer may send before the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandshakeLimits {
    /// Bytes, headers included.
    pub bytes_max: usize,
    /// Records.
    pub records_max: usize,
}

impl Default for HandshakeLimits {
    fn default() -> Self {
        Self {
            bytes_max: 256 * 1024,
            records_max: 4_096,
        }
    }
}

/// Bytes from the peer, given out one record at a time.
#[derive(Debug)]
pub(super) struct Incoming {
    limits: HandshakeLimits,
    buffer: Vec<u8>,
    /// Where the next record starts in `buffer`.
    next: usize,
    records: usize,
}

impl Incoming {
    pub(super) fn new(limits: HandshakeLimits) -> Self {
        Self {
            limits,
            buffer: Vec::new(),
            next: 0,
            records: 0,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole record, header included; `None` if more bytes are needed.
    pub(super) fn next_record(&mut self) -> Result<Option<&[u8]>, HandshakeError> {
        let rest = &self.buffer[self.next..];
        let Some(length) = self.record_length(rest)? else {
            return self.check_bytes(self.buffer.len()).map(|()| None);
        };
        self.check_bytes(self.next + length)?;
        if self.records == self.limits.records_max {
            return Err(HandshakeError::TooManyRecords {
                records_max: self.limits.records_max,
            });
        }
        if rest.len() < length {
            return Ok(None);
        }
        let start = self.next;
        self.next += length;
        self.records += 1;
        Ok(Some(&self.buffer[start..self.next]))
    }

    /// How many bytes were given out.
    pub(super) fn taken(&self) -> usize {
        self.next
    }

    /// What was received beyond the last record given out.
    pub(super) fn into_rest(mut self) -> Vec<u8> {
        self.buffer.split_off(self.next)
    }

    fn check_bytes(&self, bytes: usize) -> Result<(), HandshakeError> {
        let bytes_max = self.limits.bytes_max;
        if bytes > bytes_max {
            return Err(HandshakeError::TooManyBytes { bytes_max });
        }
        Ok(())
    }

    /// The length of the record that `rest` starts with, once its header is there. What cannot be a header is
    /// told from its first bytes, not waited for.
    fn record_length(&self, rest: &[u8]) -> Result<Option<usize>, HandshakeError> {
        let plausible = match rest {
            [] => true,
            [kind] => matches!(kind, 20..=23),
            [kind, major, ..] => matches!(kind, 20..=23) && *major == 3,
        };
        if !plausible {
            return self.not_a_record(rest).map_or(Ok(None), Err);
        }
        let [_, _, _, high, low, ..] = rest else {
            return Ok(None);
        };
        let body = usize::from(u16::from_be_bytes([*high, *low]));
        if body > BODY_MAX {
            return Err(HandshakeError::NotARecord);
        }
        Ok(Some(HEADER + body))
    }

    /// What came instead of a record; `None` while more bytes could tell.
    fn not_a_record(&self, rest: &[u8]) -> Option<HandshakeError> {
        match self.records {
            0 => Protocol::of(rest).map(HandshakeError::NotTls),
            _ => Some(HandshakeError::NotARecord),
        }
    }
}

/// The record that middleboxes want to see (RFC 8446, section D.4).
const CHANGE_CIPHER_SPEC: [u8; 6] = [20, 3, 3, 0, 1, 1];

/// Whether `bytes` are exactly what a client sends after a HelloRetryRequest: its second ClientHello in clear, after
/// an optional ChangeCipherSpec (RFC 8446, sections 4.1.2 and D.4), and nothing else. A server's cookie can make the hello
/// longer than one record.
pub(super) fn is_second_hello(bytes: &[u8]) -> bool {
    const CLIENT_HELLO: u8 = 1;
    let records = bytes.strip_prefix(&CHANGE_CIPHER_SPEC).unwrap_or(bytes);
    match handshake_bytes(records).as_deref() {
        Some([CLIENT_HELLO, a, b, c, body @ ..]) => {
            body.len() == u32::from_be_bytes([0, *a, *b, *c]) as usize
        }
        _ => false,
    }
}

/// Whether `bytes` are exactly what a server sends to ask for a second ClientHello: a ServerHello with the random value of
/// a HelloRetryRequest, before an optional ChangeCipherSpec (RFC 8446, sections 4.1.3, 4.1.4 and D.4).
pub(super) fn is_retry_request(bytes: &[u8]) -> bool {
    const SERVER_HELLO: u8 = 2;
    /// SHA-256 of "HelloRetryRequest".
    const RANDOM: [u8; 32] = [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8,
        0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8,
        0x33, 0x9c,
    ];
    let records = bytes.strip_suffix(&CHANGE_CIPHER_SPEC).unwrap_or(bytes);
    match handshake_bytes(records).as_deref() {
        Some([SERVER_HELLO, a, b, c, body @ ..]) => {
            body.len() == u32::from_be_bytes([0, *a, *b, *c]) as usize
                && body.get(2..34) == Some(&RANDOM)
        }
        _ => false,
    }
}

/// The group of the ServerKeyExchange in a server's flight in clear: `named_curve`, then its number (RFC 8422, section
/// 5.4). None if there is none, or it names no group.
pub(super) fn server_key_exchange_group(flight: &[u8]) -> Option<u16> {
    const SERVER_KEY_EXCHANGE: u8 = 12;
    const NAMED_CURVE: u8 = 3;
    let messages = handshake_bytes(flight)?;
    let mut rest = &messages[..];
    while let [kind, a, b, c, next @ ..] = rest {
        let (body, next) = next.split_at_checked(u32::from_be_bytes([0, *a, *b, *c]) as usize)?;
        match (*kind, body) {
            (SERVER_KEY_EXCHANGE, [NAMED_CURVE, high, low, ..]) => {
                return Some(u16::from_be_bytes([*high, *low]));
            }
            _ => rest = next,
        }
    }
    None
}

/// Whether `bytes` are one encrypted TLS 1.3 record with room for an alert and no more: its two bytes, the content type
/// and the tag of 16 bytes (RFC 8446, section 5.2). No handshake message is so short.
pub(super) fn is_sealed_alert(bytes: &[u8]) -> bool {
    matches!(bytes, [23, 3, 3, 0, 19, sealed @ ..] if sealed.len() == 19)
}

/// The bodies of plaintext handshake records, if `bytes` is made of whole ones and nothing else.
fn handshake_bytes(mut bytes: &[u8]) -> Option<Vec<u8>> {
    const HANDSHAKE: u8 = 22;
    let mut message = Vec::new();
    while let [HANDSHAKE, 3, _, high, low, rest @ ..] = bytes {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (body, next) = rest.split_at_checked(length)?;
        message.extend_from_slice(body);
        bytes = next;
    }
    bytes.is_empty().then_some(message)
}

/// A fatal alert in clear (RFC 8446, section 6). The version is the one that every record since TLS 1.3 claims.
pub(super) fn alert_record(alert: crate::verdict::Alert) -> [u8; 7] {
    [21, 3, 3, 0, 2, 2, alert.code()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incoming(limits: HandshakeLimits) -> Incoming {
        Incoming::new(limits)
    }

    fn record(body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).expect("short enough");
        [&[22, 3, 3][..], &length.to_be_bytes(), body].concat()
    }

    #[test]
    fn records_come_out_whole_however_they_come_in() {
        let bytes = [record(b"one"), record(b""), record(b"three")].concat();
        for step in 1..bytes.len() {
            let mut incoming = incoming(HandshakeLimits::default());
            let mut seen = Vec::new();
            for chunk in bytes.chunks(step) {
                incoming.push(chunk);
                while let Some(record) = incoming.next_record().expect("well-formed") {
                    seen.push(record[HEADER..].to_vec());
                }
            }
            assert_eq!(seen, [&b"one"[..], b"", b"three"], "step {step}");
        }
    }

    #[test]
    fn what_was_not_given_out_is_left() {
        let mut incoming = incoming(HandshakeLimits::default());
        incoming.push(&[record(b"one"), record(b"two")].concat());
        assert!(incoming.next_record().is_ok_and(|next| next.is_some()));
        assert_eq!(incoming.into_rest(), record(b"two"));
    }

    #[test]
    fn byte_and_record_limits_hold_from_both_sides() {
        let one = record(b"12345");
        let limits = HandshakeLimits {
            bytes_max: 2 * one.len(),
            records_max: 2,
        };
        let mut obeyed = incoming(limits);
        obeyed.push(&[one.clone(), one.clone()].concat());
        assert!(obeyed.next_record().is_ok_and(|next| next.is_some()));
        assert!(obeyed.next_record().is_ok_and(|next| next.is_some()));
        assert!(obeyed.next_record().is_ok_and(|next| next.is_none()));

        let mut large = incoming(limits);
        // The header alone says that the limit will be passed.
        large.push(&[22, 3, 3, 0x20, 0]);
        assert!(matches!(
            large.next_record(),
            Err(HandshakeError::TooManyBytes { .. })
        ));

        let mut many = incoming(limits);
        many.push(&record(b"").repeat(3));
        assert!(many.next_record().is_ok());
        assert!(many.next_record().is_ok());
        assert!(matches!(
            many.next_record(),
            Err(HandshakeError::TooManyRecords { .. })
        ));
    }

    #[test]
    fn other_protocols_are_recognised_at_the_first_byte() {
        let mut http = incoming(HandshakeLimits::default());
        http.push(b"HTTP/1.1 400 Bad Request\r\n");
        assert!(matches!(
            http.next_record(),
            Err(HandshakeError::NotTls(Protocol::Http))
        ));
        let mut other = incoming(HandshakeLimits::default());
        other.push(&[0]);
        assert!(matches!(
            other.next_record(),
            Err(HandshakeError::NotTls(Protocol::Unknown))
        ));
    }

    #[test]
    fn only_a_second_hello_is_a_second_hello() {
        let hello = record(&[1, 0, 0, 2, 3, 3]);
        let ccs = CHANGE_CIPHER_SPEC.to_vec();
        assert!(is_second_hello(&hello));
        assert!(is_second_hello(&[ccs.clone(), hello.clone()].concat()));
        let in_two = [record(&[1, 0, 0]), record(&[2, 3, 3])].concat();
        assert!(is_second_hello(&[ccs.clone(), in_two].concat()));
        let certificate = record(&[11, 0, 0, 0]);
        let cut_short = record(&[1, 0, 0, 9, 3, 3]);
        for other in [
            vec![],
            ccs.clone(),
            certificate.clone(),
            cut_short,
            [hello.clone(), certificate].concat(),
            [hello.clone(), hello.clone()].concat(),
            [ccs.clone(), ccs, hello].concat(),
        ] {
            assert!(!is_second_hello(&other), "{other:02x?}");
        }
    }
}
