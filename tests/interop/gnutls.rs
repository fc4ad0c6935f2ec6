//! GnuTLS, told by its priority string to speak one thing only.

use countersign::{probe::Outcome, record::Decision};
use countersign_names::{CipherSuite, Version};
use countersign_tests::{
    client::{check, gate, visit},
    peers::gnutls::GnuTls,
    pki::PKI,
};

use crate::expect::{codes, parameters, resumed};

#[tokio::test]
async fn old_versions_are_vetoed_by_name() {
    for (name, version) in [("TLS1.0", Version::TLS_1_0), ("TLS1.1", Version::TLS_1_1)] {
        let priority = format!(
            "NONE:+VERS-{name}:+ECDHE-RSA:+AES-128-CBC:+SHA1:+SIGN-ALL:+GROUP-ALL:+COMP-NULL"
        );
        let server = GnuTls::start(&PKI.rsa, &priority, &["--http"]);
        let record = check(&gate("{}"), server.port).await;
        assert_eq!(record.decision, Decision::Vetoed, "{record:#?}");
        assert!(codes(&record).contains(&"version.not-allowed"));
        let Some(Outcome::Observed { best, .. }) = record.probe.as_ref().map(|probe| &probe.0)
        else {
            panic!("{record:#?}")
        };
        let suite = CipherSuite::new(0xc013);
        assert_eq!((best.version, best.cipher_suite), (version, suite));
    }
}

/// What was settled on, by our facts and by the server's page.
async fn assert_negotiates(priority: &str, expected: (u16, u16, u16), witness: &str) {
    let server = GnuTls::start(&PKI.rsa, priority, &["--http"]);
    let (record, page) = visit(&gate("{}"), server.port).await;
    let (version, suite, group) = expected;
    assert_eq!(
        parameters(&record),
        (version, suite, Some(group)),
        "{priority}"
    );
    assert!(page.contains(witness), "no {witness:?} in {page}");
}

#[tokio::test]
async fn every_group_of_tls12_and_tls13() {
    for (name, code, page) in [
        ("X25519", 0x001d, "ECDHE-X25519"),
        ("SECP256R1", 0x0017, "ECDHE-SECP256R1"),
        ("SECP384R1", 0x0018, "ECDHE-SECP384R1"),
    ] {
        let only = |version: &str| {
            format!(
                "NORMAL:-VERS-ALL:+VERS-{version}:-GROUP-ALL:+GROUP-{name}:-CIPHER-ALL:+AES-128-GCM"
            )
        };
        let witness = format!("(TLS1.2-X.509)-({page})-");
        assert_negotiates(&only("TLS1.2"), (0x0303, 0xc02f, code), &witness).await;
        let witness = format!("(TLS1.3-X.509)-({page})-");
        assert_negotiates(&only("TLS1.3"), (0x0304, 0x1301, code), &witness).await;
    }
}

#[tokio::test]
async fn other_suites() {
    for (cipher, tls12, tls13) in [
        ("AES-256-GCM", 0xc030, 0x1302),
        ("CHACHA20-POLY1305", 0xcca8, 0x1303),
    ] {
        let only = |version: &str| {
            format!(
                "NORMAL:-VERS-ALL:+VERS-{version}:-GROUP-ALL:+GROUP-X25519:-CIPHER-ALL:+{cipher}"
            )
        };
        let witness = format!("-({cipher})");
        assert_negotiates(&only("TLS1.2"), (0x0303, tls12, 0x001d), &witness).await;
        assert_negotiates(&only("TLS1.3"), (0x0304, tls13, 0x001d), &witness).await;
    }
}

#[tokio::test]
async fn sessions_are_resumed() {
    for version in ["TLS1.2", "TLS1.3"] {
        let priority = format!("NORMAL:-VERS-ALL:+VERS-{version}");
        let server = GnuTls::start(&PKI.rsa, &priority, &["--http"]);
        let gate = gate("{}");
        let (first, _) = visit(&gate, server.port).await;
        let (second, _) = visit(&gate, server.port).await;
        assert!(!resumed(&first), "{version}");
        assert!(resumed(&second), "{version}");
        let log = server.stop();
        let said = log.matches("*** This is a resumed session").count();
        assert_eq!(said, 1, "{log}");
    }
}
