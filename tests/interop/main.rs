//! Countersign against servers and clients that others wrote.
//!
//! What is expected comes from how a peer was set up and from what it says itself, never from what Countersign said.
//! The client gate meets servers in the files here, the server gate meets clients in `server`.

mod application_data;
mod certificates;
mod client_certificate;
mod command_line;
mod expect;
mod gateway;
mod gnutls;
mod held_back;
mod hello_retry;
mod negotiated;
mod nginx;
mod old_versions;
mod probe;
mod record;
mod resumption;
mod server;
mod system_calls;
