//! Answers whose texts are no text, are nowhere, are too long, or are meant for a terminal.

use super::{Case, Source};
use crate::{
    answer::{Answer, END, JUDGES, LIST, OTHER_TEXT, TEXT, finding, words},
    outcome::Outcome,
};

/// What a text is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Words of a closed alphabet: a code, a name, a version.
    Word,
    /// JSON.
    Schema,
    /// A sentence for people.
    Sentence,
}

/// A text in an answer.
struct Field {
    name: &'static str,
    kind: Kind,
    function: &'static str,
    /// The answer, with the text at this address and of this length.
    answer: Box<dyn Fn(u32, u32) -> Answer>,
    /// What becomes of a guest that says something there which is allowed.
    usual: Outcome,
}

/// What may stand there by the contract.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Nowhere,
    InSentences,
}

const BIDI_AND_ANSI: &[u8] =
    "\u{1b}[2J\u{1b}]0;root\u{7}\r\n\u{9b}31m\u{202e}\u{2066}\0\u{200b}".as_bytes();

pub(crate) fn cases() -> Vec<Case> {
    let fields = fields();
    fields
        .iter()
        .flat_map(|field| said(field).into_iter().chain(pointed(field)))
        .collect()
}

/// Texts, and whether a sentence may be so.
fn said(field: &Field) -> Vec<Case> {
    use Allowed::{InSentences, Nowhere};
    let long = "a".repeat(5_000);
    let word = "a".repeat(65);
    [
        ("bytes that are no UTF-8", &b"good\xff"[..], Nowhere),
        ("a surrogate", b"\xed\xa0\x80", Nowhere),
        ("half a character", b"\xe2\x82", Nowhere),
        ("an overlong zero", b"\xc0\x80", Nowhere),
        ("5,000 bytes", long.as_bytes(), Nowhere),
        ("65 letters", word.as_bytes(), InSentences),
        ("nothing", b"", InSentences),
        ("a path", b"../../etc/passwd", InSentences),
        ("an option", b"--help", InSentences),
        ("a word of the host's", b"engine.trap", InSentences),
        ("another word of the host's", b"floor.version", InSentences),
        ("a third word of the host's", b"offer.empty", InSentences),
        ("control characters", BIDI_AND_ANSI, InSentences),
        ("half a document", b"{\"type\":", InSentences),
    ]
    .into_iter()
    // A name may well be `engine.trap`; that it is no code is what is tested.
    .filter(|(what, ..)| !(what.contains("word of the host's") && field.name == "name"))
    .map(|(what, text, allowed)| {
        let answer = (field.answer)(TEXT, text.len() as u32).holding(TEXT, text);
        let name = format!("{what} as {} from {}", field.name, field.function);
        let demanded = match allowed == InSentences && field.kind == Kind::Sentence {
            true => field.usual.clone(),
            false => Outcome::Stopped(field.function, "engine.output".to_owned()),
        };
        Case::new(name, Source::Guest(answer.guest()), vec![demanded])
    })
    .collect()
}

/// Canonical ABI, `load_string_from_range`.
fn pointed(field: &Field) -> Vec<Case> {
    [
        ("nowhere", u32::MAX, 1),
        ("across the end of memory", END - 1, 2),
        ("2^31 bytes long", TEXT, 1 << 31),
        ("2^32 - 1 bytes long", TEXT, u32::MAX),
    ]
    .map(|(what, pointer, len)| {
        let answer = (field.answer)(pointer, len);
        let name = format!("{} {what} from {}", field.name, field.function);
        Case::stopped(name, answer.guest(), field.function, &["engine.output"])
    })
    .into()
}

/// Every text of the contract that a guest answers with.
fn fields() -> Vec<Field> {
    let mut fields = of_descriptions();
    fields.extend(of_settings_errors());
    for judge in JUDGES {
        fields.extend(of_verdicts(judge));
    }
    fields
}

fn of_descriptions() -> Vec<Field> {
    use Kind::{Schema, Sentence, Word};
    let field = |name, kind, answer: fn(u32, u32) -> Answer| Field {
        name,
        kind,
        function: "describe",
        answer: Box::new(answer),
        usual: Outcome::Approved,
    };
    vec![
        field("name", Word, |at, len| {
            Answer::description().list(0, at, len)
        }),
        field("version", Word, |at, len| {
            Answer::description().list(2, at, len)
        }),
        field("summary", Sentence, |at, len| {
            Answer::description().list(4, at, len)
        }),
        field("schema", Schema, |at, len| {
            Answer::description().word(6, 1).list(7, at, len)
        }),
        field("documented code", Word, |at, len| {
            documented([at, len], [48, 23])
        }),
        field("documentation", Sentence, |at, len| {
            documented([16, 4], [at, len])
        }),
    ]
}

fn documented(code: [u32; 2], summary: [u32; 2]) -> Answer {
    Answer::description()
        .list(9, LIST, 1)
        .holding(LIST, &finding(code, 1, summary))
}

fn of_settings_errors() -> Vec<Field> {
    let refusing = |path: [u32; 2], message: [u32; 2]| {
        let error = words(&[path, message].concat());
        Answer::settings_errors()
            .list(1, LIST, 1)
            .holding(LIST, &error)
    };
    let field = |name, answer| Field {
        name,
        kind: Kind::Sentence,
        function: "configure",
        answer,
        usual: Outcome::NotLoaded("settings"),
    };
    vec![
        field(
            "path",
            Box::new(move |at, len| refusing([at, len], [48, 23])),
        ),
        field(
            "message",
            Box::new(move |at, len| refusing([48, 23], [at, len])),
        ),
    ]
}

fn of_verdicts(judge: &'static str) -> Vec<Field> {
    const CODE: &[u8] = b"hostile.text";
    let code = [OTHER_TEXT, CODE.len() as u32];
    let approving = move |code: [u32; 2], message: [u32; 2]| {
        let answer = Answer::approval(judge)
            .list(1, LIST, 1)
            .holding(OTHER_TEXT, CODE);
        answer.holding(LIST, &finding(code, 0, message))
    };
    let vetoing = move |code: [u32; 2], message: [u32; 2]| {
        let answer = Answer::veto(judge)
            .list(2, LIST, 1)
            .holding(OTHER_TEXT, CODE);
        answer.holding(LIST, &finding(code, 2, message))
    };
    let vetoed = Outcome::Stopped(judge, "hostile.text".to_owned());
    let field = |name, kind, answer, usual| Field {
        name,
        kind,
        function: judge,
        answer,
        usual,
    };
    use Kind::{Sentence, Word};
    vec![
        field(
            "code of a note",
            Word,
            Box::new(move |at, len| approving([at, len], code)),
            Outcome::Approved,
        ),
        field(
            "note",
            Sentence,
            Box::new(move |at, len| approving(code, [at, len])),
            Outcome::Approved,
        ),
        field(
            "code of a violation",
            Word,
            Box::new(move |at, len| vetoing([at, len], code)),
            vetoed.clone(),
        ),
        field(
            "violation",
            Sentence,
            Box::new(move |at, len| vetoing(code, [at, len])),
            vetoed,
        ),
    ]
}
