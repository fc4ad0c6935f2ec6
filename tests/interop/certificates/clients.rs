//! Clients: which may come, and what their certificates must be like.

use std::sync::Arc;

use countersign::{
    policy::Policy,
    record::{Decision, DecisionRecord},
};
use countersign_tests::{
    chains::{Chains, Kind, Shown},
    peers::{
        openssl::{EVERYTHING, Trace},
        s_client::s_client,
    },
    policy::policy,
    server::{Server, builder, optional},
};

use super::{
    VERSIONS, outcome, pinned, policy_of,
    rules::{CLIENTS, PEERS, Row},
};

fn start(policy: &Policy, listener: usize) -> Server {
    let gate = builder(policy.clone()).listener(listener.to_string());
    Server::start(gate.client_certificates(optional()))
}

/// `openssl s_client` with this certificate, or with none.
fn come(server: &Server, shown: Option<&Shown<'_>>, version: &str) -> (Trace, Arc<DecisionRecord>) {
    let mut arguments = vec![version, "-cipher", EVERYTHING];
    if let Some(shown) = shown {
        let [certificate, key] = shown.identity.files();
        arguments.extend(["-cert", certificate, "-key", key]);
        arguments.extend(shown.between());
    }
    let trace = s_client(server.port, &arguments);
    (trace, server.record())
}

fn assert_meets(server: &Server, chains: &Chains, row: &Row) {
    let passing = (Decision::Approved, Vec::new());
    for version in VERSIONS {
        for (kinds, expected) in [(row.pass, passing.clone()), (row.fail, row.refusal())] {
            for &kind in kinds {
                let (trace, record) = come(server, Some(&chains.of(kind)), version);
                let about = format!("{kind:?} {version} {}\n{record:#?}", row.asks);
                assert_eq!(outcome(&record), expected, "{about}");
                let is_approved = expected.0 == Decision::Approved;
                assert_eq!(trace.has_page(), is_approved, "{}", trace.text());
            }
        }
    }
}

fn assert_table(rows: &[Row], settings: impl Fn(&str) -> String) {
    let chains = Chains::default();
    let asked = rows.iter().map(|row| settings(&pinned(row.asks, &chains)));
    let policy = policy_of(asked);
    for (place, row) in rows.iter().enumerate() {
        assert_meets(&start(&policy, place), &chains, row);
    }
}

#[test]
fn clients_under_each_rule_on_who_may_come() {
    assert_table(CLIENTS, |asks| {
        format!(r#"{{"client_certificate": {asks}}}"#)
    });
}

#[test]
fn clients_under_each_rule_on_certificates() {
    assert_table(PEERS, |asks| {
        format!(r#"{{"client_certificate": {{}}, "peer_certificate": {asks}}}"#)
    });
}

/// RFC 8446, section 6.2: certificate_required.
#[test]
fn a_client_without_a_certificate_comes_where_none_is_required() {
    for version in VERSIONS {
        let lenient = r#"{"client_certificate": {"required": false, "dns_names": ["localhost"]}}"#;
        let (trace, record) = come(&start(&policy(lenient), 0), None, version);
        assert!(trace.is_served(), "{}", trace.text());
        assert_eq!(outcome(&record), (Decision::Approved, Vec::new()));
        let strict = r#"{"client_certificate": {"required": true}}"#;
        let (trace, record) = come(&start(&policy(strict), 0), None, version);
        assert_eq!(trace.alert(), Some(116), "{}", trace.text());
        assert_eq!(record.decision, Decision::Failed, "{record:#?}");
    }
}

/// Whom nobody knows by name is known by his key: of any kind.
#[test]
fn a_client_comes_with_each_kind_of_key() {
    let chains = Chains::default();
    let server = start(&policy(r#"{"client_certificate": {}}"#), 0);
    for kind in [
        Kind::Rsa2048,
        Kind::Rsa3072,
        Kind::P256,
        Kind::P384,
        Kind::Ed25519,
    ] {
        let (trace, record) = come(&server, Some(&chains.of(kind)), "-tls1_3");
        assert!(trace.is_served(), "{kind:?} {}", trace.text());
        let [own, ..] = record.facts.peer_certificates() else {
            panic!("no certificate: {record:#?}")
        };
        assert_eq!(own.subject(), format!("CN={kind:?}"));
    }
}
