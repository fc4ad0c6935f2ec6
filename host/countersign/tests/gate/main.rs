//! The client gate against peers that behave, and peers that do not.
//!
//! Peers run in the test's own process, so that every byte in either direction can be seen; what is expected comes from the
//! standards and from how a peer was set up.

pub mod peers;

mod approved;
mod certificate;
mod check;
mod concurrency;
mod fuzz;
mod garbage;
mod offer;
mod reload;
mod resumption;
mod self_test;
mod transport;
mod veto;
