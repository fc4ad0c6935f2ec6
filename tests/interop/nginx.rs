//! The originating story: somebody has nginx servers of all ages, and a list of what is acceptable.

use countersign_tests::{
    command::{Run, check},
    peers::nginx::{Nginx, accesses},
    pki::PKI,
    process::Program,
};

const CURL: Program = Program {
    name: "curl",
    package: "curl",
};

/// nginx of old: OpenSSL speaks this only at its lowest security level.
const OLD: &str = "ssl_ciphers ALL:@SECLEVEL=0;";

/// What people write: a list, a minimum, all but some, exactly one.
const SETTINGS: [&str; 4] = [
    r#"{ "versions": ["TLSv1.2", "TLSv1.3"] }"#,
    r#"{ "versions": { "min": "TLSv1.2" } }"#,
    r#"{ "versions": { "deny": ["SSLv3", "TLSv1.0", "TLSv1.1"] } }"#,
    r#"{ "versions": { "allow": ["TLSv1.3"] } }"#,
];

/// What nginx logs of a connection that ends before its handshake does.
const HANDSHAKE_FAILED: &str = "while SSL handshaking";

/// What nginx logs of a connection that ends after its handshake, and before a request.
const HANDSHAKE_DONE: &str = "while waiting for request";

/// An ordinary client that takes what it gets, up to this version.
fn visit_with_curl(port: u16, version_max: &str) {
    let page = CURL.run(|curl| {
        curl.args([
            "--silent",
            "--show-error",
            "--tlsv1.0",
            "--tls-max",
            version_max,
        ])
        .args(["--ciphers", "ALL:@SECLEVEL=0", "--cacert"])
        .arg(&PKI.ca.certificate_file)
        .arg(format!("https://localhost:{port}/"));
    });
    assert!(page.contains("hello from nginx"), "{page}");
}

/// Refused by name; nginx has seen no handshake come to its end, and no request.
fn assert_vetoed(protocol: &str, curl_max: &str) {
    let nginx = Nginx::start(protocol, OLD);
    visit_with_curl(nginx.port, curl_max);
    let witness = format!("{protocol}/ECDHE-RSA-AES256-SHA reused=. GET / HTTP/1.1");
    nginx.process().wait_for_text(&witness);
    for settings in SETTINGS {
        let run = check(nginx.port, settings, &[]);
        assert_eq!(run.code, Some(1), "{settings}: {run:#?}");
        let veto = format!(
            "VETO localhost:{} {protocol} TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
            nginx.port
        );
        let first = run.stdout.lines().next();
        assert_eq!(first, Some(veto.as_str()), "{settings}: {run:#?}");
        let code = match settings.contains("deny") {
            true => "version.forbidden",
            false => "version.not-allowed",
        };
        assert!(run.stdout.contains(code), "{run:#?}");
    }
    // What nginx logs of this visit, it logs after everything that came before.
    visit_with_curl(nginx.port, curl_max);
    nginx
        .process()
        .wait_for("two visits", |log| (accesses(log).len() == 2).then_some(()));
    let log = nginx.stop();
    assert_eq!(accesses(&log), [&witness, &witness]);
    assert!(
        log.matches(HANDSHAKE_FAILED).count() >= SETTINGS.len(),
        "{log}"
    );
    assert!(!log.contains(HANDSHAKE_DONE), "{log}");
}

#[test]
fn tls10_is_vetoed_by_name() {
    assert_vetoed("TLSv1", "1.0");
}

#[test]
fn tls11_is_vetoed_by_name() {
    assert_vetoed("TLSv1.1", "1.1");
}

fn assert_approved(run: &Run) {
    assert_eq!(run.code, Some(0), "{run:#?}");
}

#[test]
fn tls13_is_approved_under_every_settings() {
    let nginx = Nginx::start("TLSv1.2 TLSv1.3", "");
    for settings in SETTINGS {
        let run = check(nginx.port, settings, &[]);
        assert_approved(&run);
        assert!(run.stdout.contains("TLSv1.3"), "{run:#?}");
    }
    visit_with_curl(nginx.port, "1.3");
    nginx
        .process()
        .wait_for_text("ACCESS TLSv1.3/TLS_AES_256_GCM_SHA384");
    let log = nginx.stop();
    // The handshakes of `check` came through, and no request followed.
    assert_eq!(log.matches(HANDSHAKE_DONE).count(), SETTINGS.len(), "{log}");
    assert!(!log.contains(HANDSHAKE_FAILED), "{log}");
    assert_eq!(accesses(&log).len(), 1);
}

#[test]
fn tls12_is_approved_unless_exactly_tls13_is_wanted() {
    let nginx = Nginx::start("TLSv1.2", "");
    for settings in &SETTINGS[..3] {
        assert_approved(&check(nginx.port, settings, &[]));
    }
    let run = check(nginx.port, SETTINGS[3], &[]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    let veto = format!("VETO localhost:{} TLSv1.2 ", nginx.port);
    assert!(run.stdout.starts_with(&veto), "{run:#?}");
    visit_with_curl(nginx.port, "1.2");
    nginx.process().wait_for_text("ACCESS TLSv1.2/");
}

#[test]
fn a_server_that_speaks_old_and_new_is_approved_at_its_new() {
    let nginx = Nginx::start("TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", OLD);
    visit_with_curl(nginx.port, "1.0");
    nginx
        .process()
        .wait_for_text("ACCESS TLSv1/ECDHE-RSA-AES256-SHA");
    let run = check(nginx.port, SETTINGS[0], &[]);
    assert_approved(&run);
    assert!(run.stdout.contains("TLSv1.3"), "{run:#?}");
}
