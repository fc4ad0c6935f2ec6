//! Rules against built facts, from both sides of each.

mod chain;
mod clients;
mod dates;
mod layers;
mod own;
mod reads;
mod settings;
mod standard;

use countersign_names::{CipherSuite, Version};
use countersign_policy_sdk::{
    Endpoint, Finding, Role, Session, Verdict,
    built::{Certificate, Facts},
    facts::ChainCheck,
    settings::{Setting, from_text},
};

use super::{CertificateTerms, ClientCertificate, PeerCertificate};
use crate::{Code, profiles};

/// 2026-11-23.
const TODAY: u32 = 20_780;

const SECONDS_A_DAY: i64 = 86_400;

const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";
const ED25519: &str = "1.3.101.112";
const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";
const RSA_SHA256: &str = "1.2.840.113549.1.1.11";

/// A server's certificate about which everything is right: P-256, 90 days of which 60 are left.
fn own() -> Certificate {
    let begin = i64::from(TODAY) - 30;
    Certificate {
        spki_sha256: vec![1; 32],
        subject: "CN=a.example".into(),
        issuer: "CN=Issuer,O=Example".into(),
        dns_names: vec!["a.example".into()],
        not_before: begin * SECONDS_A_DAY,
        not_after: (begin + 90) * SECONDS_A_DAY - 1,
        key_algorithm: EC.into(),
        key_bits: 256,
        signature_algorithm: ECDSA_SHA256.into(),
        ..Certificate::default()
    }
}

/// The authority that issued it.
fn intermediate() -> Certificate {
    Certificate {
        subject: "CN=Issuer,O=Example".into(),
        issuer: "CN=Root".into(),
        key_algorithm: EC.into(),
        key_bits: 384,
        signature_algorithm: RSA_SHA256.into(),
        ..Certificate::default()
    }
}

/// The root of that.
fn root() -> Certificate {
    Certificate {
        subject: "CN=Root".into(),
        issuer: "CN=Root".into(),
        key_algorithm: RSA.into(),
        key_bits: 4_096,
        signature_algorithm: RSA_SHA256.into(),
        ..Certificate::default()
    }
}

fn facts(chain: Vec<Certificate>) -> Facts {
    let check = match chain.is_empty() {
        true => ChainCheck::NotMade,
        false => ChainCheck::Valid,
    };
    Facts {
        today: TODAY,
        peer_certificates: chain,
        peer_verification: check,
        ..Facts::default()
    }
}

fn session(role: Role, version: Version) -> Session {
    Session {
        endpoint: Endpoint {
            role,
            listener: String::new(),
        },
        version,
        cipher_suite: CipherSuite::new(0x1301),
        group: None,
        alpn: None,
        resumed: false,
        retried: false,
    }
}

fn read<T: Setting>(text: &str) -> T {
    from_text(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
}

fn peer(text: &str) -> CertificateTerms {
    CertificateTerms::of(None, Some(&read::<PeerCertificate>(text)), None)
}

fn clients(text: &str) -> CertificateTerms {
    CertificateTerms::of(None, None, Some(&read::<ClientCertificate>(text)))
}

fn profile(name: &str, text: &str) -> CertificateTerms {
    let profile = profiles::find(name).expect(name).profile;
    CertificateTerms::of(Some(profile), Some(&read::<PeerCertificate>(text)), None)
}

/// What was found of a server, and what was read for that.
fn found(terms: &CertificateTerms, facts: Facts) -> (Vec<Finding>, Vec<&'static str>) {
    facts.during(|| terms.judge(&session(Role::Client, Version::TLS_1_3)))
}

/// What was found of a client.
fn found_of_client(terms: &CertificateTerms, facts: Facts) -> (Vec<Finding>, Vec<&'static str>) {
    facts.during(|| terms.judge(&session(Role::Server, Version::TLS_1_3)))
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| &*finding.code).collect()
}

/// What is asked, of a chain, comes to these findings.
fn assert_found(asked: &str, chain: Vec<Certificate>, expected: &[&str]) {
    let (findings, _) = found(&peer(asked), facts(chain));
    assert_eq!(codes(&findings), expected, "{asked}");
}

/// What is asked of clients, of one with this certificate, comes to these findings.
fn assert_client(asked: &str, own: Certificate, expected: &[&str]) {
    let (findings, _) = found_of_client(&clients(asked), facts(vec![own]));
    assert_eq!(codes(&findings), expected, "{asked}");
}

#[test]
fn nothing_asked_is_nothing_found_and_nothing_read() {
    for terms in [CertificateTerms::of(None, None, None), peer("{}")] {
        for chain in [vec![], vec![own()]] {
            assert_eq!(found(&terms, facts(chain.clone())), (vec![], vec![]));
            assert_eq!(found_of_client(&terms, facts(chain)), (vec![], vec![]));
        }
    }
}

#[test]
fn a_server_without_a_certificate_is_refused_where_something_is_asked() {
    assert_found(
        r#"{"min_rsa_bits": 2048}"#,
        vec![],
        &["certificate.missing"],
    );
    let (findings, _) = found_of_client(&peer(r#"{"min_rsa_bits": 2048}"#), facts(vec![]));
    assert_eq!(codes(&findings), [""; 0]);
}

#[test]
fn everything_that_is_wrong_is_found_at_once() {
    let asked = r#"{"key_algorithms": ["ed25519"], "signature_algorithms": ["ed25519"], "max_lifetime_days": 80,
        "expires_within_days": 70, "names": ["b.example"], "issuers": ["CN=b"], "verification": "require-valid",
        "self_signed": "refuse", "pins": ["0000000000000000000000000000000000000000000000000000000000000000",
        "1111111111111111111111111111111111111111111111111111111111111111"]}"#;
    let bad = Certificate {
        subject: "CN=x".into(),
        issuer: "CN=x".into(),
        ..own()
    };
    let chain = vec![bad.clone(); 50];
    let facts = Facts {
        peer_verification: ChainCheck::Invalid(
            countersign_policy_sdk::facts::ChainFailure::UnknownIssuer,
        ),
        ..facts(chain)
    };
    let (findings, _) = found(&peer(asked), facts);
    let expected = [
        "certificate.verification",
        "certificate.self-signed",
        "certificate.key-algorithm",
        "certificate.signature-algorithm",
        "certificate.lifetime",
        "certificate.expires-soon",
        "certificate.name",
        "certificate.pin",
        "certificate.issuer",
    ];
    assert_eq!(codes(&findings), expected);
}

#[test]
fn every_finding_is_documented_as_it_is_made_and_is_short() {
    let long = "é\n\u{202e}".repeat(5_000);
    let bad = Certificate {
        subject: long.clone(),
        issuer: long.clone(),
        dns_names: vec![long.clone(); 100],
        uris: vec![long.clone(); 100],
        key_algorithm: long.clone(),
        signature_algorithm: long,
        ..Certificate::default()
    };
    let asked = r#"{"key_algorithms": ["ecdsa"], "signature_algorithms": ["ed25519"], "max_lifetime_days": 80,
        "expires_within_days": 70, "names": ["b.example"], "issuers": ["CN=b"], "verification": "warn"}"#;
    let all = CertificateTerms::of(
        None,
        Some(&read(asked)),
        Some(&read(
            r#"{"dns_names": ["a.b"], "uris": ["urn:a:b"], "subjects": ["CN=a"]}"#,
        )),
    );
    let (mut findings, _) = found(&all, facts(vec![bad.clone()]));
    findings.extend(found_of_client(&all, facts(vec![bad])).0);
    assert!(findings.len() > 8, "{findings:?}");
    for finding in findings {
        let code = Code::ALL.iter().find(|code| code.code() == finding.code);
        assert_eq!(
            code.map(|code| code.severity()),
            Some(finding.severity),
            "{finding:?}"
        );
        assert!(
            finding.message.len() < 2_000,
            "{} bytes",
            finding.message.len()
        );
        assert!(finding.message.ends_with('.'), "{}", finding.message);
    }
}

/// The verdict that follows from what is found of the certificates alone.
fn verdict(terms: &CertificateTerms, session: &Session) -> Verdict {
    terms.verdict(terms.judge(session), session)
}
