//! Calls that end in the middle, with something left behind.

use std::thread;

use countersign::policy::{CallError, Policy, Way};

use super::{Guest, Sandbox, hiding, judge_peer, load, once, resumed, told};

fn leaving_and(end: &str) -> Guest {
    hiding(
        "(i64.or (i64.load (i32.const 150000)) (global.get $mine))",
        "(memory.fill (i32.const 1024) (i32.const 0x33) (i32.const 260000)) (global.set $mine (i64.const -1))",
    )
    .part("globals", "(global $mine (mut i64) (i64.const 0))")
    .put("end", end)
}

fn fail(policy: &Policy) -> CallError {
    let failed = policy.judge_peer(&resumed(), Default::default());
    failed.result.expect_err("it fails")
}

/// Asks for a call that fails, and then for one that does not. None finds anything.
fn assert_leaves_nothing(end: &str, is_expected: fn(&CallError) -> bool) {
    let sandbox = Sandbox::with(|limits| {
        limits.deadline_ms = 50;
        limits.overruns_max = u32::MAX;
    });
    let policy = load(&sandbox.engine, &once(&leaving_and(end)), Way::Rewound);
    assert_eq!(policy.execution().way, Way::Rewound);
    let calls = || {
        for call in 0..8 {
            if call % 2 == 0 {
                let error = fail(&policy);
                assert!(is_expected(&error), "{error:?}");
            }
            let verdict = judge_peer(&policy).result.expect("it answers");
            assert_eq!(told(&verdict), "0000000000000000", "call {call}");
            sandbox.assert_unharmed();
        }
    };
    calls();
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(calls);
        }
    });
}

#[test]
fn a_call_that_traps_leaves_nothing() {
    let is_trap = |error: &CallError| matches!(error, CallError::Trap(_));
    assert_leaves_nothing("unreachable", is_trap);
    assert_leaves_nothing("(drop (i32.load (i32.const -1)))", is_trap);
    // In the middle of an instruction: what fits may be there.
    assert_leaves_nothing(
        "(memory.fill (i32.const 262000) (i32.const 1) (i32.const 1000))",
        is_trap,
    );
}

#[test]
fn a_call_that_is_stopped_leaves_nothing() {
    let is_deadline = |error: &CallError| matches!(error, CallError::Deadline { .. });
    assert_leaves_nothing("(loop (br 0))", is_deadline);
}

#[test]
fn a_call_that_wants_too_much_memory_leaves_nothing() {
    let is_memory = |error: &CallError| matches!(error, CallError::Memory { .. });
    assert_leaves_nothing("(drop (memory.grow (i32.const 5000)))", is_memory);
}

/// The call itself ends well: it is the host that finds the answer unusable.
#[test]
fn a_call_with_an_unusable_answer_leaves_nothing() {
    let is_output = |error: &CallError| matches!(error, CallError::Output(_));
    for end in [
        "(return (i32.const -1))",
        "(return (i32.const 3))",
        // A verdict that there is not, a veto without findings, a finding without a code.
        "(i32.store8 (i32.const 448) (i32.const 9)) (return (i32.const 448))",
        "(i64.store (i32.const 448) (i64.const 1)) (i64.store (i32.const 456) (i64.const 0)) (i64.store (i32.const 464) (i64.const 0)) (return (i32.const 448))",
        "(i32.store (i32.const 448) (i32.const 0)) (i32.store (i32.const 452) (i32.const 512)) (i32.store (i32.const 456) (i32.const 1)) (memory.fill (i32.const 512) (i32.const 0) (i32.const 20)) (return (i32.const 448))",
    ] {
        assert_leaves_nothing(end, is_output);
    }
}

/// The answer is there, and then what comes after it fails.
#[test]
fn a_call_that_fails_after_its_answer_leaves_nothing() {
    let policy = |leave: &str| {
        let guest = leaving_and("").part(
            "post-return",
            format!(r#"(func (export "cabi_post_judge-peer") (param i32) {leave})"#),
        );
        load(&Sandbox::shared().engine, &once(&guest), Way::Rewound)
    };
    let trapping = policy("unreachable");
    for _ in 0..3 {
        let failed = judge_peer(&trapping).result;
        assert!(matches!(failed, Err(CallError::Trap(_))), "{failed:?}");
        Sandbox::shared().assert_unharmed();
    }
    let marking = policy("(i64.store (i32.const 150000) (i64.const -1))");
    for _ in 0..10 {
        let verdict = judge_peer(&marking).result.expect("it answers");
        assert_eq!(told(&verdict), "0000000000000000");
    }
}
