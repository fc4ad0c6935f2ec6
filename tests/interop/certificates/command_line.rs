//! `countersign check`: what its users see of it.

use countersign_tests::{
    chains::{Chains, Kind},
    command::{Run, check},
};

use super::{pinned, server};

fn run(chains: &Chains, kind: Kind, asks: &str, arguments: &[&str]) -> Run {
    let server = server(&chains.of(kind), "-tls1_3");
    let asks = pinned(asks, chains);
    let settings = format!(r#"{{"peer_certificate": {asks}}}"#);
    check(server.port, &settings, arguments)
}

/// The lines that begin with one of these words, without the spaces before them.
fn lines<'a>(run: &'a Run, words: &[&str]) -> Vec<&'a str> {
    let lines = run.stdout.lines().map(str::trim);
    lines
        .filter(|line| words.iter().any(|word| line.starts_with(word)))
        .collect()
}

#[test]
fn each_reason_is_a_line_of_its_own() {
    let chains = Chains::default();
    for (kind, asks, code, says) in [
        (
            Kind::Rsa2048,
            r#"{"min_rsa_bits": 3072}"#,
            "certificate.key-size",
            "The peer's certificate has an RSA key of 2048 bits: the settings allow 3072 bits and more.",
        ),
        (
            Kind::Ed25519,
            r#"{"key_algorithms": ["rsa", "ecdsa"]}"#,
            "certificate.key-algorithm",
            "The peer's certificate has a key of kind ed25519: the settings allow rsa and ecdsa.",
        ),
        (
            Kind::Sha1,
            r#"{"signature_algorithms": ["ecdsa-with-SHA256"], "scope": "own"}"#,
            "certificate.signature-algorithm",
            "The peer's certificate is signed with sha1WithRSAEncryption: the settings allow ecdsa-with-SHA256.",
        ),
        (
            Kind::LongLived,
            r#"{"max_lifetime_days": 398}"#,
            "certificate.lifetime",
            "The peer's certificate is valid for 3650 days: the settings allow 398.",
        ),
        (
            Kind::P256,
            r#"{"issuers": ["CN=RSA authority"]}"#,
            "certificate.issuer",
            "The peer's certificate is issued by CN=Countersign test authority: the settings allow CN=RSA authority.",
        ),
        (
            Kind::OtherName,
            r#"{"names": ["localhost"]}"#,
            "certificate.name",
            "The peer's certificate is for other.test: the settings ask for another name.",
        ),
    ] {
        let run = run(&chains, kind, asks, &[]);
        assert_eq!(run.code, Some(1), "{run:#?}");
        let line = format!("{code}  {says}");
        assert_eq!(lines(&run, &["certificate."]), [line], "{run:#?}");
    }
}

/// The host's reason does not hide the policy's, nor the other way round.
#[test]
fn what_the_policy_and_the_host_say_is_both_there() {
    let chains = Chains::default();
    let asks = r#"{"verification": "require-valid", "min_ec_bits": 384}"#;
    for (kind, policy, host) in [
        (
            Kind::Expired,
            "a certificate has expired",
            "it, or one of its chain, has expired",
        ),
        (
            Kind::OtherName,
            "it is for another name",
            "it is for another name",
        ),
        (
            Kind::SelfSigned,
            "it leads to no trusted root",
            "its chain leads to no trusted root",
        ),
    ] {
        let run = run(&chains, kind, asks, &[]);
        assert_eq!(run.code, Some(1), "{run:#?}");
        let expected = [
            format!(
                "certificate.verification  The peer's certificate chain did not verify: {policy}."
            ),
            "certificate.key-size      The peer's certificate has an EC key of 256 bits: the settings allow 384 bits and more.".to_owned(),
            format!("not accepted: {host}"),
        ];
        let found = lines(&run, &["certificate.", "not accepted"]);
        assert_eq!(found, expected, "{run:#?}");
    }
}

#[test]
fn a_warning_approves_where_the_host_goes_on() {
    let chains = Chains::default();
    let asks = r#"{"verification": "warn"}"#;
    let strict = run(&chains, Kind::Expired, asks, &[]);
    assert_eq!(strict.code, Some(3), "{strict:#?}");
    let lenient = run(&chains, Kind::Expired, asks, &["--insecure"]);
    assert_eq!(lenient.code, Some(0), "{lenient:#?}");
    for run in [strict, lenient] {
        let found = lines(&run, &["certificate.unverified"]);
        assert_eq!(found.len(), 1, "{run:#?}");
    }
}

#[test]
fn a_pin_needs_a_backup() {
    let chains = Chains::default();
    let one = run(&chains, Kind::P256, r#"{"pins": ["<P256>"]}"#, &[]);
    assert_eq!(one.code, Some(2), "{one:#?}");
    assert!(one.stderr.contains("$.peer_certificate.pins"), "{one:#?}");
    let asks = r#"{"pins": ["<P256>", "<P384>"]}"#;
    for (kind, code) in [(Kind::P256, 0), (Kind::P384, 0), (Kind::Ed25519, 1)] {
        let run = run(&chains, kind, asks, &[]);
        assert_eq!(run.code, Some(code), "{run:#?}");
    }
}
