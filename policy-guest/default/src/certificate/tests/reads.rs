//! Which facts are read for which rule: no others than it needs.

use super::*;

/// The facts read for a rule about a server that keeps it, and has a chain of three.
fn read_for(asked: &str) -> Vec<&'static str> {
    let (findings, read) = found(&peer(asked), facts(vec![own(), intermediate(), root()]));
    assert_eq!(codes(&findings), [""; 0], "{asked}");
    read
}

#[test]
fn each_rule_reads_what_it_needs() {
    let pins = r#"{"pins": ["0101010101010101010101010101010101010101010101010101010101010101",
        "0000000000000000000000000000000000000000000000000000000000000000"]}"#;
    for (asked, getters) in [
        (
            r#"{"key_algorithms": ["ecdsa", "rsa"]}"#,
            &["certificate.key-algorithm"][..],
        ),
        (
            r#"{"min_rsa_bits": 2048}"#,
            &["certificate.key-algorithm", "certificate.key-bits"],
        ),
        (
            r#"{"min_rsa_bits": 2048, "scope": "own"}"#,
            &["certificate.key-algorithm"],
        ),
        (
            r#"{"min_ec_bits": 256}"#,
            &["certificate.key-algorithm", "certificate.key-bits"],
        ),
        (
            r#"{"signature_algorithms": ["ecdsa-with-SHA256", "sha256WithRSAEncryption"]}"#,
            &["certificate.signature-algorithm"],
        ),
        (
            r#"{"max_lifetime_days": 90}"#,
            &["certificate.not-after", "certificate.not-before"],
        ),
        (r#"{"expires_within_days": 7}"#, &["certificate.not-after"]),
        (r#"{"names": ["a.example"]}"#, &["certificate.dns-names"]),
        (pins, &["certificate.spki-sha256"]),
        (
            r#"{"issuers": ["CN=Issuer,O=Example"]}"#,
            &["certificate.issuer"],
        ),
        (
            r#"{"self_signed": "refuse"}"#,
            &["certificate.issuer", "certificate.subject"],
        ),
    ] {
        let mut expected = getters.to_vec();
        expected.push("peer-certificates");
        if asked.contains("issuers") {
            expected.push("peer-verification");
        }
        if asked.contains("expires_within") {
            expected.push("today");
        }
        assert_eq!(read_for(asked), expected, "{asked}");
    }
    assert_eq!(
        read_for(r#"{"verification": "require-valid"}"#),
        ["peer-verification"]
    );
    assert_eq!(
        read_for(r#"{"self_signed": "allow", "scope": "own"}"#),
        [""; 0]
    );
}

#[test]
fn names_are_read_where_they_are_looked_for() {
    let addresses = Certificate {
        ip_addresses: vec!["192.0.2.1".into()],
        ..own()
    };
    let (_, read) = found(&peer(r#"{"names": ["192.0.2.1"]}"#), facts(vec![addresses]));
    assert_eq!(read, ["certificate.ip-addresses", "peer-certificates"]);
}

#[test]
fn of_a_client_its_identity_is_read() {
    let read_for = |asked: &str, own: Certificate| {
        let (findings, read) = found_of_client(&clients(asked), facts(vec![own]));
        assert_eq!(codes(&findings), [""; 0], "{asked}");
        read
    };
    assert_eq!(read_for("{}", own()), ["peer-certificates"]);
    for (asked, getter) in [
        (
            r#"{"dns_names": ["a.example"], "subjects": ["CN=b"]}"#,
            "certificate.dns-names",
        ),
        (r#"{"subjects": ["CN=a.example"]}"#, "certificate.subject"),
    ] {
        let expected = [getter, "peer-certificates", "peer-verification"];
        assert_eq!(read_for(asked, own()), expected, "{asked}");
    }
    let workload = Certificate {
        uris: vec!["spiffe://td/a".into()],
        ..own()
    };
    let expected = ["certificate.uris", "peer-certificates", "peer-verification"];
    assert_eq!(
        read_for(r#"{"spiffe": ["spiffe://td/*"]}"#, workload),
        expected
    );
}

#[test]
fn whether_it_is_a_root_is_read_only_of_one_that_breaks_a_rule() {
    let asked = r#"{"key_algorithms": ["ecdsa"]}"#;
    let (findings, read) = found(&peer(asked), facts(vec![own(), intermediate(), root()]));
    assert_eq!(codes(&findings), [""; 0]);
    let expected = [
        "certificate.issuer",
        "certificate.key-algorithm",
        "certificate.subject",
        "peer-certificates",
    ];
    assert_eq!(read, expected);
}

#[test]
fn a_standard_reads_the_day_only_where_an_end_is_near_to_be_judged() {
    let (_, read) = found(
        &profile("mozilla-6.0-intermediate", "{}"),
        facts(vec![own()]),
    );
    assert!(!read.contains(&"today"), "{read:?}");
    let (_, read) = found(&profile("bsi-tr-02102-2-2023", "{}"), facts(vec![own()]));
    assert!(read.contains(&"today"), "{read:?}");
}
