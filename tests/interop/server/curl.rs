//! curl, over HTTPS.

use std::io::Write;

use countersign::record::Decision;
use countersign_tests::{
    guest::VetoAt,
    peers::curl::https,
    pki::PKI,
    policy::{alerting_policy, policy, trapping_policy, vetoing_policy},
    server::{PAGE, Server, builder, required},
};

use tempfile::NamedTempFile;

use crate::expect::{codes, parameters};

/// More than the buffers of a socket take.
const UPLOAD_BYTES: usize = 16 * 1024 * 1024;
const UPLOADS: usize = 12;

#[test]
fn the_page_comes_over_what_curl_was_restricted_to() {
    for (arguments, expected) in [
        (
            &[
                "--tls-max",
                "1.2",
                "--ciphers",
                "ECDHE-RSA-AES128-GCM-SHA256",
                "--curves",
                "P-384",
            ][..],
            (0x0303, 0xc02f, Some(0x0018)),
        ),
        (
            &[
                "--tlsv1.3",
                "--tls13-ciphers",
                "TLS_CHACHA20_POLY1305_SHA256",
                "--curves",
                "X25519",
            ][..],
            (0x0304, 0x1303, Some(0x001d)),
        ),
    ] {
        let server = Server::start(builder(policy("{}")));
        let page = https(server.port, arguments);
        assert_eq!(page, PAGE, "{arguments:?}");
        assert_eq!(parameters(&server.only_record()), expected);
    }
}

/// curl by itself: its name for the server, and its protocols (RFC 7301).
#[test]
fn curl_as_it_comes() {
    let gate = builder(policy("{}")).alpn(vec![b"http/1.1".to_vec()]);
    let server = Server::start(gate);
    assert_eq!(https(server.port, &[]), PAGE);
    let record = server.only_record();
    assert_eq!(record.facts.server_name(), Some("localhost"));
    let hello = record.facts.client_hello().expect("a hello");
    assert_eq!(hello.alpn, [&b"h2"[..], b"http/1.1"]);
    let session = record.session.as_ref().expect("a session");
    assert_eq!(session.alpn.as_deref(), Some(&b"http/1.1"[..]));
}

/// curl's error is OpenSSL's text for the alert's number.
fn assert_told(said: &str, alert: &str) {
    assert!(said.contains(alert), "no {alert:?} in {said}");
    assert!(!said.contains(PAGE));
}

#[test]
fn a_disagreement_is_named() {
    for (settings, arguments, code, alert) in [
        (
            r#"{ "versions": ["1.3"] }"#,
            ["--tls-max", "1.2"],
            "offer.version",
            "tlsv1 alert protocol version",
        ),
        (
            r#"{ "groups": ["secp384r1"] }"#,
            ["--curves", "X25519"],
            "offer.group",
            "tlsv1 alert insufficient security",
        ),
        (
            "{}",
            ["--curves", "X448"],
            "floor.group",
            "tlsv1 alert insufficient security",
        ),
    ] {
        let server = Server::start(builder(policy(settings)));
        assert_told(&https(server.port, &arguments), alert);
        let record = server.only_record();
        assert_eq!(record.decision, Decision::Vetoed);
        assert_eq!(codes(&record), [code]);
    }
}

#[test]
fn a_veto_is_named() {
    for (policy, alert) in [
        (
            vetoing_policy(VetoAt::Parameters),
            "tlsv1 alert insufficient security",
        ),
        (
            alerting_policy("judge-parameters", 70),
            "tlsv1 alert protocol version",
        ),
        (
            alerting_policy("judge-parameters", 116),
            "tlsv13 alert certificate required",
        ),
        (vetoing_policy(VetoAt::Peer), "tlsv1 alert access denied"),
        (
            trapping_policy("judge-parameters"),
            "tlsv1 alert internal error",
        ),
    ] {
        for version in ["1.2", "1.3"] {
            let server = Server::start(builder(policy.clone()));
            assert_told(&https(server.port, &["--tls-max", version]), alert);
            assert_eq!(server.only_record().decision, Decision::Vetoed);
        }
    }
}

#[test]
fn a_vetoed_identity_is_named() {
    let [certificate, key] = PKI.client.files();
    for version in ["1.2", "1.3"] {
        let gate = builder(vetoing_policy(VetoAt::Peer)).client_certificates(required());
        let server = Server::start(gate);
        let arguments = ["--tls-max", version, "--cert", certificate, "--key", key];
        let said = https(server.port, &arguments);
        assert_told(&said, "tlsv1 alert access denied");
        assert_eq!(server.only_record().decision, Decision::Vetoed);
    }
}

/// In TLS 1.3 a client sends right after its certificate, before the server has looked at it. That is not read, and must
/// not turn the alert into a reset connection. A reset does not always win, so there are several uploads.
#[test]
fn a_vetoed_client_in_the_middle_of_an_upload_is_told_why() {
    let [certificate, key] = PKI.client.files();
    let mut upload = NamedTempFile::new().expect("a temporary file");
    let written = upload.write_all(&vec![b'x'; UPLOAD_BYTES]);
    written.expect("a writable file");
    let data = format!("@{}", upload.path().display());
    let shown = ["--tlsv1.3", "--cert", certificate, "--key", key];
    // With the header `Expect: 100-continue` curl would wait before it sends.
    let sent = ["--http1.1", "--header", "Expect:", "--data-binary", &data];
    let gate = builder(vetoing_policy(VetoAt::Peer)).client_certificates(required());
    let server = Server::start(gate);
    for _ in 0..UPLOADS {
        let said = https(server.port, &[shown, sent].concat());
        assert_told(&said, "tlsv1 alert access denied");
    }
}
