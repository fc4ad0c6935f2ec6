//! Session tickets (RFC 8446, section 4.6.1; RFC 5077) that open only under the identity that made them.

mod shared;

use std::sync::Arc;

use shared::SharedKeys;
pub use shared::TicketKeysError;

use rustls::{crypto::aws_lc_rs, server::ProducesTickets};

use super::identity::{Identity, IdentityDigest};
use crate::{offer::ClientAuth, policy::ChainDigest};

/// The keys that session tickets are encrypted with. Fresh ones rotate by themselves: a ticket is good for 6 to 12 hours. Those of a
/// text are as old as the text: write a new one at its beginning every day or so, and take the last one out.
///
/// Cheap to clone. Gates that share them can open each other's tickets, but accept only those of their own identity.
#[derive(Clone, Debug)]
pub struct TicketKeys(Arc<dyn ProducesTickets>);

impl TicketKeys {
    /// Fresh keys.
    ///
    /// # Errors
    ///
    /// If the system has no randomness.
    pub fn new() -> Result<Self, rustls::Error> {
        aws_lc_rs::Ticketer::new().map(Self)
    }

    /// Keys from a text, which several hosts can have: one key a line in base64, from 32 to 1,024 bytes each, the newest first.
    /// The first seals, all open. Empty lines and those that begin with `#` are left out. Who knows a key can read the
    /// sessions of its tickets, and become who their clients are.
    ///
    /// ```
    /// use countersign::TicketKeys;
    ///
    /// let text = "# openssl rand -base64 48\nzXH3ZcYpuQHRqbNvWn4jCuD0p0nHrVDcjGJ0PZ7e8h9KZQxB3yK6hB3kq0vY2sMd";
    /// assert!(TicketKeys::from_text(text).is_ok());
    /// ```
    ///
    /// # Errors
    ///
    /// [`TicketKeysError`] says what is wrong in which line.
    pub fn from_text(text: &str) -> Result<Self, TicketKeysError> {
        Ok(Self(Arc::new(SharedKeys::from_text(text)?)))
    }
}

/// What the tickets of a gate's connections are made from.
pub(super) struct Tickets {
    identity: Identity,
    keys: TicketKeys,
}

impl Tickets {
    pub(super) fn new(identity: Identity, keys: TicketKeys) -> Self {
        Self { identity, keys }
    }

    /// The tickets of a connection under these policies that asks its client so strictly for a certificate.
    pub(super) fn of(&self, chain: &ChainDigest, asked: ClientAuth) -> Arc<dyn ProducesTickets> {
        let identity = self.identity.digest(chain, asked);
        Arc::new(BoundTickets::new(identity, &self.keys))
    }
}

/// Tickets with an identity inside. The TLS library by itself checks no more than suite, name and extended master secret
/// before it resumes.
#[derive(Debug)]
struct BoundTickets {
    identity: IdentityDigest,
    keys: TicketKeys,
}

impl BoundTickets {
    fn new(identity: IdentityDigest, keys: &TicketKeys) -> Self {
        let keys = keys.clone();
        Self { identity, keys }
    }
}

impl ProducesTickets for BoundTickets {
    fn enabled(&self) -> bool {
        self.keys.0.enabled()
    }

    fn lifetime(&self) -> u32 {
        self.keys.0.lifetime()
    }

    fn encrypt(&self, session: &[u8]) -> Option<Vec<u8>> {
        self.keys.0.encrypt(&[&self.identity, session].concat())
    }

    /// `None`, as for a ticket that nobody here made, leads to a full handshake.
    fn decrypt(&self, ticket: &[u8]) -> Option<Vec<u8>> {
        let bound = self.keys.0.decrypt(ticket)?;
        bound.strip_prefix(&self.identity).map(<[u8]>::to_vec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_opens_only_under_its_identity() {
        let keys = TicketKeys::new().expect("randomness");
        let (one, other) = ([1; 32], [2; 32]);
        let ticket = BoundTickets::new(one, &keys).encrypt(b"session");
        let ticket = ticket.expect("a ticket");
        let opened =
            |identity, keys: &TicketKeys| BoundTickets::new(identity, keys).decrypt(&ticket);
        assert_eq!(opened(one, &keys).as_deref(), Some(&b"session"[..]));
        assert_eq!(opened(other, &keys), None);
        let others_keys = TicketKeys::new().expect("randomness");
        assert_eq!(opened(one, &others_keys), None);
    }

    #[test]
    fn a_ticket_shorter_than_an_identity_opens_nothing() {
        let keys = TicketKeys::new().expect("randomness");
        let short = keys.0.encrypt(b"short").expect("a ticket");
        assert_eq!(BoundTickets::new([0; 32], &keys).decrypt(&short), None);
    }
}
