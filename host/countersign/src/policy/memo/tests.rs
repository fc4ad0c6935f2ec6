//! A memo in front of a guest that is made up: a function of its parameters and of what it reads.

mod dice;
mod keys;
mod samples;
mod seen;
mod sharing;
mod store;

use std::sync::Arc;

use super::*;
use crate::{
    facts::{Fact, FactsRead},
    hello::ClientHello,
    verdict::{Finding, FindingCode, Severity, Source, Verdict},
};

/// A set of one fact.
fn only(fact: Fact) -> FactsRead {
    let mut set = FactsRead::default();
    set.insert(fact);
    set
}

/// An approval that can be told from others.
fn note(message: &str) -> Answer {
    let finding = Finding {
        code: FindingCode::from_policy("test.note").expect("it is a code"),
        severity: Severity::Note,
        message: message.to_owned(),
        source: Source::Policy("test".into()),
    };
    Answer::Verdict(Verdict::Approve(vec![finding]))
}
