//! One connection's way through the policy: what is offered, and what the verdict is. No I/O.

use std::sync::Arc;

use rustls::ClientConfig;

use super::{
    Approval, HandshakeError, client::GateParts, client::Peer, handshake::ClientHandshake,
    sessions::ConnectionSessions,
};
use crate::{
    facts::{ChainCheck, ConnectionFacts},
    offer::{self, Offer},
    policy::Called,
    record::{Answer, Decision, DecisionRecord, Draft, Stage},
    session::Session,
    verdict::{Alert, Finding, FindingCode, Refusal, Severity, Verdict},
};

/// The finding that nothing is left to offer.
const EMPTY_OFFER: FindingCode = FindingCode::host("offer.empty");

/// A connection that did not become a stream.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Policy refused it.
    #[error(transparent)]
    Veto(Veto),
    /// It failed for another reason.
    #[error(transparent)]
    Failed(Failure),
}

/// A veto: who found what, and what the peer was told.
#[derive(Debug, thiserror::Error)]
#[error("vetoed by policy: {}", .findings.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join(" "))]
pub struct Veto {
    /// How far the connection came.
    pub stage: Stage,
    /// The reasons, at least one violation among them.
    pub findings: Vec<Finding>,
    /// What the peer is told; nothing if nothing was sent to it.
    pub alert: Option<Alert>,
    /// The whole story.
    pub record: Arc<DecisionRecord>,
}

/// A failure that is not the policy's.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Failure {
    /// What failed.
    #[source]
    pub error: HandshakeError,
    /// The whole story.
    pub record: Arc<DecisionRecord>,
}

impl Refused {
    /// The record of the connection.
    pub fn record(&self) -> &Arc<DecisionRecord> {
        match self {
            Self::Veto(veto) => &veto.record,
            Self::Failed(failure) => &failure.record,
        }
    }
}

/// Why an attempt ended, before the record is published.
#[derive(Debug)]
pub(super) enum Ended {
    Veto(Refusal),
    Failed(HandshakeError),
}

impl Ended {
    /// Whether there was nothing to offer: no server can agree with that.
    pub(super) fn is_empty_offer(&self) -> bool {
        matches!(self, Self::Veto(refusal) if refusal.findings.iter().any(|finding| finding.code == EMPTY_OFFER))
    }
}

impl From<HandshakeError> for Ended {
    fn from(error: HandshakeError) -> Self {
        Self::Failed(error)
    }
}

/// One connection on its way to a decision.
pub(super) struct Attempt {
    pub(super) gate: Arc<GateParts>,
    pub(super) peer: Peer,
    facts: Arc<ConnectionFacts>,
    draft: Draft,
    /// What was offered; none if nothing could be.
    offer: Option<Offer>,
    sessions: Arc<ConnectionSessions>,
}

impl Attempt {
    pub(super) fn new(gate: Arc<GateParts>, peer: Peer) -> Self {
        let address = peer.address.map(|address| address.ip());
        let facts = ConnectionFacts::of_client(&peer.name, peer.port, address);
        let facts = Arc::new(facts);
        let draft = Draft::new(
            gate.endpoint.clone(),
            Arc::clone(&facts),
            Arc::clone(&gate.observer),
        );
        Self {
            sessions: ConnectionSessions::new(Arc::clone(&gate.sessions), peer.port),
            gate,
            peer,
            facts,
            draft,
            offer: None,
        }
    }

    /// Settles what to offer, and makes the ClientHello from it. Nothing has been sent yet.
    pub(super) fn open(&mut self) -> Result<ClientHandshake, Ended> {
        let offer = self.constrain().map_err(Ended::Veto)?;
        let config = self.config(&offer);
        self.draft.note(|record| {
            record.offer = Some(offer.clone());
            record.stage = Stage::Handshake;
        });
        self.offer = Some(offer);
        let config = config.map_err(HandshakeError::Tls)?;
        let limits = self.gate.handshake_limits;
        let handshake = ClientHandshake::new(Arc::new(config), self.peer.name.clone(), limits);
        Ok(handshake.map_err(HandshakeError::Tls)?)
    }

    /// The verdict on a handshake that reached its decision point: policy first, then the certificate, so that
    /// both are known where both speak against the connection.
    pub(super) fn judge(&mut self, handshake: &ClientHandshake) -> Result<Approval, Ended> {
        let Some(session) = handshake.session(&self.gate.endpoint) else {
            return Err(HandshakeError::Abandoned.into());
        };
        let check = self.chain_check(handshake);
        let facts = self
            .facts
            .with_peer(handshake.peer_certificates(), check.clone());
        self.facts = Arc::new(facts);
        self.draft.note(|record| {
            record.facts = Arc::clone(&self.facts);
            record.session = Some(session.clone());
        });
        let verdict = self.judge_session(&session);
        let trusted = check == ChainCheck::Valid || self.gate.accepts_invalid_certificates;
        if !trusted {
            let error = HandshakeError::Certificate(check);
            self.draft.note_failure(&error);
            verdict.map_err(Ended::Veto)?;
            return Err(error.into());
        }
        verdict.map_err(Ended::Veto)?;
        self.draft.note(|record| record.stage = Stage::Finish);
        self.sessions.approve();
        Ok(Approval::grant())
    }

    /// Asks the policy about a session: its parameters, then, if those are approved, its peer.
    fn judge_session(&mut self, session: &Session) -> Result<(), Refusal> {
        self.judge_parameters(session)?;
        self.draft.note(|record| record.stage = Stage::Peer);
        let facts = Arc::clone(&self.facts);
        let called = self.gate.policy.judge_peer(session, facts);
        self.settle("judge-peer", called, Alert::ACCESS_DENIED)
    }

    /// Asks the policy about parameters: those of a handshake, or those that a server would choose.
    pub(super) fn judge_parameters(&mut self, session: &Session) -> Result<(), Refusal> {
        self.draft.note(|record| record.stage = Stage::Parameters);
        let facts = Arc::clone(&self.facts);
        let called = self.gate.policy.judge_parameters(session, facts);
        self.settle("judge-parameters", called, Alert::INSUFFICIENT_SECURITY)
    }

    /// Ends the attempt and publishes its record.
    pub(super) fn end(mut self, ended: Ended, alert: Option<Alert>) -> Refused {
        self.draft.note(|record| record.alert = alert);
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
                self.draft.note_failure(&error);
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

    /// The record in the making.
    pub(super) fn draft(&mut self) -> &mut Draft {
        &mut self.draft
    }

    /// What stood in the way of a session that the policy accepts: the TLS library, or the offer. `None` if it was
    /// offered.
    pub(super) fn obstacle(&self, session: &Session, shown: String) -> Option<HandshakeError> {
        if self
            .offer
            .as_ref()
            .is_some_and(|offer| offer.allows(session))
        {
            return None;
        }
        if self.gate.floor.available().allows(session) {
            Some(HandshakeError::NotOffered(shown))
        } else {
            Some(HandshakeError::NotSpeakable(shown))
        }
    }

    /// The policy would have accepted the server's choice: that nothing could be offered is then no violation, but
    /// explains what stood in the way.
    pub(super) fn excuse_empty_offer(&mut self) {
        self.draft.note(|record| {
            let findings = record.findings.iter_mut();
            for finding in findings.filter(|finding| finding.code == EMPTY_OFFER) {
                finding.severity = Severity::Note;
            }
        });
    }

    fn constrain(&mut self) -> Result<Offer, Refusal> {
        let gate = Arc::clone(&self.gate);
        let facts = Arc::clone(&self.facts);
        let available = gate.floor.available();
        let called = gate.policy.constrain(&gate.endpoint, available, facts);
        let answer = match &called.result {
            Ok(_) => Answer::Offer,
            Err(_) => Answer::Failed,
        };
        self.draft
            .note_call(&gate.policy, "constrain", &called, answer);
        let answer = match called.result {
            Ok(answer) => answer,
            Err(error) => return Err(self.failed("constrain", &error)),
        };
        offer::normalise(&gate.floor, answer).map_err(|empty| {
            let message = format!(
                "The policy `{}` leaves nothing to offer: {empty}.",
                gate.policy.description().name
            );
            self.found(vec![Finding::host(EMPTY_OFFER, message)], None)
        })
    }

    /// Notes how a judge call was answered.
    fn settle(
        &mut self,
        function: &'static str,
        called: Called<Verdict>,
        alert: Alert,
    ) -> Result<(), Refusal> {
        let answer = match &called.result {
            Ok(Verdict::Approve(_)) => Answer::Approve,
            Ok(Verdict::Veto(_)) => Answer::Veto,
            Err(_) => Answer::Failed,
        };
        let policy = self.gate.policy.clone();
        self.draft.note_call(&policy, function, &called, answer);
        match called.result {
            Ok(Verdict::Approve(findings)) => {
                self.draft.note(|record| record.findings.extend(findings));
                Ok(())
            }
            Ok(Verdict::Veto(refusal)) => {
                let alert = refusal.alert.unwrap_or(alert);
                Err(self.found(refusal.findings, Some(alert)))
            }
            Err(error) => Err(self.failed(function, &error)),
        }
    }

    fn failed(&mut self, function: &'static str, error: &crate::policy::CallError) -> Refusal {
        let name = Arc::clone(&self.gate.policy.description().name);
        let finding = error.finding(&name, function);
        self.found(vec![finding], Some(Alert::INTERNAL_ERROR))
    }

    fn found(&mut self, findings: Vec<Finding>, alert: Option<Alert>) -> Refusal {
        self.draft
            .note(|record| record.findings.extend(findings.iter().cloned()));
        Refusal { alert, findings }
    }

    /// A resumed session is checked again, on the chain of its first handshake: a certificate that has expired
    /// since, or whose root was removed, is noticed.
    fn chain_check(&self, handshake: &ClientHandshake) -> ChainCheck {
        match handshake.chain_check() {
            ChainCheck::NotMade if handshake.is_resumed() => self
                .gate
                .verifier
                .check(handshake.peer_certificates(), &self.peer.name),
            check => check.clone(),
        }
    }

    /// The TLS library's configuration for exactly this offer. It shares verifier and client certificate with all
    /// others of the gate, without which no session could be resumed.
    fn config(&self, offer: &Offer) -> Result<ClientConfig, rustls::Error> {
        let (provider, versions) = offer::narrowed(&self.gate.provider, offer);
        let verifier = Arc::clone(&self.gate.verifier);
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(Arc::clone(&self.gate.client_certificate));
        config.alpn_protocols = offer.alpn.clone();
        config.enable_early_data = false;
        config.resumption = if offer.resumption {
            rustls::client::Resumption::store(self.sessions.clone())
        } else {
            rustls::client::Resumption::disabled()
        };
        Ok(config)
    }
}
