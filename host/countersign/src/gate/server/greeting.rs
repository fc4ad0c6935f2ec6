//! The ClientHello: read by our own eyes first, then given to the TLS library.

use std::sync::Arc;

use rustls::{
    Error, PeerIncompatible, ServerConfig,
    server::{Accepted, Acceptor},
};

use super::{handshake::ServerHandshake, second_hello::SecondHello};
use crate::{
    gate::{HandshakeError, HandshakeLimits, drive::Handshake, outbox::Outbox, records::Incoming},
    hello::{ClientHello, HelloLimits, HelloReader},
};

/// What the TLS library says when the resolver has no certificate for a client.
const NO_CERTIFICATE: &str = "no server certificate chain resolved";

/// A connection on which nothing has been said but, perhaps, a hello.
pub(super) struct Greeting {
    limits: HelloLimits,
    reader: HelloReader,
    incoming: Incoming,
    outbox: Outbox,
}

impl Greeting {
    pub(super) fn new(hello: HelloLimits, handshake: HandshakeLimits) -> Self {
        Self {
            limits: hello,
            reader: HelloReader::new(hello),
            incoming: Incoming::new(handshake),
            outbox: Outbox::default(),
        }
    }

    /// What could be read of a hello that is malformed.
    pub(super) fn outline(&self) -> Option<&ClientHello> {
        self.reader.outline()
    }

    /// Answers the hello with what `config` can do. Nothing leaves yet.
    pub(super) fn answer(
        mut self,
        config: Arc<ServerConfig>,
        hello: Arc<ClientHello>,
    ) -> Result<ServerHandshake, HandshakeError> {
        let accepted = self.accept(&hello)?;
        let tls = accepted.into_connection(config);
        let tls = tls.map_err(|(error, _)| match error {
            Error::General(text) if text == NO_CERTIFICATE => {
                HandshakeError::NoCertificateFor(hello.server_name.clone())
            }
            // That there are suites and groups in common is known: it is the key that they do not fit.
            Error::PeerIncompatible(
                PeerIncompatible::NoCipherSuitesInCommon
                | PeerIncompatible::NoSignatureSchemesInCommon,
            ) => HandshakeError::NoFittingKey,
            error => HandshakeError::Tls(error),
        })?;
        let second = SecondHello::after(hello, self.limits);
        Ok(ServerHandshake::new(tls, self.incoming, second))
    }

    /// Gives the TLS library the hello that we have read.
    fn accept(&mut self, hello: &ClientHello) -> Result<Accepted, HandshakeError> {
        let mut acceptor = Acceptor::default();
        while let Some(mut record) = self.incoming.next_record()? {
            // A read of nothing would be taken for the end of the stream.
            while !record.is_empty() {
                let read = acceptor.read_tls(&mut record);
                read.map_err(HandshakeError::Io)?;
            }
            let accepted = acceptor.accept();
            if let Some(accepted) = accepted.map_err(|(error, _)| HandshakeError::Tls(error))? {
                let same_end = self.incoming.taken() == self.reader.bytes();
                let same = same_end && hello.is_read_alike(&accepted.client_hello());
                return same.then_some(accepted).ok_or_else(disagreement);
            }
        }
        Err(disagreement())
    }
}

/// The policy judges what we have read: it must be what the TLS library answers.
fn disagreement() -> HandshakeError {
    let message = "the ClientHello can be read in two ways".to_owned();
    HandshakeError::Tls(Error::General(message))
}

impl Handshake for Greeting {
    type Progress = ClientHello;

    fn outbox(&mut self) -> &mut Outbox {
        &mut self.outbox
    }

    fn closed(&self) -> HandshakeError {
        HandshakeError::Hello(self.reader.ended())
    }

    fn receive(&mut self, bytes: &[u8]) -> Result<Option<ClientHello>, HandshakeError> {
        self.incoming.push(bytes);
        self.reader.feed(bytes).map_err(HandshakeError::Hello)
    }
}
