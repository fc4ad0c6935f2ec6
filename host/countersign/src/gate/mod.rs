//! The gate: a connection becomes a stream only through an approval.
//!
//! `client` and `server` are its two roles. Each has the gate itself with its builder, one connection before the policies
//! (`attempt`), its handshake without I/O (`handshake`), and what moves the bytes (`connect`, `accept`). What both have in
//! common stands here: `case` asks the policies and keeps the record, `outbox` holds back what may not leave yet, `records`
//! gives the peer's bytes out one record at a time, `negotiated` says what was settled on, `drive` does the I/O until the verdict.

mod approval;
mod case;
mod client;
mod drive;
mod error;
mod feed;
mod negotiated;
mod observed;
mod outbox;
mod outcome;
mod prefixed;
mod records;
mod server;

use std::time::Duration;

pub use client::{ClientGate, ClientGateBuilder, ClientStream, Peer, Pending};
pub use error::HandshakeError;
pub use outcome::{Approved, Failure, Refused, Veto};
pub use prefixed::Prefixed;
pub use records::HandshakeLimits;
pub use server::{
    Greeted, Origin, ServerGate, ServerGateBuilder, ServerStream, TicketKeys, TicketKeysError,
};

/// The time for a handshake, if nothing else is said.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(10);

/// The longest time for a handshake.
const TIMEOUT_MAX: Duration = Duration::from_secs(24 * 60 * 60);
