//! Guests that do not end by themselves: a deadline ends each of them, wherever it runs.

use countersign::policy::CallError;

use super::{
    guest::{Guest, Place},
    sandbox::{Outcome, Sandbox},
};

/// The deadline that counts for a function.
fn deadline(sandbox: &Sandbox, function: &str) -> CallError {
    let limits = sandbox.engine.limits();
    CallError::Deadline {
        deadline_ms: match function {
            "describe" | "configure" => limits.load_deadline_ms,
            _ => limits.deadline_ms,
        },
    }
}

fn assert_overruns_everywhere(guest: &Guest) {
    for place in Place::USUAL {
        assert_overruns(guest, place);
    }
}

fn assert_overruns(guest: &Guest, place: Place) {
    let sandbox = Sandbox::shared();
    let function = place.noticed_in();
    assert_eq!(
        sandbox.outcome(&guest.clone().acting_in(place)),
        Outcome::Failed(function, deadline(sandbox, function)),
        "in {place}"
    );
}

#[test]
fn a_spin_is_stopped_everywhere() {
    assert_overruns_everywhere(&Guest::named("spin"));
}

#[test]
fn a_spin_by_tail_calls_is_stopped_everywhere() {
    assert_overruns_everywhere(&Guest::named("spin-by-tail-calls"));
}

#[test]
fn filling_memory_in_a_loop_is_stopped_everywhere() {
    assert_overruns_everywhere(&Guest::named("fill-memory"));
}

#[test]
fn copying_memory_in_a_loop_is_stopped() {
    assert_overruns(&Guest::named("copy-memory"), Place::In("judge-peer"));
}

#[test]
fn copying_a_data_segment_in_a_loop_is_stopped() {
    let guest = Guest::named("init-memory").bytes("zeros", vec![0; 4 << 20]);
    assert_overruns(&guest, Place::In("judge-peer"));
}

#[test]
fn filling_a_table_in_a_loop_is_stopped() {
    assert_overruns(&Guest::named("fill-table"), Place::In("judge-peer"));
}

/// 5,000 times 15 MiB are 75 GB: seconds of work for any memory there is, in code without a loop or a call.
#[test]
fn filling_memory_in_straight_line_is_stopped() {
    let fill = "(memory.fill (i32.const 1048576) (i32.const 0) (i32.const 15728640))\n";
    let guest = Guest::named("fill-memory-unrolled").put("fills", fill.repeat(5_000));
    assert_overruns(&guest, Place::In("judge-peer"));
}

/// A deadline of the load is longer than the time after which the clock behind it could rest.
#[test]
fn a_spin_under_a_long_deadline_is_stopped_although_nobody_else_calls() {
    let sandbox = Sandbox::with(|limits| limits.load_deadline_ms = 1_000);
    let guest = Guest::named("spin").acting_in(Place::In("describe"));
    assert_eq!(
        sandbox.outcome(&guest),
        Outcome::Failed("describe", CallError::Deadline { deadline_ms: 1_000 })
    );
}

#[test]
fn a_spin_under_a_short_deadline_is_stopped_after_a_rest() {
    let sandbox = Sandbox::shared();
    let guest = Guest::named("spin").acting_in(Place::In("judge-peer"));
    for _ in 0..2 {
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert_eq!(sandbox.judge(&guest), Err(deadline(sandbox, "judge-peer")));
    }
}
