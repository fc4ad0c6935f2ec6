//! What is asked of servers' keys, signatures and dates, and which facts are read for it.

use countersign::{facts::Fact, record::Decision};

use crate::{
    meeting::{Terms, VERSIONS, server, server_with, terms, under},
    pki::{Identity, Key, authorities, dns, for_names, good, valid, with},
};

const APPROVED: (Decision, &[&str]) = (Decision::Approved, &[]);

fn vetoed<'a>(codes: &'a [&'a str]) -> (Decision, &'a [&'a str]) {
    (Decision::Vetoed, codes)
}

/// Meets a server in both versions, and demands this end.
async fn assert_meets(terms: &Terms, identity: &Identity, expected: (Decision, &[&str])) {
    for version in VERSIONS {
        let met = server_with(terms, identity, version, &[], |gate| gate).await;
        let (decision, codes) = met.outcome();
        assert_eq!(
            (decision, &*codes),
            expected,
            "{terms} {:?}",
            met.messages()
        );
    }
}

#[tokio::test]
async fn keys_by_kind() {
    let kinds = ["rsa", "ecdsa", "ed25519"];
    let settings = |kind| format!(r#"{{"peer_certificate": {{"key_algorithms": ["{kind}"]}}}}"#);
    let terms = terms(kinds.map(settings));
    for (key, own) in [
        (Key::Rsa2048, "rsa"),
        (Key::P256, "ecdsa"),
        (Key::Ed25519, "ed25519"),
    ] {
        let identity = good(key);
        for (kind, terms) in kinds.into_iter().zip(&terms) {
            let expected = match kind == own {
                true => APPROVED,
                false => vetoed(&["certificate.key-algorithm"]),
            };
            assert_meets(terms, &identity, expected).await;
        }
    }
}

#[tokio::test]
async fn keys_by_size() {
    let rsa = &under(r#"{"peer_certificate": {"min_rsa_bits": 3072}}"#);
    let ec = &under(r#"{"peer_certificate": {"min_ec_bits": 384}}"#);
    let small = vetoed(&["certificate.key-size"]);
    for (terms, key, expected) in [
        (rsa, Key::Rsa2048, small),
        (rsa, Key::Rsa3072, APPROVED),
        (rsa, Key::P256, APPROVED),
        (ec, Key::P256, small),
        (ec, Key::P384, APPROVED),
        (ec, Key::P521, APPROVED),
        (ec, Key::Rsa2048, APPROVED),
        (ec, Key::Ed25519, APPROVED),
    ] {
        assert_meets(terms, &good(key), expected).await;
    }
}

#[tokio::test]
async fn signatures() {
    let known = authorities();
    let names = [
        "ecdsa-with-SHA256",
        "ecdsa-with-SHA384",
        "ed25519",
        "sha256WithRSAEncryption",
    ];
    let settings =
        |name| format!(r#"{{"peer_certificate": {{"signature_algorithms": ["{name}"]}}}}"#);
    let terms = terms(names.map(settings));
    for (authority, name) in [
        (&known.p256, "ecdsa-with-SHA256"),
        (&known.p384, "ecdsa-with-SHA384"),
        (&known.ed25519, "ed25519"),
        (&known.rsa, "sha256WithRSAEncryption"),
    ] {
        let identity = authority.issue(Key::P256, |_| {});
        for (allowed, terms) in names.into_iter().zip(&terms) {
            let expected = match allowed == name {
                true => APPROVED,
                false => vetoed(&["certificate.signature-algorithm"]),
            };
            assert_meets(terms, &identity, expected).await;
        }
    }
}

#[tokio::test]
async fn certificates_between_count_and_roots_do_not() {
    let known = authorities();
    let behind = known.rsa_intermediate.issue(Key::P256, |_| {});
    let chain = behind.followed_by(&[&known.rsa_intermediate.certificate]);
    let settings = |scope| {
        format!(r#"{{"peer_certificate": {{"key_algorithms": ["ecdsa"], "scope": "{scope}"}}}}"#)
    };
    let terms = terms(["chain", "own"].map(settings));
    let refused = vetoed(&["certificate.key-algorithm"]);
    assert_meets(&terms[0], &chain, refused).await;
    assert_meets(&terms[1], &chain, APPROVED).await;
    // The same kind of key in a root that the server sends along.
    let rooted = known.rsa.issue(Key::P256, |_| {});
    let rooted = rooted.followed_by(&[&known.rsa.certificate]);
    assert_meets(&terms[0], &rooted, APPROVED).await;
}

#[tokio::test]
async fn lifetimes() {
    let terms = &under(r#"{"peer_certificate": {"max_lifetime_days": 90}}"#);
    assert_meets(terms, &good(Key::P256), APPROVED).await;
    let long = with(|params| valid(params, -30, 368));
    assert_meets(terms, &long, vetoed(&["certificate.lifetime"])).await;
    let met = server(terms, &long).await;
    assert_eq!(
        met.messages(),
        ["The peer's certificate is valid for 398 days: the settings allow 90."]
    );
    assert_eq!(met.alert(), Some(49));
}

#[tokio::test]
async fn an_end_that_is_near_is_a_warning() {
    let terms = &under(r#"{"peer_certificate": {"expires_within_days": 14}}"#);
    assert_meets(terms, &good(Key::P256), APPROVED).await;
    let soon = with(|params| valid(params, -87, 3));
    let warned = (Decision::Approved, &["certificate.expires-soon"][..]);
    assert_meets(terms, &soon, warned).await;
}

#[tokio::test]
async fn no_more_is_read_than_is_asked_for() {
    let identity = with(|params| {
        for_names(params, &[dns("server.test"), dns("other.test")]);
    });
    let pins = format!(
        r#"{{"pins": ["{}", "{}"]}}"#,
        identity.pin(),
        "00".repeat(32)
    );
    let today = Fact::Today;
    let (verification, certificates) = (Fact::PeerVerification, Fact::PeerCertificates);
    let rules = [
        ("{}", vec![]),
        (r#"{"verification": "warn"}"#, vec![verification]),
        (
            r#"{"key_algorithms": ["ecdsa"]}"#,
            vec![certificates, Fact::CertificateKeyAlgorithm],
        ),
        (
            r#"{"min_ec_bits": 256}"#,
            vec![
                certificates,
                Fact::CertificateKeyAlgorithm,
                Fact::CertificateKeyBits,
            ],
        ),
        (
            r#"{"min_rsa_bits": 2048}"#,
            vec![certificates, Fact::CertificateKeyAlgorithm],
        ),
        (
            r#"{"signature_algorithms": ["ecdsa-with-SHA256"]}"#,
            vec![certificates, Fact::CertificateSignatureAlgorithm],
        ),
        (
            r#"{"max_lifetime_days": 90}"#,
            vec![
                certificates,
                Fact::CertificateNotBefore,
                Fact::CertificateNotAfter,
            ],
        ),
        (
            r#"{"expires_within_days": 7}"#,
            vec![certificates, Fact::CertificateNotAfter, today],
        ),
        (
            r#"{"names": ["other.test"]}"#,
            vec![certificates, Fact::CertificateDnsNames],
        ),
        (&pins, vec![certificates, Fact::CertificateSpkiSha256]),
        (
            r#"{"issuers": ["CN=P-256 Root,O=Tests"]}"#,
            vec![certificates, Fact::CertificateIssuer, verification],
        ),
        (
            r#"{"self_signed": "refuse"}"#,
            vec![
                certificates,
                Fact::CertificateSubject,
                Fact::CertificateIssuer,
            ],
        ),
    ];
    let asked = |(rule, _): &(&str, Vec<Fact>)| format!(r#"{{"peer_certificate": {rule}}}"#);
    let terms = terms(rules.iter().map(asked));
    for (terms, (asked, mut expected)) in terms.iter().zip(rules) {
        let met = server(terms, &identity).await;
        assert_eq!(met.outcome(), (Decision::Approved, vec![]), "{asked}");
        expected.sort_by_key(|fact| Fact::ALL.iter().position(|known| known == fact));
        assert_eq!(met.read(), expected, "{asked}");
    }
}
