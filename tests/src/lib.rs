//! What the tests against real peers share: the peers, their certificates, and the gates that meet them.
//!
//! `tests/run` runs these tests. They need `openssl`, `nginx`, `curl` and GnuTLS' programs; a program that is missing
//! fails a test with the name of its Debian package.

pub mod chains;
pub mod client;
pub mod command;
pub mod gateway;
pub mod guest;
pub mod peers;
pub mod pki;
pub mod policy;
pub mod port;
pub mod process;
pub mod server;
