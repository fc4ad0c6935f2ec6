//! `openssl s_server`.

use std::{env, path::Path, process::Stdio};

use crate::{
    pki::Identity,
    process::{Process, Program},
};

/// The program.
pub const OPENSSL: Program = Program {
    name: "openssl",
    package: "openssl",
};

/// Old versions and suites are only spoken at OpenSSL's lowest security level.
pub const EVERYTHING: &str = "DEFAULT:@SECLEVEL=0";

/// A running `s_server`.
#[derive(Debug)]
pub struct OpenSsl {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    process: Process,
}

impl OpenSsl {
    /// Starts a server with this certificate.
    pub fn start(identity: &Identity, arguments: &[&str]) -> Self {
        Self::launch(identity, arguments, &env::temp_dir())
    }

    /// A server that answers GET with the files of a directory.
    pub fn files(identity: &Identity, directory: &Path, arguments: &[&str]) -> Self {
        Self::launch(identity, &[arguments, &["-WWW"]].concat(), directory)
    }

    /// A server that answers GET with a page about the session. It serves one connection after the other.
    pub fn www(identity: &Identity, arguments: &[&str]) -> Self {
        Self::start(identity, &[arguments, &["-www"]].concat())
    }

    /// A server that takes `connections` connections, logs every message, sends back lines reversed, and ends.
    pub fn traced(identity: &Identity, connections: usize, arguments: &[&str]) -> Self {
        let count = connections.to_string();
        let traced = ["-rev", "-msg", "-state", "-naccept", &count];
        Self::start(identity, &[arguments, &traced].concat())
    }

    fn launch(identity: &Identity, arguments: &[&str], directory: &Path) -> Self {
        let mut command = OPENSSL.command();
        command
            .args(["s_server", "-accept", "127.0.0.1:0", "-cert"])
            .arg(&identity.certificate_file)
            .arg("-key")
            .arg(&identity.key_file)
            .args(arguments)
            .current_dir(directory)
            // It ends when its input does.
            .stdin(Stdio::piped());
        let process = OPENSSL.start(command);
        let port = process.wait_for("port", announced_port);
        Self { port, process }
    }

    /// The running program.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Waits until the server has ended by itself, and returns its log.
    pub fn wait_for_end(self) -> Trace {
        Trace(self.process.wait_for_end())
    }

    /// Stops the server, and returns its log.
    pub fn stop(self) -> Trace {
        Trace(self.process.stop())
    }
}

/// From `ACCEPT 127.0.0.1:40123`.
fn announced_port(log: &str) -> Option<u16> {
    let line = log.lines().find_map(|line| line.strip_prefix("ACCEPT "))?;
    line.rsplit(':').next()?.parse().ok()
}

/// The log of a server or client that was told to log every message.
#[derive(Debug)]
pub struct Trace(pub(super) String);

impl Trace {
    /// The whole log.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The handshake messages that came from the peer, in order, by their names in RFC 8446 and RFC 5246.
    pub fn received(&self) -> Vec<&str> {
        self.handshake_messages("<<< ")
    }

    pub(super) fn handshake_messages(&self, direction: &str) -> Vec<&str> {
        let lines = self.0.lines();
        let messages = lines.filter_map(|line| line.strip_prefix(direction));
        messages
            .filter(|line| line.contains(", Handshake ["))
            .filter_map(|line| line.rsplit("], ").next())
            .collect()
    }
}
