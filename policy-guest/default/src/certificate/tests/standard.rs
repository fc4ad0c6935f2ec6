//! What published standards ask of certificates.

use super::*;

fn found_under(name: &str, changes: &str, today: u32, chain: Vec<Certificate>) -> Vec<Finding> {
    let facts = Facts {
        today,
        ..facts(chain)
    };
    found(&profile(name, changes), facts).0
}

fn assert_under(name: &str, changes: &str, chain: Vec<Certificate>, expected: &[&str]) {
    let findings = found_under(name, changes, TODAY, chain);
    assert_eq!(codes(&findings), expected, "{name} {changes}");
}

fn rsa(bits: u32) -> Certificate {
    Certificate {
        key_algorithm: RSA.into(),
        key_bits: bits,
        signature_algorithm: RSA_SHA256.into(),
        ..own()
    }
}

#[test]
fn mozilla_speaks_of_the_servers_own_certificate() {
    // Mozilla 6.0, Modern: ECDSA on P-256 or P-384 alone, for 90 days at most; roots are RSA.
    assert_under(
        "mozilla-6.0-modern",
        "{}",
        vec![own(), intermediate(), root()],
        &[],
    );
    assert_under(
        "mozilla-6.0-modern",
        "{}",
        vec![rsa(4_096)],
        &[
            "certificate.key-algorithm",
            "certificate.signature-algorithm",
        ],
    );
    let p521 = Certificate {
        key_bits: 521,
        ..own()
    };
    assert_under(
        "mozilla-6.0-modern",
        "{}",
        vec![p521],
        &["certificate.key-size"],
    );
    assert_under(
        "mozilla-6.0-modern",
        r#"{"scope": "chain"}"#,
        vec![own(), intermediate()],
        &["certificate.signature-algorithm"],
    );
}

#[test]
fn others_speak_of_every_certificate() {
    assert_under(
        "fedora-default",
        "{}",
        vec![own(), rsa(1_024)],
        &["certificate.key-size"],
    );
    assert_under(
        "fedora-future",
        "{}",
        vec![rsa(2_048)],
        &["certificate.key-size"],
    );
    assert_under("fedora-future", "{}", vec![rsa(3_072)], &[]);
    assert_under(
        "cnsa-1.0",
        "{}",
        vec![own()],
        &["certificate.key-size", "certificate.signature-algorithm"],
    );
}

#[test]
fn the_settings_replace_what_a_standard_says() {
    let name = "mozilla-6.0-modern";
    let changes = r#"{"key_algorithms": ["rsa"], "signature_algorithms": ["sha256WithRSAEncryption"], "max_lifetime_days": 30}"#;
    assert_under(name, changes, vec![rsa(2_048)], &["certificate.lifetime"]);
    let p521 = Certificate {
        key_bits: 521,
        ..own()
    };
    assert_under(name, r#"{"min_ec_bits": 256}"#, vec![p521], &[]);
}

/// NIST SP 800-52r2 recommends three years at most, of which one may be a leap year; Mozilla demands 366 days and recommends 90.
#[test]
fn what_is_only_recommended_is_a_warning() {
    let lasting = |days: i64| {
        let not_after = own().not_before + days * SECONDS_A_DAY;
        vec![Certificate { not_after, ..own() }]
    };
    for (name, changes, days, expected) in [
        ("nist-sp800-52r2", "{}", 1_096, &[][..]),
        ("nist-sp800-52r2", "{}", 1_097, &["certificate.long-lived"]),
        ("mozilla-6.0-intermediate", "{}", 90, &[]),
        (
            "mozilla-6.0-intermediate",
            "{}",
            91,
            &["certificate.long-lived"],
        ),
        (
            "mozilla-6.0-intermediate",
            "{}",
            367,
            &["certificate.lifetime"],
        ),
        ("mozilla-6.0-modern", "{}", 91, &["certificate.lifetime"]),
        (
            "nist-sp800-52r2",
            r#"{"max_lifetime_days": 2000}"#,
            2_000,
            &[],
        ),
        (
            "nist-sp800-52r2",
            r#"{"max_lifetime_days": 2000}"#,
            2_001,
            &["certificate.lifetime"],
        ),
    ] {
        assert_under(name, changes, lasting(days), expected);
    }
    let findings = found_under("nist-sp800-52r2", "{}", TODAY, lasting(1_097));
    assert_eq!(
        findings[0].message,
        "The peer's certificate is valid for 1097 days: nist-sp800-52r2 recommends 1096."
    );
}

#[test]
fn a_message_names_the_standard() {
    let findings = found_under("mozilla-6.0-intermediate", "{}", TODAY, vec![rsa(1_024)]);
    assert_eq!(
        findings[0].message,
        "The peer's certificate has an RSA key of 1024 bits: mozilla-6.0-intermediate allows 2048 bits and more."
    );
}

/// Days since 1970, from POSIX time.
fn day(posix_seconds: u32) -> u32 {
    posix_seconds / 86_400
}

/// BSI TR-02102-2: signatures of RSA with PKCS #1 v1.5 in certificates until the end of 2025.
#[test]
fn a_standards_years_are_judged_by_the_day() {
    const JANUARY_2024: u32 = 1_704_067_200;
    const JUNE_2025: u32 = 1_748_736_000;
    const DECEMBER_31_2025: u32 = 1_767_139_200;
    const JANUARY_1_2026: u32 = 1_767_225_600;
    for (today, expected) in [
        (JANUARY_2024, &[][..]),
        (JUNE_2025, &["certificate.signature-algorithm-ends"]),
        (DECEMBER_31_2025, &["certificate.signature-algorithm-ends"]),
        (JANUARY_1_2026, &["certificate.signature-algorithm"]),
    ] {
        let findings = found_under("bsi-tr-02102-2-2023", "{}", day(today), vec![rsa(3_072)]);
        assert_eq!(codes(&findings), expected, "{today}");
    }
    // What a standard only promises up to a year never ends by itself: 2029-12-31 is the last day, 2030-01-01 is not.
    let last = found_under("bsi-tr-02102-2-2023", "{}", day(1_893_369_600), vec![own()]);
    assert_eq!(codes(&last), [""; 0]);
    let findings = found_under("bsi-tr-02102-2-2023", "{}", day(1_893_456_000), vec![own()]);
    assert_eq!(codes(&findings), ["certificate.signature-algorithm-ends"]);
    assert_eq!(
        findings[0].message,
        "The peer's certificate is signed with ecdsa-with-SHA256: bsi-tr-02102-2-2023 promised that until 2029-12-31 only."
    );
}

#[test]
fn a_standard_asks_nothing_of_clients() {
    let terms = profile("cnsa-2.0", "{}");
    assert_eq!(
        found_of_client(&terms, facts(vec![own()])),
        (vec![], vec![])
    );
    let both = profile("cnsa-2.0", r#"{"min_ec_bits": 384}"#);
    let (findings, _) = found_of_client(&both, facts(vec![own()]));
    assert_eq!(codes(&findings), ["certificate.key-size"]);
}
