//! What a call may read in bytes, and what a policy's answers may take that are remembered.

use std::sync::Arc;

use countersign::{
    facts::ConnectionFacts,
    hello::ClientHello,
    policy::{CallError, Limits, Policy, PolicyOptions, PolicySource},
    verdict::Verdict,
};

use super::{
    guest::{Guest, Load as _, Place},
    hellos::{most_protocols, most_suites, rich},
    sandbox::{Sandbox, endpoint, session},
};

/// The name in the hello that has something of everything.
const NAME: &str = "www.example.com";

/// Bytes that stand for a list in a list, by the canonical ABI: a pointer and a length.
const LIST_BYTES: usize = 8;

fn facts_with(hello: Arc<ClientHello>) -> Arc<ConnectionFacts> {
    Arc::new(ConnectionFacts::of_server(None, None).with_hello(hello))
}

/// What becomes of a guest that may read so many bytes.
fn reading(fact_bytes_max: usize, guest: &Guest, hello: Arc<ClientHello>) -> Result<(), CallError> {
    let sandbox = Sandbox::with(|limits| limits.fact_bytes_max = fact_bytes_max);
    let policy = guest.load(&sandbox.engine).expect("it loads");
    let answers = [(); 2].map(|()| {
        let called = policy.judge_peer(&session(), facts_with(Arc::clone(&hello)));
        called.result.map(drop)
    });
    sandbox.assert_unharmed();
    // Each call has a budget of its own.
    assert_eq!(answers[0], answers[1]);
    answers[0].clone()
}

fn assert_costs(bytes: usize, guest: &Guest, hello: &Arc<ClientHello>) {
    let stopped = CallError::Trap("it read more bytes of facts than it may".to_owned());
    assert_eq!(reading(bytes, guest, Arc::clone(hello)), Ok(()));
    assert_eq!(reading(bytes - 1, guest, Arc::clone(hello)), Err(stopped));
}

#[test]
fn fact_bytes_max_obeyed_and_violated() {
    const TIMES: usize = 5;
    let text = Guest::named("read-server-name").put("times", TIMES);
    let text = text.acting_in(Place::In("judge-peer"));
    assert_costs(TIMES * NAME.len(), &text, &rich());
    let list = |getter: &str, count: usize| {
        let guest = Guest::named("read-hello").put("getter", getter);
        let guest = guest.put("times", TIMES).put("pages", 8);
        guest.put("count", count).acting_in(Place::In("judge-peer"))
    };
    let (hello, count) = most_suites();
    assert_costs(TIMES * 2 * count, &list("cipher-suites", count), &hello);
    let (hello, count) = most_protocols();
    let names: usize = hello.alpn.iter().map(Vec::len).sum();
    let bytes = TIMES * (count * LIST_BYTES + names);
    assert_costs(bytes, &list("alpn", count), &hello);
}

/// What is not as long as the peer likes costs nothing but the read.
#[test]
fn numbers_cost_no_bytes() {
    let guest = Guest::named("read-today-and-port");
    assert_eq!(reading(0, &guest, rich()), Ok(()));
}

/// A policy that remembers what it may.
fn remembering(memo_bytes_max: usize, guest: &Guest) -> (Sandbox, Policy) {
    let sandbox = Sandbox::with(|limits| limits.memo_bytes_max = memo_bytes_max);
    let source = PolicySource::Bytes(guest.component());
    let policy = Policy::load_with(&sandbox.engine, &source, &PolicyOptions::new());
    (sandbox, policy.expect("it loads"))
}

fn noting(message_bytes: usize) -> Guest {
    Guest::named("approve-with-finding")
        .bytes("code", "a.b")
        .put("severity", 0)
        .bytes("message", "x".repeat(message_bytes))
}

/// Asks about a listener of this name.
fn ask(policy: &Policy, listener: &str) {
    let mut session = session();
    session.endpoint = endpoint();
    session.endpoint.listener = listener.to_owned();
    let verdict = policy.judge_peer(&session, Arc::default()).result;
    assert!(matches!(verdict, Ok(Verdict::Approve(_))), "{verdict:?}");
}

#[test]
fn memo_bytes_max_obeyed() {
    let bytes_max = Limits::default().memo_bytes_max;
    let (_sandbox, policy) = remembering(bytes_max, &noting(4_000));
    for listener in ["a", "b", "a", "b", "a"] {
        ask(&policy, listener);
    }
    let account = policy.account();
    assert_eq!((account.memo_hits, account.memo_misses), (3, 2));
    assert_eq!((account.calls, account.memo_entries), (5, 2));
    assert!((2 * 4_000..=bytes_max as u64).contains(&account.memo_bytes));
}

/// One entry here is larger than all that may be remembered.
#[test]
fn memo_bytes_max_violated_by_an_answer_leaves_it_unremembered() {
    let (_sandbox, policy) = remembering(4_000, &noting(4_000));
    for _ in 0..5 {
        ask(&policy, "a");
    }
    let account = policy.account();
    assert_eq!((account.memo_hits, account.memo_misses), (0, 5));
    assert_eq!((account.memo_entries, account.memo_bytes), (0, 0));
}

/// 10,000 names with a kilobyte of answer each are ten times what may be remembered.
#[test]
fn memo_bytes_max_violated_by_a_flood_is_kept_all_the_same() {
    let bytes_max = Limits::default().memo_bytes_max as u64;
    let (_sandbox, policy) = remembering(Limits::default().memo_bytes_max, &noting(1_000));
    for number in 0..10_000 {
        ask(&policy, &format!("listener-{number}"));
        assert!(policy.account().memo_bytes <= bytes_max, "after {number}");
    }
    assert!(policy.account().memo_entries <= bytes_max / 1_000);
    assert_eq!(policy.account().memo_misses, 10_000);
}

#[test]
fn a_memo_of_no_bytes_is_off() {
    let (_sandbox, policy) = remembering(0, &noting(10));
    for _ in 0..3 {
        ask(&policy, "a");
    }
    let account = policy.account();
    assert_eq!((account.memo_hits, account.memo_misses), (0, 0));
    assert_eq!(account.approvals, 3);
}
