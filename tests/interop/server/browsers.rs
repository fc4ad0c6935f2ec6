//! Hellos of browsers, as a listener on loopback received them: GREASE (RFC 8701), shuffled extensions, encrypted_client_hello,
//! and a share of X25519MLKEM768. The first line of each file says how the browser was started.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
};

use countersign::record::{Decision, DecisionRecord};
use countersign_tests::{
    policy::policy,
    server::{Server, builder},
};
use serde_json::json;

use super::offered;

const CHROMIUM: &str = include_str!("../../../host/countersign/src/hello/samples/chromium.hex");
const FIREFOX: &str = include_str!("hellos/firefox.hex");

/// By the registry: X25519MLKEM768.
const HYBRID: u16 = 0x11ec;

/// Of a ServerHello with a share of it: ciphertext of ML-KEM-768 and a point (draft-ietf-tls-ecdhe-mlkem, section 4.2).
const HYBRID_SHARE_BYTES: usize = 1088 + 32;

fn bytes(sample: &str) -> Vec<u8> {
    let digits: String = sample.lines().skip(1).collect();
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            let pair = std::str::from_utf8(pair).expect("ASCII");
            u8::from_str_radix(pair, 16).expect("hexadecimal digits")
        })
        .collect()
}

/// Says hello like a browser, and goes away when an answer of one record has come.
fn answer(port: u16, sample: &str, piece_bytes: usize) -> Vec<u8> {
    let mut tcp = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    tcp.set_nodelay(true).expect("an open connection");
    for piece in bytes(sample).chunks(piece_bytes) {
        tcp.write_all(piece).expect("a server that reads");
    }
    let mut header = [0; 5];
    tcp.read_exact(&mut header).expect("a record");
    let mut body = vec![0; usize::from(u16::from_be_bytes([header[3], header[4]]))];
    tcp.read_exact(&mut body).expect("a whole record");
    [&header[..], &body].concat()
}

/// The gate answers with a ServerHello of TLS 1.3 that has a share of X25519MLKEM768, and records what was offered.
fn greeted(sample: &str, piece_bytes: usize) -> Arc<DecisionRecord> {
    let server = Server::start(builder(policy("{}")).alpn(vec![b"h2".to_vec()]));
    let answer = answer(server.port, sample, piece_bytes);
    let [handshake, server_hello] = [answer[0], answer[5]];
    assert_eq!((handshake, server_hello), (22, 2));
    let share = [
        51_u16,
        HYBRID_SHARE_BYTES as u16 + 4,
        HYBRID,
        HYBRID_SHARE_BYTES as u16,
    ];
    let share: Vec<u8> = share
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect();
    assert!(answer.windows(share.len()).any(|window| window == share));
    server.only_record()
}

/// All verdicts fell, and were approvals; then the browser was gone.
fn assert_judged(record: &DecisionRecord) {
    let session = record.session.as_ref().expect("a session");
    assert_eq!(session.version.code(), 0x0304);
    assert_eq!(session.group.map(|group| group.code()), Some(HYBRID));
    assert_eq!(session.alpn.as_deref(), Some(&b"h2"[..]));
    assert!(!session.retried);
    assert_eq!(record.decision, Decision::Failed);
    let failure = record.failure.as_ref().expect("a failure");
    assert!(["closed", "io"].contains(&failure.kind), "{failure:?}");
}

fn assert_offered(record: &DecisionRecord, expected: &[(&str, serde_json::Value)]) {
    let record = offered(record);
    for (member, expected) in expected {
        assert_eq!(record[*member], *expected, "{member}");
    }
}

/// Its fingerprint is what the rules of JA4 give for its lists. What stands before the last part is that of all Chromes
/// since 2023 with one extension more, trust_anchors.
#[test]
fn chromium() {
    let record = greeted(CHROMIUM, usize::MAX);
    assert_judged(&record);
    let suites = [
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_256_CBC_SHA",
    ];
    assert_offered(
        &record,
        &[
            ("tls.client.server_name", json!("www.example.com")),
            ("countersign.client.versions", json!(["TLSv1.3", "TLSv1.2"])),
            ("tls.client.supported_ciphers", json!(suites)),
            (
                "countersign.client.groups",
                json!(["X25519MLKEM768", "x25519", "secp256r1", "secp384r1"]),
            ),
            (
                "countersign.client.key_shares",
                json!(["X25519MLKEM768", "x25519"]),
            ),
            ("countersign.client.alpn", json!(["h2", "http/1.1"])),
            (
                "countersign.client.ja4",
                json!("t13d1517h2_8daaf6152771_cb7bf5808d99"),
            ),
        ],
    );
}

/// Its fingerprint is published for Firefox 152 (`t13d1617h2_86a278354501_3cbfd9057e0d`); the last part is that of every
/// Firefox since 135.
#[test]
fn firefox() {
    let record = greeted(FIREFOX, usize::MAX);
    assert_judged(&record);
    let suites = [
        "TLS_AES_128_GCM_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_256_CBC_SHA",
    ];
    assert_offered(
        &record,
        &[
            ("tls.client.server_name", json!("www.example.com")),
            ("countersign.client.versions", json!(["TLSv1.3", "TLSv1.2"])),
            ("tls.client.supported_ciphers", json!(suites)),
            (
                "countersign.client.groups",
                json!([
                    "X25519MLKEM768",
                    "x25519",
                    "secp256r1",
                    "secp384r1",
                    "secp521r1",
                    "ffdhe2048",
                    "ffdhe3072"
                ]),
            ),
            (
                "countersign.client.key_shares",
                json!(["X25519MLKEM768", "x25519", "secp256r1"]),
            ),
            ("countersign.client.alpn", json!(["h2", "http/1.1"])),
            (
                "countersign.client.ja4",
                json!("t13d1617h2_86a278354501_3cbfd9057e0d"),
            ),
        ],
    );
}

#[test]
fn a_hello_that_comes_byte_by_byte_is_the_same_hello() {
    for sample in [CHROMIUM, FIREFOX] {
        let (whole, pieces) = (greeted(sample, usize::MAX), greeted(sample, 1));
        assert_eq!(pieces.session, whole.session);
        assert_eq!(pieces.facts.ja4(), whole.facts.ja4());
    }
}

/// One that wants no group but P-384 asks for a share of it: Chromium offers the group without one.
#[test]
fn a_browser_without_the_wanted_share_is_asked_for_it() {
    let gate = builder(policy(r#"{ "groups": ["secp384r1"] }"#));
    let server = Server::start(gate);
    let answer = answer(server.port, CHROMIUM, usize::MAX);
    // RFC 8446, section 4.1.3: the random of a HelloRetryRequest.
    let random = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];
    assert!(answer[5 + 4 + 2..].starts_with(&random), "{answer:02x?}");
    let record = server.only_record();
    assert_eq!(record.decision, Decision::Failed);
    assert!(record.session.is_none());
}
