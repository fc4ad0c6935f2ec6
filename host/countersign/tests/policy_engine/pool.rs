//! P10: policies share an engine, and nothing else. When its instances run out, calls are refused, and later not.

use std::{
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
    time::{Duration, Instant},
};

use countersign::{
    policy::{CallError, LoadError, Policy, Way},
    verdict::Verdict,
};

use super::{
    guest::{Guest, Load as _, Place, load},
    sandbox::{ENDS_WITHIN, Sandbox, assert_good, judge_peer},
};

fn spinning(sandbox: &Sandbox) -> Policy {
    let guest = Guest::named("spin").acting_in(Place::In("judge-peer"));
    guest.load(&sandbox.engine).expect("it loads")
}

/// Spins until the deadline. It may be turned away before, while somebody else has an instance for a moment.
fn spin_once(spin: &Policy) -> Result<Verdict, CallError> {
    loop {
        match judge_peer(spin).result {
            Err(CallError::Busy { .. }) => thread::yield_now(),
            result => return result,
        }
    }
}

/// An engine with two instances, both of them spinning; then `meanwhile` is asked about what was prepared, until it says that it
/// is done.
fn exhausted<T>(prepare: impl FnOnce(&Sandbox) -> T, meanwhile: impl Fn(&T) -> bool) -> Sandbox {
    let sandbox = Sandbox::with(|limits| {
        limits.instances_max = 2;
        limits.deadline_ms = 1_500;
    });
    let spin = spinning(&sandbox);
    let prepared = prepare(&sandbox);
    thread::scope(|scope| {
        let spins = [(); 2].map(|()| scope.spawn(|| spin_once(&spin)));
        let begun = Instant::now();
        while !meanwhile(&prepared) {
            assert!(begun.elapsed() < ENDS_WITHIN, "it was never busy");
            thread::sleep(Duration::from_millis(10));
        }
        for spin in spins {
            let result = spin.join().expect("no panic");
            let missed = CallError::Deadline { deadline_ms: 1_500 };
            assert_eq!(result, Err(missed));
        }
    });
    sandbox.assert_unharmed();
    sandbox
}

#[test]
fn instances_max_violated_is_busy_and_passes() {
    // One that needs a new instance for each call, loaded before there are none left.
    let good = |sandbox: &Sandbox| Guest::good().load_to_run(&sandbox.engine, Way::Snapshot);
    exhausted(good, |good| match good {
        Ok(good) => judge_peer(good).result == Err(CallError::Busy { instances_max: 2 }),
        Err(error) => panic!("it loads: {error}"),
    });
}

#[test]
fn a_load_while_all_instances_are_in_use_is_busy_and_passes() {
    let engine = |sandbox: &Sandbox| sandbox.engine.clone();
    let sandbox = exhausted(engine, |engine| {
        matches!(
            Guest::good().load(engine),
            Err(LoadError::Describe(CallError::Busy { instances_max: 2 }))
        )
    });
    assert!(Guest::good().load(&sandbox.engine).is_ok());
}

#[test]
fn instances_max_obeyed() {
    let sandbox = Sandbox::with(|limits| limits.instances_max = 2);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..200 {
                    assert_good(sandbox.good());
                }
            });
        }
    });
}

/// Components of other languages are put together from several modules. An instance of the component is one instance
/// all the same.
#[test]
fn instances_max_counts_policies_not_the_modules_in_them() {
    let sandbox = Sandbox::with(|limits| limits.instances_max = 1);
    for modules in [1, 4, 39] {
        let component = with_idle_modules(Guest::good().component(), modules);
        let policy =
            load(&sandbox.engine, component).unwrap_or_else(|error| panic!("{modules}: {error}"));
        assert_good(&policy);
    }
}

/// Puts an empty module at the end of a component and instantiates it.
fn with_idle_modules(mut component: Vec<u8>, count: u8) -> Vec<u8> {
    const CORE_MODULE: u8 = 1;
    const CORE_INSTANCE: u8 = 2;
    component.extend([CORE_MODULE, 8]);
    component.extend(b"\0asm\x01\0\0\0");
    // `(core instance (instantiate 1))`, so many times; module 0 is the guest itself.
    component.extend([CORE_INSTANCE, 1 + 3 * count, count]);
    for _ in 0..count {
        component.extend([0, 1, 0]);
    }
    component
}

/// Every kind of bad end at once, while others judge on the same engine.
#[test]
fn good_policies_do_not_notice_bad_ones() {
    let sandbox = Sandbox::shared();
    let place = Place::In("judge-peer");
    let hostile: Vec<_> = ["spin", "trap", "grow-memory", "grow-table", "fill-memory"]
        .iter()
        .map(|name| Guest::named(name).acting_in(place))
        .chain([Guest::named("recurse").put("depth", -1).acting_in(place)])
        .map(|guest| guest.load(&sandbox.engine).expect("it loads"))
        .collect();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let good = [(); 2].map(|()| {
            scope.spawn(|| {
                let mut rounds = 0;
                while !over.load(SeqCst) {
                    sandbox.assert_unharmed();
                    rounds += 1;
                }
                rounds
            })
        });
        let bad: Vec<_> = hostile
            .iter()
            .map(|policy| {
                scope.spawn(move || {
                    for _ in 0..3 {
                        let called = judge_peer(policy);
                        assert!(called.result.is_err());
                        assert!(called.duration < ENDS_WITHIN);
                    }
                })
            })
            .collect();
        for bad in bad {
            bad.join().expect("no panic");
        }
        over.store(true, SeqCst);
        for good in good {
            assert!(good.join().expect("all were good") > 0);
        }
    });
}
