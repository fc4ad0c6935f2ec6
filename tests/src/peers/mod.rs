//! The peers: real servers on loopback, each on a port of its own, stopped when dropped, and real clients.

pub mod curl;
pub mod gnutls;
pub mod gnutls_cli;
pub mod nginx;
pub mod openssl;
pub mod s_client;
pub mod saved;

use std::{
    io::{Seek, Write},
    process::Stdio,
};

/// The input of a client that asks for a page.
fn request() -> Stdio {
    let mut file = tempfile::tempfile().expect("a temporary file");
    let written = file.write_all(b"GET / HTTP/1.0\r\n\r\n");
    written
        .and_then(|()| file.rewind())
        .expect("a writable file");
    file.into()
}
