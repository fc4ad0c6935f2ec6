//! A server that fails policy never learns who the client is: its own log of every message is the witness.

use countersign::{ClientGateBuilder, Refused};
use countersign_tests::{
    client::{builder, client_certificate, connect},
    guest::{CODE, VetoAt},
    peers::openssl::{OpenSsl, Trace},
    pki::{CLIENT_NAME, PKI},
    policy::{policy, vetoing_policy},
};

use crate::{client_certificate::demanding, expect::vetoed};

/// The refusal of a connection to a server that asked for a certificate, and what that server saw.
async fn refused(gate: ClientGateBuilder, server: OpenSsl) -> (Refused, Trace) {
    let gate = gate.client_certificate(client_certificate()).build();
    let refused = connect(&gate, server.port).await.expect_err("a refusal");
    (refused, server.wait_for_end())
}

/// Parameters that are not accepted: insufficient_security; a peer that is not: access_denied (RFC 8446, section 6.2).
fn assert_told(trace: &Trace, alert: u8) {
    let told = format!("SSL alert number {alert}");
    assert!(trace.text().contains(&told), "{}", trace.text());
}

/// The server came to the end of its flight, its CertificateRequest in it, and got nothing but the hello.
fn assert_learnt_nothing(trace: &Trace) {
    let text = trace.text();
    assert!(text.contains(", CertificateRequest"), "{text}");
    assert_eq!(trace.received(), ["ClientHello"], "{text}");
    assert!(
        !text.contains(CLIENT_NAME) && !text.contains("Peer certificate"),
        "{text}"
    );
    assert!(!text.contains("CONNECTION ESTABLISHED"), "{text}");
}

#[tokio::test]
async fn a_server_whose_parameters_are_vetoed_gets_no_certificate() {
    for version in ["-tls1_2", "-tls1_3"] {
        let gate = builder(vetoing_policy(VetoAt::Parameters));
        let (refused, trace) = refused(gate, demanding(version, 1)).await;
        assert_eq!(vetoed(&refused), [CODE]);
        assert_learnt_nothing(&trace);
        assert_told(&trace, 71);
    }
}

#[tokio::test]
async fn a_server_whose_identity_is_vetoed_gets_no_certificate() {
    for version in ["-tls1_2", "-tls1_3"] {
        let gate = builder(vetoing_policy(VetoAt::Peer));
        let (refused, trace) = refused(gate, demanding(version, 1)).await;
        assert_eq!(vetoed(&refused), [CODE]);
        assert_learnt_nothing(&trace);
        assert_told(&trace, 49);
    }
}

#[tokio::test]
async fn a_server_whose_certificate_does_not_verify_gets_no_certificate() {
    for version in ["-tls1_2", "-tls1_3"] {
        let arguments = [version, "-Verify", "1"];
        let server = OpenSsl::traced(&PKI.untrusted, 1, &arguments);
        let (refused, trace) = refused(builder(policy("{}")), server).await;
        assert!(matches!(refused, Refused::Failed(_)), "{refused}");
        let failure = refused.record().failure.as_ref().expect("a failure");
        assert_eq!(failure.kind, "certificate");
        assert_learnt_nothing(&trace);
    }
}

#[tokio::test]
async fn a_server_that_wants_another_version_gets_no_certificate() {
    let arguments = ["-tls1_2", "-Verify", "1"];
    let server = OpenSsl::traced(&PKI.rsa, 1, &arguments);
    let gate = builder(policy(r#"{ "versions": ["1.3"] }"#));
    let (_, trace) = refused(gate, server).await;
    assert_eq!(trace.received(), ["ClientHello"], "{}", trace.text());
}

#[tokio::test]
async fn a_vetoed_server_that_asked_for_a_second_hello_gets_that_and_no_more() {
    let arguments = ["-tls1_3", "-Verify", "1", "-groups", "P-384"];
    let server = OpenSsl::traced(&PKI.rsa, 1, &arguments);
    let (refused, trace) = refused(builder(vetoing_policy(VetoAt::Peer)), server).await;
    assert_eq!(vetoed(&refused), [CODE]);
    assert_eq!(
        trace.received(),
        ["ClientHello", "ClientHello"],
        "{}",
        trace.text()
    );
}
