//! The server's handshake without I/O: what may leave, what is held, and where the decisions fall.
//!
//! Bytes of the client go in, one record at a time, and none past a decision point. Everything the TLS library wants to
//! send is held here. Before the verdict on the parameters only a HelloRetryRequest leaves; before the verdict on the
//! client, the server's flight up to its Finished in TLS 1.3, and up to ServerHelloDone in TLS 1.2.

use countersign_names::Group;
use rustls::{ProtocolVersion, ServerConnection, pki_types::CertificateDer};

use super::{sealed::sealed_alert, second_hello::SecondHello};
use crate::{
    gate::{
        HandshakeError,
        approval::{Approval, FlightApproval},
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

/// A handshake that has not been approved.
pub(super) struct ServerHandshake {
    tls: ServerConnection,
    incoming: Incoming,
    outbox: Outbox,
    retried: bool,
    second_hello: SecondHello,
    flight: Flight,
    proof: Proof,
}

/// What a handshake came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decide {
    /// ServerHello is there, and with it the parameters. Nothing of it has left.
    Parameters,
    /// The client has shown who it is, or that it will not. Our last word, and tickets, have not left.
    Peer,
}

/// Whether the server's flight may have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flight {
    Held,
    Left,
}

impl ServerHandshake {
    /// A handshake that the TLS library has begun with a client's hello.
    pub(super) fn new(
        tls: ServerConnection,
        incoming: Incoming,
        second_hello: SecondHello,
    ) -> Self {
        let mut handshake = Self {
            tls,
            incoming,
            outbox: Outbox::default(),
            retried: false,
            second_hello,
            flight: Flight::Held,
            proof: Proof::default(),
        };
        handshake.hold();
        handshake
    }

    /// The parameters that were settled on; `None` before the decision point.
    pub(super) fn session(&self, endpoint: &Endpoint) -> Option<Session> {
        let session = negotiated::session(&self.tls, endpoint, self.retried)?;
        Some(Session {
            group: session.group.or_else(|| self.staged_group()),
            ..session
        })
    }

    /// Whether an earlier session is resumed.
    pub(super) fn is_resumed(&self) -> bool {
        negotiated::is_resumed(&self.tls)
    }

    /// The client's certificates, its own first. On a resumed session those of the first handshake.
    pub(super) fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        negotiated::peer_certificates(&self.tls)
    }

    /// How the peer has shown in this handshake who it is.
    pub(super) fn proof(&self) -> &Proof {
        &self.proof
    }

    /// Lets the server's flight out. Only who has the approval of the parameters can.
    pub(super) fn proceed(&mut self, _: FlightApproval) {
        self.flight = Flight::Left;
        self.outbox.release();
    }

    /// Opens the handshake. Only who has the whole approval can.
    pub(super) fn release(self, _: Approval) -> Released<ServerConnection> {
        Released {
            tls: self.tls,
            to_send: self.outbox.into_held(),
            received: self.incoming.into_rest(),
        }
    }

    /// Ends the handshake: held bytes are discarded, and only `alert` may leave, in the form that the client expects at
    /// this point.
    pub(super) fn refuse(self, alert: Option<Alert>) -> Outbox {
        let is_sealed = self.is_sealed();
        let mut outbox = self.outbox;
        if is_sealed {
            let sealed = alert.and_then(|alert| sealed_alert(self.tls, alert));
            outbox.refuse(sealed.unwrap_or_default());
        } else {
            outbox.refuse_in_clear(alert);
        }
        outbox
    }

    /// Ends a handshake in which something went wrong: held bytes are discarded, and only an alert may leave, which is told
    /// if it is known. Where it must be encrypted, only the TLS library can do that before the handshake is finished, and
    /// does not say which one it was. (It also answers an alert of a wrong level with another one, where nothing is due.)
    pub(super) fn fail(self, error: &HandshakeError) -> (Outbox, Option<Alert>) {
        let is_sealed = self.is_sealed();
        let mut outbox = self.outbox;
        if is_sealed {
            let is_alert = error.alert().is_some() && records::is_sealed_alert(outbox.held());
            let library = is_alert.then(|| outbox.held().to_vec());
            outbox.refuse(library.unwrap_or_default());
            (outbox, error.alert_of_library())
        } else {
            outbox.refuse_in_clear(error.alert());
            (outbox, error.alert())
        }
    }

    fn advance(&mut self) -> Result<Option<Decide>, HandshakeError> {
        loop {
            if let Some(decide) = self.decision() {
                return Ok(Some(decide));
            }
            let Some(record) = self.incoming.next_record()? else {
                return Ok(None);
            };
            if self.retried && self.flight == Flight::Held {
                self.second_hello.look_at(record)?;
            }
            let (fed, seen) = observed(|| feed(&mut self.tls, record));
            self.proof.add(seen);
            self.hold();
            fed?;
        }
    }

    fn decision(&self) -> Option<Decide> {
        match self.flight {
            Flight::Held => self.has_parameters().then_some(Decide::Parameters),
            Flight::Left => (!self.tls.is_handshaking()).then_some(Decide::Peer),
        }
    }

    /// Whether a ServerHello is there. In TLS 1.3 it settles a group, which a HelloRetryRequest only asks for.
    fn has_parameters(&self) -> bool {
        match self.tls.protocol_version() {
            None => false,
            Some(ProtocolVersion::TLSv1_3) => self.tls.negotiated_key_exchange_group().is_some(),
            Some(_) => !self.outbox.held().is_empty(),
        }
    }

    /// The TLS library names a group of TLS 1.2 only once the client has answered; our own ServerKeyExchange says it before.
    fn staged_group(&self) -> Option<Group> {
        records::server_key_exchange_group(self.outbox.held()).map(Group::new)
    }

    /// Whether the client expects everything to be encrypted. A flight that may leave, but of which nothing was sent yet,
    /// changes nothing for it.
    fn is_sealed(&self) -> bool {
        self.flight == Flight::Left && self.outbox.outgoing().is_empty() && is_tls13(&self.tls)
    }

    /// Takes what the TLS library wants to send. A HelloRetryRequest is the only thing that leaves before the verdict.
    fn hold(&mut self) {
        self.outbox.hold(&mut self.tls);
        if self.flight == Flight::Held && records::is_retry_request(self.outbox.held()) {
            self.retried = true;
            self.outbox.release();
        }
    }
}

fn is_tls13(tls: &ServerConnection) -> bool {
    tls.protocol_version() == Some(ProtocolVersion::TLSv1_3)
}

impl Handshake for ServerHandshake {
    type Progress = Decide;

    fn outbox(&mut self) -> &mut Outbox {
        &mut self.outbox
    }

    fn receive(&mut self, bytes: &[u8]) -> Result<Option<Decide>, HandshakeError> {
        self.incoming.push(bytes);
        self.advance()
    }
}
