//! The peers: real servers on loopback, each on a port of its own, stopped when dropped.

pub mod gnutls;
pub mod nginx;
pub mod openssl;
