//! Sessions that come back: resumed where they were made, and judged like any other.

use std::io::Write;

use countersign::record::DecisionRecord;
use countersign_tests::{
    guest::{CODE, VetoAt},
    peers::{openssl::Trace, saved::SavedSession},
    policy::{policy, vetoing_policy},
    server::{Server, builder},
};

use tempfile::NamedTempFile;

use super::assert_turned_away;
use crate::expect::{calls, codes, parameters, resumed};

const VERSIONS: [&str; 2] = ["-tls1_2", "-tls1_3"];

/// Whether a visit was resumed; the gate and the client must agree on that.
pub(super) fn is_resumed(trace: &Trace, record: &DecisionRecord) -> bool {
    assert!(trace.is_served(), "{}", trace.text());
    let said = trace.negotiated().expect("a session").resumed;
    assert_eq!(said, resumed(record), "{}", trace.text());
    said
}

/// A session made at this server.
pub(super) fn begun(server: &Server, arguments: &[&str]) -> SavedSession {
    let session = SavedSession::default();
    let trace = session.begin(server.port, arguments);
    assert!(!is_resumed(&trace, &server.record()));
    session
}

#[test]
fn a_session_is_resumed_and_judged_again() {
    for version in VERSIONS {
        let server = Server::start(builder(policy("{}")));
        let session = begun(&server, &[version]);
        let trace = session.resume(server.port, &[version]);
        let record = server.only_record();
        assert!(is_resumed(&trace, &record), "{version}");
        let expected = ["constrain", "judge-parameters", "judge-peer"];
        assert_eq!(calls(&record), expected);
        assert!(!trace.received().contains(&"Certificate"), "{version}");
    }
}

/// TLS 1.3 makes a new key exchange (RFC 8446, section 2.2), a resumed session of TLS 1.2 has none (RFC 5246, section 7.3).
#[test]
fn the_parameters_of_a_resumed_session() {
    for (arguments, expected) in [
        (
            &[
                "-tls1_3",
                "-ciphersuites",
                "TLS_AES_256_GCM_SHA384",
                "-groups",
                "P-384",
            ][..],
            (0x0304, 0x1302, Some(0x0018)),
        ),
        (
            &["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"][..],
            (0x0303, 0xc02f, None),
        ),
    ] {
        let server = Server::start(builder(policy("{}")));
        let session = begun(&server, arguments);
        let trace = session.resume(server.port, arguments);
        let record = server.only_record();
        assert!(is_resumed(&trace, &record), "{arguments:?}");
        assert_eq!(parameters(&record), expected, "{arguments:?}");
    }
}

#[test]
fn a_vetoed_resumption_is_turned_away_before_server_hello() {
    for version in VERSIONS {
        let server = Server::start(builder(vetoing_policy(VetoAt::Resumed)));
        let session = begun(&server, &[version]);
        let trace = session.resume(server.port, &[version]);
        let record = server.only_record();
        assert_turned_away(&trace, &record, 71);
        assert_eq!(codes(&record), [CODE]);
        assert!(resumed(&record), "{version}");
    }
}

#[test]
fn a_retried_resumption_is_both() {
    let server = Server::start(builder(policy("{}")));
    let session = begun(&server, &["-tls1_3"]);
    let trace = session.resume(server.port, &["-tls1_3", "-groups", "P-521:X25519"]);
    let record = server.only_record();
    assert!(is_resumed(&trace, &record));
    assert!(record.session.as_ref().expect("a session").retried);
}

/// A ticket that says nothing of early data allows none (RFC 8446, section 4.6.1).
#[test]
fn no_ticket_invites_early_data() {
    let server = Server::start(builder(policy("{}")));
    let session = begun(&server, &["-tls1_3"]);
    let mut early = NamedTempFile::new().expect("a temporary file");
    early.write_all(b"too early").expect("a writable file");
    let path = early.path().to_str().expect("a plain path");
    let trace = session.resume(server.port, &["-tls1_3", "-early_data", path]);
    assert!(is_resumed(&trace, &server.only_record()));
    assert!(
        trace.text().contains("Early data was not sent"),
        "{}",
        trace.text()
    );
    assert!(
        trace.text().contains("Max Early Data: 0"),
        "{}",
        trace.text()
    );
}

#[test]
fn a_policy_can_forbid_it() {
    for version in VERSIONS {
        let server = Server::start(builder(policy(r#"{ "resumption": false }"#)));
        let session = SavedSession::default();
        let trace = session.begin(server.port, &[version]);
        assert!(!trace.received().contains(&"NewSessionTicket"));
        assert!(!is_resumed(&trace, &server.record()));
    }
}

/// What a client of TLS 1.2 keeps that takes no tickets is an identifier: the gate has no store behind it.
#[test]
fn session_identifiers_resume_nothing() {
    let arguments = ["-tls1_2", "-no_ticket"];
    let server = Server::start(builder(policy("{}")));
    let session = SavedSession::default();
    let trace = session.begin(server.port, &arguments);
    assert!(!is_resumed(&trace, &server.record()));
    if session.is_there() {
        let trace = session.resume(server.port, &arguments);
        assert!(!is_resumed(&trace, &server.record()));
    }
}
