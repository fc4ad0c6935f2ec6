//! A policy that keeps missing its deadline is not asked for a while. What others lose by it is bounded: `policy/breaker.rs` states
//! the bound. Deadlines are counted here; how long anything took is not asked.

mod load;

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use countersign::{
    facts::ConnectionFacts,
    policy::{Account, CallError, Policy, PolicyOptions, PolicySource},
    verdict::Verdict,
};

use super::{
    guest::{Guest, Load as _},
    sandbox::{ENDS_WITHIN, Sandbox, constrain, session},
};

/// Longer than any test.
const FOR_EVER_MS: u64 = 600_000;

/// What the guest does at a port.
const APPROVE: u16 = 1;
const TRAP: u16 = 3;
const SPIN: u16 = 4;
const GREED: u16 = 5;
const NONSENSE: u16 = 6;

fn sandbox(overruns_max: u32, trip_ms: u64) -> Sandbox {
    Sandbox::with(|limits| {
        limits.deadline_ms = 250;
        limits.overruns_max = overruns_max;
        limits.trip_ms = trip_ms;
    })
}

fn moody(sandbox: &Sandbox) -> Policy {
    Guest::named("by-port")
        .load(&sandbox.engine)
        .expect("it loads")
}

fn ask(policy: &Policy, port: u16) -> Result<Verdict, CallError> {
    let facts = ConnectionFacts::of_server(Some(port), None);
    policy.judge_peer(&session(), Arc::new(facts)).result
}

fn assert_overruns(policy: &Policy) {
    assert_eq!(
        ask(policy, SPIN),
        Err(CallError::Deadline { deadline_ms: 250 })
    );
}

/// How long it says that it will be left alone.
fn assert_tripped(policy: &Policy) -> u64 {
    match ask(policy, APPROVE) {
        Err(CallError::Tripped { retry_ms }) => retry_ms,
        other => panic!("{other:?}"),
    }
}

/// A policy that was tripped by `overruns` calls.
fn tripped(sandbox: &Sandbox, overruns: u32) -> Policy {
    let policy = moody(sandbox);
    (0..overruns).for_each(|_| assert_overruns(&policy));
    policy
}

/// Asks until the policy is asked again.
fn ask_until_asked(policy: &Policy, port: u16) -> Result<Verdict, CallError> {
    let begun = Instant::now();
    loop {
        match ask(policy, port) {
            Err(CallError::Tripped { .. }) => assert!(begun.elapsed() < ENDS_WITHIN, "for ever"),
            answer => return answer,
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn overruns_max_obeyed() {
    let policy = tripped(&sandbox(4, FOR_EVER_MS), 3);
    for _ in 0..100 {
        assert_eq!(ask(&policy, APPROVE), Ok(Verdict::Approve(vec![])));
    }
    assert_eq!(policy.account().tripped, 0);
}

#[test]
fn overruns_max_violated() {
    for max in [1, 2, 4] {
        let sandbox = sandbox(max, FOR_EVER_MS);
        let policy = tripped(&sandbox, max);
        assert_tripped(&policy);
        // Whatever it is asked.
        let offered = constrain(&policy).result;
        assert!(
            matches!(offered, Err(CallError::Tripped { .. })),
            "{offered:?}"
        );
        assert_eq!(policy.account().deadlines, u64::from(max));
        sandbox.assert_unharmed();
    }
}

#[test]
fn trip_ms_obeyed_leaves_it_alone() {
    let policy = tripped(&sandbox(2, FOR_EVER_MS), 2);
    for _ in 0..1_000 {
        assert!((1..=FOR_EVER_MS).contains(&assert_tripped(&policy)));
    }
    let Account {
        deadlines, tripped, ..
    } = policy.account();
    assert_eq!((deadlines, tripped), (2, 1_000));
}

#[test]
fn trip_ms_violated_by_none_it_is_asked_again_and_recovers() {
    let policy = tripped(&sandbox(2, 2_000), 2);
    assert_eq!(
        ask_until_asked(&policy, APPROVE),
        Ok(Verdict::Approve(vec![]))
    );
    for _ in 0..10 {
        assert_eq!(ask(&policy, APPROVE), Ok(Verdict::Approve(vec![])));
    }
    assert_eq!(policy.account().approvals, 11);
}

#[test]
fn a_probe_that_overruns_trips_it_again() {
    let policy = tripped(&sandbox(3, 2_000), 3);
    for probes in 1..=3 {
        let missed = Err(CallError::Deadline { deadline_ms: 250 });
        assert_eq!(ask_until_asked(&policy, SPIN), missed);
        assert_eq!(policy.account().deadlines, 3 + probes);
        assert_tripped(&policy);
    }
}

/// Only time is what others lose.
#[test]
fn other_failures_do_not_trip_it() {
    let policy = moody(&sandbox(1, FOR_EVER_MS));
    for _ in 0..10 {
        for port in [TRAP, GREED, NONSENSE] {
            assert!(ask(&policy, port).is_err());
        }
    }
    assert_eq!(ask(&policy, APPROVE), Ok(Verdict::Approve(vec![])));
    let account = policy.account();
    assert_eq!((account.deadlines, account.tripped), (0, 0));
}

/// The same component, loaded twice, is two policies.
#[test]
fn one_that_is_tripped_trips_no_other() {
    let sandbox = sandbox(1, FOR_EVER_MS);
    let other = moody(&sandbox);
    let policy = tripped(&sandbox, 1);
    assert_tripped(&policy);
    assert_eq!(ask(&other, APPROVE), Ok(Verdict::Approve(vec![])));
    assert_eq!(ask(&moody(&sandbox), APPROVE), Ok(Verdict::Approve(vec![])));
}

/// It costs nobody anything to give an answer that is known.
#[test]
fn what_is_remembered_is_still_answered() {
    let sandbox = sandbox(1, FOR_EVER_MS);
    let source = PolicySource::Bytes(Guest::named("by-port").component());
    let policy = Policy::load_with(&sandbox.engine, &source, &PolicyOptions::new());
    let policy = policy.expect("it loads");
    assert!(ask(&policy, APPROVE).is_ok());
    assert_overruns(&policy);
    assert!(ask(&policy, APPROVE).is_ok());
    // Not what is new.
    assert!(matches!(ask(&policy, 2), Err(CallError::Tripped { .. })));
    assert_eq!(policy.account().memo_hits, 1);
}
