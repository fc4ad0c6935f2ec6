//! `gnutls-cli`.

use super::request;
use crate::{pki::PKI, process::Program};

const GNUTLS_CLI: Program = Program {
    name: "gnutls-cli",
    package: "gnutls-bin",
};

/// Asks a server on 127.0.0.1 for its page, with what `priority` says; returns the log.
pub fn gnutls_cli(port: u16, priority: &str, arguments: &[&str]) -> String {
    GNUTLS_CLI.run(|command| {
        command
            .args(["--port", &port.to_string(), "--priority", priority])
            .arg("--x509cafile")
            .arg(&PKI.ca.certificate_file)
            .args(arguments)
            .arg("127.0.0.1")
            .stdin(request());
    })
}
