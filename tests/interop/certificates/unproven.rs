//! Peers whose signature the TLS library does not take: it wants RSA keys of 2,048 bits and more. The policy's reason is told
//! besides, for it is the one that somebody can do something about.

use std::sync::Arc;

use countersign::record::{Decision, DecisionRecord};
use countersign_tests::{
    chains::{Chains, Kind},
    client::{builder, check},
    command,
    policy::policy,
};

use super::{VERSIONS, outcome, server};

const SMALL: &str = r#"{"peer_certificate": {"min_rsa_bits": 2048}}"#;

async fn met(settings: &str, insecure: bool, version: &str) -> Arc<DecisionRecord> {
    let chains = Chains::default();
    let shown = chains.of(Kind::Rsa1024);
    let server = server(&shown, version);
    let gate = builder(policy(settings)).accept_invalid_certificates(insecure);
    check(&gate.build(), server.port).await
}

/// RFC 8446, section 4.4.3: decrypt_error where a signature does not verify.
#[tokio::test]
async fn a_small_key_is_never_approved() {
    for version in VERSIONS {
        for insecure in [false, true] {
            let record = met("{}", insecure, version).await;
            assert_eq!(outcome(&record), (Decision::Failed, vec![]), "{record:#?}");
            assert_eq!(record.alert.map(|alert| alert.code()), Some(51));
        }
    }
}

#[tokio::test]
async fn a_small_key_is_vetoed_for_its_size() {
    for version in VERSIONS {
        for insecure in [false, true] {
            let record = met(SMALL, insecure, version).await;
            let codes = vec!["certificate.key-size".to_owned()];
            assert_eq!(outcome(&record), (Decision::Vetoed, codes), "{record:#?}");
            assert!(record.failure.is_some(), "{record:#?}");
        }
    }
}

#[test]
fn a_person_reads_both_reasons() {
    let chains = Chains::default();
    let server = server(&chains.of(Kind::Rsa1024), "-tls1_3");
    let run = command::check(server.port, SMALL, &[]);
    assert_eq!(run.code, Some(1), "{run:#?}");
    for text in [
        "The peer's certificate has an RSA key of 1024 bits: the settings allow 2048 bits and more.",
        "signature cannot be verified",
    ] {
        assert_eq!(run.stdout.matches(text).count(), 1, "{run:#?}");
    }
}
