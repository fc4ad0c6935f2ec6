//! Tickets open only where they were made: at any gate that differs, the client ends in a full handshake or is refused.

use countersign::{
    ServerGateBuilder, TicketKeys,
    policy::{Chain, Link},
};
use countersign_tests::{
    guest::VetoAt,
    peers::saved::SavedSession,
    pki::PKI,
    policy::{alerting_policy, policy, vetoing_policy},
    server::{Server, builder, optional, required},
};

use super::resumption::{begun, is_resumed};
use crate::expect::parameters;

const VERSIONS: [&str; 2] = ["-tls1_2", "-tls1_3"];

/// A gate of a family: same keys, same context, as an operator may give it to the replicas of one server.
fn related(keys: &TicketKeys, chain: impl Into<Chain>) -> ServerGateBuilder {
    builder(chain)
        .ticket_keys(keys.clone())
        .ticket_context("a family")
        .tenant("one")
        .listener("front")
        .alpn(vec![b"h2".to_vec()])
}

fn keys() -> TicketKeys {
    TicketKeys::new().expect("randomness")
}

/// Whether a session of the first gate is resumed by the second.
fn travels(first: ServerGateBuilder, second: ServerGateBuilder, arguments: &[&str]) -> bool {
    let (first, second) = (Server::start(first), Server::start(second));
    let session = begun(&first, arguments);
    let trace = session.resume(second.port, arguments);
    is_resumed(&trace, &second.only_record())
}

/// Else the tests below would show nothing.
#[test]
fn a_session_travels_between_gates_that_are_the_same() {
    for version in VERSIONS {
        let keys = keys();
        let same = || related(&keys, policy("{}"));
        assert!(travels(same(), same(), &[version]), "{version}");
    }
}

#[test]
fn a_session_does_not_travel_to_a_gate_that_differs() {
    for version in VERSIONS {
        let keys = keys();
        for (difference, other) in differences(&keys) {
            let first = related(&keys, policy("{}"));
            assert!(
                !travels(first, other, &[version]),
                "{version}, {difference}"
            );
        }
    }
}

/// Each in one thing; all of them would let the client in.
fn differences(keys: &TicketKeys) -> Vec<(&'static str, ServerGateBuilder)> {
    let same = |chain: Chain| related(keys, chain);
    let plain = || same(policy("{}").into());
    let enforced = || Link::enforce(policy("{}"));
    let other_settings = r#"{ "versions": ["1.2", "1.3"] }"#;
    vec![
        ("other settings", same(policy(other_settings).into())),
        ("another mode", same(Link::audit(policy("{}")).into())),
        (
            "another policy",
            same(vetoing_policy(VetoAt::Resumed).into()),
        ),
        (
            "one policy more",
            same(Chain::new(enforced()).and(enforced())),
        ),
        ("another tenant", plain().tenant("other")),
        ("another listener", plain().listener("back")),
        ("another floor", plain().alpn(vec![b"http/1.1".to_vec()])),
        ("another context", plain().ticket_context("another family")),
        ("other keys", plain().ticket_keys(self::keys())),
        ("another demand", plain().client_certificates(optional())),
    ]
}

#[test]
fn gates_that_were_not_told_to_share_share_nothing() {
    for version in VERSIONS {
        let keys = keys();
        let alike = || builder(policy("{}")).ticket_keys(keys.clone());
        assert!(!travels(alike(), alike(), &[version]), "{version}");
    }
}

#[test]
fn a_ticket_does_not_bring_back_what_the_policy_no_longer_allows() {
    let keys = keys();
    let first = Server::start(related(&keys, policy("{}")));
    let session = begun(&first, &["-tls1_2"]);
    let stricter = policy(r#"{ "versions": ["1.3"] }"#);
    let second = Server::start(related(&keys, stricter));
    let trace = session.resume(second.port, &["-tls1_2"]);
    let record = second.only_record();
    super::assert_turned_away(&trace, &record, 70);
}

#[test]
fn a_client_that_has_newer_versions_gets_them() {
    let keys = keys();
    let first = Server::start(related(&keys, policy(r#"{ "versions": ["1.2"] }"#)));
    let session = begun(&first, &[]);
    let second = Server::start(related(&keys, policy(r#"{ "versions": ["1.3"] }"#)));
    let trace = session.resume(second.port, &[]);
    let record = second.only_record();
    assert!(!is_resumed(&trace, &record));
    assert_eq!(parameters(&record).0, 0x0304);
}

/// A ticket is no way around a demand for a certificate.
#[test]
fn a_session_without_a_certificate_does_not_open_a_gate_that_demands_one() {
    for version in VERSIONS {
        let keys = keys();
        let first = Server::start(related(&keys, policy("{}")));
        let session = begun(&first, &[version]);
        let demanding = related(&keys, policy("{}")).client_certificates(required());
        let second = Server::start(demanding);
        let trace = session.resume(second.port, &[version]);
        assert_eq!(trace.alert(), Some(116), "{}", trace.text());
        assert!(!trace.has_page());
        let record = second.only_record();
        assert!(
            record
                .session
                .as_ref()
                .is_some_and(|session| !session.resumed)
        );
    }
}

#[test]
fn a_veto_leaves_no_ticket_behind() {
    let [certificate, key] = PKI.client.files();
    for version in VERSIONS {
        for (at, demand) in [
            ("judge-parameters", false),
            ("judge-peer", false),
            ("judge-peer", true),
        ] {
            let gate = builder(alerting_policy(at, 49));
            let gate = if demand {
                gate.client_certificates(required())
            } else {
                gate
            };
            let server = Server::start(gate);
            let session = SavedSession::default();
            let arguments = [version, "-cert", certificate, "-key", key];
            let trace = session.begin(server.port, &arguments);
            super::assert_told(&trace, &server.only_record(), 49);
            let received = trace.received();
            assert!(!received.contains(&"NewSessionTicket"), "{}", trace.text());
            assert!(!session.is_there(), "{version}, {at}");
        }
    }
}
