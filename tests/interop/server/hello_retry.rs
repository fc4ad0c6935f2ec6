//! HelloRetryRequest (RFC 8446, section 4.1.4): the one message that may leave before the verdict.

use countersign_tests::{
    guest::VetoAt,
    peers::s_client::s_client,
    policy::{policy, vetoing_policy},
    server::{Server, builder},
};

use super::assert_told;
use crate::expect::parameters;

/// OpenSSL sends a share of its first group only. `-msg` calls a HelloRetryRequest what it is on the wire: a ServerHello.
const FIRST_IS_UNKNOWN: [&str; 3] = ["-tls1_3", "-groups", "P-521:X25519"];

#[test]
fn a_client_with_another_key_share_is_asked_again() {
    let server = Server::start(builder(policy("{}")));
    let trace = s_client(server.port, &FIRST_IS_UNKNOWN);
    let record = server.only_record();
    assert!(trace.is_served(), "{}", trace.text());
    let hellos = |messages: Vec<&str>, name| messages.iter().filter(|m| **m == name).count();
    assert_eq!(hellos(trace.sent(), "ClientHello"), 2);
    assert_eq!(hellos(trace.received(), "ServerHello"), 2);
    assert_eq!(parameters(&record).2, Some(0x001d));
    assert!(record.session.as_ref().expect("a session").retried);
}

#[test]
fn the_policys_groups_decide_who_is_asked_again() {
    let settings = r#"{ "groups": ["secp384r1", "x25519"] }"#;
    for (groups, hellos, group) in [
        ("P-256:P-384", 2, 0x0018),
        ("P-384:P-256", 1, 0x0018),
        ("X25519:P-384", 1, 0x001d),
    ] {
        let server = Server::start(builder(policy(settings)));
        let trace = s_client(server.port, &["-tls1_3", "-groups", groups]);
        let record = server.only_record();
        let sent = trace.sent();
        let sent = sent.iter().filter(|name| **name == "ClientHello");
        assert_eq!(sent.count(), hellos, "{}", trace.text());
        assert_eq!(parameters(&record).2, Some(group), "{groups}");
        let session = record.session.as_ref().expect("a session");
        assert_eq!(session.retried, hellos == 2, "{groups}");
    }
}

#[test]
fn a_vetoed_client_that_was_asked_again_gets_that_and_no_more() {
    for at in [VetoAt::Parameters, VetoAt::Peer] {
        let server = Server::start(builder(vetoing_policy(at)));
        let trace = s_client(server.port, &FIRST_IS_UNKNOWN);
        let record = server.only_record();
        let alert = if at == VetoAt::Peer { 49 } else { 71 };
        assert_told(&trace, &record, alert);
        assert_eq!(trace.received(), ["ServerHello"], "{}", trace.text());
        assert!(record.session.as_ref().expect("a session").retried);
    }
}
