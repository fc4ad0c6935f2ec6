//! The server gate against clients that behave, and clients that do not; and chains of policies before both gates.
//!
//! Peers run in the test's own process, so that every byte of the gate can be seen; what is expected comes from the
//! standards and from how a peer was set up.

pub mod peers;

mod approved;
mod chain;
mod client_chain;
mod damage;
mod first_bytes;
mod greeted;
mod identity;
mod names;
mod narrowing;
mod parameters;
mod reload;
mod retry;
mod tickets;
mod transport;
