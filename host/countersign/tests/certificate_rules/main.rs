//! The default policy's rules on certificates, with real chains on real connections.
//!
//! Every chain is made here, so what is expected comes from how it was made and from the standards.

mod clients;
mod meeting;
mod pki;
mod servers;
mod standards;
mod trust;
