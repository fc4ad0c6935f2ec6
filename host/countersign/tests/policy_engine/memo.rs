//! The memo: what it answers is what the sandbox would answer, and what it holds is bounded, and a policy's own.

mod same;

use std::sync::Arc;

use countersign::{
    facts::ConnectionFacts,
    policy::{CallError, Policy, PolicyOptions, PolicySource},
    session::Session,
};
use countersign_names::CipherSuite;

use super::{
    guest::{Guest, Place},
    hellos::named,
    sandbox::{Sandbox, session},
};

/// A policy whose answers are remembered.
fn remembering(sandbox: &Sandbox, guest: &Guest) -> Policy {
    load(sandbox, guest, true)
}

fn load(sandbox: &Sandbox, guest: &Guest, memo: bool) -> Policy {
    let options = PolicyOptions::new().memo(memo);
    let source = PolicySource::Bytes(guest.component());
    Policy::load_with(&sandbox.engine, &source, &options).expect("it loads")
}

/// A connection of a client that asks for this server.
fn to(name: &str, port: u16) -> Arc<ConnectionFacts> {
    let opening = ConnectionFacts::of_server(Some(port), Some([192, 0, 2, 1].into()));
    Arc::new(opening.with_hello(named(name)))
}

/// How many answers came from the memo while this was asked.
fn hits(policy: &Policy, ask: impl FnOnce()) -> u64 {
    let before = policy.account().memo_hits;
    ask();
    policy.account().memo_hits - before
}

fn ask(policy: &Policy, session: &Session, facts: &Arc<ConnectionFacts>) {
    let called = policy.judge_peer(session, Arc::clone(facts));
    called.result.expect("it answers");
}

#[test]
fn only_facts_that_are_read_tell_questions_apart() {
    let sandbox = Sandbox::shared();
    let nothing = remembering(sandbox, &Guest::good());
    let port = remembering(sandbox, &Guest::named("read-today-and-port"));
    let one = to("one.example", 443);
    let [other_name, other_port] = [to("two.example", 443), to("one.example", 444)];
    for policy in [&nothing, &port] {
        assert_eq!(hits(policy, || ask(policy, &session(), &one)), 0);
        assert_eq!(hits(policy, || ask(policy, &session(), &one)), 1);
        assert_eq!(hits(policy, || ask(policy, &session(), &other_name)), 1);
        let other = Session {
            resumed: true,
            ..session()
        };
        assert_eq!(hits(policy, || ask(policy, &other, &one)), 0);
    }
    assert_eq!(hits(&nothing, || ask(&nothing, &session(), &other_port)), 1);
    assert_eq!(hits(&port, || ask(&port, &session(), &other_port)), 0);
}

/// Each function is asked for itself: an answer to one is none to another.
#[test]
fn functions_do_not_answer_for_each_other() {
    let policy = remembering(Sandbox::shared(), &Guest::good());
    let facts = to("one.example", 443);
    ask(&policy, &session(), &facts);
    let parameters = || {
        let called = policy.judge_parameters(&session(), Arc::clone(&facts));
        called.result.expect("it answers");
    };
    assert_eq!(hits(&policy, parameters), 0);
    assert_eq!(hits(&policy, parameters), 1);
}

/// A guest that reads more, the longer one asks: what was remembered before it read a fact is not taken for an answer where
/// that fact differs.
#[test]
fn what_a_policy_reads_later_counts_from_then_on() {
    let guest = Guest::named("read-by-session");
    let [on, off] = [true, false].map(|memo| load(Sandbox::shared(), &guest, memo));
    let plain = session();
    let named = Session {
        resumed: true,
        ..session()
    };
    let both = Session {
        retried: true,
        ..named.clone()
    };
    let facts = ["a.example", "b.example"].map(|name| [1023, 1024].map(|port| to(name, port)));
    for round in 0..3 {
        for session in [&plain, &named, &plain, &both, &named, &both] {
            for facts in facts.as_flattened() {
                let [on, off] = [&on, &off].map(|policy| {
                    let called = policy.judge_peer(session, Arc::clone(facts));
                    (called.result, called.facts_read)
                });
                assert_eq!(on, off, "round {round}: {session:?} of {facts:?}");
            }
        }
    }
    let account = on.account();
    // Three kinds of sessions, for each of which all facts that are ever read count in the end.
    assert_eq!(account.memo_entries, 3 * 4);
    assert!(account.memo_hits >= 2 * 4 * 6);
}

#[test]
fn failures_are_never_remembered() {
    let trapping = Session {
        resumed: true,
        cipher_suite: CipherSuite::new(0),
        ..session()
    };
    let policy = remembering(Sandbox::shared(), &Guest::named("read-by-session"));
    let facts = to("one.example", 443);
    for call in 1..=5 {
        let called = policy.judge_peer(&trapping, Arc::clone(&facts));
        assert!(matches!(called.result, Err(CallError::Trap(_))));
        assert_eq!(
            called
                .facts_read
                .iter()
                .map(|fact| fact.name())
                .collect::<Vec<_>>(),
            ["server-name"]
        );
        let account = policy.account();
        assert_eq!((account.traps, account.memo_hits), (call, 0));
        assert_eq!(account.memo_entries, 0);
    }
    let spin = Guest::named("spin").acting_in(Place::In("judge-peer"));
    let spin = remembering(Sandbox::shared(), &spin);
    for call in 1..=2 {
        let called = spin.judge_peer(&session(), Arc::clone(&facts));
        assert!(matches!(called.result, Err(CallError::Deadline { .. })));
        assert_eq!(
            (spin.account().deadlines, spin.account().memo_hits),
            (call, 0)
        );
    }
}

/// Names that clients make up fill the memo of the policy that reads them, up to its limit. What is asked again and again
/// stays, and other policies have their own.
#[test]
fn a_flood_of_names_is_bounded_and_hurts_nobody() {
    let sandbox = Sandbox::shared();
    let guest = Guest::named("read-server-name").put("times", 1);
    let guest = guest.acting_in(Place::In("judge-peer"));
    let [flooded, other] = [(); 2].map(|()| remembering(sandbox, &guest));
    let usual = to("usual.example", 443);
    for policy in [&flooded, &other] {
        for _ in 0..3 {
            ask(policy, &session(), &usual);
        }
    }
    let before = other.account();
    let bytes_max = sandbox.engine.limits().memo_bytes_max as u64;
    let mut most = 0;
    for number in 0..20_000 {
        let name = format!("{number}.flood.example");
        ask(&flooded, &session(), &to(&name, 443));
        if number % 100 == 0 {
            assert_eq!(
                hits(&flooded, || ask(&flooded, &session(), &usual)),
                1,
                "after {number}"
            );
            let account = flooded.account();
            most = most.max(account.memo_entries);
            assert!(account.memo_bytes <= bytes_max, "{account:?}");
        }
    }
    assert!((100..19_000).contains(&most), "{most} entries");
    assert_eq!(other.account(), before);
    assert_eq!(hits(&other, || ask(&other, &session(), &usual)), 1);
}
