//! The other ends of the connections that the gate's tests make: all of them live in this process.
//!
//! `wire` is a transport that writes down what passes, `server` answers on it as a real TLS server, `guest` is a policy
//! whose verdict the test chooses, `pki` holds the certificates, `gate` puts a client together, `records` reads what
//! a client said, `outcome` connects where anything may happen.

pub mod gate;
pub mod guest;
pub mod outcome;
pub mod pki;
pub mod records;
pub mod server;
pub mod wire;
