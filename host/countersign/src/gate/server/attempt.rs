//! One connection of a server: what may be negotiated, and what the verdicts are. No I/O.

use std::sync::Arc;

use rustls::{ServerConfig, server::NoServerSessionStorage};

use super::{GateParts, Origin, greeting::Greeting, handshake::ServerHandshake, overlap};
use crate::{
    facts::{ChainCheck, ConnectionFacts},
    gate::{
        HandshakeError,
        approval::{Approval, FlightApproval},
        case::Case,
        outcome::Ended,
    },
    hello::{ClientHello, HelloError},
    offer::{self, ClientAuth, Offer},
    record::Stage,
    session::Session,
};

/// One connection on its way to a decision.
pub(super) struct Attempt {
    gate: Arc<GateParts>,
    pub(super) case: Case,
    /// How strictly the client is asked for a certificate.
    asked: ClientAuth,
    /// What was negotiated, once it is.
    session: Option<Session>,
}

/// What a verdict on the parameters opens.
pub(super) enum Granted {
    /// The server's flight: the client is still to say who it is.
    Flight(FlightApproval),
    /// Everything: there is no more to know of the client.
    All(Approval),
}

impl Attempt {
    pub(super) fn new(gate: Arc<GateParts>, origin: Origin) -> Self {
        let facts = ConnectionFacts::of_server(origin.port, origin.address);
        Self {
            case: Case::new(&gate.chain, &gate.endpoint, facts, &gate.observer),
            gate,
            asked: ClientAuth::None,
            session: None,
        }
    }

    /// The same connection, which has said its hello, on another gate.
    pub(super) fn handed_over(self, gate: Arc<GateParts>, hello: Arc<ClientHello>) -> Self {
        let facts = self.case.facts().with_hello(hello);
        let case = self.case;
        Self {
            case: case.handed_over(&gate.chain, &gate.endpoint, facts, &gate.observer),
            gate,
            asked: ClientAuth::None,
            session: None,
        }
    }

    /// The client has said nothing that can be answered. A hello in the format of SSL 2.0 is still an offer, and is judged
    /// as one; `outline` is what could be read of a malformed one, for the record.
    pub(super) fn turned_away(
        &mut self,
        error: HandshakeError,
        outline: Option<&ClientHello>,
    ) -> Ended {
        if let HandshakeError::Hello(HelloError::Ssl2(Some(hello))) = error {
            let (finding, alert) = overlap::too_old(&self.gate.floor, &hello);
            self.learn_hello(Arc::new(hello.into()));
            return self.case.refuse(finding, Some(alert)).into();
        }
        if let Some(outline) = outline {
            self.learn_hello(Arc::new(outline.clone()));
        }
        error.into()
    }

    /// What the client offers, and whom it wants to reach.
    pub(super) fn learn_hello(&mut self, hello: Arc<ClientHello>) {
        let facts = self.case.facts().with_hello(hello);
        self.case.learn(facts);
    }

    /// The client has said what it offers, which is learnt: settles what of it may be negotiated, and negotiates. Nothing has been sent yet.
    pub(super) fn open(
        &mut self,
        hello: Arc<ClientHello>,
        greeting: Greeting,
    ) -> Result<ServerHandshake, Ended> {
        let offer = self.case.constrain(&self.gate.floor)?;
        self.asked = offer.client_auth;
        self.case.draft().note(|record| {
            record.offer = Some(offer.clone());
            record.stage = Stage::Handshake;
        });
        let floor = &self.gate.floor;
        let disagreement = |offer: &Offer| overlap::disagreement(floor, offer, &hello);
        self.case
            .note_disagreements(|offer| disagreement(offer).map(|(finding, _)| finding));
        if let Some((finding, alert)) = disagreement(&offer) {
            return Err(self.case.refuse(finding, Some(alert)).into());
        }
        let config = self.config(&offer).map_err(HandshakeError::Tls)?;
        Ok(greeting.answer(Arc::new(config), hello)?)
    }

    /// The verdict on a handshake whose ServerHello is ready; on the client, too, if nothing more will be known of it.
    pub(super) fn judge_parameters(
        &mut self,
        handshake: &ServerHandshake,
    ) -> Result<Granted, Ended> {
        let Some(session) = handshake.session(self.case.endpoint()) else {
            return Err(HandshakeError::Abandoned.into());
        };
        self.case
            .draft()
            .note(|record| record.session = Some(session.clone()));
        let is_known = handshake.is_resumed() || self.asked == ClientAuth::None;
        if is_known {
            self.learn_peer(handshake);
        }
        self.case.judge_parameters(&session)?;
        self.session = Some(session);
        if is_known {
            self.judge_peer(None).map(Granted::All)
        } else {
            Ok(Granted::Flight(FlightApproval::grant()))
        }
    }

    /// The verdict on a client that has just shown who it is, or that it will not.
    pub(super) fn judge_arrived_peer(
        &mut self,
        handshake: &ServerHandshake,
    ) -> Result<Approval, Ended> {
        self.learn_peer(handshake);
        self.judge_peer(handshake.proof().unproven.as_ref())
    }

    /// Policy first, then the certificate, so that both are known where both speak against the connection.
    fn judge_peer(&mut self, unproven: Option<&rustls::Error>) -> Result<Approval, Ended> {
        let Some(session) = self.session.clone() else {
            return Err(HandshakeError::Abandoned.into());
        };
        let verdict = self.case.judge_peer(&session);
        if let Some(error) = self.distrust(unproven) {
            return Err(self.case.distrusted(verdict, error));
        }
        verdict?;
        self.case
            .draft()
            .note(|record| record.stage = Stage::Finish);
        Ok(Approval::grant())
    }

    /// What is wrong with the client's certificate, its proof that it has the key, or its absence.
    fn distrust(&self, unproven: Option<&rustls::Error>) -> Option<HandshakeError> {
        if let Some(error) = unproven {
            return Some(self.case.unproven(error));
        }
        let facts = self.case.facts();
        match (facts.peer_certificates(), facts.peer_verification()) {
            ([], _) if self.asked == ClientAuth::Require => {
                Some(HandshakeError::NoClientCertificate)
            }
            ([], _) | (_, ChainCheck::Valid) => None,
            (_, check) => Some(HandshakeError::Certificate(check.clone())),
        }
    }

    fn learn_peer(&mut self, handshake: &ServerHandshake) {
        let chain = handshake.peer_certificates();
        let proof = handshake.proof();
        let check = match &proof.chain_check {
            // A resumed session is checked again, on the chain of its first handshake: a certificate that has expired
            // since, or whose root was removed, is noticed.
            ChainCheck::NotMade if handshake.is_resumed() => self.gate.levels.check(chain),
            check => check.clone(),
        };
        let facts = self
            .case
            .facts()
            .with_peer(chain, check, proof.signature_scheme);
        self.case.learn(facts);
    }

    /// The TLS library's configuration for exactly this offer.
    fn config(&self, offer: &Offer) -> Result<ServerConfig, rustls::Error> {
        let (provider, versions) = offer::narrowed(&self.gate.provider, offer);
        let verifier = self.gate.levels.of(offer.client_auth);
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)?
            .with_client_cert_verifier(Arc::clone(verifier))
            .with_cert_resolver(Arc::clone(&self.gate.certificates));
        // The offer stands in order of preference. (Of groups, the TLS library always takes the client's first.)
        config.ignore_client_order = true;
        config.alpn_protocols.clone_from(&offer.alpn);
        config.max_early_data_size = 0;
        config.send_half_rtt_data = false;
        // Only tickets resume a session: what a store keeps is bound to nothing.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        if offer.resumption {
            let chain = self.case.snapshot().digest();
            config.ticketer = self.gate.tickets.of(chain, offer.client_auth);
        } else {
            config.send_tls13_tickets = 0;
        }
        // For the alert after a veto on the client.
        config.enable_secret_extraction = offer.client_auth != ClientAuth::None;
        Ok(config)
    }
}
