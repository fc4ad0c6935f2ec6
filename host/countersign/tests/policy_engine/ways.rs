//! A policy says the same whichever way it runs: put back, from a snapshot, or configured for each call.

use std::{collections::HashSet, thread};

use countersign::policy::Way;

use super::{
    corpus::{Question, all_facts, subjects},
    dice::Dice,
    guest::{Guest, Load as _, Place},
    sandbox::{Sandbox, judge_peer},
};

const QUESTIONS: usize = 400;
const WAYS: [Way; 3] = [Way::Rewound, Way::Snapshot, Way::Configured];

#[test]
fn every_way_gives_the_same_answers_and_reads_the_same_facts() {
    for (seed, subject) in subjects().iter().enumerate() {
        let policies = WAYS.map(|way| {
            let policy = subject.load(way, false);
            assert_eq!(policy.execution().way, way, "{}", subject.name);
            policy
        });
        let mut dice = Dice::new(seed as u64);
        for _ in 0..QUESTIONS {
            let question = Question::by_chance(&mut dice);
            let facts = dice.one(all_facts());
            let [rewound, snapshot, configured] = policies
                .each_ref()
                .map(|policy| question.ask(policy, facts));
            let what = || format!("{}: {question:?} of {facts:?}", subject.name);
            assert_eq!(rewound, configured, "{}", what());
            assert_eq!(snapshot, configured, "{}", what());
        }
    }
}

/// What policies say of themselves does not depend on it, either.
#[test]
fn every_way_gives_the_same_description() {
    for subject in subjects() {
        let [rewound, snapshot, configured] = WAYS.map(|way| subject.load(way, false));
        for other in [rewound, snapshot] {
            assert_eq!(other.imports(), configured.imports());
            assert_eq!(other.digest(), configured.digest());
            assert_eq!(other.settings_digest(), configured.settings_digest());
            let [one, two] =
                [&other, &configured].map(|policy| format!("{:?}", policy.description()));
            assert_eq!(one, two, "{}", subject.name);
        }
    }
}

/// The questions are worth asking: the answers to them differ, and so do the facts that are read.
#[test]
fn the_corpus_has_questions_of_all_kinds() {
    let mut answers = HashSet::new();
    let mut readings = HashSet::new();
    let mut failures = 0;
    for (seed, subject) in subjects().iter().enumerate() {
        let policy = subject.load(Way::Rewound, false);
        let mut dice = Dice::new(seed as u64);
        for _ in 0..QUESTIONS {
            let question = Question::by_chance(&mut dice);
            let (answer, read) = question.ask(&policy, dice.one(all_facts()));
            failures += usize::from(answer.is_err());
            answers.insert(format!("{answer:?}"));
            readings.insert(read);
        }
    }
    assert!(answers.len() > 500, "{} answers", answers.len());
    assert!(readings.len() > 5, "{readings:?}");
    assert!(failures > 20, "{failures} failures");
    for word in ["Approve", "Veto", "Offer"] {
        assert!(answers.iter().any(|answer| answer.contains(word)), "{word}");
    }
}

/// How deep a guest can call itself is a matter of the limit on the stack, and not of the way, the thread, or how deep others
/// went before.
#[test]
fn every_way_lets_calls_go_as_deep() {
    let engine = &Sandbox::shared().engine;
    let goes = |depth: usize, way| {
        let guest = Guest::named("recurse").put("depth", depth);
        let policy = guest
            .acting_in(Place::In("judge-peer"))
            .load_to_run(engine, way);
        let policy = policy.expect("it loads");
        let first = judge_peer(&policy).result.is_ok();
        thread::scope(|scope| {
            let again = || assert_eq!(judge_peer(&policy).result.is_ok(), first);
            scope.spawn(again);
            scope.spawn(again);
        });
        first
    };
    let deepest = |way| {
        let (mut goes_down, mut traps) = (1, 1 << 20);
        while goes_down + 1 < traps {
            let middle = (goes_down + traps) / 2;
            match goes(middle, way) {
                true => goes_down = middle,
                false => traps = middle,
            }
        }
        goes_down
    };
    let [rewound, snapshot, configured] = WAYS.map(deepest);
    assert!((100..1 << 19).contains(&configured), "{configured}");
    assert_eq!((rewound, snapshot), (configured, configured));
}
