//! P6 once more, for policies that are rewound: guests that try to hide one bit from one call to the next.
//!
//! Each tells what it finds of its own state, and then changes it. What it finds is what an instance finds that was made and
//! configured for the one call: on every call, on every thread, whatever was asked in between, and whatever became of that.

mod components;
mod ends;
mod handles;
mod memories;
mod names;
mod places;
mod values;

use std::{sync::Arc, thread};

use countersign::{
    facts::ConnectionFacts,
    policy::{Engine, Policy, PolicyOptions, PolicySource, Way},
    session::Session,
    verdict::Verdict,
};

use super::{
    guest::{Guest, Place},
    sandbox::{Sandbox, constrain, judge_parameters, judge_peer, session},
};

const CALLS: usize = 30;
const THREADS: usize = 3;

/// A guest that looks at its state when it is asked about a peer, and leaves something there.
fn hiding(look: &str, leave: &str) -> Guest {
    hiding_in(Place::In("judge-peer"), look, leave)
}

/// The same where it leaves something at another place.
fn hiding_in(place: Place, look: &str, leave: &str) -> Guest {
    Guest::named("tell-state")
        .acting_in(place)
        .put("look", look)
        .put("leave", leave)
}

/// As it is asked: it looks once, and comes to its end.
fn once(guest: &Guest) -> Vec<u8> {
    guest.clone().put("again", "").put("end", "").component()
}

/// A component that may run in this way, and no faster.
fn load(engine: &Engine, component: &[u8], way: Way) -> Policy {
    let options = PolicyOptions::new().way(way).memo(false);
    let source = PolicySource::Bytes(component.to_vec());
    Policy::load_with(engine, &source, &options).expect("it loads")
}

/// What a policy tells of its state.
fn told(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Approve(findings) if findings.len() == 1 => &findings[0].message,
        other => panic!("{other:?}"),
    }
}

/// A guest that leaves something which it can see: it finds something else in the same call, once it has left it.
fn assert_it_could_tell(guest: &Guest) {
    let engine = &Sandbox::shared().engine;
    let again = guest
        .clone()
        .put("again", "(local.set $found (call $look))");
    let [at_first, again] = [once(guest), once(&again)].map(|component| {
        let policy = load(engine, &component, Way::Configured);
        let verdict = judge_peer(&policy).result.expect("it answers");
        told(&verdict).to_owned()
    });
    assert_ne!(at_first, again, "it leaves nothing that it could find");
}

/// A guest that may only run in this way, or a faster one would be a fault, and finds the same on every call. Gives the policy.
fn assert_forgets(guest: &Guest, way: Way) -> Policy {
    assert_forgets_all(&once(guest), way)
}

/// The same for any component.
fn assert_forgets_all(component: &[u8], way: Way) -> Policy {
    let policy = load(&Sandbox::shared().engine, component, Way::Rewound);
    let execution = policy.execution();
    assert_eq!(execution.way, way, "{:?}", execution.because);
    assert_eq!(execution.because.is_none(), way == Way::Rewound);
    assert_answers_as_if_new(&policy, component, Default::default());
    policy
}

/// Answers of a policy are those of an instance made and configured for each.
fn assert_answers_as_if_new(policy: &Policy, component: &[u8], facts: Arc<ConnectionFacts>) {
    let sandbox = Sandbox::shared();
    let ask = |policy: &Policy| policy.judge_peer(&session(), Arc::clone(&facts)).result;
    let new = load(&sandbox.engine, component, Way::Configured);
    let [offer, parameters] =
        [&new, &new].map(|new| (constrain(new).result, judge_parameters(new).result));
    assert_eq!(offer, parameters);
    let expected = ask(&new).expect("it answers");
    told(&expected);
    let calls = || {
        for call in 0..CALLS {
            assert_eq!(ask(policy).as_ref(), Ok(&expected), "call {call}");
            if call % 3 == 0 {
                assert_eq!(
                    (constrain(policy).result, judge_parameters(policy).result),
                    offer
                );
            }
            if call % 10 == 0 {
                sandbox.assert_unharmed();
            }
        }
    };
    calls();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(calls);
        }
    });
}

/// Asks about a session for which the guest does what it has for resumed ones.
fn resumed() -> Session {
    Session {
        resumed: true,
        ..session()
    }
}
