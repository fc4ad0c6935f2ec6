//! What an operator is told of without asking.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use countersign::policy::Way;
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::with_default,
};

use super::{
    guest::{Guest, Load as _},
    sandbox::Sandbox,
};

/// Keeps every event as its level and its fields.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<(Level, String)>>>);

/// The fields of an event, one after the other.
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0 += &format!("{field}={value:?} ");
    }
}

impl Subscriber for Events {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        let mut events = self.0.lock().expect("it is whole");
        events.push((*event.metadata().level(), fields.0));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// What is said of a good policy that is loaded to run in this way.
fn told_of(way: Way) -> Vec<(Level, String)> {
    let events = Events::default();
    let sandbox = Sandbox::shared();
    with_default(events.clone(), || {
        let policy = Guest::good().load_to_run(&sandbox.engine, way);
        assert_eq!(policy.expect("it loads").execution().way, way);
    });
    let mut events = events.0.lock().expect("it is whole").clone();
    // What libraries below say is theirs.
    events.retain(|(_, text)| text.contains("loaded a policy"));
    events
}

#[test]
fn one_that_is_configured_for_each_call_is_told_of_with_the_reason() {
    let told = told_of(Way::Configured);
    let [(level, text)] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(*level, Level::INFO);
    for part in [
        "way=configured",
        "because=\"it was asked for\"",
        "policy=\"",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn faster_ones_are_not_worth_a_line_unasked() {
    for way in [Way::Rewound, Way::Snapshot] {
        let told = told_of(way);
        let levels: Vec<_> = told.iter().map(|(level, _)| *level).collect();
        assert_eq!(levels, [Level::DEBUG], "{told:?}");
    }
}
