//! The same question has one answer: however often it is asked, on whichever thread, and whatever was asked before.

mod arithmetic;

use std::{sync::Arc, thread};

use countersign::{
    facts::ConnectionFacts,
    policy::{LoadError, Policy, PolicyOptions, PolicySource, Way},
};

use super::{
    corpus::{Answered, Question, all_facts, subjects},
    dice::Dice,
    guest::{Guest, load},
    sandbox::Sandbox,
};

const THREADS: usize = 3;
const ROUNDS: usize = 1_500;

/// A question to one of several policies about one of several connections, and the answer.
struct Case {
    policy: usize,
    question: Question,
    facts: Arc<ConnectionFacts>,
    answered: Answered,
}

impl Case {
    fn all(policies: &[Policy]) -> Vec<Self> {
        let mut dice = Dice::new(8);
        let case = |policy: usize| {
            let question = Question::by_chance(&mut dice);
            let facts = Arc::clone(dice.one(all_facts()));
            let answered = question.ask(&policies[policy], &facts);
            Self {
                policy,
                question,
                facts,
                answered,
            }
        };
        let places = (0..policies.len()).flat_map(|policy| [policy; 20]);
        places.map(case).collect()
    }

    fn assert_again(&self, policies: &[Policy]) {
        let again = self.question.ask(&policies[self.policy], &self.facts);
        assert_eq!(
            again, self.answered,
            "{:?} of {:?}",
            self.question, self.facts
        );
    }
}

#[test]
fn a_question_has_one_answer_on_every_thread_and_after_any_other() {
    for way in [Way::Rewound, Way::Configured] {
        let subjects = subjects();
        let policies: Vec<_> = subjects
            .iter()
            .map(|subject| subject.load(way, false))
            .collect();
        let cases = Case::all(&policies);
        let in_any_order = |seed| {
            let mut dice = Dice::new(seed);
            (0..ROUNDS).for_each(|_| dice.one(&cases).assert_again(&policies));
        };
        thread::scope(|scope| {
            for thread in 0..THREADS {
                scope.spawn(move || in_any_order(thread as u64));
            }
        });
        // And by a policy that is loaded again.
        let reloaded: Vec<_> = subjects
            .iter()
            .map(|subject| subject.load(way, false))
            .collect();
        cases.iter().for_each(|case| case.assert_again(&reloaded));
    }
}

/// What a guest could learn of the machine and the moment.
const AMBIENT: [&str; 20] = [
    "wasi:cli/environment@0.2.0",
    "wasi:cli/exit@0.2.6",
    "wasi:cli/stdin@0.2.0",
    "wasi:cli/stdout@0.2.0",
    "wasi:cli/terminal-output@0.2.0",
    "wasi:clocks/monotonic-clock@0.2.0",
    "wasi:clocks/wall-clock@0.2.0",
    "wasi:clocks/wall-clock@0.3.0",
    "wasi:clocks/timezone@0.2.1",
    "wasi:config/store@0.2.0-rc.1",
    "wasi:filesystem/preopens@0.2.0",
    "wasi:filesystem/types@0.2.0",
    "wasi:http/outgoing-handler@0.2.0",
    "wasi:io/poll@0.2.0",
    "wasi:keyvalue/store@0.2.0-draft",
    "wasi:logging/logging",
    "wasi:random/insecure-seed@0.2.0",
    "wasi:random/random@0.2.0",
    "wasi:sockets/tcp@0.2.0",
    "wasi:tls/types@0.2.0-draft",
];

#[test]
fn whatever_is_not_a_fact_is_refused_by_name() {
    for interface in AMBIENT {
        for member in [
            "",
            r#"(export "now" (func (result u64)))"#,
            r#"(export "thing" (type (sub resource)))"#,
        ] {
            let text = format!(r#"(component (import "{interface}" (instance {member})))"#);
            let component = wat::parse_str(&text).expect("it is a component, as text goes");
            match load(&Sandbox::shared().engine, component) {
                Err(LoadError::ForbiddenImport { import }) => assert_eq!(import, interface),
                other => panic!("{interface}: {other:?}"),
            }
        }
    }
}

/// As a real guest would import it, beside a fact, for a policy that is good in all else.
#[test]
fn one_clock_beside_the_facts_is_enough_to_refuse_a_policy() {
    let imports = r#"(import "wasi:clocks/monotonic-clock@0.2.0" "now" (func $now (result i64)))
        (import "countersign:policy/facts@0.1.0" "today" (func $today (result i32)))"#;
    let world = "package hostile:guest;
        world guest { import wasi:clocks/monotonic-clock@0.2.0; include countersign:policy/policy@0.1.0; }
        package wasi:clocks@0.2.0 { interface monotonic-clock { now: func() -> u64; } }";
    for way in [Way::Rewound, Way::Snapshot, Way::Configured] {
        let guest = Guest::good().part("imports", imports).with_world(world);
        let options = PolicyOptions::new().way(way);
        let source = PolicySource::Bytes(guest.component());
        match Policy::load_with(&Sandbox::shared().engine, &source, &options) {
            Err(LoadError::ForbiddenImport { import }) => {
                assert_eq!(import, "wasi:clocks/monotonic-clock@0.2.0");
            }
            other => panic!("{other:?}"),
        }
    }
}
