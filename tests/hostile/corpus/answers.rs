//! Answers that break the canonical ABI: pointers to nowhere, tags and enumerations without such a case.

use super::Case;
use crate::answer::{Answer, END, JUDGES, LIST, OTHER_TEXT, RESULT, TEXT, finding};

/// What the host says of an answer that is none.
const OUTPUT: [&str; 1] = ["engine.output"];

pub(crate) fn cases() -> Vec<Case> {
    let answers = pointers().into_iter().chain(tags()).map(|(what, answer)| {
        let name = format!("{what} from {}", answer.function);
        Case::stopped(name, answer.guest(), answer.function, &OUTPUT)
    });
    answers.chain([truth()]).collect()
}

/// One good answer of every function.
fn good() -> [Answer; 5] {
    [
        Answer::description(),
        Answer::settings_errors(),
        Answer::offer(),
        Answer::approval(JUDGES[0]),
        Answer::approval(JUDGES[1]),
    ]
}

/// Canonical ABI, `lift`: an answer is aligned and lies within the memory.
fn pointers() -> Vec<(String, Answer)> {
    let everywhere = [u32::MAX, u32::MAX - 3, END, END - 4, RESULT + 1, RESULT + 2];
    good()
        .into_iter()
        .flat_map(|answer| {
            everywhere.map(|at| {
                (
                    format!("an answer at {at:#x}"),
                    answer.clone().standing_at(at),
                )
            })
        })
        .collect()
}

/// Canonical ABI, `load_variant`: no case, no value.
fn tags() -> Vec<(String, Answer)> {
    let documented = Answer::description()
        .list(9, LIST, 1)
        .holding(LIST, &finding([16, 4], 3, [48, 23]));
    let mut answers = vec![
        (
            "a client-auth of 3".to_owned(),
            Answer::offer().word(8, 0x0301),
        ),
        (
            "a client-auth of 255".to_owned(),
            Answer::offer().word(8, 0xff01),
        ),
        ("a documented severity of 3".to_owned(), documented),
    ];
    for tag in [2, 255] {
        answers.push((
            format!("a schema with the tag {tag}"),
            Answer::description().word(6, tag),
        ));
        answers.push((
            format!("a result with the tag {tag}"),
            Answer::settings_errors().word(0, tag),
        ));
        for judge in JUDGES {
            answers.push((
                format!("a verdict with the tag {tag}"),
                Answer::approval(judge).word(0, tag),
            ));
            // 71 stands behind the tag of the option.
            let alert = Answer::veto(judge).word(1, 0x4700 | tag);
            answers.push((format!("an alert with the tag {tag}"), alert));
        }
    }
    for (judge, severity) in JUDGES
        .into_iter()
        .flat_map(|judge| [(judge, 3), (judge, 255)])
    {
        let found = finding([TEXT, 3], severity, [OTHER_TEXT, 0]);
        let answer = Answer::approval(judge).list(1, LIST, 1);
        let answer = answer.holding(LIST, &found).holding(TEXT, b"a.b");
        answers.push((format!("a severity of {severity}"), answer));
    }
    answers
}

/// Canonical ABI, `convert_int_to_bool`: all but 0 is true.
fn truth() -> Case {
    let answer = Answer::offer().word(8, 0x00aa);
    Case::approved("a truth of 170 from constrain", answer.guest())
}
