//! Many who ask at once, and some who ask for too much.

use std::thread;

use super::seen::seen;
use super::*;
use super::{dice::Dice, samples::Case};

/// A guest that reads more or less, by what it finds.
fn guest(case: &Case) -> Remembered {
    const ORDER: [Fact; 8] = [
        Fact::Port,
        Fact::ServerName,
        Fact::PeerCertificates,
        Fact::CertificateSubject,
        Fact::ClientHelloJa4,
        Fact::PeerVerification,
        Fact::Today,
        Fact::ClientHelloGroups,
    ];
    let mut said = format!("{:?}", case.question());
    let mut facts_read = FactsRead::default();
    let function = place(&case.question());
    for fact in ORDER.into_iter().skip(function) {
        facts_read.insert(fact);
        let value = seen(&case.facts, fact);
        let goes_on = value.len() % 3 != function;
        said.push_str(&value);
        if !goes_on {
            break;
        }
    }
    Remembered {
        answer: note(&said),
        facts_read,
    }
}

/// Asks as the engine does.
fn ask(memo: &Memo, case: &Case) -> (Remembered, bool) {
    match memo.ask(&case.question(), &case.facts) {
        Asked::Known(remembered) => (remembered, true),
        Asked::New(key) => {
            let Remembered { answer, facts_read } = guest(case);
            memo.remember(key, &case.question(), &case.facts, &answer, facts_read);
            (Remembered { answer, facts_read }, false)
        }
    }
}

/// Asks for a long time: as many threads as lanes and more, so that some share one.
fn ask_everywhere(memo: &Memo) -> usize {
    let asking = |seed: u64| {
        let mut dice = Dice::new(seed);
        let mut hits = 0;
        let mut case = Case::of(&mut dice);
        for _ in 0..4_000 {
            case = match dice.roll(20) {
                0 => Case::of(&mut dice),
                _ => case.near(&mut dice),
            };
            let (told, was_known) = ask(memo, &case);
            assert_eq!(told, guest(&case));
            hits += usize::from(was_known);
        }
        hits
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (10..16)
            .map(|seed| scope.spawn(move || asking(seed)))
            .collect();
        let hits = threads
            .into_iter()
            .map(|thread| thread.join().expect("it ends"));
        hits.sum()
    })
}

#[test]
fn with_a_memo_all_threads_are_told_what_the_guest_would_say() {
    let hits = ask_everywhere(&Memo::new(16 << 20));
    assert!(hits > 1_000, "{hits}");
}

#[test]
fn a_memo_that_is_full_tells_the_same() {
    const BYTES_MAX: usize = 64 * 1024;
    let memo = Memo::new(BYTES_MAX);
    ask_everywhere(&memo);
    let counts = memo.counts();
    assert!(counts.entries > 0);
    assert!(counts.bytes <= BYTES_MAX as u64);
}

fn from_port(port: u16) -> Case {
    let mut case = Case::of(&mut Dice::new(7));
    case.facts = ConnectionFacts {
        port: Some(port),
        server_name: Some("name.test".to_owned()),
        ..ConnectionFacts::default()
    };
    case
}

/// Asks about a case whose guest reads its port.
fn ask_port(memo: &Memo, port: u16) -> bool {
    let case = from_port(port);
    match memo.ask(&case.question(), &case.facts) {
        Asked::Known(_) => true,
        Asked::New(key) => {
            memo.remember(
                key,
                &case.question(),
                &case.facts,
                &note("port"),
                only(Fact::Port),
            );
            false
        }
    }
}

#[test]
fn what_is_asked_for_again_and_again_outlasts_a_flood_of_what_is_not() {
    const WANTED: u16 = 20;
    let memo = Memo::new(memo_of(200));
    let mut missed = 0;
    for flood in 1_000..30_000 {
        ask_port(&memo, flood);
        missed += u32::from(!ask_port(&memo, flood % WANTED));
    }
    // Once each to begin with, and then hardly ever.
    assert!(missed <= 2 * u32::from(WANTED), "{missed}");
    assert!(memo.counts().entries < 29_000);
}

/// The bytes of a memo that has room for about this many answers on each thread.
fn memo_of(entries: usize) -> usize {
    let memo = Memo::new(1 << 20);
    assert!(!ask_port(&memo, 1));
    let lanes = memo.parts.iter().count();
    memo.counts().bytes as usize * entries * lanes
}

#[test]
fn the_flood_of_another_thread_leaves_this_one_alone() {
    let memo = Memo::new(memo_of(50));
    if memo.parts.iter().count() == 1 {
        return; // one processor: threads take turns on one lane
    }
    ask_port(&memo, 1);
    let here = memo.parts.here();
    let flood = || {
        let elsewhere = memo.parts.here() != here;
        if elsewhere {
            for port in 1_000..11_000 {
                ask_port(&memo, port);
            }
        }
        elsewhere
    };
    // Threads get lanes in turn, but other tests start some, too.
    let flooded =
        (0..1_000).any(|_| thread::scope(|scope| scope.spawn(flood).join().expect("it ends")));
    assert!(flooded);
    assert!(ask_port(&memo, 1));
}

#[test]
fn a_part_in_which_a_thread_panicked_starts_anew() {
    let memo = Memo::new(1 << 20);
    ask_port(&memo, 1);
    let mine = memo.parts.mine();
    let panicking = || {
        let _guard = open(mine);
        panic!("on purpose");
    };
    thread::scope(|scope| scope.spawn(panicking).join()).expect_err("it panicked");
    assert!(!ask_port(&memo, 1));
    assert!(ask_port(&memo, 1));
}
