//! The gate: a connection becomes a stream only through an approval.
//!
//! `handshake` is the handshake without I/O, [`ClientGate`] knows the policy and judges, `connect` moves the bytes.

mod approval;
mod check;
mod client;
mod connect;
mod error;
mod handshake;
mod judge;
mod prefixed;
mod records;
mod sessions;
mod verifier;

use approval::Approval;
pub use client::{ClientGate, ClientGateBuilder, Peer};
pub use connect::{Approved, ClientStream, Pending};
pub use error::HandshakeError;
pub use judge::{Failure, Refused, Veto};
pub use prefixed::Prefixed;
pub use records::HandshakeLimits;
