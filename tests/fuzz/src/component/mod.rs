//! Components, from good policies to garbage, on their way to being asked: whatever they are, they load in each way of running or
//! in none, answer in each the same, and remember nothing.

mod changes;
mod guests;
mod panics;
mod program;
mod sections;
mod ways;

use arbitrary::{Arbitrary, Unstructured};

use changes::Change;
use guests::Named;
use program::Program;
use ways::Question;

/// A component, and what it is asked.
#[derive(Arbitrary, Debug)]
struct Case<'a> {
    origin: Origin<'a>,
    changes: Vec<Change>,
    questions: Vec<Question>,
}

#[derive(Arbitrary, Debug)]
enum Origin<'a> {
    Program(Program),
    Named(Named),
    Bytes(&'a [u8]),
}

/// The most questions that a case asks, beyond those that every one asks.
const QUESTIONS_MAX: usize = 8;

/// One case.
///
/// # Panics
///
/// If a policy does not load or answer as it does in another way of running, or not always the same.
pub fn run(data: &[u8]) {
    panics::watch(data);
    let Ok(case) = Case::arbitrary_take_rest(Unstructured::new(data)) else {
        return;
    };
    let mut component = match &case.origin {
        Origin::Program(program) => program.component(),
        Origin::Named(named) => named.component(),
        Origin::Bytes(bytes) => bytes.to_vec(),
    };
    for change in &case.changes {
        change.apply(&mut component);
    }
    let mut questions = case.questions;
    questions.truncate(QUESTIONS_MAX);
    questions.extend([Question::JudgePeer; 2]);
    ways::check(&component, &questions);
}
