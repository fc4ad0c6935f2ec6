//! Servers, which show a certificate always.

use countersign::{ClientGate, record::Decision};
use countersign_tests::{
    chains::{Chains, Kind},
    client::{builder, check},
    policy::policy,
};

use super::{
    VERSIONS, outcome, pinned, policy_of,
    rules::{PEERS, Row, SERVERS},
    server,
};

async fn assert_meets(gate: &ClientGate, chains: &Chains, row: &Row) {
    let passing = (Decision::Approved, Vec::new());
    for version in VERSIONS {
        for (kinds, expected) in [(row.pass, passing.clone()), (row.fail, row.refusal())] {
            for &kind in kinds {
                let server = server(&chains.of(kind), version);
                let record = check(gate, server.port).await;
                let about = format!("{kind:?} {version} {}\n{record:#?}", row.asks);
                assert_eq!(outcome(&record), expected, "{about}");
            }
        }
    }
}

#[tokio::test]
async fn servers_under_each_rule() {
    let chains = Chains::default();
    for rows in [PEERS, SERVERS] {
        let policy = policy_of(rows.iter().map(|row| asking(&pinned(row.asks, &chains))));
        for (place, row) in rows.iter().enumerate() {
            let gate = builder(policy.clone()).listener(place.to_string()).build();
            assert_meets(&gate, &chains, row).await;
        }
    }
}

fn asking(asks: &str) -> String {
    format!(r#"{{"peer_certificate": {asks}}}"#)
}

type Outcome = (Decision, Vec<String>);

const APPROVED: Outcome = (Decision::Approved, Vec::new());

fn warned(code: &str) -> Outcome {
    (Decision::Approved, vec![code.to_owned()])
}

fn vetoed(code: &str) -> Outcome {
    (Decision::Vetoed, vec![code.to_owned()])
}

/// Gates whose operator lets pass what does not verify: under each of these settings, each of these servers must meet this end.
async fn assert_lenient<const N: usize>(kinds: &[Kind], cases: [(String, Outcome); N]) {
    let chains = Chains::default();
    let policy = policy_of(cases.iter().map(|(settings, _)| settings.clone()));
    for &kind in kinds {
        for (place, (settings, expected)) in cases.iter().enumerate() {
            let gate = builder(policy.clone()).listener(place.to_string());
            let gate = gate.accept_invalid_certificates(true).build();
            let server = server(&chains.of(kind), "-tls1_3");
            let record = check(&gate, server.port).await;
            assert_eq!(outcome(&record), *expected, "{kind:?} {settings}");
        }
    }
}

#[tokio::test]
async fn chains_that_do_not_verify_where_the_host_goes_on() {
    let kinds = [
        Kind::Expired,
        Kind::NotYetValid,
        Kind::OtherName,
        Kind::SelfSigned,
        Kind::Sha1,
    ];
    let cases = [
        ("{}", APPROVED),
        (
            r#"{"verification": "warn"}"#,
            warned("certificate.unverified"),
        ),
        (
            r#"{"verification": "require-valid"}"#,
            vetoed("certificate.verification"),
        ),
    ];
    assert_lenient(&kinds, cases.map(|(asks, end)| (asking(asks), end))).await;
}

#[tokio::test]
async fn a_certificate_that_is_its_own_issuer_is_refused_or_not() {
    let cases = [
        (r#"{"self_signed": "allow"}"#, APPROVED),
        (
            r#"{"self_signed": "refuse"}"#,
            vetoed("certificate.self-signed"),
        ),
    ];
    let cases = cases.map(|(asks, end)| (asking(asks), end));
    assert_lenient(&[Kind::SelfSigned], cases).await;
}

/// RFC 4055, section 1.2. The TLS library does not verify what authorities with such a key have signed.
#[tokio::test]
async fn a_key_for_pss_alone_has_a_kind_and_a_size() {
    let cases = [
        (r#"{"min_rsa_bits": 2048}"#, APPROVED),
        (r#"{"min_rsa_bits": 3072}"#, vetoed("certificate.key-size")),
        (r#"{"key_algorithms": ["ecdsa", "rsa-pss"]}"#, APPROVED),
        (
            r#"{"key_algorithms": ["ecdsa", "rsa"]}"#,
            vetoed("certificate.key-algorithm"),
        ),
        (
            r#"{"signature_algorithms": ["ecdsa-with-SHA256", "RSASSA-PSS"]}"#,
            APPROVED,
        ),
        (
            r#"{"signature_algorithms": ["ecdsa-with-SHA256"]}"#,
            vetoed("certificate.signature-algorithm"),
        ),
    ];
    let cases = cases.map(|(asks, end)| (asking(asks), end));
    assert_lenient(&[Kind::BehindPss], cases).await;
}

/// The TLS library does not offer the schemes of such a key (rsa_pss_pss_*, RFC 8446, section 4.2.3), so it is the server that ends
/// the handshake, and no certificate is seen.
#[tokio::test]
async fn a_server_with_a_key_for_pss_alone_does_not_answer() {
    let chains = Chains::default();
    let gate = builder(policy(&asking(r#"{"min_rsa_bits": 3072}"#))).build();
    for version in VERSIONS {
        let server = server(&chains.of(Kind::Pss), version);
        let record = check(&gate, server.port).await;
        assert_eq!(outcome(&record), (Decision::Failed, vec![]), "{record:#?}");
        let failure = record.failure.as_ref().map(|failure| failure.kind);
        assert_eq!(failure, Some("alert-received"), "{record:#?}");
        assert!(record.facts.peer_certificates().is_empty());
    }
}

/// NIST SP 800-52 Rev. 2 recommends three years at most; Mozilla's configurations demand 366 days.
#[tokio::test]
async fn what_a_standard_recommends_is_a_warning_and_what_it_demands_is_not() {
    let cases = [
        ("nist-sp800-52r2", warned("certificate.long-lived")),
        ("mozilla-6.0-intermediate", vetoed("certificate.lifetime")),
    ];
    let cases = cases.map(|(name, end)| (format!(r#"{{"profile": "{name}"}}"#), end));
    assert_lenient(&[Kind::LongLived], cases).await;
}
