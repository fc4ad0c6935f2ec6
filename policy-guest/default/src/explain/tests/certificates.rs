//! What is asked of certificates, key by key.

use super::*;
use crate::profiles;

fn told(explanation: &Explanation, path: &str) -> Vec<String> {
    let mut all = explanation.rules().chain([explanation.top()]);
    let effective = all.find(|effective| effective.path() == path);
    let lines = effective.expect("it is there").lines().into_iter();
    let lines = lines.filter(|line| line.key.contains("certificate"));
    lines
        .map(|line| format!("{} {} {}", line.key, line.value, line.from))
        .collect()
}

#[test]
fn a_rule_changes_what_the_top_asks_key_by_key() {
    let explanation = explained(
        r#"{"peer_certificate": {"max_lifetime_days": 30, "min_rsa_bits": 3072}, "client_certificate": {"required": false, "uris": ["urn:a:b"]},
            "rules": [
                {"when": {"port": 1}, "peer_certificate": {"max_lifetime_days": 90}, "client_certificate": {"dns_names": ["a.example"]}},
                {"when": {"port": 2, "role": "client"}, "peer_certificate": {"min_rsa_bits": 2048}}
            ]}"#,
    );
    assert_eq!(
        told(&explanation, "$.rules[0]"),
        [
            "peer_certificate.min_rsa_bits 3072 bits $.peer_certificate.min_rsa_bits",
            "peer_certificate.max_lifetime_days 90 days $.rules[0].peer_certificate.max_lifetime_days",
            "client_certificate.required no $.client_certificate.required",
            "client_certificate.dns_names a.example $.rules[0].client_certificate.dns_names",
        ]
    );
    // Clients are judged at the other end.
    assert_eq!(
        told(&explanation, "$.rules[1]"),
        [
            "peer_certificate.min_rsa_bits 2048 bits $.rules[1].peer_certificate.min_rsa_bits",
            "peer_certificate.max_lifetime_days 30 days $.peer_certificate.max_lifetime_days",
        ]
    );
    let top = told(&explanation, "$");
    assert!(top.contains(&"client_certificate.uris urn:a:b $.client_certificate.uris".to_owned()));
}

/// Mozilla's guidelines 6.0, intermediate: RSA of 2048 bits, P-256 and P-384, four signatures, 366 days, 90 recommended.
#[test]
fn what_a_standard_asks_is_told_with_its_values() {
    let explanation = explained(
        r#"{"profile": "mozilla-6.0-intermediate", "peer_certificate": {"key_algorithms": ["ed25519"], "names": ["a.example", "192.0.2.1"]}}"#,
    );
    let profile = "profile mozilla-6.0-intermediate";
    assert_eq!(
        told(&explanation, "$"),
        [
            "peer_certificate.key_algorithms ed25519 $.peer_certificate.key_algorithms".to_owned(),
            format!("peer_certificate.min_rsa_bits 2048 bits {profile}"),
            format!("peer_certificate.min_ec_bits the size of secp256r1, secp384r1 {profile}"),
            format!(
                "peer_certificate.signature_algorithms sha256WithRSAEncryption, ecdsa-with-SHA256, ecdsa-with-SHA384, ecdsa-with-SHA512 {profile}"
            ),
            format!("peer_certificate.scope own {profile}"),
            format!("peer_certificate.max_lifetime_days 366 days {profile}"),
            format!("peer_certificate.max_lifetime_days 90 days, as it recommends {profile}"),
            "peer_certificate.names a.example, 192.0.2.1 $.peer_certificate.names".to_owned(),
        ]
    );
}

/// Each rule that a standard comes to has its line, and no line is without a rule.
#[test]
fn no_rule_of_a_standard_is_left_out() {
    for profile in profiles::all() {
        let explanation = explained(&format!(r#"{{"profile": "{}"}}"#, profile.name));
        let rules = &explanation.policy.0.top.certificates.of_servers;
        let lines = explanation.top().lines();
        let count = |key: &str| lines.iter().filter(|line| line.key == key).count();
        for (key, expected) in [
            (
                "key_algorithms",
                usize::from(rules.key_algorithms.is_some()),
            ),
            ("min_rsa_bits", usize::from(rules.rsa_bits.is_some())),
            ("min_ec_bits", usize::from(rules.ec_bits.is_some())),
            (
                "signature_algorithms",
                usize::from(rules.signature_algorithms.is_some()),
            ),
            (
                "max_lifetime_days",
                usize::from(rules.lifetime_days.is_some())
                    + usize::from(rules.advised_days.is_some()),
            ),
        ] {
            let key = format!("peer_certificate.{key}");
            assert_eq!(count(&key), expected, "{} {key}", profile.name);
        }
    }
}
