//! The gate's answer to the hellos of browsers: GREASE, shuffled extensions, encrypted_client_hello, and a share of
//! X25519MLKEM768. What a server says first needs nothing of the client but the hello.

mod samples;

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
};

use countersign::record::{Decision, DecisionRecord, Stage};
use countersign_tests::{
    policy::policy,
    server::{Server, builder},
};
use serde_json::json;

use super::offered;
use samples::{Browser, CHROMIUM, FIREFOX};

const BROWSERS: [&Browser; 2] = [&CHROMIUM, &FIREFOX];

const X25519MLKEM768: u16 = 0x11ec;
const X25519: u16 = 0x001d;

/// Of the server: a ciphertext of ML-KEM-768 and a point (draft-ietf-tls-ecdhe-mlkem, section 4.2).
const HYBRID_SHARE_BYTES: u16 = 1088 + 32;

/// Says hello like a browser, and goes away when an answer of one record has come; returns that.
fn answer(port: u16, browser: &Browser, piece_bytes: usize) -> Vec<u8> {
    let mut tcp = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    tcp.set_nodelay(true).expect("an open connection");
    for piece in browser.hello().chunks(piece_bytes) {
        tcp.write_all(piece).expect("a server that reads");
    }
    let mut header = [0; 5];
    tcp.read_exact(&mut header).expect("a record");
    let mut body = vec![0; usize::from(u16::from_be_bytes([header[3], header[4]]))];
    tcp.read_exact(&mut body).expect("a whole record");
    [&header[..], &body].concat()
}

/// The answer of a server under these settings, which must begin with a ServerHello.
fn greeted(
    settings: &str,
    browser: &Browser,
    piece_bytes: usize,
) -> (Vec<u8>, Arc<DecisionRecord>) {
    let gate = builder(policy(settings)).alpn(vec![b"h2".to_vec()]);
    let server = Server::start(gate);
    let answer = answer(server.port, browser, piece_bytes);
    let [handshake, server_hello] = [answer[0], answer[5]];
    assert_eq!((handshake, server_hello), (22, 2));
    (answer, server.only_record())
}

/// All verdicts fell, and were approvals; then the browser was gone.
fn assert_judged(record: &DecisionRecord, version: u16, group: u16) {
    let session = record.session.as_ref().expect("a session");
    assert_eq!(session.version.code(), version);
    assert_eq!(session.group.map(|group| group.code()), Some(group));
    assert_eq!(session.alpn.as_deref(), Some(&b"h2"[..]));
    assert!(!session.retried);
    assert_eq!(record.stage, Stage::Finish);
    assert_eq!(record.decision, Decision::Failed);
}

#[test]
fn browsers_get_the_hybrid_group_that_they_offer() {
    let key_share = 51_u16;
    let extension = [
        key_share,
        HYBRID_SHARE_BYTES + 4,
        X25519MLKEM768,
        HYBRID_SHARE_BYTES,
    ];
    let extension: Vec<u8> = extension
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect();
    for browser in BROWSERS {
        let (answer, record) = greeted("{}", browser, usize::MAX);
        let mut places = answer.windows(extension.len());
        assert!(places.any(|place| place == extension), "{answer:02x?}");
        assert_judged(&record, 0x0304, X25519MLKEM768);
    }
}

#[test]
fn browsers_take_tls12_where_nothing_else_is_allowed() {
    for browser in BROWSERS {
        let settings = r#"{ "versions": ["1.2"] }"#;
        let (_, record) = greeted(settings, browser, usize::MAX);
        assert_judged(&record, 0x0303, X25519);
    }
}

#[test]
fn the_record_names_what_browsers_offer() {
    for browser in BROWSERS {
        let (_, record) = greeted("{}", browser, usize::MAX);
        let record = offered(&record);
        for (member, expected) in [
            ("tls.client.server_name", json!("www.example.com")),
            ("countersign.client.versions", json!(["TLSv1.3", "TLSv1.2"])),
            ("tls.client.supported_ciphers", json!(browser.cipher_suites)),
            ("countersign.client.groups", json!(browser.groups)),
            ("countersign.client.key_shares", json!(browser.key_shares)),
            ("countersign.client.alpn", json!(["h2", "http/1.1"])),
            ("countersign.client.ja4", json!(browser.ja4)),
        ] {
            assert_eq!(record[member], expected, "{member}");
        }
    }
}

#[test]
fn a_hello_that_comes_byte_by_byte_is_the_same_hello() {
    for browser in BROWSERS {
        let (_, whole) = greeted("{}", browser, usize::MAX);
        let (_, pieces) = greeted("{}", browser, 1);
        assert_eq!(pieces.session, whole.session);
        assert_eq!(pieces.facts.client_hello(), whole.facts.client_hello());
    }
}

/// Both offer P-384 without a share of it. RFC 8446, section 4.1.3: the random of a HelloRetryRequest.
#[test]
fn browsers_without_the_wanted_share_are_asked_for_it() {
    let random = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];
    for browser in BROWSERS {
        let settings = r#"{ "groups": ["secp384r1"] }"#;
        let (answer, record) = greeted(settings, browser, usize::MAX);
        // Behind the header of the record, that of the message, and the version.
        assert!(answer[5 + 4 + 2..].starts_with(&random), "{answer:02x?}");
        assert_eq!(record.decision, Decision::Failed);
        assert!(record.session.is_none());
    }
}
