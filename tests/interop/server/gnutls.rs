//! GnuTLS, told by its priority string to speak one thing only.

use countersign::record::Decision;
use countersign_tests::{
    guest::VetoAt,
    peers::gnutls_cli::gnutls_cli,
    pki::PKI,
    policy::{policy, vetoing_policy},
    server::{PAGE, Server, builder, required},
};

use crate::expect::{codes, parameters, resumed};

const VERSIONS: [&str; 2] = ["TLS1.2", "TLS1.3"];

fn only(version: &str) -> String {
    format!("NORMAL:-VERS-ALL:+VERS-{version}")
}

fn assert_negotiates(priority: &str, expected: (u16, u16, u16), witness: &str) {
    let server = Server::start(builder(policy("{}")));
    let log = gnutls_cli(server.port, priority, &[]);
    let (version, suite, group) = expected;
    let record = server.only_record();
    assert_eq!(parameters(&record), (version, suite, Some(group)), "{log}");
    assert!(log.contains(witness), "no {witness:?} in {log}");
    assert!(log.contains(PAGE), "{log}");
}

#[test]
fn every_group() {
    for (name, code, said) in [
        ("X25519", 0x001d, "ECDHE-X25519"),
        ("SECP256R1", 0x0017, "ECDHE-SECP256R1"),
        ("SECP384R1", 0x0018, "ECDHE-SECP384R1"),
    ] {
        for (version, number, suite) in [("TLS1.2", 0x0303, 0xc02b), ("TLS1.3", 0x0304, 0x1301)] {
            let only = only(version);
            let priority = format!("{only}:-GROUP-ALL:+GROUP-{name}:-CIPHER-ALL:+AES-128-GCM");
            let witness = format!("({version}-X.509)-({said})-");
            assert_negotiates(&priority, (number, suite, code), &witness);
        }
    }
}

#[test]
fn other_suites() {
    for (cipher, tls12, tls13) in [
        ("AES-256-GCM", 0xc02c, 0x1302),
        ("CHACHA20-POLY1305", 0xcca9, 0x1303),
    ] {
        for (version, number, suite) in [("TLS1.2", 0x0303, tls12), ("TLS1.3", 0x0304, tls13)] {
            let only = only(version);
            let priority = format!("{only}:-GROUP-ALL:+GROUP-X25519:-CIPHER-ALL:+{cipher}");
            let witness = format!("-({cipher})");
            assert_negotiates(&priority, (number, suite, 0x001d), &witness);
        }
    }
}

/// `*** Received alert [70]: Error in protocol version`
fn assert_told(log: &str, alert: u8) {
    let said = format!("*** Received alert [{alert}]");
    assert!(log.contains(&said), "no {said:?} in {log}");
    assert!(!log.contains(PAGE), "{log}");
}

#[test]
fn old_versions_are_turned_away() {
    for name in ["TLS1.0", "TLS1.1"] {
        let priority = format!(
            "NONE:+VERS-{name}:+ECDHE-RSA:+ECDHE-ECDSA:+AES-128-CBC:+SHA1:+SIGN-ALL:+GROUP-ALL:+COMP-NULL"
        );
        let server = Server::start(builder(policy("{}")));
        assert_told(&gnutls_cli(server.port, &priority, &[]), 70);
        let record = server.only_record();
        assert_eq!(codes(&record), ["floor.version"]);
    }
}

#[test]
fn a_group_that_the_policy_removed() {
    for version in VERSIONS {
        let settings = r#"{ "groups": ["secp384r1"] }"#;
        let server = Server::start(builder(policy(settings)));
        let priority = format!("{}:-GROUP-ALL:+GROUP-X25519", only(version));
        assert_told(&gnutls_cli(server.port, &priority, &[]), 71);
        let record = server.only_record();
        assert_eq!(codes(&record), ["offer.group"]);
    }
}

#[test]
fn a_veto_is_told() {
    for version in VERSIONS {
        for (at, alert) in [(VetoAt::Parameters, 71), (VetoAt::Peer, 49)] {
            let server = Server::start(builder(vetoing_policy(at)));
            assert_told(&gnutls_cli(server.port, &only(version), &[]), alert);
            assert_eq!(server.only_record().decision, Decision::Vetoed);
        }
    }
}

/// Encrypted in TLS 1.3, in clear in TLS 1.2.
#[test]
fn a_vetoed_identity_is_told() {
    let [certificate, key] = PKI.client.files();
    for version in VERSIONS {
        let gate = builder(vetoing_policy(VetoAt::Peer)).client_certificates(required());
        let server = Server::start(gate);
        let arguments = ["--x509certfile", certificate, "--x509keyfile", key];
        assert_told(&gnutls_cli(server.port, &only(version), &arguments), 49);
        assert_eq!(server.only_record().decision, Decision::Vetoed);
    }
}

#[test]
fn the_second_connection_is_resumed() {
    for version in VERSIONS {
        let server = Server::start(builder(policy("{}")));
        let arguments = ["--resume", "--waitresumption"];
        let log = gnutls_cli(server.port, &only(version), &arguments);
        assert!(log.contains("*** This is a resumed session"), "{log}");
        assert!(!resumed(&server.record()), "{version}");
        assert!(resumed(&server.only_record()), "{version}");
    }
}
