//! What was looked at, and what came of it.

use countersign_policy_sdk::{Finding, Severity};

use super::Origin;

/// One thing about a session that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The key of the settings that it belongs to.
    pub key: &'static str,
    /// What was negotiated; of a certificate, what is asked.
    pub value: String,
    /// What decides about it.
    pub from: Origin,
    /// What came of it.
    pub outcome: Outcome,
    /// The codes of what was found.
    pub codes: Vec<String>,
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is allowed.
    Allowed,
    /// It is, with a warning.
    Warned,
    /// It is refused.
    Refused,
    /// There was nothing to judge.
    NotJudged,
}

impl Check {
    /// A check that these findings are about, if any of them is.
    pub(super) fn of<'a>(
        key: &'static str,
        value: String,
        from: Origin,
        findings: impl IntoIterator<Item = &'a Finding>,
    ) -> Self {
        let mut outcome = Outcome::Allowed;
        let mut codes = Vec::new();
        for finding in findings {
            codes.push(finding.code.clone());
            outcome = match (outcome, finding.severity) {
                (_, Severity::Violation) => Outcome::Refused,
                (Outcome::Allowed, Severity::Warning) => Outcome::Warned,
                (outcome, _) => outcome,
            };
        }
        Self {
            key,
            value,
            from,
            outcome,
            codes,
        }
    }
}
