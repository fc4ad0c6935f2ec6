//! The policies of the gates: the default one, and some that turn down what the default one has no word against.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use countersign::{
    policy::{Chain, Engine, Limits, Link, Policy, PolicySource},
    record::{DecisionRecord, Stage},
    session::Session,
};
use countersign_test_guests::Guest;

/// Which connections a policy never approves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refuses {
    Nothing,
    Everything,
    Resumed,
    Retried,
}

/// The last parameters of the functions that judge.
const RESUMED: &str = "(local.get 10)";
const RETRIED: &str = "(local.get 11)";

/// The function that a guest answers by itself, and when with a veto.
const GUESTS: [(&str, &str, Refuses); 6] = [
    ("judge-peer", "(i32.const 0)", Refuses::Nothing),
    ("judge-parameters", "(i32.const 1)", Refuses::Everything),
    ("judge-peer", "(i32.const 1)", Refuses::Everything),
    ("judge-peer", "unreachable", Refuses::Everything),
    ("judge-parameters", RESUMED, Refuses::Resumed),
    ("judge-parameters", RETRIED, Refuses::Retried),
];

/// No policy here comes near, however busy the machine is.
const DEADLINE_MS: u64 = 60_000;

/// All there are.
static POLICIES: LazyLock<Vec<(Policy, Refuses)>> = LazyLock::new(|| {
    let mut limits = Limits::default();
    limits.deadline_ms = DEADLINE_MS;
    let engine = Engine::new(limits).expect("an engine");
    let load = |source| Policy::load(&engine, &source, "{}").expect("a valid policy");
    let mut policies = vec![(load(PolicySource::Default), Refuses::Nothing)];
    for (function, when, refuses) in GUESTS {
        let source = PolicySource::Bytes(guest(function, when));
        policies.push((load(source), refuses));
    }
    policies
});

/// The policy of a gate, and one whose word does not count.
#[derive(Arbitrary, Debug)]
pub struct Policies {
    enforced: u8,
    audited: Option<u8>,
}

impl Policies {
    /// As gates take them.
    pub fn chain(&self) -> Chain {
        let chain = Chain::new(Link::enforce(policy(self.enforced).0.clone()));
        match self.audited {
            Some(audited) => chain.and(Link::audit(policy(audited).0.clone())),
            None => chain,
        }
    }

    /// What is never approved.
    pub fn refuses(&self) -> Refuses {
        policy(self.enforced).1
    }

    /// A policy's word holds.
    ///
    /// # Panics
    ///
    /// If a connection was approved against it.
    pub fn check(&self, record: &DecisionRecord) {
        let is = |mark: fn(&Session) -> bool| record.session.as_ref().is_some_and(mark);
        let refuses = self.refuses();
        let resumed = is(|session| session.resumed);
        let retried = is(|session| session.retried);
        assert!(record.stage < Stage::Finish || refuses.is_silent(resumed, retried));
    }
}

impl Refuses {
    /// Whether there is no veto on a connection of this kind.
    pub fn is_silent(self, resumed: bool, retried: bool) -> bool {
        match self {
            Self::Nothing => true,
            Self::Everything => false,
            Self::Resumed => !resumed,
            Self::Retried => !retried,
        }
    }
}

fn policy(number: u8) -> &'static (Policy, Refuses) {
    &POLICIES[usize::from(number) % POLICIES.len()]
}

/// A verdict is an approval if it begins with 0, and with 1 a veto.
fn guest(function: &str, when: &str) -> Vec<u8> {
    let text = format!(
        r#"(func (export "{function}") (type $judge)
             (i32.store8 (i32.const 448) {when})
             (i32.const 448))"#
    );
    Guest::good().part(function, text).component()
}
