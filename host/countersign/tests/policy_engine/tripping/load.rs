//! The bound, under load: threads that judge by good and by hostile policies in turn.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use countersign::{
    facts::ConnectionFacts,
    policy::{CallError, Policy},
};

use super::{APPROVE, SPIN, moody, sandbox};
use crate::sandbox::{ENDS_WITHIN, Sandbox, assert_good, session};

const THREADS: u64 = 4;
const OVERRUNS_MAX: u32 = 3;

/// When a policy spins: at these calls of a thread.
type Hostile = fn(u64) -> bool;

const ALWAYS: Hostile = |_| true;
const EVERY_SECOND: Hostile = |call| call % 2 == 0;
const NOW_AND_THEN: Hostile = |call| call % 7 == 0;

/// What one thread lost to each policy: deadlines.
type Losses = Vec<u64>;

/// Judges by each hostile policy and then by the good one, over and over, until `is_over`.
fn judge(
    sandbox: &Sandbox,
    hostile: &[(Policy, Hostile)],
    is_over: &(impl Fn() -> bool + Sync),
) -> Losses {
    let mut losses = vec![0; hostile.len()];
    let mut calls = 0;
    while !is_over() {
        for ((policy, spins), lost) in hostile.iter().zip(&mut losses) {
            let port = if spins(calls) { SPIN } else { APPROVE };
            let facts = Arc::new(ConnectionFacts::of_server(Some(port), None));
            let result = policy.judge_peer(&session(), facts).result;
            *lost += u64::from(matches!(result, Err(CallError::Deadline { .. })));
        }
        assert_good(sandbox.good());
        calls += 1;
    }
    losses
}

/// How often a pause begins and how much is forgiven in this time: `1 + k · (1 + W / P)` of the bound.
fn bound(per_pause: u64, window: Duration, trip_ms: u64) -> u64 {
    let pauses = window.as_secs_f64() * 1e3 / trip_ms as f64;
    1 + (per_pause as f64 * (1.0 + pauses)).floor() as u64
}

/// Lets all threads judge until `is_over`, and counts what they lost.
fn assert_bounded(trip_ms: u64, is_over: impl Fn(&[(Policy, Hostile)]) -> bool + Sync) {
    let sandbox = sandbox(OVERRUNS_MAX, trip_ms);
    let hostile = [ALWAYS, EVERY_SECOND, NOW_AND_THEN].map(|spins| (moody(&sandbox), spins));
    let begun = Instant::now();
    let is_over = || {
        assert!(begun.elapsed() < 6 * ENDS_WITHIN, "it takes too long");
        is_over(&hostile)
    };
    let losses: Vec<Losses> = thread::scope(|scope| {
        let judging = || judge(&sandbox, &hostile, &is_over);
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(judging)).collect();
        let losses = threads.into_iter().map(|thread| thread.join());
        losses
            .map(|losses| losses.expect("all were good"))
            .collect()
    });
    let window = begun.elapsed();
    let max = u64::from(OVERRUNS_MAX);
    for (at, (policy, _)) in hostile.iter().enumerate() {
        let account = policy.account();
        let lost: Vec<u64> = losses.iter().map(|losses| losses[at]).collect();
        assert_eq!(account.deadlines, lost.iter().sum::<u64>());
        assert!(
            account.deadlines >= max && account.tripped > 0,
            "{account:?}"
        );
        let one = bound(max, window, trip_ms);
        assert!(lost.iter().all(|&lost| lost <= one), "{lost:?} of {one}");
        let all = bound(max + THREADS - 1, window, trip_ms);
        assert!(account.deadlines <= all, "{lost:?} of {all}");
    }
    let good = sandbox.good().account();
    assert_eq!((good.deadlines, good.tripped, good.busy), (0, 0, 0));
}

/// Within one pause, each thread loses as many deadlines as trip a policy, and one more at most.
#[test]
fn threads_lose_a_bounded_number_of_deadlines_to_each_policy() {
    let has_judged = |hostile: &[(Policy, Hostile)]| {
        hostile
            .iter()
            .all(|(policy, _)| policy.account().tripped > 2_000)
    };
    assert_bounded(super::FOR_EVER_MS, has_judged);
}

/// Each pause ends with a probe, which may spin as well, or answer, so that the policy can spin once more.
#[test]
fn threads_lose_a_bounded_number_of_deadlines_over_many_pauses() {
    let has_judged = |hostile: &[(Policy, Hostile)]| {
        let max = u64::from(OVERRUNS_MAX);
        hostile
            .iter()
            .all(|(policy, _)| policy.account().deadlines >= max + 5)
    };
    assert_bounded(1_500, has_judged);
}
