//! `gnutls-serv`.

use crate::{
    pki::Identity,
    port::with_free_port,
    process::{Process, Program},
};

const GNUTLS: Program = Program {
    name: "gnutls-serv",
    package: "gnutls-bin",
};

/// A running `gnutls-serv`.
#[derive(Debug)]
pub struct GnuTls {
    /// Where it listens.
    pub port: u16,
    process: Process,
}

impl GnuTls {
    /// Starts a server that speaks only what `priority` says.
    pub fn start(identity: &Identity, priority: &str, arguments: &[&str]) -> Self {
        with_free_port(|port| Self::start_on(port, identity, priority, arguments))
    }

    fn start_on(
        port: u16,
        identity: &Identity,
        priority: &str,
        arguments: &[&str],
    ) -> Option<Self> {
        let mut command = GNUTLS.command();
        command
            .stdin(std::process::Stdio::null())
            .args(["--port", &port.to_string(), "--priority", priority])
            .arg("--x509certfile")
            .arg(&identity.certificate_file)
            .arg("--x509keyfile")
            .arg(&identity.key_file)
            .args(arguments);
        let process = GNUTLS.start(command);
        let started = process.wait_for("start", |log| {
            let taken = log.contains("Address already in use");
            let ready = log.lines().any(is_ready);
            if taken {
                Some(false)
            } else {
                ready.then_some(true)
            }
        });
        started.then_some(Self { port, process })
    }

    /// The running program.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Stops the server, and returns its log.
    pub fn stop(self) -> String {
        self.process.stop()
    }
}

/// `HTTP Server listening on IPv4 0.0.0.0 port 5556...done`; where it failed, the next socket stands in the same line.
fn is_ready(line: &str) -> bool {
    line.contains("listening on IPv4") && !line.contains("IPv6") && line.ends_with("...done")
}
