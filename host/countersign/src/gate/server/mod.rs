//! The server gate: what all connections that one server accepts share.
//!
//! `greeting` reads the ClientHello, `attempt` is one connection before the policies, `overlap` says what client and
//! offer have in common, `handshake` is the handshake without I/O, `accept` moves the bytes, `tickets` lets a session be
//! resumed only under what approved it.

mod accept;
mod attempt;
mod builder;
mod greeting;
mod handshake;
mod identity;
mod origin;
mod overlap;
mod sealed;
mod second_hello;
mod tickets;
mod verifier;

use std::{sync::Arc, time::Duration};

use rustls::{crypto::CryptoProvider, server::ResolvesServerCert};

pub use accept::{Greeted, ServerStream};
pub use builder::ServerGateBuilder;
pub use origin::Origin;
pub use tickets::{TicketKeys, TicketKeysError};

use super::HandshakeLimits;
use crate::{
    hello::HelloLimits, offer::Floor, policy::CurrentChain, record::Observer, session::Endpoint,
};

/// Accepts TLS connections that a policy must approve.
///
/// It takes the ingredients of a TLS server, not a finished one: what is offered is settled for each connection anew.
/// Cheap to clone; one gate serves any number of connections.
#[derive(Clone)]
pub struct ServerGate(Arc<GateParts>);

/// What the connections of a gate share.
struct GateParts {
    chain: CurrentChain,
    endpoint: Endpoint,
    provider: CryptoProvider,
    floor: Floor,
    certificates: Arc<dyn ResolvesServerCert>,
    levels: verifier::Levels,
    tickets: tickets::Tickets,
    hello_limits: HelloLimits,
    handshake_limits: HandshakeLimits,
    timeout: Duration,
    observer: Arc<dyn Observer>,
}

impl ServerGate {
    /// Starts from the two things that have no default: who judges the session, and which certificate is shown to
    /// whom.
    ///
    /// The policies are a policy or a [`Chain`](crate::policy::Chain), or a [`CurrentChain`] where they are to be replaced
    /// while the gate is in use.
    pub fn builder(
        chain: impl Into<CurrentChain>,
        certificates: Arc<dyn ResolvesServerCert>,
    ) -> ServerGateBuilder {
        ServerGateBuilder::new(chain.into(), certificates)
    }

    /// The policies of this gate, to look at or to replace.
    pub fn chain(&self) -> &CurrentChain {
        &self.0.chain
    }
}

impl std::fmt::Debug for ServerGate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerGate")
            .field("chain", &self.0.chain)
            .finish_non_exhaustive()
    }
}
