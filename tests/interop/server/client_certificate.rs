//! Certificates of clients: shown, not shown, and of a stranger.

use std::sync::Arc;

use countersign::{
    ServerGateBuilder,
    record::{Decision, DecisionRecord},
};
use countersign_tests::{
    peers::{openssl::Trace, s_client::s_client},
    pki::{CLIENT_NAME, Identity, PKI},
    policy::policy,
    server::{Server, builder, optional, required},
};

use super::{offered, resumption};
use crate::expect::calls;

const VERSIONS: [&str; 2] = ["-tls1_2", "-tls1_3"];

fn meet(
    gate: ServerGateBuilder,
    version: &str,
    shown: Option<&Identity>,
) -> (Trace, Arc<DecisionRecord>) {
    let server = Server::start(gate);
    let trace = s_client(server.port, &with(version, shown));
    (trace, server.only_record())
}

fn with<'a>(version: &'a str, shown: Option<&'a Identity>) -> Vec<&'a str> {
    let certificate = shown.map(|identity| {
        let [certificate, key] = identity.files();
        ["-cert", certificate, "-key", key]
    });
    let certificate = certificate.into_iter().flatten();
    [version].into_iter().chain(certificate).collect()
}

fn demanding() -> ServerGateBuilder {
    builder(policy("{}")).client_certificates(required())
}

fn asking() -> ServerGateBuilder {
    builder(policy("{}")).client_certificates(optional())
}

/// The record has the certificate that the client was started with.
fn assert_identified(record: &DecisionRecord) {
    // OpenSSL shows its issuer, too.
    let [own, ..] = record.facts.peer_certificates() else {
        panic!("no certificate: {record:#?}")
    };
    assert_eq!(own.der(), PKI.client.certificate.as_ref());
    assert_eq!(record.facts.peer_verification().as_str(), "valid");
    let subject = &offered(record)["tls.client.subject"];
    assert_eq!(*subject, format!("CN={CLIENT_NAME}"));
}

#[test]
fn a_certificate_in_order_is_a_fact() {
    for version in VERSIONS {
        for gate in [demanding(), asking()] {
            let (trace, record) = meet(gate, version, Some(&PKI.client));
            assert!(trace.is_served(), "{}", trace.text());
            assert!(trace.received().contains(&"CertificateRequest"));
            assert_identified(&record);
            let expected = ["constrain", "judge-parameters", "judge-peer"];
            assert_eq!(calls(&record), expected);
        }
    }
}

#[test]
fn a_client_that_is_not_asked_shows_nothing() {
    for version in VERSIONS {
        let (trace, record) = meet(builder(policy("{}")), version, Some(&PKI.client));
        assert!(trace.is_served(), "{}", trace.text());
        assert!(record.facts.peer_certificates().is_empty());
    }
}

#[test]
fn where_none_is_required_none_is_judged_as_an_empty_list() {
    for version in VERSIONS {
        let (trace, record) = meet(asking(), version, None);
        assert!(trace.is_served(), "{}", trace.text());
        assert_eq!(record.decision, Decision::Approved);
        assert!(record.facts.peer_certificates().is_empty());
        assert!(calls(&record).contains(&"judge-peer"));
    }
}

/// Not a matter of policy, so a failure and no veto; what the client is told is what is recorded.
fn assert_failed(trace: &Trace, record: &DecisionRecord, alert: u8) {
    assert_eq!(trace.alert(), Some(alert), "{}", trace.text());
    assert!(!trace.has_page());
    assert!(!trace.received().contains(&"NewSessionTicket"));
    assert_eq!(record.decision, Decision::Failed, "{record:#?}");
    let failure = record.failure.as_ref().expect("a failure");
    assert_eq!(failure.kind, "certificate", "{failure:?}");
    assert_eq!(record.alert.map(|alert| alert.code()), Some(alert));
}

/// RFC 8446, section 4.4.2.4: certificate_required. The TLS library says the same in TLS 1.2.
#[test]
fn where_one_is_required_none_is_a_failure() {
    for version in VERSIONS {
        let (trace, record) = meet(demanding(), version, None);
        assert_failed(&trace, &record, 116);
    }
}

/// RFC 8446, section 6.2: unknown_ca.
#[test]
fn a_stranger_is_not_let_in() {
    for version in VERSIONS {
        for gate in [demanding(), asking()] {
            let (trace, record) = meet(gate, version, Some(&PKI.stranger));
            assert_failed(&trace, &record, 48);
            let check = record.facts.peer_verification();
            assert_eq!(check.as_str(), "unknown-issuer");
        }
    }
}

#[test]
fn a_resumed_session_has_the_certificate_of_its_first_handshake() {
    for version in VERSIONS {
        let server = Server::start(demanding());
        let arguments = with(version, Some(&PKI.client));
        let session = resumption::begun(&server, &arguments);
        let trace = session.resume(server.port, &[version]);
        let record = server.only_record();
        assert!(resumption::is_resumed(&trace, &record), "{version}");
        assert_identified(&record);
    }
}
