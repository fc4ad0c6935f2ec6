//! Each suite and group that both know: the judged facts are what the server was restricted to.

use countersign_tests::{
    client::{builder, gate, visit},
    peers::openssl::OpenSsl,
    pki::{Identity, PKI},
    policy::policy,
};

use crate::expect::parameters;

const TLS_1_2: u16 = 0x0303;
const TLS_1_3: u16 = 0x0304;

/// IANA "TLS Supported Groups", and OpenSSL's names.
const GROUPS: [(&str, u16); 3] = [("X25519", 0x001d), ("P-256", 0x0017), ("P-384", 0x0018)];

/// The page of a server that was restricted to one suite and one group says `New, TLSv1.3, Cipher is …`.
async fn assert_negotiates(
    identity: &Identity,
    restriction: &[&str],
    expected: (u16, u16, u16),
    witness: &str,
) {
    let server = OpenSsl::www(identity, restriction);
    let (record, page) = visit(&gate("{}"), server.port).await;
    let (version, suite, group) = expected;
    assert_eq!(
        parameters(&record),
        (version, suite, Some(group)),
        "{restriction:?}"
    );
    assert!(page.contains(witness), "no {witness:?} in {page}");
}

async fn assert_tls12(identity: &Identity, name: &str, suite: u16, group: (&str, u16)) {
    let restriction = ["-tls1_2", "-cipher", name, "-groups", group.0];
    let witness = format!("New, TLSv1.2, Cipher is {name}");
    assert_negotiates(identity, &restriction, (TLS_1_2, suite, group.1), &witness).await;
}

async fn assert_tls13(name: &str, suite: u16, group: (&str, u16)) {
    let restriction = ["-tls1_3", "-ciphersuites", name, "-groups", group.0];
    let witness = format!("New, TLSv1.3, Cipher is {name}");
    assert_negotiates(
        &PKI.ecdsa,
        &restriction,
        (TLS_1_3, suite, group.1),
        &witness,
    )
    .await;
}

#[tokio::test]
async fn every_suite_of_tls12() {
    for (name, suite) in [
        ("ECDHE-RSA-AES128-GCM-SHA256", 0xc02f),
        ("ECDHE-RSA-AES256-GCM-SHA384", 0xc030),
        ("ECDHE-RSA-CHACHA20-POLY1305", 0xcca8),
    ] {
        assert_tls12(&PKI.rsa, name, suite, GROUPS[0]).await;
    }
    for (name, suite) in [
        ("ECDHE-ECDSA-AES128-GCM-SHA256", 0xc02b),
        ("ECDHE-ECDSA-AES256-GCM-SHA384", 0xc02c),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", 0xcca9),
    ] {
        // OpenSSL wants the curve of its certificate's key among its groups.
        assert_tls12(&PKI.ecdsa, name, suite, GROUPS[1]).await;
    }
}

#[tokio::test]
async fn every_group_of_tls12() {
    for group in GROUPS {
        assert_tls12(&PKI.rsa, "ECDHE-RSA-AES128-GCM-SHA256", 0xc02f, group).await;
    }
}

#[tokio::test]
async fn every_suite_of_tls13() {
    for (name, suite) in [
        ("TLS_AES_128_GCM_SHA256", 0x1301),
        ("TLS_AES_256_GCM_SHA384", 0x1302),
        ("TLS_CHACHA20_POLY1305_SHA256", 0x1303),
    ] {
        assert_tls13(name, suite, GROUPS[0]).await;
    }
}

#[tokio::test]
async fn every_group_of_tls13() {
    for group in GROUPS {
        assert_tls13("TLS_AES_128_GCM_SHA256", 0x1301, group).await;
    }
}

#[tokio::test]
async fn the_application_protocol() {
    for version in ["-tls1_2", "-tls1_3"] {
        let server = OpenSsl::www(&PKI.rsa, &[version, "-alpn", "http/1.0"]);
        let offered = vec![b"h2".to_vec(), b"http/1.0".to_vec()];
        let gate = builder(policy("{}")).alpn(offered).build();
        let (record, _) = visit(&gate, server.port).await;
        let session = record.session.as_ref().expect("a session");
        assert_eq!(session.alpn.as_deref(), Some(&b"http/1.0"[..]), "{version}");
    }
}
