//! Instances that are kept for the next call: as many as may be, and none at the cost of others.

use std::thread;

use countersign::policy::{Policy, Way};

use super::{
    guest::{Guest, Load as _, Place, load},
    sandbox::{Sandbox, assert_good},
};

/// Policies whose instances are kept.
fn policies(sandbox: &Sandbox, count: usize) -> Vec<Policy> {
    let load = |_| Guest::good().load(&sandbox.engine).expect("it loads");
    let policies: Vec<_> = (0..count).map(load).collect();
    for policy in &policies {
        assert_eq!(policy.execution().way, Way::Rewound);
    }
    policies
}

#[test]
fn kept_instances_max_obeyed() {
    let sandbox = Sandbox::with(|limits| limits.kept_instances_max = 3);
    let policies = policies(&sandbox, 3);
    for _ in 0..3 {
        policies.iter().for_each(assert_good);
    }
    assert_eq!(sandbox.engine.kept_instances(), 3);
    drop(policies);
    assert_eq!(sandbox.engine.kept_instances(), 0);
}

#[test]
fn kept_instances_max_violated_lets_the_oldest_go() {
    for max in [0, 1, 2] {
        let sandbox = Sandbox::with(|limits| limits.kept_instances_max = max);
        let policies = policies(&sandbox, 5);
        for _ in 0..3 {
            policies.iter().for_each(assert_good);
            assert_eq!(sandbox.engine.kept_instances(), max);
        }
    }
}

/// While one policy uses what it keeps, the other asks for the only place there is, over and over. Then each in turn asks last.
#[test]
fn a_place_that_was_asked_for_while_it_was_in_use_is_not_lost() {
    for round in 0..8 {
        let sandbox = Sandbox::with(|limits| {
            limits.kept_instances_max = 1;
            limits.deadline_ms = 60_000;
        });
        let slow = Guest::named("count-to").put("count", 1_000_000);
        let slow = slow.acting_in(Place::In("judge-peer"));
        let slow = slow.load(&sandbox.engine).expect("it loads");
        let quick = Guest::good().load(&sandbox.engine).expect("it loads");
        thread::scope(|scope| {
            let using = scope.spawn(|| (0..50).for_each(|_| assert_good(&slow)));
            while !using.is_finished() {
                assert_good(&quick);
            }
        });
        let (first, last) = match round % 2 {
            0 => (slow, quick),
            _ => (quick, slow),
        };
        assert_good(&first);
        assert_good(&last);
        // What is kept is the last one's: it stays when the other policy goes.
        drop(first);
        assert_eq!(sandbox.engine.kept_instances(), 1);
    }
}

/// What is kept has room of its own: a policy whose instances cannot be kept has all the instances that there may be.
#[test]
fn what_is_kept_takes_no_place_from_calls() {
    let sandbox = Sandbox::with(|limits| {
        limits.instances_max = 1;
        limits.kept_instances_max = 2;
    });
    let fresh = Guest::good().load_to_run(&sandbox.engine, Way::Snapshot);
    let fresh = fresh.expect("it loads");
    let kept = policies(&sandbox, 2);
    for _ in 0..3 {
        kept.iter().for_each(assert_good);
        assert_good(&fresh);
    }
    assert_eq!(sandbox.engine.kept_instances(), 2);
}

/// Appends a core module with one instance.
fn with_module(mut component: Vec<u8>, text: &str) -> Vec<u8> {
    const CORE_MODULE: u8 = 1;
    const CORE_INSTANCE: u8 = 2;
    let module = wat::parse_str(text).expect("it is a module");
    component.push(CORE_MODULE);
    let mut len = module.len();
    while len >= 0x80 {
        component.push((len & 0x7f) as u8 | 0x80);
        len >>= 7;
    }
    component.push(len as u8);
    component.extend(module);
    // `(core instance (instantiate 1))`; module 0 is the guest itself.
    component.extend([CORE_INSTANCE, 4, 1, 0, 1, 0]);
    component
}

/// A policy whose instance is kept.
fn kept(sandbox: &Sandbox, component: Vec<u8>) -> Policy {
    let policy = load(&sandbox.engine, component).expect("it loads");
    let execution = policy.execution();
    assert_eq!(execution.way, Way::Rewound, "{:?}", execution.because);
    assert_good(&policy);
    assert!(sandbox.engine.kept_instances() > 0);
    policy
}

/// A component of two modules may have two memories, and is kept like any other.
#[test]
fn a_kept_policy_of_two_memories_takes_no_place_from_others() {
    let sandbox = Sandbox::with(|limits| limits.instances_max = 1);
    let memory = r#"(module (memory (export "m") 1))"#;
    let small = Guest::good().part("memory", "(memory (export \"memory\") 2)\n");
    let _kept = kept(&sandbox, with_module(small.component(), memory));
    assert_another_runs(&sandbox, &Guest::named("large-memory").put("pages", 8));
}

#[test]
fn kept_policies_with_many_tables_take_no_table_from_others() {
    let sandbox = Sandbox::with(|limits| {
        limits.instances_max = 5;
        limits.kept_instances_max = 5;
    });
    let tables = |count| Guest::good().part("tables", "(table 1 funcref)\n".repeat(count));
    let _kept = [(); 3].map(|()| kept(&sandbox, tables(18).component()));
    assert_another_runs(&sandbox, &tables(6));
}

fn assert_another_runs(sandbox: &Sandbox, guest: &Guest) {
    let other = guest.load(&sandbox.engine);
    let other = other.unwrap_or_else(|error| panic!("{error}"));
    for _ in 0..3 {
        assert_good(&other);
        sandbox.assert_unharmed();
    }
}
