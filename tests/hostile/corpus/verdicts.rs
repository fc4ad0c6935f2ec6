//! Verdicts that the canonical ABI allows and the contract does not.

use super::Case;
use crate::answer::{Answer, JUDGES, LIST, TEXT, finding};

const CODE: &[u8] = b"hostile.verdict";
const NOTE: u32 = 0;
const WARNING: u32 = 1;
const VIOLATION: u32 = 2;

pub(crate) fn cases() -> Vec<Case> {
    JUDGES.into_iter().flat_map(of).collect()
}

fn of(judge: &'static str) -> Vec<Case> {
    let refused = |what: &str, answer: Answer| {
        Case::stopped(
            format!("{what} from {judge}"),
            answer.guest(),
            judge,
            &["engine.output"],
        )
    };
    let mut cases = vec![
        refused(
            "an approval with a violation",
            found(Answer::approval(judge), 1, VIOLATION),
        ),
        refused("a veto without findings", Answer::veto(judge)),
        refused("a veto with a note", found(Answer::veto(judge), 2, NOTE)),
        refused(
            "a veto with a warning",
            found(Answer::veto(judge), 2, WARNING),
        ),
    ];
    // Alerts that end a connection without saying why, or that lie about who is to blame.
    for alert in [0, 10, 80, 90, 255] {
        cases.push(refused(
            &format!("the alert {alert}"),
            alerting(judge, alert),
        ));
    }
    for alert in [40, 120] {
        let name = format!("the alert {alert} from {judge}");
        cases.push(Case::stopped(
            name,
            alerting(judge, alert).guest(),
            judge,
            &["hostile.verdict"],
        ));
    }
    cases
}

fn alerting(judge: &'static str, alert: u32) -> Answer {
    found(Answer::veto(judge), 2, VIOLATION).word(1, alert << 8 | 1)
}

/// The answer with one finding in its list.
fn found(answer: Answer, list: usize, severity: u32) -> Answer {
    let text = [TEXT, CODE.len() as u32];
    let answer = answer.list(list, LIST, 1).holding(TEXT, CODE);
    answer.holding(LIST, &finding(text, severity, text))
}
