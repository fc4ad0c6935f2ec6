//! Hostile peers: real TLS peers whose flights are disturbed at every record boundary on their way to a gate.
//!
//! `clients` and `servers` are the handshakes, each with a gate and an honest peer for it (`ends`: those of the gates' own
//! tests, on a wire without a network). `disturbance` says what can happen to a flight, `place` where it happens, `demand`
//! what has to become of it by the RFCs. `matrix` tries everything everywhere, `transport` does the same with transports that
//! are slow, break, block or fall silent. `encounter` is one connection and all that holds of it whatever its peer did;
//! an honest neighbour on the same gate is always with it.

#[path = "../../../host/countersign/tests/server_gate/peers/mod.rs"]
pub mod ends;

mod clients;
mod demand;
mod disturbance;
mod early;
mod encounter;
mod matrix;
mod place;
mod pool;
mod quiet;
mod scene;
mod servers;
mod transport;
