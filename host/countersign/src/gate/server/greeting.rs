//! The ClientHello: read by our own eyes first, then given to the TLS library.

use std::sync::Arc;

use rustls::{Error, ServerConfig, ServerConnection, server::Acceptor};

use super::handshake::ServerHandshake;
use crate::{
    gate::{HandshakeError, HandshakeLimits, drive::Handshake, outbox::Outbox, records::Incoming},
    hello::{ClientHello, HelloLimits, HelloReader},
};

/// What the TLS library says when the resolver has no certificate for a client.
const NO_CERTIFICATE: &str = "no server certificate chain resolved";

/// A connection on which nothing has been said but, perhaps, a hello.
pub(super) struct Greeting {
    reader: HelloReader,
    incoming: Incoming,
    outbox: Outbox,
}

impl Greeting {
    pub(super) fn new(hello: HelloLimits, handshake: HandshakeLimits) -> Self {
        Self {
            reader: HelloReader::new(hello),
            incoming: Incoming::new(handshake),
            outbox: Outbox::default(),
        }
    }

    /// Answers the hello with what `config` can do. Nothing leaves yet.
    pub(super) fn answer(
        mut self,
        config: Arc<ServerConfig>,
        hello: &ClientHello,
    ) -> Result<ServerHandshake, HandshakeError> {
        let tls = self.accept(config).map_err(|error| match error {
            Error::General(text) if text == NO_CERTIFICATE => {
                HandshakeError::NoCertificateFor(hello.server_name.clone())
            }
            error => HandshakeError::Tls(error),
        })?;
        Ok(ServerHandshake::new(tls, self.incoming))
    }

    fn accept(&mut self, config: Arc<ServerConfig>) -> Result<ServerConnection, Error> {
        let mut acceptor = Acceptor::default();
        while let Ok(Some(mut record)) = self.incoming.next_record() {
            // A read of nothing would be taken for the end of the stream.
            while !record.is_empty() {
                let read = acceptor.read_tls(&mut record);
                read.map_err(|error| Error::General(error.to_string()))?;
            }
            if let Some(accepted) = acceptor.accept().map_err(|(error, _)| error)? {
                self.check_agreement()?;
                return accepted.into_connection(config).map_err(|(error, _)| error);
            }
        }
        Err(disagreement())
    }

    /// The policy judges the hello that we have read: it must be the one that the TLS library answers.
    fn check_agreement(&self) -> Result<(), Error> {
        if self.incoming.taken() == self.reader.bytes() {
            Ok(())
        } else {
            Err(disagreement())
        }
    }
}

fn disagreement() -> Error {
    Error::General("the hello ends elsewhere than where it said".to_owned())
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
