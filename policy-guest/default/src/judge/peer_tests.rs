use countersign_names::{CipherSuite, Version};
use countersign_policy_sdk::{Endpoint, Role, built::Facts};

use super::*;
use crate::terms::testing::rules;

// RFC 8446, section 4.2.3.
const ECDSA_P256: u16 = 0x0403;
const RSA_PKCS1_SHA256: u16 = 0x0401;
const RSA_PSS_SHA256: u16 = 0x0804;

/// The codes that are found of a server that signed with a scheme on a day, and the facts that are read.
fn judged(settings: &str, scheme: Option<u16>, today: u32) -> (Vec<String>, Vec<&'static str>) {
    let endpoint = Endpoint::new(Role::Client);
    let session = Session::new(endpoint, Version::TLS_1_3, CipherSuite::new(0x1301));
    let facts = Facts {
        signature_scheme: scheme,
        today,
        ..Facts::default()
    };
    let rules = rules(settings);
    let (verdict, read) = facts.during(|| judge_peer(&rules.top, &session));
    let codes = verdict.findings().iter().map(|found| found.code.clone());
    // What standards ask of certificates is another matter: this server shows none.
    let codes = codes.filter(|code| !code.starts_with("certificate."));
    (codes.collect(), read)
}

fn codes(settings: &str, scheme: u16) -> Vec<String> {
    judged(settings, Some(scheme), 0).0
}

#[test]
fn a_scheme_is_judged_as_other_lists_are() {
    let list = r#"{"signature_schemes": ["ecdsa_secp256r1_sha256"]}"#;
    assert_eq!(codes(list, ECDSA_P256), [""; 0]);
    assert_eq!(
        codes(list, RSA_PSS_SHA256),
        ["signature-scheme.not-allowed"]
    );
    let deny = r#"{"signature_schemes": {"deny": ["rsa_pkcs1_sha256"]}}"#;
    assert_eq!(
        codes(deny, RSA_PKCS1_SHA256),
        ["signature-scheme.forbidden"]
    );
    assert_eq!(codes(deny, RSA_PSS_SHA256), [""; 0]);
    // What is in no registry is no exception.
    assert_eq!(codes(deny, 0x7777), [""; 0]);
    assert_eq!(codes(list, 0x7777), ["signature-scheme.not-allowed"]);
    let lenient = r#"{"signature_schemes": ["ecdsa_secp256r1_sha256"], "not_listed": "warn"}"#;
    assert_eq!(
        codes(lenient, RSA_PSS_SHA256),
        ["signature-scheme.not-listed"]
    );
}

#[test]
fn a_profile_s_list_can_be_changed() {
    // RFC 9151, section 5: CNSA signs with P-384 or with RSA and SHA-384.
    let profile = r#"{"profile": "cnsa-1.0"}"#;
    assert_eq!(codes(profile, 0x0503), [""; 0]);
    assert_eq!(codes(profile, ECDSA_P256), ["signature-scheme.not-allowed"]);
    let added = r#"{"profile": "cnsa-1.0", "signature_schemes": {"add": ["ecdsa_secp256r1_sha256"], "remove": ["rsa_pkcs1_sha384"]}}"#;
    assert_eq!(codes(added, ECDSA_P256), [""; 0]);
    assert_eq!(codes(added, 0x0501), ["signature-scheme.forbidden"]);
}

#[test]
fn a_sunset_counts_for_schemes() {
    // 1970-01-11 is day 10.
    let settings =
        r#"{"sunset": [{"signature_schemes": ["rsa_pkcs1_sha256"], "until": "1970-01-11"}]}"#;
    for (day, expected) in [(10, "sunset.ahead"), (11, "sunset.passed")] {
        let (codes, _) = judged(settings, Some(RSA_PKCS1_SHA256), day);
        assert_eq!(codes, [expected], "{day}");
    }
    assert_eq!(codes(settings, RSA_PSS_SHA256), [""; 0]);
}

#[test]
fn a_peer_that_signed_nothing_used_no_wrong_scheme() {
    let list = r#"{"signature_schemes": ["ecdsa_secp256r1_sha256"]}"#;
    let (codes, read) = judged(list, None, 0);
    assert_eq!((codes, read), (vec![], vec!["signature-scheme"]));
}

#[test]
fn the_scheme_is_read_only_where_something_is_asked_of_it() {
    // Mozilla's recommendations say nothing of signature schemes.
    for settings in ["{}", r#"{"profile": "mozilla-6.0-intermediate"}"#] {
        let (codes, read) = judged(settings, Some(RSA_PKCS1_SHA256), 0);
        assert_eq!(codes, [""; 0], "{settings}");
        assert!(!read.contains(&"signature-scheme"), "{settings}: {read:?}");
    }
}

#[test]
fn a_rule_has_its_own_list() {
    let settings = r#"{"signature_schemes": ["ecdsa_secp256r1_sha256"],
        "rules": [{"when": {"port": 8443}, "signature_schemes": ["rsa_pss_rsae_sha256"]}]}"#;
    let rules = rules(settings);
    let endpoint = Endpoint::new(Role::Client);
    for (port, scheme, approved) in [
        (443, ECDSA_P256, true),
        (443, RSA_PSS_SHA256, false),
        (8443, RSA_PSS_SHA256, true),
        (8443, ECDSA_P256, false),
    ] {
        let facts = Facts {
            port: Some(port),
            signature_scheme: Some(scheme),
            ..Facts::default()
        };
        let session = Session::new(endpoint.clone(), Version::TLS_1_3, CipherSuite::new(0x1301));
        let (verdict, _) = facts.during(|| judge_peer(rules.at(&endpoint), &session));
        assert_eq!(verdict.is_approved(), approved, "{port} {scheme:#06x}");
    }
}
