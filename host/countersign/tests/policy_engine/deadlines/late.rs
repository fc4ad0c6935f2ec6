//! Calls that end by themselves, too late; and those that must not be stopped too early.

use std::{thread, time::Duration};

use countersign::policy::{CallError, Engine, Limits, LoadError};

use super::MINUTE_MS;
use crate::{
    guest::{Guest, Load as _, Place},
    sandbox::{Sandbox, assert_good, judge_peer},
};

/// Fills 512 MiB with one instruction, which asks for no deadline while it works, and then answers.
fn filling_at_once(place: Place) -> Guest {
    let act = "(func $act
        (drop (memory.grow (i32.const 8192)))
        (memory.fill (i32.const 262144) (i32.const 7) (i32.const 536870912)))";
    Guest::good().part("act", act).acting_in(place)
}

/// Room for it, and deadlines that it misses on any machine: at 40 GB a second, to find the memory and to fill it takes 26 ms. All but
/// these are those of `change`.
fn hasty(change: impl FnOnce(&mut Limits)) -> Engine {
    let mut limits = Sandbox::limits();
    limits.memory_bytes_max = 768 << 20;
    limits.instances_max = 2;
    limits.kept_instances_max = 0;
    change(&mut limits);
    Engine::new(limits).expect("the machine can run policies")
}

#[test]
fn an_answer_after_the_deadline_is_a_veto_and_counts() {
    let engine = hasty(|limits| {
        limits.deadline_ms = 1;
        limits.overruns_max = 2;
        limits.trip_ms = 600_000;
    });
    let filling = filling_at_once(Place::In("judge-peer"));
    let policy = filling.load(&engine).expect("it loads");
    let missed = Err(CallError::Deadline { deadline_ms: 1 });
    assert_eq!(judge_peer(&policy).result, missed);
    assert_eq!(judge_peer(&policy).result, missed);
    let tripped = judge_peer(&policy).result;
    assert!(
        matches!(tripped, Err(CallError::Tripped { .. })),
        "{tripped:?}"
    );
    let account = policy.account();
    assert_eq!((account.deadlines, account.tripped), (2, 1));
}

/// A trap after it is no way out.
#[test]
fn a_trap_after_the_deadline_counts_as_well() {
    let engine = hasty(|limits| limits.deadline_ms = 1);
    let act = "(func $act
        (drop (memory.grow (i32.const 8192)))
        (memory.fill (i32.const 262144) (i32.const 7) (i32.const 536870912))
        (unreachable))";
    let trapping = Guest::good().part("act", act);
    let policy = trapping.acting_in(Place::In("judge-peer")).load(&engine);
    let policy = policy.expect("it loads");
    assert_eq!(
        judge_peer(&policy).result,
        Err(CallError::Deadline { deadline_ms: 1 })
    );
    let account = policy.account();
    assert_eq!((account.deadlines, account.traps), (1, 0));
}

#[test]
fn a_description_after_the_deadline_is_refused() {
    let engine = hasty(|limits| limits.load_deadline_ms = 1);
    let refused = filling_at_once(Place::In("describe")).load(&engine);
    assert!(
        matches!(
            refused,
            Err(LoadError::Describe(CallError::Deadline { deadline_ms: 1 }))
        ),
        "{refused:?}"
    );
}

/// The same in time is as good as any.
#[test]
fn an_answer_before_the_deadline_counts_however_it_came_about() {
    let engine = hasty(|limits| limits.deadline_ms = MINUTE_MS);
    let filling = filling_at_once(Place::In("judge-peer"));
    assert_good(&filling.load(&engine).expect("it loads"));
}

/// Whatever the thread behind the deadlines does meanwhile: rest, wake up or lag behind.
#[test]
fn nothing_is_stopped_before_its_deadline() {
    const DEADLINE_MS: u64 = 20;
    let sandbox = Sandbox::with(|limits| {
        limits.deadline_ms = DEADLINE_MS;
        limits.overruns_max = u32::MAX;
    });
    let guest = Guest::named("spin").acting_in(Place::In("judge-peer"));
    let policy = guest.load(&sandbox.engine).expect("it loads");
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for pause_ms in [0, 0, 3, 170, 0, 200] {
                    thread::sleep(Duration::from_millis(pause_ms));
                    let called = judge_peer(&policy);
                    assert!(matches!(called.result, Err(CallError::Deadline { .. })));
                    assert!(called.duration >= Duration::from_millis(DEADLINE_MS));
                }
            });
        }
    });
}
