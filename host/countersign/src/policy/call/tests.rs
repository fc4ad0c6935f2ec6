//! Instances that are kept, where calls of two policies meet that may keep one between them.

use std::thread;

use countersign_test_guests::Guest;

use super::*;
use crate::policy::{Engine, Limits, Policy, PolicyOptions, PolicySource, Way};

fn engine() -> Engine {
    let limits = Limits {
        kept_instances_max: 1,
        ..Limits::default()
    };
    Engine::new(limits).expect("the machine can run policies")
}

fn calls(engine: &Engine) -> Arc<Calls> {
    let source = PolicySource::Bytes(Guest::good().component());
    let options = PolicyOptions::new().memo(false);
    let policy = Policy::load_with(engine, &source, &options).expect("it loads");
    assert_eq!(policy.execution().way, Way::Rewound);
    Arc::clone(&policy.0.calls)
}

impl Calls {
    /// Begins a call, as [`run`](Self::run) does.
    fn begin(&self) -> (usize, Running, Option<Leave>) {
        let place = self.lanes.here();
        let (running, leave) = self.instance(place, Instant::now()).expect("it starts");
        (place, running, leave)
    }

    /// Ends it, as [`run`](Self::run) does.
    fn end(&self, (place, running, leave): (usize, Running, Option<Leave>)) {
        self.keep(place, running, leave);
    }

    fn has_kept(&self) -> bool {
        self.lanes.iter().any(|lane| open(lane).kept.is_some())
    }
}

/// A whole call, on a thread of its own.
fn call(calls: &Calls) {
    let call = || calls.end(calls.begin());
    thread::scope(|scope| scope.spawn(call).join().expect("no panic"));
}

#[test]
fn one_that_was_in_use_when_another_asked_for_its_place_can_still_go() {
    let engine = engine();
    let (one, other) = (calls(&engine), calls(&engine));
    one.end(one.begin());
    for _ in 0..3 {
        let begun = one.begin();
        assert!(begun.2.is_some(), "it was kept");
        // Neither can take what is in use.
        call(&other);
        assert!(!other.has_kept());
        one.end(begun);
        assert!(one.has_kept());
        // Now it can.
        call(&other);
        assert!(other.has_kept() && !one.has_kept());
        assert_eq!(engine.kept_instances(), 1);
        one.end(one.begin());
        assert!(one.has_kept() && !other.has_kept());
    }
}

/// Many more threads than lanes, so that some of them share one.
#[test]
fn no_place_is_lost_where_threads_share_one() {
    let engine = engine();
    let (one, other) = (calls(&engine), calls(&engine));
    thread::scope(|scope| {
        for thread in 0..12 {
            let calls = [&one, &other][thread % 2];
            scope.spawn(|| (0..200).for_each(|_| calls.end(calls.begin())));
        }
    });
    assert!(engine.kept_instances() <= 1);
    for calls in [&one, &other, &one] {
        call(calls);
        assert!(calls.has_kept());
        assert_eq!(engine.kept_instances(), 1);
    }
}
