//! Servers of old versions, and of old suites: vetoed by policy, by the name of what they would choose.

use countersign::{
    probe::{Observed, Outcome},
    record::{Decision, DecisionRecord},
};
use countersign_names::{CipherSuite, Version};
use countersign_tests::{
    client::{check, gate},
    peers::openssl::{EVERYTHING, OpenSsl},
    pki::PKI,
};

use crate::expect::codes;

const ECDHE_RSA_AES256_SHA: CipherSuite = CipherSuite::new(0xc014);
const ECDHE_RSA_AES128_SHA: CipherSuite = CipherSuite::new(0xc013);

fn observed(record: &DecisionRecord) -> &Observed {
    match record.probe.as_ref().map(|probe| &probe.0) {
        Some(Outcome::Observed { best, .. }) => best,
        other => panic!("{other:?}"),
    }
}

fn message<'a>(record: &'a DecisionRecord, code: &str) -> &'a str {
    let mut findings = record.findings.iter();
    let finding = findings.find(|finding| finding.code.as_str() == code);
    &finding.expect("the finding").message
}

async fn assert_vetoed(arguments: &[&str], version: Version, suite: CipherSuite) {
    let server = OpenSsl::www(&PKI.rsa, arguments);
    let record = check(&gate("{}"), server.port).await;
    assert_eq!(record.decision, Decision::Vetoed, "{record:#?}");
    assert!(
        codes(&record).contains(&"version.not-allowed"),
        "{record:#?}"
    );
    assert!(message(&record, "version.not-allowed").contains(&version.to_string()));
    let best = observed(&record);
    assert_eq!((best.version, best.cipher_suite), (version, suite));
}

#[tokio::test]
async fn tls10_and_tls11_with_all_their_suites() {
    // OpenSSL takes the client's first suite: the probe's first one with CBC is that of AES-256 under RSA.
    let arguments = ["-tls1", "-cipher", EVERYTHING];
    assert_vetoed(&arguments, Version::TLS_1_0, ECDHE_RSA_AES256_SHA).await;
    let arguments = ["-tls1_1", "-cipher", EVERYTHING];
    assert_vetoed(&arguments, Version::TLS_1_1, ECDHE_RSA_AES256_SHA).await;
}

#[tokio::test]
async fn tls10_and_tls11_with_one_suite() {
    let suite = "ECDHE-RSA-AES128-SHA:@SECLEVEL=0";
    let arguments = ["-tls1", "-cipher", suite];
    assert_vetoed(&arguments, Version::TLS_1_0, ECDHE_RSA_AES128_SHA).await;
    let arguments = ["-tls1_1", "-cipher", suite];
    assert_vetoed(&arguments, Version::TLS_1_1, ECDHE_RSA_AES128_SHA).await;
}

#[tokio::test]
async fn tls12_with_cbc_is_vetoed_for_its_suite() {
    let arguments = ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256:@SECLEVEL=0"];
    let server = OpenSsl::www(&PKI.rsa, &arguments);
    let record = check(&gate("{}"), server.port).await;
    assert_eq!(record.decision, Decision::Vetoed, "{record:#?}");
    assert_eq!(codes(&record), ["cipher-suite.not-allowed"]);
    let name = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256";
    assert!(message(&record, "cipher-suite.not-allowed").contains(name));
}

#[tokio::test]
async fn tls13_with_a_group_that_is_denied_is_vetoed_for_its_group() {
    let server = OpenSsl::www(&PKI.rsa, &["-tls1_3", "-groups", "P-384"]);
    let record = check(&gate(r#"{ "groups": ["x25519"] }"#), server.port).await;
    assert_eq!(record.decision, Decision::Vetoed, "{record:#?}");
    assert_eq!(codes(&record), ["group.not-allowed"]);
    assert!(message(&record, "group.not-allowed").contains("secp384r1"));
}

#[tokio::test]
async fn what_the_policy_would_accept_but_rustls_cannot_speak_is_not_approved() {
    let server = OpenSsl::www(&PKI.rsa, &["-tls1", "-cipher", EVERYTHING]);
    let generous = r#"{ "versions": { "min": "1.0" }, "cipher_suites": { "deny": [] }, "groups": { "deny": [] } }"#;
    let record = check(&gate(generous), server.port).await;
    assert_eq!(record.decision, Decision::Failed, "{record:#?}");
    let failure = record.failure.as_ref().expect("a failure");
    assert_eq!(failure.kind, "not-speakable");
}

#[tokio::test]
async fn tls12_and_tls13_are_approved() {
    for (argument, version) in [("-tls1_2", Version::TLS_1_2), ("-tls1_3", Version::TLS_1_3)] {
        let server = OpenSsl::www(&PKI.rsa, &[argument]);
        let record = check(&gate("{}"), server.port).await;
        assert_eq!(record.decision, Decision::Approved, "{record:#?}");
        let session = record.session.as_ref().expect("a session");
        assert_eq!(session.version, version);
        assert_eq!(record.probe, None);
    }
}
