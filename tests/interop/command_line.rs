//! `countersign check` against real servers: exit codes and the one line that says it.

use countersign_tests::{
    command::check,
    peers::{
        nginx::Nginx,
        openssl::{EVERYTHING, OpenSsl},
    },
    pki::PKI,
};
use serde_json::Value;

#[test]
fn json_is_one_record_a_line() {
    let nginx = Nginx::start("TLSv1.1", "ssl_ciphers ALL:@SECLEVEL=0;");
    let run = check(nginx.port, "{}", &["--format", "json"]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    assert_eq!(run.stdout.lines().count(), 1, "{run:#?}");
    let record: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(record["countersign.decision"], "vetoed");
    assert_eq!(record["countersign.probe"]["best"]["version"], "TLSv1.1");
    assert_eq!(
        record["countersign.findings"][0]["code"],
        "version.not-allowed"
    );
    assert_eq!(record["server.port"], nginx.port);
}

#[test]
fn an_approval_in_json_names_what_the_server_was_restricted_to() {
    let arguments = [
        "-tls1_2",
        "-cipher",
        "ECDHE-RSA-CHACHA20-POLY1305",
        "-groups",
        "P-384",
    ];
    let server = OpenSsl::www(&PKI.rsa, &arguments);
    let run = check(server.port, "{}", &["--format", "json"]);
    assert_eq!(run.code, Some(0), "{run:#?}");
    let record: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(record["countersign.decision"], "approved");
    assert_eq!(record["tls.protocol.version"], "1.2");
    assert_eq!(
        record["tls.cipher"],
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    );
    assert_eq!(record["tls.curve"], "secp384r1");
}

#[test]
fn what_rustls_cannot_speak_is_not_judged() {
    let server = OpenSsl::www(&PKI.rsa, &["-tls1", "-cipher", EVERYTHING]);
    let generous = r#"{ "versions": { "min": "1.0" }, "cipher_suites": { "deny": [] }, "groups": { "deny": [] } }"#;
    let run = check(server.port, generous, &[]);
    assert_eq!(run.code, Some(3), "{run:#?}");
}

#[test]
fn a_certificate_that_does_not_verify_is_not_a_veto() {
    let server = OpenSsl::www(&PKI.untrusted, &[]);
    let run = check(server.port, "{}", &[]);
    assert_eq!(run.code, Some(3), "{run:#?}");
    let run = check(server.port, "{}", &["--insecure"]);
    assert_eq!(run.code, Some(0), "{run:#?}");
}

#[test]
fn a_client_certificate_is_shown_to_a_server_that_demands_one() {
    let server = crate::client_certificate::demanding("-tls1_2", 1);
    let certificate = PKI.client.certificate_file.to_str().expect("a plain path");
    let key = PKI.client.key_file.to_str().expect("a plain path");
    let run = check(
        server.port,
        "{}",
        &["--client-cert", certificate, "--client-key", key],
    );
    assert_eq!(run.code, Some(0), "{run:#?}");
    let trace = server.wait_for_end();
    assert!(
        trace.received().contains(&"CertificateVerify"),
        "{}",
        trace.text()
    );
}

/// In TLS 1.3 the client is done before the server has looked for its certificate (RFC 8446, section 4.4.2.4).
#[test]
fn a_server_that_misses_a_client_certificate_is_not_approved() {
    for version in ["-tls1_2", "-tls1_3"] {
        let server = crate::client_certificate::demanding(version, 1);
        let run = check(server.port, "{}", &[]);
        assert_eq!(run.code, Some(3), "{run:#?}");
        assert!(run.stdout.contains("alert"), "{run:#?}");
    }
}
