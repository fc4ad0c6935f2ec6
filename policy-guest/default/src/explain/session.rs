//! Why a session is judged as it is.

use countersign_policy_sdk::{Finding, Session, Severity, Verdict};

use super::{Effective, Explanation, Origin};
use crate::{
    judge::judge,
    terms::{Allowed, Fading},
};

/// The verdict on the parameters of a session, and how it came about.
#[derive(Clone, Debug)]
pub struct Explained<'a> {
    /// What held for this session.
    pub effective: Effective<'a>,
    /// What was looked at, in order, with what allows it or not.
    pub checks: Vec<Check>,
    /// The verdict. Its first violation decided.
    pub verdict: Verdict,
}

/// One thing about a session that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The key of the settings that it belongs to.
    pub key: &'static str,
    /// What was negotiated.
    pub value: String,
    /// What decides about it.
    pub from: Origin,
    /// Whether it is allowed there.
    pub allowed: bool,
}

impl Explanation {
    /// Judges a session as the policy does. Facts must be there to be read: see [`built`](countersign_policy_sdk::built).
    #[must_use]
    pub fn session(&self, session: &Session) -> Explained<'_> {
        let number = self
            .rules
            .rule_at(&session.endpoint)
            .map(|rule| rule.number);
        let effective = self
            .rules()
            .find(|effective| effective.number == number)
            .unwrap_or_else(|| self.top());
        Explained {
            checks: effective.checks(session),
            verdict: judge(effective.terms, session),
            effective,
        }
    }
}

impl Explained<'_> {
    /// The finding that decided: the first violation. None: the session is approved.
    #[must_use]
    pub fn decided_by(&self) -> Option<&Finding> {
        let is_violation = |finding: &&Finding| finding.severity == Severity::Violation;
        self.verdict.findings().iter().find(is_violation)
    }
}

impl Effective<'_> {
    fn checks(&self, session: &Session) -> Vec<Check> {
        let terms = self.terms;
        let version = self.check("versions", &terms.versions, session.version, |said| {
            said.versions.is_some()
        });
        let suite = self.check(
            "cipher_suites",
            &terms.cipher_suites,
            session.cipher_suite,
            |said| said.cipher_suites.is_some(),
        );
        let group = match session.group {
            Some(group) => self.check("groups", &terms.groups, group, |said| said.groups.is_some()),
            None => Check {
                key: "groups",
                value: "none".to_owned(),
                from: self.of_list("groups", &terms.groups, |said| said.groups.is_some()),
                allowed: !terms.refuses_without_group(session),
            },
        };
        vec![version, suite, group]
    }

    fn check<T: Fading>(
        &self,
        key: &'static str,
        allowed: &Allowed<T>,
        value: T,
        is_said: impl Fn(&crate::settings::Said<'_>) -> bool,
    ) -> Check {
        Check {
            key,
            value: value.to_string(),
            from: self.of_list(key, allowed, is_said),
            allowed: allowed.allows(value),
        }
    }
}
