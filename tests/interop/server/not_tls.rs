//! What is not TLS, or ends too early: closed, and recorded as what it is.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
};

use countersign::record::{Decision, Stage};
use countersign_tests::{
    peers::curl,
    policy::policy,
    server::{PAGE, Server, builder},
};

/// Sends bytes and then nothing more; returns the answer, up to the server's end of the connection.
fn answer(port: u16, bytes: &[u8]) -> Vec<u8> {
    let mut tcp = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    tcp.write_all(bytes).expect("a server that reads");
    // It may be closed already.
    let _ = tcp.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = tcp.read_to_end(&mut answer);
    answer
}

fn failure(server: Server) -> (&'static str, String) {
    let record = server.only_record();
    assert_eq!(record.decision, Decision::Failed, "{record:#?}");
    assert_eq!(record.stage, Stage::Offer);
    let failure = record.failure.as_ref().expect("a failure");
    (failure.kind, failure.message.clone())
}

#[test]
fn a_request_in_clear_is_named_and_closed() {
    let server = Server::start(builder(policy("{}")));
    let said = curl::http(server.port);
    // `Empty reply from server`, or whatever a closed connection leads to.
    assert!(said.starts_with("curl: ("), "{said}");
    assert!(!said.contains(PAGE), "{said}");
    let (kind, message) = failure(server);
    assert_eq!(kind, "not-tls");
    assert!(message.contains("HTTP"), "{message}");
}

/// Nothing that a client of another protocol could take for an answer comes back.
#[test]
fn other_protocols_get_no_answer() {
    for (bytes, name) in [
        (&b"SSH-2.0-OpenSSH_9.2p1\r\n"[..], "SSH"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"),
        (b"PROXY TCP4 192.0.2.1 192.0.2.2 1 443\r\n", "PROXY"),
        (b"\0\xff\0\xff\0\xff\0\xff", "unknown"),
    ] {
        let server = Server::start(builder(policy("{}")));
        assert_eq!(answer(server.port, bytes), b"", "{name}");
        let (kind, message) = failure(server);
        assert_eq!(kind, "not-tls", "{message}");
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn a_client_that_says_nothing_has_closed() {
    // The second is the start of a record, with no more of it.
    for bytes in [&b""[..], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"] {
        let server = Server::start(builder(policy("{}")));
        assert_eq!(answer(server.port, bytes), b"");
        assert_eq!(failure(server).0, "closed");
    }
}

/// RFC 8446, section 6.2: decode_error for a hello that does not decode, unexpected_message for what is none.
#[test]
fn what_is_tls_but_no_hello_gets_an_alert() {
    let malformed = b"\x16\x03\x01\0\x06\x01\0\0\x02\x03\x03";
    let finished = b"\x16\x03\x03\0\x04\x14\0\0\0";
    for (bytes, alert) in [(&malformed[..], 50), (finished, 10)] {
        let server = Server::start(builder(policy("{}")));
        let answer = answer(server.port, bytes);
        assert_eq!(answer, [0x15, 3, 3, 0, 2, 2, alert]);
        assert_eq!(failure(server).0, "tls");
    }
}
