//! Bytes as servers send them, made by hand from the RFCs' structures.

/// A server random that means nothing else.
pub(super) const RANDOM: [u8; 32] = [0x5a; 32];

/// The body of a ServerHello with an empty session id and null compression.
pub(super) fn server_hello_body(
    version: u16,
    random: &[u8; 32],
    suite: u16,
    extensions: &[u8],
) -> Vec<u8> {
    let [.., high, low] = extensions.len().to_be_bytes();
    [
        &version.to_be_bytes()[..],
        random,
        &[0],
        &suite.to_be_bytes(),
        &[0, high, low],
        extensions,
    ]
    .concat()
}

/// A handshake message.
pub(super) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let [.., high, middle, low] = body.len().to_be_bytes();
    [&[kind, high, middle, low], body].concat()
}

/// A ServerHello message.
pub(super) fn server_hello(version: u16, suite: u16) -> Vec<u8> {
    message(2, &server_hello_body(version, &RANDOM, suite, b""))
}

/// A stream of records of this type, none with more than `fragment_bytes`.
pub(super) fn records(kind: u8, payload: &[u8], fragment_bytes: usize) -> Vec<u8> {
    let record = |fragment: &[u8]| {
        let [.., high, low] = fragment.len().to_be_bytes();
        [&[kind, 3, 3, high, low], fragment].concat()
    };
    payload.chunks(fragment_bytes).flat_map(record).collect()
}

/// A whole TLS 1.2 flight: ECDHE on secp256r1 with an RSA certificate of no content.
pub(super) fn tls12_flight() -> Vec<u8> {
    [
        server_hello(0x0303, 0xc02f),
        message(11, b"\0\0\0"),
        message(12, b"\x03\0\x17\x01\x04\x04\x01\0\x01\xaa"),
        message(14, b""),
    ]
    .concat()
}

/// A HelloRetryRequest for TLS_AES_256_GCM_SHA384 and secp521r1.
pub(super) fn retry() -> Vec<u8> {
    let extensions = b"\0\x2b\0\x02\x03\x04\0\x33\0\x02\0\x19";
    message(
        2,
        &server_hello_body(
            0x0303,
            &super::server_hello::RETRY_RANDOM,
            0x1302,
            extensions,
        ),
    )
}
