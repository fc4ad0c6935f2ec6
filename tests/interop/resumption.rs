//! Resumed sessions: judged like any other, and only resumed by the gate that made them.

use countersign::{ClientGate, record::Decision};
use countersign_tests::{
    client::{builder, close, connect, connected, echo, gate, visit},
    guest::{CODE, VetoAt},
    peers::openssl::OpenSsl,
    pki::PKI,
    policy::vetoing_policy,
};

use crate::expect::{calls, resumed, vetoed};

/// Servers that resume by tickets and by identifiers (RFC 8446, section 2.2; RFC 5077; RFC 5246, section 7.3).
const KINDS: [(&[&str], &str); 4] = [
    (&["-tls1_3"], "TLSv1.3"),
    (&["-tls1_3", "-no_ticket"], "TLSv1.3"),
    (&["-tls1_2"], "TLSv1.2"),
    (&["-tls1_2", "-no_ticket"], "TLSv1.2"),
];

/// Whether a visit was resumed; gate and server must agree on that.
async fn is_resumed(gate: &ClientGate, port: u16, version: &str) -> bool {
    let (record, page) = visit(gate, port).await;
    assert_eq!(record.decision, Decision::Approved);
    assert_eq!(
        calls(&record),
        ["constrain", "judge-parameters", "judge-peer"]
    );
    let resumed = resumed(&record);
    let witness = if resumed { "Reused" } else { "New" };
    let witness = format!("{witness}, {version}, Cipher is");
    assert!(page.contains(&witness), "no {witness:?} in {page}");
    resumed
}

#[tokio::test]
async fn the_second_connection_of_a_gate_is_resumed_and_judged_again() {
    for (arguments, version) in KINDS {
        let server = OpenSsl::www(&PKI.rsa, arguments);
        let gate = gate("{}");
        assert!(
            !is_resumed(&gate, server.port, version).await,
            "{arguments:?}"
        );
        assert!(
            is_resumed(&gate, server.port, version).await,
            "{arguments:?}"
        );
        assert!(
            is_resumed(&gate.clone(), server.port, version).await,
            "{arguments:?}"
        );
    }
}

#[tokio::test]
async fn the_facts_of_a_resumed_session_are_those_of_its_first_handshake() {
    for (arguments, _) in KINDS {
        let server = OpenSsl::www(&PKI.rsa, arguments);
        let gate = gate("{}");
        let (first, _) = visit(&gate, server.port).await;
        let (second, _) = visit(&gate, server.port).await;
        assert!(resumed(&second), "{arguments:?}");
        let sha256 = |record: &countersign::record::DecisionRecord| {
            let certificates = record.facts.peer_certificates();
            certificates
                .iter()
                .map(|own| own.sha256())
                .collect::<Vec<_>>()
        };
        assert_eq!(sha256(&first).len(), 1);
        assert_eq!(sha256(&first), sha256(&second));
        let check = second.facts.peer_verification();
        assert_eq!(check.as_str(), "valid", "{arguments:?}");
    }
}

#[tokio::test]
async fn a_policy_can_forbid_it() {
    for (arguments, version) in KINDS {
        let server = OpenSsl::www(&PKI.rsa, arguments);
        let gate = gate(r#"{ "resumption": false }"#);
        for _ in 0..2 {
            assert!(
                !is_resumed(&gate, server.port, version).await,
                "{arguments:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_gate_with_other_settings_does_not_resume_what_the_first_made() {
    for (arguments, version) in KINDS {
        let server = OpenSsl::www(&PKI.rsa, arguments);
        let (one, other) = (gate("{}"), gate(r#"{ "versions": ["1.2", "1.3"] }"#));
        assert!(!is_resumed(&one, server.port, version).await);
        assert!(
            !is_resumed(&other, server.port, version).await,
            "{arguments:?}"
        );
        assert!(is_resumed(&one, server.port, version).await);
    }
}

#[tokio::test]
async fn a_veto_on_a_resumed_session_falls_before_our_finished() {
    for version in ["-tls1_2", "-tls1_3"] {
        let server = OpenSsl::traced(&PKI.rsa, 2, &[version]);
        let gate = builder(vetoing_policy(VetoAt::Resumed)).build();
        let mut approved = connected(&gate, server.port).await;
        assert_eq!(echo(&mut approved, "abc").await, "cba");
        close(approved).await;
        let refused = connect(&gate, server.port).await.expect_err("a veto");
        assert_eq!(vetoed(&refused), [CODE]);
        assert!(resumed(refused.record()), "{version}");
        let trace = server.wait_for_end();
        let mut received = trace.received();
        received.retain(|name| ["ClientHello", "Finished"].contains(name));
        assert_eq!(
            received,
            ["ClientHello", "Finished", "ClientHello"],
            "{version}"
        );
    }
}
