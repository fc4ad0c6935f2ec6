//! Client certificates after approval.

use countersign::ClientGate;
use countersign_tests::{
    client::{builder, client_certificate, close, connect, connected, echo},
    peers::openssl::OpenSsl,
    pki::{CLIENT_NAME, PKI},
    policy::policy,
};

/// A server that lets nobody in without a certificate of the test authority.
pub(crate) fn demanding(version: &str, connections: usize) -> OpenSsl {
    let ca = PKI.ca.certificate_file.to_str().expect("a plain path");
    let demand = ["-Verify", "1", "-verify_return_error", "-CAfile", ca];
    OpenSsl::traced(&PKI.rsa, connections, &[&[version], &demand[..]].concat())
}

fn gate_with_certificate() -> ClientGate {
    let gate = builder(policy("{}"));
    gate.client_certificate(client_certificate()).build()
}

#[tokio::test]
async fn an_approved_server_gets_our_certificate() {
    for version in ["-tls1_2", "-tls1_3"] {
        let server = demanding(version, 1);
        let mut approved = connected(&gate_with_certificate(), server.port).await;
        assert_eq!(echo(&mut approved, "abc").await, "cba", "{version}");
        close(approved).await;
        let trace = server.wait_for_end();
        let (text, received) = (trace.text(), trace.received());
        assert!(
            text.contains(&format!("Peer certificate: CN = {CLIENT_NAME}")),
            "{text}"
        );
        for message in ["Certificate", "CertificateVerify", "Finished"] {
            assert!(received.contains(&message), "{version}: {received:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_demands_a_certificate_turns_down_a_client_without_one() {
    let server = demanding("-tls1_2", 1);
    let gate = builder(policy("{}")).build();
    // In TLS 1.2 the server's answer belongs to the handshake (RFC 5246, section 7.4.6: handshake_failure).
    let refused = connect(&gate, server.port)
        .await
        .expect_err("no certificate");
    let failure = refused.record().failure.as_ref().expect("a failure");
    assert_eq!(failure.kind, "alert-received");
    let trace = server.wait_for_end();
    assert!(
        trace.text().contains("peer did not return a certificate"),
        "{}",
        trace.text()
    );
}
