//! Why a session is judged as it is.

use std::fmt::Display;

use countersign_names::{Group, SignatureScheme};
use countersign_policy_sdk::{Finding, Policy, Session, Severity, Verdict, facts};

use super::{Check, Effective, Explanation, LastDay, kind::Listable};
use crate::settings::PostQuantum;

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

/// The verdict on the peer, and how it came about.
#[derive(Clone, Debug)]
pub struct ExplainedPeer {
    /// What was looked at, in order.
    pub checks: Vec<Check>,
    /// The verdict. Its first violation decided.
    pub verdict: Verdict,
}

impl Explanation {
    /// Judges the parameters of a session as the policy does. Facts must be there to be read: see
    /// [`built`](countersign_policy_sdk::built).
    #[must_use]
    pub fn session(&self, session: &Session) -> Explained<'_> {
        let effective = self.effective(session);
        let verdict = self.policy.judge_parameters(session);
        Explained {
            checks: effective.checks(session, verdict.findings()),
            verdict,
            effective,
        }
    }

    /// Judges who the peer of a session is, as the policy does. Facts must be there to be read.
    #[must_use]
    pub fn peer(&self, session: &Session) -> ExplainedPeer {
        let effective = self.effective(session);
        let verdict = self.policy.judge_peer(session);
        ExplainedPeer {
            checks: effective.peer_checks(session, verdict.findings()),
            verdict,
        }
    }

    /// Judges who the peer is, and no more: only what the policy reads is read.
    #[must_use]
    pub fn peer_verdict(&self, session: &Session) -> Verdict {
        self.policy.judge_peer(session)
    }

    fn effective(&self, session: &Session) -> Effective<'_> {
        let rule = self.policy.0.rule_at(&session.endpoint);
        let number = rule.map(|rule| rule.number);
        let mut rules = self.rules();
        rules
            .find(|effective| effective.number == number)
            .unwrap_or_else(|| self.top())
    }
}

impl Explained<'_> {
    /// The finding that decided: the first violation. None: the parameters are approved.
    #[must_use]
    pub fn decided_by(&self) -> Option<&Finding> {
        decisive(&self.verdict)
    }
}

impl ExplainedPeer {
    /// The finding that decided: the first violation. None: the peer is approved.
    #[must_use]
    pub fn decided_by(&self) -> Option<&Finding> {
        decisive(&self.verdict)
    }
}

fn decisive(verdict: &Verdict) -> Option<&Finding> {
    let mut findings = verdict.findings().iter();
    findings.find(|finding| finding.severity == Severity::Violation)
}

impl Effective<'_> {
    /// The parameters, in the order in which the policy looks at them. What is found decides: nothing is judged twice.
    fn checks(&self, session: &Session, findings: &[Finding]) -> Vec<Check> {
        let of = |start: &'static str| {
            let findings = findings.iter();
            findings.filter(move |finding| finding.code.starts_with(start))
        };
        let group = session.group;
        let group_words = group.map_or_else(|| "none".to_owned(), |group| group.to_string());
        let is_pq = |finding: &&Finding| finding.code == "group.not-post-quantum";
        let from_groups = match group {
            Some(group) => self.standing_of_group(group).from,
            None => self.of_list::<Group>(),
        };
        let mut checks = vec![
            Check::of(
                "versions",
                session.version.to_string(),
                self.standing_of_version(session.version).from,
                of("version."),
            ),
            Check::of(
                "cipher_suites",
                session.cipher_suite.to_string(),
                self.standing_of_cipher_suite(session.cipher_suite).from,
                of("cipher-suite."),
            ),
            Check::of(
                "groups",
                group_words,
                from_groups,
                of("group.").filter(|finding| !is_pq(finding)),
            ),
        ];
        checks.extend(self.other_checks(session, findings));
        checks.extend(self.sunset_checks(session, findings));
        checks
    }

    /// What is asked besides the three lists.
    fn other_checks(&self, session: &Session, findings: &[Finding]) -> [Check; 3] {
        let of = |code: &'static str| findings.iter().filter(move |one| one.code == code);
        let withstands = session.group.is_some_and(Group::is_post_quantum);
        let post_quantum = match (withstands, self.terms.post_quantum) {
            (true, _) => "withstands quantum computers",
            (false, PostQuantum::Require) => "does not withstand quantum computers",
            (false, _) => "not required",
        };
        let alpn = session.alpn.as_ref();
        let alpn = alpn.map_or_else(|| "none".to_owned(), |name| name.escape_ascii().to_string());
        let resumption = match session.resumed {
            true => "an earlier session",
            false => "a full handshake",
        };
        [
            Check::of(
                "post_quantum",
                post_quantum.to_owned(),
                self.origin("post_quantum", |said| said.post_quantum.is_some()),
                of("group.not-post-quantum"),
            ),
            Check::of(
                "alpn",
                alpn,
                self.origin("alpn", |said| said.alpn.is_some()),
                of("alpn.not-allowed"),
            ),
            Check::of(
                "resumption",
                resumption.to_owned(),
                self.origin("resumption", |said| said.resumption.is_some()),
                of("resumption.not-allowed"),
            ),
        ]
    }

    /// Whatever of the session ends.
    fn sunset_checks(&self, session: &Session, findings: &[Finding]) -> Vec<Check> {
        let all = self.last_day_of_all();
        let all = all.map(|last| {
            let name = self.terms.profile.map_or("this policy", |one| one.name);
            (name.to_owned(), last)
        });
        let lasts = [
            all,
            self.last(session.version),
            self.last(session.cipher_suite),
            session.group.and_then(|group| self.last(group)),
        ];
        let lasts = lasts.into_iter().flatten();
        lasts.map(|last| sunset_check(last, findings)).collect()
    }

    /// With which scheme the peer signed, if anything is asked of that. Facts must be there to be read.
    pub(super) fn signature_checks(&self, findings: &[Finding]) -> Vec<Check> {
        if !self.terms.asks_of_signature() {
            return Vec::new();
        }
        let of = findings
            .iter()
            .filter(|one| one.code.starts_with("signature-scheme."));
        let Some(scheme) = facts::signature_scheme() else {
            let from = self.of_list::<SignatureScheme>();
            let value = "the peer signed nothing".to_owned();
            return vec![Check::of("signature_schemes", value, from, of)];
        };
        let from = self.standing_of_signature_scheme(scheme).from;
        let check = Check::of("signature_schemes", scheme.to_string(), from, of);
        let last = self.last(scheme);
        let last = last.map(|last| sunset_check(last, findings));
        [check].into_iter().chain(last).collect()
    }

    fn last<T: Listable + Display>(&self, value: T) -> Option<(String, LastDay)> {
        Some((value.to_string(), self.last_day(value)?))
    }
}

/// What ends, and what was found of that.
fn sunset_check((name, last): (String, LastDay), findings: &[Finding]) -> Check {
    let about = |finding: &&Finding| {
        let is_sunset = finding.code.starts_with("sunset.");
        is_sunset && finding.message.starts_with(&format!("{name} "))
    };
    let end = match last.is_promise {
        true => "at least until",
        false => "until",
    };
    let value = format!("{name} {end} {}", last.day);
    Check::of("sunset", value, last.from, findings.iter().filter(about))
}

/// Whether the peer showed a certificate.
pub(super) fn has_certificate() -> bool {
    !facts::peer_certificates().is_empty()
}
