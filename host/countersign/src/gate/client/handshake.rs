//! The client's handshake without I/O: what may leave, what is held, and where the decision falls.
//!
//! Bytes of the peer go in, one record at a time, and none past the decision point. Everything the TLS library wants
//! to send is held here; before the verdict only ClientHellos leave.

use std::sync::Arc;

use rustls::{
    ClientConfig, ClientConnection, Error, HandshakeKind, ProtocolVersion,
    pki_types::{CertificateDer, ServerName},
};

use crate::{
    gate::{
        HandshakeError, HandshakeLimits,
        approval::Approval,
        drive::{Handshake, Released},
        feed::feed,
        negotiated,
        observed::{Proof, observed},
        outbox::Outbox,
        records::{self, Incoming},
    },
    session::{Endpoint, Session},
    verdict::Alert,
};

/// A handshake that has not been judged.
pub(super) struct ClientHandshake {
    tls: ClientConnection,
    incoming: Incoming,
    outbox: Outbox,
    retried: bool,
    proof: Proof,
}

/// Everything to be judged is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decide;

impl ClientHandshake {
    /// Starts a handshake: its ClientHello is ready to leave.
    pub(super) fn new(
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
        limits: HandshakeLimits,
    ) -> Result<Self, Error> {
        let mut tls = ClientConnection::new(config, name)?;
        let mut outbox = Outbox::default();
        outbox.hold(&mut tls);
        outbox.release();
        Ok(Self {
            tls,
            incoming: Incoming::new(limits),
            outbox,
            retried: false,
            proof: Proof::default(),
        })
    }

    /// Ends the handshake: held bytes are discarded, and only `alert` may leave. Before the server has sent
    /// its hello nothing is encrypted, and after it a server still takes an alert in clear, if it takes any.
    pub(super) fn refuse(&mut self, alert: Option<Alert>) {
        self.outbox.refuse_in_clear(alert);
    }

    /// Opens the handshake. Only who has the approval can.
    pub(super) fn release(self, _: Approval) -> Released<ClientConnection> {
        Released {
            tls: self.tls,
            to_send: self.outbox.into_held(),
            received: self.incoming.into_rest(),
        }
    }

    /// Whether the server's choice of parameters has been seen. Before it a failure means no agreement. A
    /// HelloRetryRequest asks for a group; only the ServerHello after it chooses one.
    pub(super) fn has_parameters(&self) -> bool {
        let is_asked_again = self.tls.handshake_kind()
            == Some(HandshakeKind::FullWithHelloRetryRequest)
            && self.tls.negotiated_key_exchange_group().is_none();
        self.tls.protocol_version().is_some() && !is_asked_again
    }

    /// The parameters that were settled on; `None` before the decision point.
    pub(super) fn session(&self, endpoint: &Endpoint) -> Option<Session> {
        negotiated::session(&self.tls, endpoint, self.retried)
    }

    /// Whether an earlier session was resumed.
    pub(super) fn is_resumed(&self) -> bool {
        negotiated::is_resumed(&self.tls)
    }

    /// The server's certificates, its own first. On a resumed session those of the first handshake.
    pub(super) fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        negotiated::peer_certificates(&self.tls)
    }

    /// How the peer has shown in this handshake who it is.
    pub(super) fn proof(&self) -> &Proof {
        &self.proof
    }

    fn advance(&mut self) -> Result<Option<Decide>, HandshakeError> {
        loop {
            if self.is_at_decision() {
                return Ok(Some(Decide));
            }
            let Some(record) = self.incoming.next_record()? else {
                return Ok(None);
            };
            let (fed, seen) = observed(|| feed(&mut self.tls, record));
            self.proof.add(seen);
            fed?;
            self.outbox.hold(&mut self.tls);
            self.release_second_hello();
        }
    }

    /// Everything that is judged is known, and our own Certificate and Finished, if any, are in `held`: in TLS 1.3
    /// and in a resumed TLS 1.2 session when our side is done, in a full TLS 1.2 handshake after ServerHelloDone.
    fn is_at_decision(&self) -> bool {
        let full_tls12 = self.tls.protocol_version() == Some(ProtocolVersion::TLSv1_2)
            && self.tls.handshake_kind() == Some(HandshakeKind::Full)
            && self.tls.negotiated_key_exchange_group().is_some();
        !self.tls.is_handshaking() || full_tls12
    }

    /// The only bytes besides the first hello that leave before the verdict.
    fn release_second_hello(&mut self) {
        let retrying = self.tls.handshake_kind() == Some(HandshakeKind::FullWithHelloRetryRequest);
        if retrying && !self.retried && records::is_second_hello(self.outbox.held()) {
            self.retried = true;
            self.outbox.release();
        }
    }
}

impl Handshake for ClientHandshake {
    type Progress = Decide;

    fn outbox(&mut self) -> &mut Outbox {
        &mut self.outbox
    }

    fn receive(&mut self, bytes: &[u8]) -> Result<Option<Decide>, HandshakeError> {
        self.incoming.push(bytes);
        self.advance()
    }
}
