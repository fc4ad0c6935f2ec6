//! HelloRetryRequest (RFC 8446, section 4.1.4).

use countersign_tests::{
    client::{close, connected, echo, gate},
    peers::openssl::OpenSsl,
    pki::PKI,
};

use crate::expect::parameters;

/// How many hellos a server of this one group gets, and whether the session says that it was retried.
async fn hellos(group: &str, code: u16) -> (usize, bool) {
    let server = OpenSsl::traced(&PKI.rsa, 1, &["-tls1_3", "-groups", group]);
    let mut approved = connected(&gate("{}"), server.port).await;
    assert_eq!(echo(&mut approved, "abc").await, "cba");
    assert_eq!(parameters(&approved.record).2, Some(code));
    let retried = approved.record.session.as_ref().expect("a session").retried;
    close(approved).await;
    let trace = server.wait_for_end();
    let received = trace.received();
    let hellos = received.iter().filter(|name| **name == "ClientHello");
    (hellos.count(), retried)
}

#[tokio::test]
async fn a_server_that_wants_another_key_share_is_a_retried_session() {
    // The first hello has shares of X25519MLKEM768 and X25519 alone.
    assert_eq!(hellos("P-384", 0x0018).await, (2, true));
    assert_eq!(hellos("P-256", 0x0017).await, (2, true));
}

#[tokio::test]
async fn a_server_that_takes_the_first_key_share_is_not() {
    assert_eq!(hellos("X25519", 0x001d).await, (1, false));
}
