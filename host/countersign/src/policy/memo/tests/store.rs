//! What is stored, and under what.

use super::*;
use super::{dice::Dice, samples::Case};
use crate::session::Session;

const BYTES_MAX: usize = 1 << 20;

fn session() -> Session {
    let case = Case::of(&mut Dice::new(5));
    match case.question() {
        Question::JudgeParameters(session) | Question::JudgePeer(session) => session.clone(),
        Question::Constrain { .. } => panic!("another seed"),
    }
}

fn named(name: &str) -> ConnectionFacts {
    ConnectionFacts {
        server_name: Some(name.to_owned()),
        ..ConnectionFacts::default()
    }
}

fn is_new(memo: &Memo, question: &Question<'_>, facts: &ConnectionFacts) -> bool {
    matches!(memo.ask(question, facts), Asked::New(_))
}

fn known(memo: &Memo, question: &Question<'_>, facts: &ConnectionFacts) -> Remembered {
    match memo.ask(question, facts) {
        Asked::Known(remembered) => remembered,
        Asked::New(key) => panic!("it is not known under {key:?}"),
    }
}

/// A call that reads `read` and gives `answer`.
fn call(
    memo: &Memo,
    question: &Question<'_>,
    facts: &ConnectionFacts,
    read: FactsRead,
    answer: &Answer,
) {
    match memo.ask(question, facts) {
        Asked::New(key) => memo.remember(key, question, facts, answer, read),
        Asked::Known(remembered) => panic!("it is known: {remembered:?}"),
    }
}

#[test]
fn what_was_answered_is_known_with_what_was_read() {
    let (memo, session) = (Memo::new(BYTES_MAX), session());
    let question = Question::JudgePeer(&session);
    let facts = named("a.test");
    let remembered = Remembered {
        answer: note("seen"),
        facts_read: only(Fact::ServerName),
    };
    call(
        &memo,
        &question,
        &facts,
        remembered.facts_read,
        &remembered.answer,
    );
    assert_eq!(known(&memo, &question, &facts), remembered);
    assert!(is_new(&memo, &question, &named("b.test")));
    assert!(is_new(&memo, &Question::JudgeParameters(&session), &facts));
}

#[test]
fn what_was_never_read_does_not_matter() {
    let (memo, session) = (Memo::new(BYTES_MAX), session());
    let question = Question::JudgePeer(&session);
    call(
        &memo,
        &question,
        &named("a.test"),
        only(Fact::Port),
        &note("one"),
    );
    assert_eq!(
        known(&memo, &question, &named("b.test")).answer,
        note("one")
    );
}

#[test]
fn a_fact_that_is_read_for_the_first_time_ends_all_that_was_known() {
    let (memo, session) = (Memo::new(BYTES_MAX), session());
    let question = Question::JudgePeer(&session);
    let on_port = |port| ConnectionFacts {
        port: Some(port),
        ..named("a.test")
    };
    call(&memo, &question, &on_port(1), only(Fact::Port), &note("1"));
    let mut both = only(Fact::Port);
    both.insert(Fact::ServerName);
    call(&memo, &question, &on_port(2), both, &note("2 at a.test"));
    assert!(is_new(&memo, &question, &on_port(1)));
    assert_eq!(
        known(&memo, &question, &on_port(2)).answer,
        note("2 at a.test")
    );
    assert_eq!(memo.counts().entries, 1);
}

#[test]
fn a_call_that_began_before_another_read_more_is_stored_with_that_in_its_key() {
    let (memo, session) = (Memo::new(BYTES_MAX), session());
    let question = Question::JudgePeer(&session);
    let Asked::New(early) = memo.ask(&question, &named("a.test")) else {
        panic!("nothing is known");
    };
    call(
        &memo,
        &question,
        &named("b.test"),
        only(Fact::ServerName),
        &note("b"),
    );
    memo.remember(
        early,
        &question,
        &named("a.test"),
        &note("a"),
        FactsRead::default(),
    );
    assert_eq!(known(&memo, &question, &named("a.test")).answer, note("a"));
    assert_eq!(known(&memo, &question, &named("b.test")).answer, note("b"));
    assert!(is_new(&memo, &question, &named("c.test")));
}

#[test]
fn each_function_has_facts_of_its_own() {
    let (memo, session) = (Memo::new(BYTES_MAX), session());
    let (peer, parameters) = (
        Question::JudgePeer(&session),
        Question::JudgeParameters(&session),
    );
    call(
        &memo,
        &peer,
        &named("a.test"),
        only(Fact::ServerName),
        &note("a"),
    );
    call(
        &memo,
        &parameters,
        &named("a.test"),
        FactsRead::default(),
        &note("any"),
    );
    assert_eq!(
        known(&memo, &parameters, &named("b.test")).answer,
        note("any")
    );
    assert!(is_new(&memo, &peer, &named("b.test")));
}

#[test]
fn switched_off_it_knows_nothing() {
    let (memo, session) = (Memo::new(0), session());
    let question = Question::JudgePeer(&session);
    assert!(!memo.is_on());
    for _ in 0..2 {
        call(
            &memo,
            &question,
            &named("a.test"),
            only(Fact::ServerName),
            &note("a"),
        );
    }
    assert_eq!(memo.counts(), MemoCounts::default());
}

#[test]
fn what_has_a_long_key_is_not_stored() {
    let (memo, session) = (Memo::new(BYTES_MAX), session());
    let question = Question::JudgePeer(&session);
    let long = named(&"a".repeat(key::KEY_BYTES_MAX));
    call(
        &memo,
        &question,
        &long,
        only(Fact::ServerName),
        &note("long"),
    );
    assert!(is_new(&memo, &question, &long));
    assert_eq!(memo.counts(), MemoCounts::default());
}

#[test]
fn an_idle_memo_stores_nothing() {
    let (memo, session) = (Memo::new(usize::MAX), session());
    assert!(is_new(
        &memo,
        &Question::JudgePeer(&session),
        &named("a.test")
    ));
    assert!(memo.parts.iter().all(|part| open(part).is_unallocated()));
}

#[test]
fn the_stored_answer_has_the_name_of_the_policy_for_itself() {
    let names = |answer: &Answer| -> Vec<Arc<str>> {
        let Answer::Verdict(verdict) = answer else {
            panic!("it is a verdict");
        };
        let names = verdict
            .findings()
            .iter()
            .map(|finding| match &finding.source {
                Source::Policy(name) => Arc::clone(name),
                Source::Host => panic!("it is the policy's"),
            });
        names.collect()
    };
    let Answer::Verdict(Verdict::Approve(mut findings)) = note("one") else {
        panic!("it approves");
    };
    findings.push(findings[0].clone());
    let given = Answer::Verdict(Verdict::Approve(findings));
    let stored = weight::detached(&given, FactsRead::default()).answer;
    assert_eq!(stored, given);
    let (given, stored) = (names(&given), names(&stored));
    assert!(Arc::ptr_eq(&given[0], &given[1]));
    assert!(Arc::ptr_eq(&stored[0], &stored[1]));
    assert!(!Arc::ptr_eq(&given[0], &stored[0]));
}
