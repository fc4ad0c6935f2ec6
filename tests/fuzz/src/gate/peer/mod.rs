//! The real TLS peers that gates talk to.

pub mod client;
pub mod server;
