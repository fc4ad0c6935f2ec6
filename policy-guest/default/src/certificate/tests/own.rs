use countersign_policy_sdk::facts::ChainFailure;

use super::*;

/// `[1; 32]`, which the usual certificate has, and another.
const PINS: &str = r#"{"pins": ["0101010101010101010101010101010101010101010101010101010101010101",
    "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]}"#;

fn unverified(failure: ChainFailure, chain: Vec<Certificate>) -> Facts {
    Facts {
        peer_verification: ChainCheck::Invalid(failure),
        ..facts(chain)
    }
}

#[test]
fn names_of_which_one_must_be_there() {
    let asked = r#"{"names": ["b.example", "*.c.example", "192.0.2.1"]}"#;
    let none = &["certificate.name"][..];
    let with = |dns_names: &[&str], addresses: &[&str]| Certificate {
        dns_names: dns_names.iter().map(|name| (*name).into()).collect(),
        ip_addresses: addresses.iter().map(|name| (*name).into()).collect(),
        ..own()
    };
    for (certificate, expected) in [
        (own(), none),
        (with(&["a.example", "B.example"], &[]), &[]),
        (with(&["x.c.example"], &[]), &[]),
        (with(&["c.example"], &[]), none),
        (with(&["*.example"], &[]), none),
        (with(&[], &["192.0.2.2"]), none),
        (with(&[], &["192.0.2.1"]), &[]),
        (with(&[], &[]), none),
    ] {
        assert_found(asked, vec![certificate], expected);
    }
    // Only the peer's own counts.
    assert_found(asked, vec![own(), with(&["b.example"], &[])], none);
    let (findings, _) = found(&peer(asked), facts(vec![own()]));
    assert_eq!(
        findings[0].message,
        "The peer's certificate is for a.example: the settings ask for another name."
    );
}

#[test]
fn pinned_keys() {
    let other = || Certificate {
        spki_sha256: vec![2; 32],
        ..own()
    };
    let unread = Certificate {
        spki_sha256: Vec::new(),
        ..own()
    };
    assert_found(PINS, vec![own()], &[]);
    assert_found(PINS, vec![other()], &["certificate.pin"]);
    assert_found(PINS, vec![unread], &["certificate.pin"]);
    // Anybody may show a pinned certificate behind their own.
    assert_found(PINS, vec![other(), own()], &["certificate.pin"]);
}

#[test]
fn pins_stand_for_keys_though_the_chain_does_not_verify() {
    let (findings, _) = found(
        &peer(PINS),
        unverified(ChainFailure::UnknownIssuer, vec![own()]),
    );
    assert_eq!(codes(&findings), [""; 0]);
}

#[test]
fn issuers() {
    let asked = r#"{"issuers": ["cn=Issuer,o=Example"]}"#;
    let other = || Certificate {
        issuer: "CN=Other".into(),
        ..own()
    };
    assert_found(asked, vec![own()], &[]);
    assert_found(asked, vec![other()], &["certificate.issuer"]);
    // Nobody vouches for what else is shown.
    assert_found(asked, vec![other(), own()], &["certificate.issuer"]);
    assert_found(
        r#"{"issuers": ["CN=Root"]}"#,
        vec![own(), intermediate()],
        &["certificate.issuer"],
    );
}

#[test]
fn an_issuer_that_nobody_vouches_for_is_none() {
    let terms = peer(r#"{"issuers": ["CN=Issuer,O=Example"]}"#);
    for failure in [
        ChainFailure::UnknownIssuer,
        ChainFailure::Expired,
        ChainFailure::BadSignature,
    ] {
        let (findings, _) = found(&terms, unverified(failure, vec![own()]));
        assert_eq!(codes(&findings), ["certificate.issuer"], "{failure:?}");
    }
}

#[test]
fn self_signed_certificates() {
    let refused = &["certificate.self-signed"][..];
    assert_found(r#"{"self_signed": "refuse"}"#, vec![root()], refused);
    assert_found(r#"{"self_signed": "refuse"}"#, vec![own(), root()], &[]);
    assert_found(r#"{"self_signed": "allow"}"#, vec![root()], &[]);
    // What cannot be read has neither subject nor issuer.
    assert_found(
        r#"{"self_signed": "refuse"}"#,
        vec![Certificate::default()],
        refused,
    );
}

#[test]
fn what_does_not_verify() {
    let failures = [
        ChainFailure::Expired,
        ChainFailure::NotYetValid,
        ChainFailure::UnknownIssuer,
        ChainFailure::NameMismatch,
        ChainFailure::Revoked,
        ChainFailure::BadSignature,
        ChainFailure::Other,
    ];
    for (asked, code) in [
        (
            r#"{"verification": "require-valid"}"#,
            "certificate.verification",
        ),
        (r#"{"verification": "warn"}"#, "certificate.unverified"),
    ] {
        assert_found(asked, vec![own()], &[]);
        for failure in failures {
            for find in [found, found_of_client] {
                let (findings, _) = find(&peer(asked), unverified(failure, vec![own()]));
                assert_eq!(codes(&findings), [code], "{failure:?}");
            }
        }
    }
}

#[test]
fn a_check_that_was_not_made_is_none_of_a_client_without_a_certificate() {
    let terms = peer(r#"{"verification": "require-valid"}"#);
    assert_eq!(found_of_client(&terms, facts(vec![])).0, []);
    let (findings, _) = found(&terms, facts(vec![]));
    assert_eq!(codes(&findings), ["certificate.verification"]);
}
