//! A hello that a real client cuts into several records (RFC 8446, section 5.1).

use countersign_tests::{
    peers::{openssl::Trace, s_client::s_client},
    policy::policy,
    server::{Server, builder},
};

/// The smallest limit that OpenSSL lets a client set (RFC 6066, section 4).
const FRAGMENT_BYTES: usize = 512;

/// How many records the client sent before it heard anything.
fn records_of_hello(trace: &Trace) -> usize {
    let lines = trace.text().lines();
    let before = lines.take_while(|line| !line.starts_with("<<<"));
    before
        .filter(|line| line.contains(", RecordHeader ["))
        .count()
}

#[test]
fn a_fragmented_hello_is_one_hello() {
    let protocols: Vec<_> = (0..100).map(|n| format!("protocol-{n}")).collect();
    let list = protocols.join(",");
    let length: usize = protocols.iter().map(|name| 1 + name.len()).sum();
    for version in ["-tls1_2", "-tls1_3"] {
        let gate = builder(policy("{}")).alpn(vec![b"protocol-99".to_vec()]);
        let server = Server::start(gate);
        let arguments = [version, "-max_send_frag", "512", "-alpn", &list];
        let trace = s_client(server.port, &arguments);
        let record = server.only_record();
        assert!(trace.is_served(), "{}", trace.text());
        assert!(
            records_of_hello(&trace) > length / FRAGMENT_BYTES,
            "{}",
            trace.text()
        );
        let hello = record.facts.client_hello().expect("a hello");
        let offered: Vec<_> = hello
            .alpn
            .iter()
            .map(|name| String::from_utf8_lossy(name))
            .collect();
        assert_eq!(offered, protocols);
    }
}
