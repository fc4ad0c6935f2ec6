//! Hellos of real clients, as a listener on loopback received them, and hellos made by hand from the RFCs' structures.
//! The first line of each file says which client sent it, and how it was started.

use super::{ClientHello, HelloError, HelloLimits, HelloReader};

pub(super) const OPENSSL: &str = include_str!("samples/openssl.hex");
pub(super) const OPENSSL_TLS10: &str = include_str!("samples/openssl_tls10.hex");
pub(super) const CURL: &str = include_str!("samples/curl.hex");
pub(super) const GNUTLS: &str = include_str!("samples/gnutls.hex");
pub(super) const RUSTLS: &str = include_str!("samples/rustls.hex");
pub(super) const CHROMIUM: &str = include_str!("samples/chromium.hex");

/// All of them.
pub(super) const REAL: [&str; 6] = [OPENSSL, OPENSSL_TLS10, CURL, GNUTLS, RUSTLS, CHROMIUM];

/// Bytes of the header of a record, and of a handshake message.
pub(super) const RECORD_HEADER: usize = 5;
pub(super) const MESSAGE_HEADER: usize = 4;

/// The bytes of a sample: one record.
pub(super) fn bytes(sample: &str) -> Vec<u8> {
    let digits: String = sample.lines().skip(1).collect();
    data_encoding::HEXLOWER
        .decode(digits.as_bytes())
        .expect("samples are hexadecimal")
}

/// The handshake message of a sample, header included.
pub(super) fn sample_message(sample: &str) -> Vec<u8> {
    bytes(sample)[RECORD_HEADER..].to_vec()
}

/// The body of the ClientHello of a sample.
pub(super) fn sample_body(sample: &str) -> Vec<u8> {
    bytes(sample)[RECORD_HEADER + MESSAGE_HEADER..].to_vec()
}

/// A vector with two bytes of length.
pub(super) fn prefix16(body: &[u8]) -> Vec<u8> {
    let [.., high, low] = body.len().to_be_bytes();
    [&[high, low], body].concat()
}

/// A vector with one byte of length.
pub(super) fn prefix8(body: &[u8]) -> Vec<u8> {
    let [.., low] = body.len().to_be_bytes();
    [&[low], body].concat()
}

/// One extension.
pub(super) fn extension(number: u16, body: &[u8]) -> Vec<u8> {
    [&number.to_be_bytes()[..], &prefix16(body)].concat()
}

/// The body of a hello for TLS 1.2 in its fixed part, with one suite, and whatever stands behind the fixed part.
pub(super) fn body(suites: &[u16], tail: &[u8]) -> Vec<u8> {
    body_for(0x0303, suites, tail)
}

/// The same for another version.
pub(super) fn body_for(version: u16, suites: &[u16], tail: &[u8]) -> Vec<u8> {
    let suites: Vec<u8> = suites
        .iter()
        .flat_map(|suite| suite.to_be_bytes())
        .collect();
    [
        &version.to_be_bytes()[..],
        &[0x5a; 32],
        &prefix8(&[]),
        &prefix16(&suites),
        &prefix8(&[0]),
        tail,
    ]
    .concat()
}

/// The body of a hello with these extensions.
pub(super) fn body_with(extensions: &[u8]) -> Vec<u8> {
    body(&[0xc02f], &prefix16(extensions))
}

/// A handshake message.
pub(super) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let [.., high, middle, low] = body.len().to_be_bytes();
    [&[kind, high, middle, low], body].concat()
}

/// Records of this type, none with more than `fragment_bytes`.
pub(super) fn records(kind: u8, payload: &[u8], fragment_bytes: usize) -> Vec<u8> {
    let record = |fragment: &[u8]| [&[kind, 3, 1][..], &prefix16(fragment)].concat();
    payload.chunks(fragment_bytes).flat_map(record).collect()
}

/// What a new reader says to a stream that comes in pieces of at most this length.
pub(super) fn read(stream: &[u8], piece_bytes: usize) -> Result<ClientHello, HelloError> {
    read_within(HelloLimits::default(), stream, piece_bytes)
}

/// The same within other limits. A stream that ends too early gives the error of its end.
pub(super) fn read_within(
    limits: HelloLimits,
    stream: &[u8],
    piece_bytes: usize,
) -> Result<ClientHello, HelloError> {
    let mut reader = HelloReader::new(limits);
    for piece in stream.chunks(piece_bytes) {
        if let Some(hello) = reader.feed(piece)? {
            return Ok(hello);
        }
    }
    Err(reader.ended())
}
