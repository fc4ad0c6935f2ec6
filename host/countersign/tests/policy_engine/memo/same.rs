//! With the memo and without, everything is the same.

use std::thread;

use countersign::{
    policy::{Policy, Way},
    record::DecisionRecord,
};

use super::{Sandbox, load};
use crate::{
    corpus::{Question, all_facts, subjects},
    dice::Dice,
    gate::{Identity, localhost},
    guest::Guest,
};

/// A few questions, asked again and again in any order.
fn assert_no_difference(on: &Policy, off: &Policy, seed: u64) {
    let mut dice = Dice::new(seed);
    let questions: Vec<_> = (0..25).map(|_| Question::by_chance(&mut dice)).collect();
    for _ in 0..600 {
        let question = dice.one(&questions);
        let facts = dice.one(&all_facts()[..12]);
        let [on, off] = [on, off].map(|policy| question.ask(policy, facts));
        assert_eq!(on, off, "{question:?} of {facts:?}");
    }
}

#[test]
fn with_the_memo_and_without_answers_and_facts_read_are_the_same() {
    for (seed, subject) in subjects().iter().enumerate() {
        for way in [Way::Rewound, Way::Configured] {
            let [on, off] = [true, false].map(|memo| subject.load(way, memo));
            assert_no_difference(&on, &off, seed as u64);
            let account = on.account();
            assert!(account.memo_hits > 50, "{}: {account:?}", subject.name);
            assert_eq!(account.memo_hits + account.memo_misses, account.calls);
            let account = off.account();
            assert_eq!((account.memo_hits, account.memo_misses), (0, 0));
            assert_eq!((account.memo_entries, account.memo_bytes), (0, 0));
        }
    }
}

#[test]
fn with_the_memo_and_without_many_threads_get_the_same() {
    for (seed, subject) in subjects().iter().enumerate() {
        let [on, off] = [true, false].map(|memo| subject.load(Way::Rewound, memo));
        thread::scope(|scope| {
            for thread in 0..3 {
                let [on, off] = [&on, &off];
                scope.spawn(move || assert_no_difference(on, off, 10 * seed as u64 + thread % 2));
            }
        });
    }
}

/// With a memo that holds a few answers at a time, what is thrown out and asked again is the same.
#[test]
fn with_a_small_memo_and_without_answers_are_the_same() {
    let sandbox = Sandbox::with(|limits| limits.memo_bytes_max = 16 * 1024);
    for (seed, subject) in subjects().iter().enumerate() {
        let [on, off] =
            [true, false].map(|memo| subject.load_on(&sandbox.engine, Way::Rewound, memo));
        assert_no_difference(&on, &off, seed as u64);
        assert!(on.account().memo_bytes <= 16 * 1024);
    }
}

/// What differs from record to record whatever the policy does: the time.
fn without_times(record: &DecisionRecord) -> serde_json::Value {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(members) => {
                members.retain(|name, _| !name.ends_with("duration_us") && name != "timestamp");
                members.values_mut().for_each(strip);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(record).expect("it is JSON");
    strip(&mut value);
    value
}

#[tokio::test]
async fn records_of_connections_are_the_same_but_for_times() {
    let identity = Identity::plain();
    for guest in [
        Guest::named("read-today-and-port"),
        Guest::named("read-by-session"),
        Guest::good(),
    ] {
        let [on, off] = [true, false].map(|memo| load(Sandbox::shared(), &guest, memo));
        let mut expected = None;
        for _ in 0..3 {
            for policy in [&on, &off] {
                let record = identity.connect(policy.clone(), localhost()).await;
                let record = without_times(&record.expect("it approves"));
                assert_eq!(expected.get_or_insert_with(|| record.clone()), &record);
            }
        }
        assert!(on.account().memo_hits > 0);
        assert_eq!(off.account().memo_hits, 0);
    }
}
