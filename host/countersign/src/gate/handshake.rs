//! The client's handshake without I/O: what may leave, what is held, and where the decision falls.
//!
//! Bytes of the peer go in, one record at a time, and none past the decision point. Everything the TLS library wants
//! to send is held here; before the verdict only ClientHellos leave.

use std::sync::Arc;

use countersign_names::{CipherSuite, Group, Version};
use rustls::{
    ClientConfig, ClientConnection, Error, HandshakeKind, ProtocolVersion,
    pki_types::{CertificateDer, ServerName},
};

use super::{
    Approval, HandshakeError, HandshakeLimits,
    records::{self, Incoming},
    verifier,
};
use crate::{
    facts::ChainCheck,
    session::{Endpoint, Session},
    verdict::Alert,
};

/// A handshake that has not been judged.
pub(super) struct ClientHandshake {
    tls: ClientConnection,
    incoming: Incoming,
    /// May leave now.
    outgoing: Vec<u8>,
    /// A part of it has left, so nothing else can follow on this transport.
    is_cut: bool,
    /// May leave once approved.
    held: Vec<u8>,
    retried: bool,
    chain_check: ChainCheck,
}

/// Where a handshake stands after bytes went in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// The peer has more to say.
    NeedsMore,
    /// Everything to be judged is known.
    Decide,
}

/// What an approved handshake goes on with.
pub(super) struct Released {
    pub(super) tls: ClientConnection,
    /// Bytes to send first.
    pub(super) to_send: Vec<u8>,
    /// Bytes received that the TLS library has not seen.
    pub(super) received: Vec<u8>,
}

impl ClientHandshake {
    /// Starts a handshake: its ClientHello is ready to leave.
    pub(super) fn new(
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
        limits: HandshakeLimits,
    ) -> Result<Self, Error> {
        let mut handshake = Self {
            tls: ClientConnection::new(config, name)?,
            incoming: Incoming::new(limits),
            outgoing: Vec::new(),
            is_cut: false,
            held: Vec::new(),
            retried: false,
            chain_check: ChainCheck::NotMade,
        };
        handshake.drain();
        handshake.outgoing = std::mem::take(&mut handshake.held);
        Ok(handshake)
    }

    /// What may leave now.
    pub(super) fn outgoing(&self) -> &[u8] {
        &self.outgoing
    }

    /// So many bytes of it have left.
    pub(super) fn sent(&mut self, bytes: usize) {
        self.outgoing.drain(..bytes);
        self.is_cut = !self.outgoing.is_empty();
    }

    /// Takes bytes from the peer. On an error every held byte is gone, and at most an alert may leave.
    pub(super) fn receive(&mut self, bytes: &[u8]) -> Result<Progress, HandshakeError> {
        self.incoming.push(bytes);
        self.advance().inspect_err(|error| {
            self.refuse(error.alert());
        })
    }

    /// Ends the handshake: held bytes are discarded, and only `alert` may leave. Before the server has sent
    /// its hello nothing is encrypted, and after it a server still takes an alert in clear, if it takes any. In the
    /// middle of a record that left in part, an alert would be read as the record's rest: none is sent.
    pub(super) fn refuse(&mut self, alert: Option<Alert>) {
        self.held.clear();
        self.outgoing.clear();
        if let Some(alert) = alert.filter(|_| !self.is_cut) {
            self.outgoing.extend(records::alert_record(alert));
        }
    }

    /// Opens the handshake. Only who has the approval can.
    pub(super) fn release(self, _: Approval) -> Released {
        Released {
            tls: self.tls,
            to_send: self.held,
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
        let group = self.tls.negotiated_key_exchange_group();
        Some(Session {
            endpoint: endpoint.clone(),
            version: Version::new(self.tls.protocol_version()?.into()),
            cipher_suite: CipherSuite::new(self.tls.negotiated_cipher_suite()?.suite().into()),
            group: group.map(|group| Group::new(group.name().into())),
            alpn: self.tls.alpn_protocol().map(<[u8]>::to_vec),
            resumed: self.is_resumed(),
            retried: self.retried,
        })
    }

    /// Whether an earlier session was resumed.
    pub(super) fn is_resumed(&self) -> bool {
        self.tls.handshake_kind() == Some(HandshakeKind::Resumed)
    }

    /// The server's certificates, its own first. On a resumed session those of the first handshake.
    pub(super) fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        self.tls.peer_certificates().unwrap_or_default()
    }

    /// How the check of those certificates ended in this handshake.
    pub(super) fn chain_check(&self) -> &ChainCheck {
        &self.chain_check
    }

    fn advance(&mut self) -> Result<Progress, HandshakeError> {
        loop {
            if self.is_at_decision() {
                return Ok(Progress::Decide);
            }
            let Some(record) = self.incoming.next_record()? else {
                return Ok(Progress::NeedsMore);
            };
            let (fed, check) = verifier::observed(|| feed(&mut self.tls, record));
            self.chain_check = check.unwrap_or(std::mem::take(&mut self.chain_check));
            fed?;
            self.drain();
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

    /// Takes what the TLS library wants to send. It must be taken after every record: the library reads nothing
    /// while it has something to write.
    fn drain(&mut self) {
        while self.tls.wants_write() {
            // Writing to a vector cannot fail.
            if self.tls.write_tls(&mut self.held).is_err() {
                break;
            }
        }
    }

    /// The only bytes besides the first hello that leave before the verdict.
    fn release_second_hello(&mut self) {
        let retrying = self.tls.handshake_kind() == Some(HandshakeKind::FullWithHelloRetryRequest);
        if retrying && !self.retried && records::is_second_hello(&self.held) {
            self.retried = true;
            self.outgoing.append(&mut self.held);
        }
    }
}

/// Lets the TLS library process one whole record.
fn feed(tls: &mut ClientConnection, mut record: &[u8]) -> Result<(), HandshakeError> {
    while !record.is_empty() {
        match tls.read_tls(&mut record) {
            Ok(0) => return Err(HandshakeError::NotARecord),
            Ok(_) => process(tls)?,
            Err(error) => return Err(HandshakeError::Io(error)),
        }
    }
    Ok(())
}

fn process(tls: &mut ClientConnection) -> Result<(), HandshakeError> {
    match tls.process_new_packets() {
        Ok(_) => Ok(()),
        Err(Error::AlertReceived(alert)) => {
            Err(HandshakeError::AlertReceived(Alert::from_tls(alert.into())))
        }
        Err(error) => Err(HandshakeError::Tls(error)),
    }
}
