//! The verdict of the built-in policy on a session, asked natively.

use countersign_default_policy::explain::{Attempt, Check, Explanation, Tried};
use countersign_policy_sdk::{Finding, Severity, Verdict};

use super::Known;

const NOT_ASKED: &str = "that is asked only in a handshake, and where the parameters are approved";

/// The verdict on a session, and how it came about.
pub(crate) struct Judged {
    /// The rules, in the order in which they are looked at.
    pub(crate) rules: Vec<Attempt>,
    /// What was looked at of the parameters.
    pub(crate) parameters: Vec<Check>,
    pub(crate) peer: Peer,
    /// Of `judge-parameters`.
    verdict: Verdict,
}

/// What came of who the peer is.
pub(crate) enum Peer {
    /// It was judged.
    Judged {
        checks: Vec<Check>,
        verdict: Verdict,
    },
    /// Nobody asked: the parameters are refused.
    NotAsked,
    /// It cannot be: this is not known.
    Unknown(Vec<&'static str>),
}

impl Judged {
    /// Asks as a gate does: the parameters, then, if those are approved, the peer.
    pub(crate) fn of(explanation: &Explanation, known: &Known) -> Self {
        let (session, facts) = (&known.session, &known.facts);
        let told = facts.clone().during(|| {
            let rules = explanation.tried(&session.endpoint);
            let explained = explanation.session(session);
            (rules, explained.checks, explained.verdict)
        });
        let ((rules, parameters, verdict), _) = told;
        let peer = match verdict.is_approved() && !known.is_observed {
            true => Peer::of(explanation, known),
            false => Peer::NotAsked,
        };
        Self {
            rules,
            parameters,
            peer,
            verdict,
        }
    }

    /// Whether nothing speaks against the session.
    pub(crate) fn is_approved(&self) -> bool {
        let is_approved = |verdict: &Verdict| verdict.is_approved();
        self.verdict.is_approved() && self.peer_verdict().is_none_or(is_approved)
    }

    /// What was found, in order.
    pub(crate) fn findings(&self) -> impl Iterator<Item = &Finding> {
        let of_peer = self.peer_verdict().into_iter().flat_map(Verdict::findings);
        self.verdict.findings().iter().chain(of_peer)
    }

    /// The first violation, and the function that found it.
    pub(crate) fn decided_by(&self) -> Option<(&'static str, &Finding)> {
        let first = |verdict: &'_ Verdict| {
            let mut findings = verdict.findings().iter();
            findings.position(|finding| finding.severity == Severity::Violation)
        };
        if let Some(at) = first(&self.verdict) {
            return Some(("judge-parameters", &self.verdict.findings()[at]));
        }
        let peer = self.peer_verdict()?;
        first(peer).map(|at| ("judge-peer", &peer.findings()[at]))
    }

    /// Why the peer is not judged, if it is not.
    pub(crate) fn not_judged(&self) -> Option<String> {
        match &self.peer {
            Peer::Judged { .. } => None,
            Peer::NotAsked => Some(NOT_ASKED.to_owned()),
            Peer::Unknown(facts) if facts.contains(&"peer-certificates") => {
                Some("the session file has no certificates".to_owned())
            }
            Peer::Unknown(facts) => Some(format!(
                "the session file does not say {}",
                facts.join(", ")
            )),
        }
    }

    /// The place of the rule that holds.
    pub(crate) fn rule(&self) -> &str {
        let mut rules = self.rules.iter();
        let holds = rules.find(|attempt| attempt.tried == Tried::Holds);
        holds.map_or("$", |attempt| &attempt.path)
    }

    fn peer_verdict(&self) -> Option<&Verdict> {
        match &self.peer {
            Peer::Judged { verdict, .. } => Some(verdict),
            Peer::NotAsked | Peer::Unknown(_) => None,
        }
    }
}

impl Peer {
    fn of(explanation: &Explanation, known: &Known) -> Self {
        let (session, facts) = (&known.session, &known.facts);
        let (_, read) = facts.clone().during(|| explanation.peer_verdict(session));
        let unknown: Vec<_> = read
            .into_iter()
            .filter(|fact| known.unknown.contains(fact))
            .collect();
        if !unknown.is_empty() {
            return Self::Unknown(unknown);
        }
        let (explained, _) = facts.clone().during(|| explanation.peer(session));
        Self::Judged {
            checks: explained.checks,
            verdict: explained.verdict,
        }
    }
}
