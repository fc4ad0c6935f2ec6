//! What each policy said, in one word and one reason.

use std::sync::Arc;

use countersign::{
    policy::Mode,
    record::{Answer, DecisionRecord, PolicyRecord, Prospect},
    verdict::{Finding, Severity, Source},
};

/// Mode, verdict and first reason of a policy. None if it was not asked to the end.
pub(super) fn said<'a>(
    record: &'a DecisionRecord,
    policy: &'a PolicyRecord,
) -> Option<(&'static str, &'static str, &'a str)> {
    let source = Source::Policy(Arc::clone(&policy.name));
    if let (Mode::Audit, Some(would)) = (policy.mode, &policy.would) {
        let code = first(&would.findings).unwrap_or_default();
        return match would.decision {
            Prospect::Approved => Some(("audit", "approved", "")),
            Prospect::Vetoed => Some(("audit", "vetoed", code)),
            Prospect::Unknown => Some(("audit", "unknown", code)),
        };
    }
    if let Some(code) = violation(&record.findings, &source) {
        return Some(("enforce", "vetoed", code));
    }
    let approved = policy
        .calls
        .iter()
        .any(|call| call.answer == Answer::Approve);
    approved.then_some(("enforce", "approved", ""))
}

pub(super) fn violation<'a>(findings: &'a [Finding], source: &Source) -> Option<&'a str> {
    let mut own = findings.iter().filter(|it| it.source == *source);
    let found = own.find(|it| it.severity == Severity::Violation);
    found.map(|finding| finding.code.as_str())
}

fn first(findings: &[Finding]) -> Option<&str> {
    let found = findings
        .iter()
        .find(|it| it.severity == Severity::Violation);
    found.map(|finding| finding.code.as_str())
}
