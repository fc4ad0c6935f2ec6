//! What a guest sees of a ClientHello, and how far it comes with it.

use std::{net::IpAddr, sync::Arc};

use countersign::{
    facts::ConnectionFacts,
    hello::ClientHello,
    policy::{CallError, Called, OutputError, Policy},
    session::Role,
    verdict::Verdict,
};
use sha2::{Digest, Sha256};

use super::{
    guest::{Guest, Load as _, Place},
    hellos::{most_protocols, most_suites, plain, rich},
    sandbox::{ENDS_WITHIN, Sandbox, session, within},
    telling::{CLIENT_HELLO, Telling, Told, hex, number},
};

const PORT: u16 = 8443;
const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

fn accepted() -> ConnectionFacts {
    ConnectionFacts::of_server(Some(PORT), Some(ADDRESS))
}

/// Asks a policy of a server about a connection with these facts.
fn judge(policy: &Policy, facts: ConnectionFacts) -> Called<Verdict> {
    let policy = policy.clone();
    let mut session = session();
    session.endpoint.role = Role::Server;
    within(ENDS_WITHIN, move || {
        policy.judge_peer(&session, Arc::new(facts))
    })
}

/// Lets a guest act on a connection that begins with this hello.
fn act(sandbox: &Sandbox, guest: Guest, hello: Arc<ClientHello>) -> Result<Verdict, CallError> {
    let policy = guest.acting_in(Place::In("judge-peer"));
    let policy = policy.load(&sandbox.engine).expect("it loads");
    let called = judge(&policy, accepted().with_hello(hello));
    sandbox.assert_unharmed();
    called.result
}

fn told(called: Called<Verdict>) -> Told {
    match called.result {
        Ok(Verdict::Approve(findings)) => Told::new(&findings),
        other => panic!("{other:?}"),
    }
}

/// Numbers of 16 bits as the guest has them in its memory: the lower byte first.
fn told_codes(codes: &[u16]) -> String {
    let bytes: Vec<_> = codes.iter().flat_map(|code| code.to_le_bytes()).collect();
    hex(&bytes)
}

/// The first twelve digits of SHA-256, as JA4 has them.
fn short_hash(text: &str) -> String {
    hex(&Sha256::digest(text)[..6])
}

#[test]
fn a_hello_is_told_as_it_came() {
    let policy = Telling::of_connection().of_client_hello().policy();
    let told = told(judge(&policy, accepted().with_hello(rich())));
    assert_eq!(told.one("server-name"), "www.example.com");
    assert_eq!(told.one("port"), number(PORT.into()));
    assert_eq!(told.one("peer-address"), "192.0.2.1");
    assert_eq!(told.one("hello"), number(1));
    assert_eq!(told.one("peer-certificates"), number(0));
    assert_eq!(told.one("versions"), told_codes(&[0x0304, 0x0303]));
    let suites = told_codes(&[0x1302, 0x1301, 0xc02f, 0x00ff]);
    assert_eq!(told.one("cipher-suites"), suites);
    assert_eq!(told.one("groups"), told_codes(&[0x11ec, 0x001d]));
    assert_eq!(told.one("key-shares"), told_codes(&[0x001d]));
    assert_eq!(told.one("signature-schemes"), told_codes(&[0x0804, 0x0403]));
    let protocols = [hex(b"h2"), hex(&[0xff, 0x00]), hex(b"http/1.1")];
    assert_eq!(told.many("alpn"), protocols);
    assert_eq!(told.one("extensions"), told_codes(&[0, 10, 13, 16, 43, 51]));
    // JA4's definition: TCP, 1.3, a name; 4 suites, 6 extensions, h2; both lists sorted, the schemes not.
    let suites = short_hash("00ff,1301,1302,c02f");
    let rest = short_hash("000a,000d,002b,0033_0804,0403");
    assert_eq!(told.one("ja4"), format!("t13d0406h2_{suites}_{rest}"));
}

#[test]
fn what_a_hello_does_not_have_is_empty() {
    let policy = Telling::of_connection().of_client_hello().policy();
    let told = told(judge(&policy, accepted().with_hello(plain())));
    assert_eq!(told.many("server-name"), [""; 0]);
    assert_eq!(told.one("hello"), number(1));
    // Without supported_versions, legacy_version counts.
    assert_eq!(told.one("versions"), told_codes(&[0x0303]));
    for empty in ["groups", "key-shares", "signature-schemes", "extensions"] {
        assert_eq!(told.one(empty), "", "{empty}");
    }
    assert_eq!(told.many("alpn"), [""; 0]);
    let suites = short_hash("c02f");
    assert_eq!(told.one("ja4"), format!("t12i010000_{suites}_000000000000"));
}

#[test]
fn before_the_hello_there_is_none() {
    let policy = Telling::of_connection().policy();
    let told = told(judge(&policy, accepted()));
    assert_eq!(told.one("hello"), number(0));
    assert_eq!(told.many("server-name"), [""; 0]);
    assert_eq!(told.one("port"), number(PORT.into()));
}

#[test]
fn what_was_read_of_a_hello_is_known() {
    let telling = || Telling::of_connection().of_client_hello();
    let called = judge(&telling().policy(), accepted().with_hello(rich()));
    let mut read: Vec<_> = called.facts_read.iter().map(|fact| fact.name()).collect();
    read.sort_unstable();
    assert_eq!(read, telling().facts());
    for (getter, _) in CLIENT_HELLO {
        let policy = reading(getter, 1, items_of_rich(getter))
            .acting_in(Place::In("judge-peer"))
            .load(&Sandbox::shared().engine)
            .expect("it loads");
        let called = judge(&policy, accepted().with_hello(rich()));
        let read: Vec<_> = called.facts_read.iter().map(|fact| fact.name()).collect();
        assert_eq!(read, ["hello", &format!("client-hello.{getter}")]);
    }
}

/// A guest that reads a getter so often, and demands that the answer has so many items.
fn reading(getter: &str, times: i32, count: usize) -> Guest {
    reading_in(4, getter, times, count)
}

fn reading_in(pages: usize, getter: &str, times: i32, count: usize) -> Guest {
    Guest::named("read-hello")
        .put("getter", getter)
        .put("times", times)
        .put("count", count)
        .put("pages", pages)
}

/// How many items a getter of [`rich`] answers.
fn items_of_rich(getter: &str) -> usize {
    match getter {
        "key-shares" => 1,
        "versions" | "groups" | "signature-schemes" => 2,
        "alpn" => 3,
        "cipher-suites" => 4,
        "extensions" => 6,
        // Characters.
        "ja4" => 36,
        other => panic!("{other}"),
    }
}

#[test]
fn every_read_of_a_hello_counts() {
    const READS_MAX: i32 = 50;
    let sandbox = Sandbox::with(|limits| {
        limits.fact_reads_max = READS_MAX.unsigned_abs();
        // So that on a busy machine, too, it is the number of reads that matters.
        limits.deadline_ms = 5_000;
    });
    for (getter, _) in CLIENT_HELLO {
        // The first read is that of the hello itself.
        let reading = |times| reading(getter, times, items_of_rich(getter));
        let within_limit = act(&sandbox, reading(READS_MAX - 1), rich());
        assert_eq!(within_limit, Ok(Verdict::Approve(vec![])), "{getter}");
        let beyond = act(&sandbox, reading(READS_MAX), rich());
        let too_often = CallError::Trap("it read facts too often".to_owned());
        assert_eq!(beyond, Err(too_often), "{getter}");
    }
}

#[test]
fn a_storm_on_a_hello_is_stopped() {
    for (getter, _) in CLIENT_HELLO {
        let storm = reading(getter, -1, items_of_rich(getter));
        let stopped = act(Sandbox::shared(), storm, rich());
        assert!(
            matches!(
                stopped,
                Err(CallError::Trap(_) | CallError::Deadline { .. })
            ),
            "{getter}: {stopped:?}"
        );
    }
}

#[test]
fn the_longest_hello_can_be_read_again_and_again() {
    let sandbox = Sandbox::with(|limits| limits.deadline_ms = 5_000);
    let longest = [("cipher-suites", most_suites()), ("alpn", most_protocols())];
    for (getter, (hello, count)) in longest {
        // Ten answers are more than a guest may tell in one call: what it reads does not count as that.
        let reading = reading_in(16, getter, 10, count);
        let read = act(&sandbox, reading, hello);
        assert_eq!(read, Ok(Verdict::Approve(vec![])), "{getter}");
    }
}

#[test]
fn a_guest_without_room_for_a_hello_fails_alone() {
    let (hello, count) = most_protocols();
    let outcome = act(Sandbox::shared(), reading_in(2, "alpn", 1, count), hello);
    assert!(is_malformed(&outcome), "{outcome:?}");
}

#[test]
fn handles_to_a_hello_cannot_be_forged() {
    let guests = [
        "forge-hello-handle",
        "use-dropped-hello",
        "read-hello-as-certificate",
    ];
    for name in guests {
        let outcome = act(Sandbox::shared(), Guest::named(name), rich());
        assert!(is_malformed(&outcome), "{name}: {outcome:?}");
        // Nor where there is no hello at all.
        let outcome =
            Sandbox::shared().judge(&Guest::named(name).acting_in(Place::In("judge-peer")));
        assert!(is_malformed(&outcome), "{name}: {outcome:?}");
    }
}

/// What breaks the canonical ABI: a handle that is none, or an answer out of bounds.
fn is_malformed(outcome: &Result<Verdict, CallError>) -> bool {
    matches!(outcome, Err(CallError::Output(OutputError::Malformed(_))))
}
