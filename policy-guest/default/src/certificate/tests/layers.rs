//! What a rule says over what the top says.

use super::*;
use crate::certificate::rules::PeerRules;

const PINS: &str = r#""pins": ["0101010101010101010101010101010101010101010101010101010101010101",
    "0000000000000000000000000000000000000000000000000000000000000000"]"#;

/// What comes of these, the top first.
fn layers(peer: &[&str], clients: &[&str]) -> CertificateTerms {
    let peer: Vec<PeerCertificate> = peer.iter().map(|text| read(text)).collect();
    let clients: Vec<ClientCertificate> = clients.iter().map(|text| read(text)).collect();
    CertificateTerms::of(None, &peer, &clients)
}

/// What is asked of peers under one text.
fn alone(text: &str) -> PeerRules {
    layers(&[text], &[]).of_servers
}

/// Each key with a value at the top and another one in a rule.
fn keys() -> [(String, String); 12] {
    let pair = |key: &str, top: &str, rule: &str| {
        (format!(r#""{key}": {top}"#), format!(r#""{key}": {rule}"#))
    };
    let other_pins = PINS.replace("01", "23");
    [
        pair("key_algorithms", r#"["rsa"]"#, r#"["ecdsa"]"#),
        pair("min_rsa_bits", "3072", "2048"),
        pair("min_ec_bits", "384", "256"),
        pair("signature_algorithms", r#"["ed25519"]"#, r#"["ed448"]"#),
        pair("scope", r#""own""#, r#""chain""#),
        pair("max_lifetime_days", "90", "398"),
        pair("expires_within_days", "7", "14"),
        pair("names", r#"["a.example"]"#, r#"["b.example"]"#),
        (PINS.to_owned(), other_pins),
        pair("issuers", r#"["CN=a"]"#, r#"["CN=b"]"#),
        pair("self_signed", r#""refuse""#, r#""allow""#),
        pair("verification", r#""warn""#, r#""require-valid""#),
    ]
}

/// Every rule keeps what it does not mention, and replaces what it does.
#[test]
fn a_rule_changes_one_key_and_keeps_the_others() {
    let keys = keys();
    let text = |parts: Vec<&str>| format!("{{{}}}", parts.join(", "));
    let top = text(keys.iter().map(|(top, _)| &**top).collect());
    assert_eq!(layers(&[&top, "{}"], &[]).of_servers, alone(&top));
    for changed in 0..keys.len() {
        let rule = text(vec![&keys[changed].1]);
        let merged = keys.iter().enumerate();
        let merged = merged.map(|(at, (top, rule))| if at == changed { rule } else { top });
        let expected = alone(&text(merged.map(|part| &**part).collect()));
        let found = layers(&[&top, &rule], &[]);
        assert_eq!(found.of_servers, expected, "{rule}");
        assert_eq!(found.of_clients, expected, "{rule}");
        assert_ne!(expected, alone(&top), "{rule}");
    }
}

#[test]
fn a_longer_lifetime_for_one_host_keeps_the_pins() {
    let top = format!(r#"{{"max_lifetime_days": 30, {PINS}}}"#);
    let terms = layers(&[&top, r#"{"max_lifetime_days": 90}"#], &[]);
    let stranger = Certificate {
        spki_sha256: vec![7; 32],
        ..own()
    };
    let (findings, _) = found(&terms, facts(vec![stranger]));
    assert_eq!(codes(&findings), ["certificate.pin"]);
    let (findings, _) = found(&terms, facts(vec![own()]));
    assert_eq!(codes(&findings), [""; 0]);
}

/// A rule keeps who may come unless it names somebody; then those alone may.
#[test]
fn who_may_come_is_one_thing() {
    let top = r#"{"spiffe": ["spiffe://td/a"], "required": false}"#;
    let workload = |id: &str| Certificate {
        uris: vec![id.into()],
        ..own()
    };
    let found_under = |rule: &str, chain: Vec<Certificate>| {
        let (findings, _) = found_of_client(&layers(&[], &[top, rule]), facts(chain));
        codes(&findings).join(" ")
    };
    for (rule, of_a, of_b, of_none) in [
        ("{}", "", "client-certificate.identity", ""),
        (
            r#"{"required": true}"#,
            "",
            "client-certificate.identity",
            "client-certificate.missing",
        ),
        (
            r#"{"uris": ["urn:b:b"]}"#,
            "client-certificate.identity",
            "",
            "",
        ),
    ] {
        assert_eq!(
            found_under(rule, vec![workload("spiffe://td/a")]),
            of_a,
            "{rule}"
        );
        assert_eq!(found_under(rule, vec![workload("urn:b:b")]), of_b, "{rule}");
        assert_eq!(found_under(rule, vec![]), of_none, "{rule}");
    }
}
