//! One connection of a client: what is offered, and what the verdict is. No I/O.

use std::sync::Arc;

use rustls::ClientConfig;

use super::{GateParts, Peer, handshake::ClientHandshake, sessions::ConnectionSessions};
use crate::{
    facts::{ChainCheck, ConnectionFacts},
    gate::{
        HandshakeError,
        approval::Approval,
        case::Case,
        outcome::{EMPTY_OFFER, Ended},
    },
    offer::{self, Offer},
    record::Stage,
    session::Session,
    verdict::Severity,
};

/// One connection on its way to a decision.
pub(super) struct Attempt {
    pub(super) gate: Arc<GateParts>,
    pub(super) peer: Peer,
    pub(super) case: Case,
    /// What was offered; none if nothing could be.
    offer: Option<Offer>,
    sessions: Arc<ConnectionSessions>,
}

impl Attempt {
    pub(super) fn new(gate: Arc<GateParts>, peer: Peer) -> Self {
        let address = peer.address.map(|address| address.ip());
        let facts = ConnectionFacts::of_client(&peer.name, peer.port, address);
        let case = Case::new(&gate.chain, &gate.endpoint, facts, &gate.observer);
        let sessions = Arc::clone(&gate.sessions);
        Self {
            sessions: ConnectionSessions::new(sessions, case.snapshot(), peer.port),
            case,
            gate,
            peer,
            offer: None,
        }
    }

    /// Settles what to offer, and makes the ClientHello from it. Nothing has been sent yet.
    pub(super) fn open(&mut self) -> Result<ClientHandshake, Ended> {
        let offer = self.case.constrain(&self.gate.floor)?;
        let config = self.config(&offer);
        self.case.draft().note(|record| {
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
        let certificates = handshake.peer_certificates();
        let proof = handshake.proof();
        let scheme = proof.signature_scheme;
        let facts = self
            .case
            .facts()
            .with_peer(certificates, check.clone(), scheme);
        self.case.learn(facts);
        self.case
            .draft()
            .note(|record| record.session = Some(session.clone()));
        let verdict = self.case.judge(&session);
        let trusted = check == ChainCheck::Valid || self.gate.accepts_invalid_certificates;
        let distrust = match &proof.unproven {
            Some(error) => Some(self.case.unproven(error)),
            None => (!trusted).then_some(HandshakeError::Certificate(check)),
        };
        if let Some(error) = distrust {
            return Err(self.case.distrusted(verdict, error));
        }
        verdict?;
        self.case
            .draft()
            .note(|record| record.stage = Stage::Finish);
        self.sessions.approve();
        Ok(Approval::grant())
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
        self.case.draft().note(|record| {
            let findings = record.findings.iter_mut();
            for finding in findings.filter(|finding| finding.code == EMPTY_OFFER) {
                finding.severity = Severity::Note;
            }
        });
    }

    /// A resumed session is checked again, on the chain of its first handshake: a certificate that has expired
    /// since, or whose root was removed, is noticed.
    fn chain_check(&self, handshake: &ClientHandshake) -> ChainCheck {
        match &handshake.proof().chain_check {
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
