//! The ClientHello after a HelloRetryRequest: the same again, as far as policies have seen the first.

use std::sync::Arc;

use crate::{
    gate::HandshakeError,
    hello::{ClientHello, HelloLimits, HelloReader},
};

/// Reads the second hello beside the TLS library, which would take one that offers something else than the first.
pub(super) struct SecondHello {
    first: Arc<ClientHello>,
    reader: HelloReader,
}

impl SecondHello {
    pub(super) fn after(first: Arc<ClientHello>, limits: HelloLimits) -> Self {
        let reader = HelloReader::new(limits);
        Self { first, reader }
    }

    /// Looks at a record that the client sent after it was asked again. The ChangeCipherSpec that may come first (RFC 8446,
    /// section D.4) is nothing to look at.
    ///
    /// # Errors
    ///
    /// If the hello does not decode, or is another than the first (RFC 8446, section 4.1.2).
    pub(super) fn look_at(&mut self, record: &[u8]) -> Result<(), HandshakeError> {
        const HANDSHAKE: u8 = 22;
        if record.first() != Some(&HANDSHAKE) {
            return Ok(());
        }
        match self.reader.feed(record).map_err(HandshakeError::Hello)? {
            Some(second) if !self.first.is_repeated_by(&second) => Err(HandshakeError::OtherHello),
            _ => Ok(()),
        }
    }
}
