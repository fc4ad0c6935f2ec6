//! P6: each call is the first. What a guest leaves behind, no other call sees, of the same policy or of another.

use std::thread;

use countersign::policy::Way;

use super::{
    guest::{Guest, Load as _, Place},
    sandbox::{Outcome, Sandbox, assert_good, constrain, judge_parameters, judge_peer, session},
};

/// One instance at a time: each call gets what the one before it used.
fn one_slot() -> Sandbox {
    Sandbox::with(|limits| limits.instances_max = 1)
}

#[test]
fn a_counter_never_counts() {
    let sandbox = one_slot();
    // The host reallocates more than once in a call, and that is no secret.
    for place in Place::USUAL
        .into_iter()
        .filter(|&place| place != Place::In("realloc"))
    {
        let guest = Guest::named("count-calls")
            .acting_in(place)
            .put("earlier", place.rehearsals());
        for way in [Way::Rewound, Way::Snapshot, Way::Configured] {
            let policy = guest.load_to_run(&sandbox.engine, way);
            let policy = policy.expect("nothing is remembered");
            for call in 0..20 {
                for called in [judge_parameters(&policy), judge_peer(&policy)] {
                    assert!(called.result.is_ok(), "{place}, {way}, call {call}");
                }
                assert!(
                    constrain(&policy).result.is_ok(),
                    "{place}, {way}, call {call}"
                );
            }
        }
    }
}

#[test]
fn a_counter_never_counts_on_many_threads() {
    let guest = Guest::named("count-calls")
        .acting_in(Place::In("judge-peer"))
        .put("earlier", 0);
    let policy = guest.load(&Sandbox::shared().engine).expect("it loads");
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    judge_peer(&policy).result.expect("nothing is remembered");
                }
            });
        }
    });
}

#[test]
fn memory_is_empty_whoever_had_it_before() {
    let sandbox = one_slot();
    let place = Place::In("judge-peer");
    let one = Guest::named("find-old-memory").acting_in(place);
    let policies = [one.load(&sandbox.engine), one.load(&sandbox.engine)];
    for _ in 0..5 {
        for policy in policies.iter().flatten() {
            assert!(judge_peer(policy).result.is_ok());
        }
        sandbox.assert_unharmed();
    }
    assert!(policies.iter().all(Result::is_ok));
}

/// The same after calls that ended in the middle.
#[test]
fn memory_is_empty_after_a_call_that_was_stopped() {
    let sandbox = one_slot();
    let place = Place::In("judge-peer");
    let scan = Guest::named("find-old-memory").acting_in(place);
    let scan = scan.load(&sandbox.engine).expect("it loads");
    for hostile in ["grow-memory", "fill-memory", "grow-table", "trap"] {
        let outcome = sandbox.outcome(&Guest::named(hostile).acting_in(place));
        assert!(matches!(outcome, Outcome::Failed(..)), "{outcome:?}");
        let answer = judge_peer(&scan).result;
        assert!(answer.is_ok(), "after {hostile}: {answer:?}");
    }
}

/// WebAssembly core specification, "Deterministic profile": NaNs are canonical, relaxed SIMD has one result.
#[test]
fn arithmetic_is_the_same_on_every_machine() {
    let guest = Guest::named("not-a-number").acting_in(Place::In("judge-peer"));
    assert_eq!(Sandbox::shared().outcome(&guest), Outcome::Fine);
}

#[test]
fn the_arguments_of_one_call_are_not_seen_by_the_next() {
    let sandbox = one_slot();
    let mut other = session();
    other.endpoint.listener = "secret".repeat(1_000);
    let scan = Guest::named("find-old-memory").acting_in(Place::In("judge-peer"));
    let scan = scan.load(&sandbox.engine).expect("it loads");
    for _ in 0..3 {
        assert!(
            sandbox
                .good()
                .judge_peer(&other, Default::default())
                .result
                .is_ok()
        );
        assert!(judge_peer(&scan).result.is_ok());
    }
    assert_good(sandbox.good());
}
