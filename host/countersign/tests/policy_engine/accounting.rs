//! What a policy's account says after calls whose ends are known.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use countersign::{
    facts::ConnectionFacts,
    policy::{Account, CallError, Policy, PolicyOptions, PolicySource, Way},
};

use super::{
    guest::{Guest, Load as _, Place},
    sandbox::{
        ENDS_WITHIN, Sandbox, assert_good, constrain, judge_parameters, judge_peer, session,
    },
};

const PAGE_BYTES: u64 = 64 * 1024;

/// The guests begin with so many pages.
const PAGES: u64 = 4;

const DEADLINE_MS: u64 = 100;

fn sandbox() -> Sandbox {
    Sandbox::with(|limits| {
        limits.deadline_ms = DEADLINE_MS;
        limits.overruns_max = 2;
        limits.trip_ms = 600_000;
    })
}

fn load(sandbox: &Sandbox, memo: bool) -> Policy {
    let source = PolicySource::Bytes(Guest::named("by-port").component());
    let options = PolicyOptions::new().memo(memo);
    Policy::load_with(&sandbox.engine, &source, &options).expect("it loads")
}

/// Asks about connections to these ports, whatever comes of it.
fn ask(policy: &Policy, ports: &[u16]) {
    for &port in ports {
        let facts = ConnectionFacts::of_server(Some(port), None);
        drop(policy.judge_peer(&session(), Arc::new(facts)));
    }
}

/// What holds of every account.
fn assert_adds_up(account: &Account) {
    let ran_or_known = account.offers
        + account.approvals
        + account.vetoes
        + account.traps
        + account.deadlines
        + account.memory
        + account.failures;
    let refused = account.busy + account.tripped;
    assert_eq!(account.calls, ran_or_known + refused, "{account:?}");
    assert_eq!(
        account.time.count(),
        ran_or_known - account.memo_hits,
        "{account:?}"
    );
    let counts = account.time.buckets().map(|(_, count)| count);
    assert_eq!(counts.sum::<u64>(), account.time.count(), "{account:?}");
}

#[test]
fn a_policy_that_was_never_asked_has_done_nothing() {
    let policy = load(&sandbox(), true);
    assert_eq!(policy.account(), Account::default());
    assert_eq!(policy.account().time.quantile(0.5), None);
}

/// The numbers are those of `by-port.wat`.
fn script(policy: &Policy) {
    // Approvals first: what they read makes all keys longer, and what was remembered under shorter ones is gone.
    ask(policy, &[1, 1, 9, 1]);
    ask(policy, &[2, 2, 2]);
    for _ in 0..2 {
        assert!(constrain(policy).result.is_ok());
        assert!(judge_parameters(policy).result.is_ok());
    }
    // Two traps, twice the greed, one answer that is none.
    ask(policy, &[3, 3, 5, 6, 5]);
    // It spins twice, and is tripped.
    ask(policy, &[4, 4, 4, 10, 11]);
    // What is known is answered all the same.
    ask(policy, &[1, 2]);
}

#[test]
fn a_script_of_calls_is_accounted_for_with_a_memo() {
    let policy = load(&sandbox(), true);
    script(&policy);
    let account = policy.account();
    assert_adds_up(&account);
    let ends = [account.offers, account.approvals, account.vetoes];
    assert_eq!(ends, [2, 4 + 2 + 1, 3 + 1]);
    let failures = [
        account.traps,
        account.deadlines,
        account.memory,
        account.failures,
    ];
    assert_eq!(failures, [2, 2, 2, 1]);
    assert_eq!([account.busy, account.tripped], [0, 3]);
    // Port 1 twice and once more, port 2 twice and once more, one of each of the others.
    assert_eq!(account.memo_hits, 3 + 3 + 2);
    assert_eq!(account.memo_misses, account.calls - account.memo_hits);
    // Ports 1, 9 and 2; the offer and the parameters.
    assert_eq!(account.memo_entries, 5);
    let bytes_max = Sandbox::limits().memo_bytes_max as u64;
    assert!((1..=bytes_max).contains(&account.memo_bytes));
}

#[test]
fn a_script_of_calls_is_accounted_for_without_a_memo() {
    let policy = load(&sandbox(), false);
    script(&policy);
    let account = policy.account();
    assert_adds_up(&account);
    let ends = [account.offers, account.approvals, account.vetoes];
    // Nothing is known: the last two are refused, too.
    assert_eq!(ends, [2, 4 + 2, 3]);
    let failures = [
        account.traps,
        account.deadlines,
        account.memory,
        account.failures,
    ];
    assert_eq!(failures, [2, 2, 2, 1]);
    assert_eq!([account.busy, account.tripped], [0, 5]);
    let memo = [
        account.memo_hits,
        account.memo_misses,
        account.memo_entries,
        account.memo_bytes,
    ];
    assert_eq!(memo, [0; 4]);
}

/// A deadline is at least what was promised.
#[test]
fn missed_deadlines_are_in_the_times() {
    let policy = load(&sandbox(), false);
    ask(&policy, &[4, 4]);
    let time = policy.account().time;
    let deadline = Duration::from_millis(DEADLINE_MS);
    assert_eq!(time.count(), 2);
    assert!(
        time.longest() >= deadline && time.sum() >= 2 * deadline,
        "{time:?}"
    );
    assert!(time.quantile(0.5) >= Some(deadline), "{time:?}");
}

#[test]
fn the_peak_of_memory_stands() {
    let policy = load(&sandbox(), false);
    let peak_after = |port| {
        ask(&policy, &[port]);
        policy.account().memory_bytes_peak
    };
    assert_eq!(peak_after(1), PAGES * PAGE_BYTES);
    // It grows by 12 pages.
    assert_eq!(peak_after(7), (PAGES + 12) * PAGE_BYTES);
    assert_eq!(peak_after(1), (PAGES + 12) * PAGE_BYTES);
    // It takes all that there is.
    let all = Sandbox::limits().memory_bytes_max as u64;
    assert_eq!(peak_after(5), all);
}

#[test]
fn calls_of_all_threads_are_counted() {
    const THREADS: u64 = 8;
    const ROUNDS: u64 = 200;
    let sandbox = sandbox();
    let policy = Guest::good().load(&sandbox.engine).expect("it loads");
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..ROUNDS).for_each(|_| assert_good(&policy)));
        }
    });
    let account = policy.account();
    assert_adds_up(&account);
    let rounds = THREADS * ROUNDS;
    assert_eq!((account.offers, account.approvals), (rounds, 2 * rounds));
    assert_eq!(account.calls, 3 * rounds);
}

/// How many calls of `fresh` found no instance while `spin` was asked.
fn busy_beside(spin: &Policy, fresh: &Policy) -> u64 {
    let mut busy = 0;
    thread::scope(|scope| {
        let spinning = scope.spawn(|| judge_peer(spin));
        while !spinning.is_finished() {
            match judge_peer(fresh).result {
                Err(CallError::Busy { instances_max: 1 }) => busy += 1,
                other => assert!(other.is_ok(), "{other:?}"),
            }
            thread::sleep(Duration::from_millis(5));
        }
    });
    busy
}

#[test]
fn calls_that_found_no_instance_are_counted_and_trip_nothing() {
    let sandbox = Sandbox::with(|limits| {
        limits.instances_max = 1;
        limits.overruns_max = 1;
        limits.deadline_ms = 1_000;
    });
    let fresh = Guest::good().load_to_run(&sandbox.engine, Way::Snapshot);
    let fresh = fresh.expect("it loads");
    let spin = Guest::named("spin").acting_in(Place::In("judge-peer"));
    let spin = spin.load(&sandbox.engine).expect("it loads");
    let mut busy = 0;
    let begun = Instant::now();
    // A spin that comes while the other call has the only instance is turned away itself.
    while busy == 0 {
        assert!(begun.elapsed() < ENDS_WITHIN, "it was never busy");
        busy += busy_beside(&spin, &fresh);
    }
    let account = fresh.account();
    assert_adds_up(&account);
    assert_eq!((account.busy, account.tripped), (busy, 0));
    assert_good(&fresh);
}

/// Other calls are counted where they are made: the rehearsal is none.
#[test]
fn loading_is_not_accounted_for() {
    let spin = Guest::named("spin").acting_in(Place::In("judge-parameters"));
    let policy = spin.load(&sandbox().engine).expect("it loads");
    assert!(!policy.execution().rehearsed);
    assert_eq!(policy.account(), Account::default());
}
