//! Which facts settings may lead to: what is read is among those that are told.

use std::collections::BTreeSet;

use countersign_policy_sdk::{
    Policy,
    built::{Certificate, Facts},
    facts::ChainCheck,
};

use super::*;
use crate::profiles;

fn certificate(key: &str, bits: u32, signature: &str, subject: &str) -> Certificate {
    Certificate {
        key_algorithm: key.into(),
        key_bits: bits,
        signature_algorithm: signature.into(),
        subject: subject.into(),
        issuer: "CN=Issuer".into(),
        not_after: i64::from(u32::MAX),
        ..Certificate::default()
    }
}

/// Chains that are good, weak, their own issuer, and none.
fn chains() -> Vec<Vec<Certificate>> {
    let rsa = |bits| {
        certificate(
            "1.2.840.113549.1.1.1",
            bits,
            "1.2.840.113549.1.1.11",
            "CN=a",
        )
    };
    let ec = certificate("1.2.840.10045.2.1", 256, "1.2.840.10045.4.3.2", "CN=a");
    let root = certificate("1.2.840.113549.1.1.1", 512, "1.2.3", "CN=Issuer");
    vec![
        vec![],
        vec![ec.clone()],
        vec![rsa(2048), root.clone()],
        vec![rsa(512)],
        vec![ec, root],
    ]
}

fn read(settings: &str) -> BTreeSet<&'static str> {
    let explanation = explained(settings);
    let mut all = BTreeSet::new();
    for chain in chains() {
        for (role, version, suite) in [
            (Role::Client, Version::TLS_1_3, 0x1301),
            (Role::Client, Version::TLS_1_2, 0x009e),
            (Role::Server, Version::TLS_1_2, 0xc02f),
        ] {
            let session = Session {
                group: Some(Group::SECP256R1),
                ..Session::new(Endpoint::new(role), version, CipherSuite::new(suite))
            };
            let facts = Facts {
                server_name: Some("a.example".into()),
                port: Some(443),
                today: 20_000,
                peer_certificates: chain.clone(),
                peer_verification: ChainCheck::Valid,
                signature_scheme: Some(0x0403),
                ..Facts::default()
            };
            let (_, read) = facts.during(|| {
                explanation.policy.judge_parameters(&session);
                explanation.policy.judge_peer(&session)
            });
            all.extend(read);
        }
    }
    all
}

#[test]
fn nothing_else_is_read_under_any_standard() {
    for profile in profiles::all() {
        let text = format!(r#"{{"profile": "{}"}}"#, profile.name);
        let (read, told) = (read(&text), explained(&text).facts());
        assert!(read.is_subset(&told), "{}: {read:?} {told:?}", profile.name);
    }
}

#[test]
fn what_is_told_is_what_is_asked_for() {
    let told = |text: &str| explained(text).facts().into_iter().collect::<Vec<_>>();
    assert_eq!(told("{}"), [""; 0]);
    for (text, facts) in [
        (r#"{"rules": [{"when": {"port": 443}}]}"#, &["port"][..]),
        (
            r#"{"rules": [{"when": {"server_name": "a.example"}}]}"#,
            &["server-name"],
        ),
        (
            r#"{"sunset": [{"versions": ["1.2"], "until": "2031-12-31"}]}"#,
            &["today"],
        ),
        (
            r#"{"signature_schemes": {"deny": ["rsa_pkcs1_sha1"]}}"#,
            &["signature-scheme"],
        ),
        (
            r#"{"peer_certificate": {"max_lifetime_days": 90}}"#,
            &[
                "certificate.not-after",
                "certificate.not-before",
                "peer-certificates",
            ],
        ),
        (
            r#"{"peer_certificate": {"issuers": ["CN=Issuer"]}}"#,
            &[
                "certificate.issuer",
                "peer-certificates",
                "peer-verification",
            ],
        ),
        (
            r#"{"peer_certificate": {"verification": "warn"}}"#,
            &["peer-verification"],
        ),
        (
            r#"{"client_certificate": {"spiffe": ["spiffe://a.example/b"]}}"#,
            &["certificate.uris", "peer-certificates", "peer-verification"],
        ),
    ] {
        assert_eq!(told(text), facts, "{text}");
        assert!(read(text).is_subset(&explained(text).facts()), "{text}");
    }
}
