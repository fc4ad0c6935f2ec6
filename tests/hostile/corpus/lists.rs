//! Answers whose lists are longer than anything, elsewhere than in memory, or each other's.

use super::{Case, Source};
use crate::{
    answer::{Answer, END, JUDGES, LIST, LONG_LIST, RESULT, TEXT, finding, numbers, words},
    outcome::Outcome,
};

/// `Limits::findings_max`.
const FINDINGS_MAX: u32 = 64;

/// A list in an answer: its name, the answer, the list's place in it, and the size of its items.
struct List {
    name: &'static str,
    answer: Answer,
    at: usize,
    item_bytes: u32,
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = all().iter().flat_map(impossible).collect();
    cases.extend(counted());
    cases.extend(overlapping());
    cases.extend(offers());
    cases
}

/// Every list of the contract that a guest answers with.
fn all() -> Vec<List> {
    let list = |name, answer, at, item_bytes| List {
        name,
        answer,
        at,
        item_bytes,
    };
    let mut lists = vec![
        list("documented findings", Answer::description(), 9, 20),
        list("settings errors", Answer::settings_errors(), 1, 16),
        list("versions", Answer::offer(), 0, 2),
        list("cipher suites", Answer::offer(), 2, 2),
        list("groups", Answer::offer(), 4, 2),
        list("protocols", Answer::offer(), 6, 8),
    ];
    for judge in JUDGES {
        lists.push(list(
            "findings of an approval",
            Answer::approval(judge),
            1,
            20,
        ));
        lists.push(list("findings of a veto", Answer::veto(judge), 2, 20));
    }
    lists
}

/// Canonical ABI, `load_list_from_range`; and the host's own limit on what it copies.
fn impossible(list: &List) -> Vec<Case> {
    /// 32 MiB, all that a policy may have.
    const PAGES: u32 = 512;
    let whole = (PAGES * 65_536 - LIST) / list.item_bytes;
    [
        ("beyond the memory", END, 1),
        ("across the end of memory", END - 4, 3),
        ("at the end of the address space", 0xffff_fffc, 1),
        ("of nothing, nowhere", 0xffff_fffc, 0),
        ("that are not aligned", LIST + 1, 1),
        ("2^28 of them", LIST, 1 << 28),
        ("2^32 - 1 of them", LIST, u32::MAX),
        ("as many as memory holds", LIST, whole),
    ]
    .map(|(what, pointer, count)| {
        let pages = if count == whole { PAGES } else { END / 65_536 };
        let answer = list
            .answer
            .clone()
            .list(list.at, pointer, count)
            .with_pages(pages);
        let name = format!("{}, {what}, from {}", list.name, answer.function);
        Case::stopped(name, answer.guest(), answer.function, &["engine.output"])
    })
    .into()
}

/// As many findings as allowed, one more, and thousands: all of them with the same two texts.
fn counted() -> Vec<Case> {
    let mut cases = Vec::new();
    for count in [FINDINGS_MAX, FINDINGS_MAX + 1, 5_000] {
        for (name, answer, demanded) in repeated(count) {
            let name = format!("{count} {name} from {}", answer.function);
            let guest = answer.guest();
            cases.push(match count <= FINDINGS_MAX {
                true => Case::new(name, Source::Guest(guest), vec![demanded]),
                false => Case::stopped(name, guest, answer.function, &["engine.output"]),
            });
        }
    }
    cases
}

fn repeated(count: u32) -> Vec<(&'static str, Answer, Outcome)> {
    let text = b"hostile.often";
    let shared = [TEXT, text.len() as u32];
    let copies = |item: Vec<u8>| item.repeat(count as usize);
    let holding =
        |answer: Answer, item| answer.holding(TEXT, text).holding(LONG_LIST, &copies(item));
    let error = words(&[shared, shared].concat());
    let documented = Answer::description().list(9, LONG_LIST, count);
    let errors = Answer::settings_errors().list(1, LONG_LIST, count);
    let mut answers = vec![
        (
            "documented findings",
            holding(documented, finding(shared, 0, shared)),
            Outcome::Approved,
        ),
        (
            "settings errors",
            holding(errors, error),
            Outcome::NotLoaded("settings"),
        ),
    ];
    for judge in JUDGES {
        let approval = Answer::approval(judge).list(1, LONG_LIST, count);
        let veto = Answer::veto(judge).list(2, LONG_LIST, count);
        let codes = vec!["hostile.often"; count as usize].join(" ");
        answers.extend([
            (
                "notes",
                holding(approval, finding(shared, 0, shared)),
                Outcome::Approved,
            ),
            (
                "violations",
                holding(veto, finding(shared, 2, shared)),
                Outcome::Stopped(judge, codes),
            ),
        ]);
    }
    answers
}

/// Lists that are the answer itself. The component model allows it; what they say counts.
fn overlapping() -> Vec<Case> {
    let myself = |answer: Answer, at| answer.list(at, RESULT, 1);
    // Its first words are a finding with the code `good` and a severity of 32.
    let description = myself(Answer::description(), 9);
    // An error whose path begins at 1 and is 1,024 bytes long, and whose message is empty.
    let errors = myself(Answer::settings_errors(), 1);
    let all_lists = (0..4).fold(Answer::offer(), |offer, list| myself(offer, 2 * list));
    let mut cases = vec![
        Case::stopped(
            "findings that are the description",
            description.guest(),
            "describe",
            &["engine.output"],
        ),
        Case::not_loaded(
            "errors that are the result",
            Source::Guest(errors.guest()),
            &["settings"],
        ),
        // No version is called 1024.
        Case::stopped(
            "an offer of itself",
            all_lists.guest(),
            "constrain",
            &["offer.empty"],
        ),
    ];
    for judge in JUDGES {
        // Codes of 1,024 bytes and of none.
        for (name, answer) in [
            ("an approval", myself(Answer::approval(judge), 1)),
            ("a veto", myself(Answer::veto(judge), 2)),
        ] {
            cases.push(Case::stopped(
                format!("{name} by itself from {judge}"),
                answer.guest(),
                judge,
                &["engine.output"],
            ));
        }
        let shared = [TEXT, 3];
        let note = Answer::approval(judge)
            .list(1, LIST, 1)
            .holding(TEXT, b"a.b");
        let note = note.holding(LIST, &finding(shared, 0, shared));
        cases.push(Case::approved(
            format!("a code that is its own message from {judge}"),
            note.guest(),
        ));
    }
    let one_text = (0..3).fold(Answer::description(), |answer, text| {
        answer.list(2 * text, 32, 5)
    });
    cases.push(Case::approved(
        "a name that is its own version",
        one_text.guest(),
    ));
    cases
}

/// Offers of everything that a number can say, and of one protocol a thousand times.
fn offers() -> Vec<Case> {
    let everything: Vec<u16> = (0..=u16::MAX).collect();
    let all = |at| {
        Answer::offer()
            .list(at, LONG_LIST, 1 << 16)
            .holding(LONG_LIST, &numbers(&everything))
    };
    let h2 = [LIST + 96, 2];
    // The same 64 KiB over and over: 64 MiB, if they were copied.
    let long = words(&[0, 65_536]).repeat(1_000);
    let empty = [words(&[0, 0]).repeat(5_000), words(&h2)].concat();
    let protocols = |list: &[u8]| {
        let count = (list.len() / 8) as u32;
        Answer::offer()
            .list(6, LONG_LIST, count)
            .holding(LONG_LIST, list)
    };
    // Canonical ABI, `load_list_from_range`: of the inner lists, too.
    let nowhere = [
        ("nowhere", u32::MAX, 1),
        ("of 2^32 - 1 bytes", LIST, u32::MAX),
    ];
    let nothing = [0, 2, 4].map(|at| (at, Answer::offer().list(at, LIST, 0)));
    let mut cases = vec![
        Case::approved("an offer of 65,536 versions", all(0).guest()),
        Case::approved("an offer of 65,536 cipher suites", all(2).guest()),
        Case::approved("an offer of 65,536 groups", all(4).guest()),
        Case::approved(
            "an offer of 5,000 empty protocols",
            protocols(&empty).guest(),
        ),
        Case::stopped(
            "an offer of long protocols",
            protocols(&long).guest(),
            "constrain",
            &["engine.output"],
        ),
    ];
    cases.extend(nowhere.map(|(what, at, len)| {
        let offer = protocols(&words(&[at, len]));
        Case::stopped(
            format!("a protocol {what}"),
            offer.guest(),
            "constrain",
            &["engine.output"],
        )
    }));
    cases.extend(nothing.map(|(at, answer)| {
        Case::stopped(
            format!("an offer without its list {}", at / 2),
            answer.guest(),
            "constrain",
            &["offer.empty"],
        )
    }));
    cases
}
