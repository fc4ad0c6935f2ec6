//! One connection before the policies of its gate, in either role: what they may offer, what they say, and the record of it.

use std::sync::Arc;

use super::{
    HandshakeError,
    outcome::{EMPTY_OFFER, Ended, Failure, Refused, Veto},
};
use crate::{
    facts::{Certificate, ConnectionFacts},
    offer::{Floor, Narrowing, Offer, Unusable},
    policy::{CallError, Called, CurrentChain, Link, Mode, Policy, Snapshot},
    record::{Answer, Decision, DecisionRecord, Draft, Observer, Stage},
    session::{Endpoint, Session},
    verdict::{Alert, Finding, FindingCode, Refusal, Verdict},
};

/// The finding that a policy wants certificates of clients, and the gate cannot check any.
const NO_CLIENT_AUTH: FindingCode = FindingCode::host("offer.client-auth");

/// The algorithm of RSA keys (RFC 8017, appendix C).
const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";

/// A judge function of the contract.
type Judge = fn(&Policy, &Session, Arc<ConnectionFacts>) -> Called<Verdict>;

/// One connection on its way to a decision.
pub(super) struct Case {
    /// The policies from the connection's start to its end, whatever takes their place meanwhile.
    snapshot: Arc<Snapshot>,
    endpoint: Endpoint,
    facts: Arc<ConnectionFacts>,
    draft: Draft,
    /// Audited policies, by their place, that would have ended the connection already: they are not asked again.
    done: Vec<bool>,
}

impl Case {
    pub(super) fn new(
        chain: &CurrentChain,
        endpoint: &Endpoint,
        facts: ConnectionFacts,
        observer: &Arc<dyn Observer>,
    ) -> Self {
        let snapshot = chain.snapshot();
        let chain = snapshot.chain();
        let facts = Arc::new(facts);
        let observer = Arc::clone(observer);
        Self {
            draft: Draft::new(chain, endpoint.clone(), Arc::clone(&facts), observer),
            done: vec![false; chain.links().len()],
            snapshot,
            endpoint: endpoint.clone(),
            facts,
        }
    }

    /// The same connection before the policies of another gate.
    pub(super) fn handed_over(
        self,
        chain: &CurrentChain,
        endpoint: &Endpoint,
        facts: ConnectionFacts,
        observer: &Arc<dyn Observer>,
    ) -> Self {
        let snapshot = chain.snapshot();
        let chain = snapshot.chain();
        let facts = Arc::new(facts);
        let observer = Arc::clone(observer);
        let known = Arc::clone(&facts);
        Self {
            draft: self
                .draft
                .handed_over(chain, endpoint.clone(), known, observer),
            done: vec![false; chain.links().len()],
            snapshot,
            endpoint: endpoint.clone(),
            facts,
        }
    }

    /// The policies that decide on it.
    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(super) fn facts(&self) -> &ConnectionFacts {
        &self.facts
    }

    /// More is known of the connection now.
    pub(super) fn learn(&mut self, facts: ConnectionFacts) {
        self.facts = Arc::new(facts);
        let facts = Arc::clone(&self.facts);
        self.draft.note(|record| record.facts = facts);
    }

    /// The record in the making.
    pub(super) fn draft(&mut self) -> &mut Draft {
        &mut self.draft
    }

    /// Settles what to offer: what all policies that enforce leave of the floor.
    pub(super) fn constrain(&mut self, floor: &Floor) -> Result<Offer, Refusal> {
        let snapshot = Arc::clone(&self.snapshot);
        let mut ruling = None;
        let mut narrowing = Narrowing::new(floor);
        let mut audited = Vec::new();
        for (at, link) in snapshot.chain().links().iter().enumerate() {
            match (link.mode, self.ask_to_constrain(at, link, floor)) {
                (Mode::Enforce, Ok(answer)) => {
                    let left = narrowing.narrow(answer).map(|()| Vec::new());
                    let opinion = left.map_err(|error| unusable(link, &narrowing, &error));
                    self.hear(at, opinion, &mut ruling);
                }
                (Mode::Audit, Ok(answer)) => audited.push((at, link, answer)),
                (_, Err(refusal)) => self.hear(at, Err(refusal), &mut ruling),
            }
        }
        for (at, link, answer) in audited {
            self.note_audited(at, link, answer, &narrowing);
        }
        match ruling {
            Some(refusal) => Err(refusal),
            None => Ok(narrowing.into_left()),
        }
    }

    /// Looks at what each audited policy would have left to offer, and notes where that would have been refused.
    pub(super) fn note_disagreements(&mut self, find: impl Fn(&Offer) -> Option<Finding>) {
        for at in 0..self.done.len() {
            if let Some(finding) = self.draft.would_offer(at).and_then(&find) {
                self.would_veto(at, vec![finding]);
            }
        }
    }

    /// Asks the policies about a session: its parameters, then, if those are approved, its peer.
    pub(super) fn judge(&mut self, session: &Session) -> Result<(), Refusal> {
        self.judge_parameters(session)?;
        self.judge_peer(session)
    }

    /// Asks the policies about parameters: those of a handshake, or those that a server would choose.
    pub(super) fn judge_parameters(&mut self, session: &Session) -> Result<(), Refusal> {
        self.draft.note(|record| record.stage = Stage::Parameters);
        let alert = Alert::INSUFFICIENT_SECURITY;
        self.ask_to_judge("judge-parameters", Policy::judge_parameters, session, alert)
    }

    /// Asks the policies about the peer.
    pub(super) fn judge_peer(&mut self, session: &Session) -> Result<(), Refusal> {
        self.draft.note(|record| record.stage = Stage::Peer);
        let alert = Alert::ACCESS_DENIED;
        let ruling = self.ask_to_judge("judge-peer", Policy::judge_peer, session, alert);
        self.draft.note_would_approve(session);
        ruling
    }

    /// Why the peer is refused whose signature does not verify.
    pub(super) fn unproven(&self, error: &rustls::Error) -> HandshakeError {
        let own = self.facts.peer_certificates().first();
        let rsa = own.filter(|own| own.key_algorithm() == RSA_ENCRYPTION);
        HandshakeError::Unproven {
            error: error.clone(),
            rsa_bits: rsa.map(Certificate::key_bits),
        }
    }

    /// The peer is not trusted, whatever the policies say: what they have against it is told first. Where TLS demands an alert,
    /// theirs gives way.
    pub(super) fn distrusted(
        &mut self,
        verdict: Result<(), Refusal>,
        error: HandshakeError,
    ) -> Ended {
        self.draft.note_failure(&error);
        match verdict {
            Err(refusal) => Ended::from(Refusal {
                alert: error.demanded_alert().or(refusal.alert),
                ..refusal
            }),
            Ok(()) => error.into(),
        }
    }

    /// The host itself refuses.
    pub(super) fn refuse(&mut self, finding: Finding, alert: Option<Alert>) -> Refusal {
        let findings = vec![finding];
        self.draft
            .note(|record| record.findings.extend(findings.iter().cloned()));
        Refusal { alert, findings }
    }

    /// Notes how the attempt ends, before the peer is told: should nobody wait for that, the record is still right.
    pub(super) fn settle(&mut self, ended: &Ended, alert: Option<Alert>) {
        match ended {
            Ended::Veto(_) => {
                self.draft.note(|record| record.alert = alert);
                self.draft.settle(Decision::Vetoed);
            }
            Ended::Failed(error) => self.settle_failure(error, alert),
        }
    }

    /// The same for a failure.
    pub(super) fn settle_failure(&mut self, error: &HandshakeError, alert: Option<Alert>) {
        self.draft.note(|record| record.alert = alert);
        self.draft.note_failure(error);
        self.draft.settle(Decision::Failed);
    }

    /// Ends the attempt and publishes its record.
    pub(super) fn end(mut self, ended: Ended, alert: Option<Alert>) -> Refused {
        self.settle(&ended, alert);
        match ended {
            Ended::Veto(refusal) => {
                let record = self.draft.publish(Decision::Vetoed);
                Refused::Veto(Veto {
                    stage: record.stage,
                    findings: refusal.findings,
                    alert,
                    record,
                })
            }
            Ended::Failed(error) => {
                let record = self.draft.publish(Decision::Failed);
                Refused::Failed(Failure { error, record })
            }
        }
    }

    /// The connection can carry data.
    pub(super) fn established(mut self) -> Arc<DecisionRecord> {
        self.draft.note(|record| record.stage = Stage::Established);
        self.draft.publish(Decision::Approved)
    }

    fn ask_to_constrain(
        &mut self,
        at: usize,
        link: &Link,
        floor: &Floor,
    ) -> Result<Offer, Refusal> {
        const FUNCTION: &str = "constrain";
        let facts = Arc::clone(&self.facts);
        let policy = &link.policy;
        let called = policy.constrain(&self.endpoint, floor.available(), facts);
        let answer = match &called.result {
            Ok(_) => Answer::Offer,
            Err(_) => Answer::Failed,
        };
        self.draft.note_call(at, FUNCTION, &called, answer);
        called
            .result
            .map_err(|error| unanswered(policy, FUNCTION, &error))
    }

    fn ask_to_judge(
        &mut self,
        function: &'static str,
        judge: Judge,
        session: &Session,
        alert: Alert,
    ) -> Result<(), Refusal> {
        let snapshot = Arc::clone(&self.snapshot);
        let mut ruling = None;
        for (at, link) in snapshot.chain().links().iter().enumerate() {
            if self.done[at] {
                continue;
            }
            let called = judge(&link.policy, session, Arc::clone(&self.facts));
            self.draft
                .note_call(at, function, &called, answer_of(&called));
            let opinion = match called.result {
                Ok(Verdict::Approve(findings)) => Ok(findings),
                Ok(Verdict::Veto(refusal)) => Err(Refusal {
                    alert: refusal.alert.or(Some(alert)),
                    ..refusal
                }),
                Err(error) => Err(unanswered(&link.policy, function, &error)),
            };
            self.hear(at, opinion, &mut ruling);
        }
        ruling.map_or(Ok(()), Err)
    }

    /// What an enforcing policy says goes into the record and into the ruling; what an audited one says, only into its
    /// part of the record. Of several vetoes the first one's alert is sent.
    fn hear(
        &mut self,
        at: usize,
        opinion: Result<Vec<Finding>, Refusal>,
        ruling: &mut Option<Refusal>,
    ) {
        let mode = self.snapshot.chain().links()[at].mode;
        match (mode, opinion) {
            (Mode::Enforce, Ok(findings)) => {
                self.draft.note(|record| record.findings.extend(findings));
            }
            (Mode::Enforce, Err(refusal)) => {
                let findings = refusal.findings.iter().cloned();
                self.draft.note(|record| record.findings.extend(findings));
                match ruling {
                    None => *ruling = Some(refusal),
                    Some(first) => first.findings.extend(refusal.findings),
                }
            }
            (Mode::Audit, Ok(findings)) => {
                self.draft
                    .note_would(at, |would| would.findings.extend(findings));
            }
            (Mode::Audit, Err(refusal)) => self.would_veto(at, refusal.findings),
        }
    }

    /// What would have been offered if an audited policy's answer counted, where that is less.
    fn note_audited(&mut self, at: usize, link: &Link, answer: Offer, narrowing: &Narrowing<'_>) {
        match narrowing.narrowed(answer) {
            Ok(offer) if offer == *narrowing.left() => {}
            Ok(offer) => self.draft.note_would(at, |would| would.offer = Some(offer)),
            Err(error) => self.would_veto(at, unusable(link, narrowing, &error).findings),
        }
    }

    fn would_veto(&mut self, at: usize, findings: Vec<Finding>) {
        self.done[at] = true;
        self.draft.note_would(at, |would| would.veto(findings));
    }
}

fn answer_of(called: &Called<Verdict>) -> Answer {
    match &called.result {
        Ok(Verdict::Approve(_)) => Answer::Approve,
        Ok(Verdict::Veto(_)) => Answer::Veto,
        Err(_) => Answer::Failed,
    }
}

/// A policy that gives no answer refuses.
fn unanswered(policy: &Policy, function: &'static str, error: &CallError) -> Refusal {
    let finding = error.finding(policy.name(), function);
    Refusal {
        alert: Some(Alert::INTERNAL_ERROR),
        findings: vec![finding],
    }
}

/// A policy that leaves nothing refuses. handshake_failure: no set of parameters is acceptable (RFC 8446, section 6.2).
fn unusable(link: &Link, narrowing: &Narrowing<'_>, error: &Unusable) -> Refusal {
    let name = link.policy.name();
    let finding = match error {
        Unusable::Empty => {
            let rest = match narrowing.is_untouched() {
                true => "",
                false => " of what the others leave",
            };
            let message = format!("The policy `{name}` leaves nothing to offer{rest}: {error}.");
            Finding::host(EMPTY_OFFER, message)
        }
        Unusable::ClientAuth => {
            let message = format!("The policy `{name}` cannot be obeyed: {error}.");
            Finding::host(NO_CLIENT_AUTH, message)
        }
    };
    Refusal {
        alert: Some(Alert::HANDSHAKE_FAILURE),
        findings: vec![finding],
    }
}
