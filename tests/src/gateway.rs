//! The gateway, as operators run it.

use std::{fs, path::PathBuf, process::Command};

use tempfile::TempDir;

use crate::{
    command::binary,
    process::{Process, Program},
};

const COUNTERSIGN: Program = Program {
    name: "stdbuf",
    package: "coreutils",
};

const SOCKET_ACTIVATE: Program = Program {
    name: "systemd-socket-activate",
    package: "systemd",
};

/// A running `countersign gateway`.
#[derive(Debug)]
pub struct Gateway {
    process: Process,
    directory: TempDir,
}

impl Gateway {
    /// Starts one with this configuration. Its ports are chosen by the system: `listen = ["127.0.0.1:0"]`.
    pub fn start(config: &str) -> Self {
        Self::start_with(config, |_| ())
    }

    /// The same with no more than so many open files.
    pub fn start_with_files(config: &str, files: usize) -> Self {
        Self::start_with(config, |command| {
            let program = command.get_args().last().map(|it| it.to_owned());
            let limited = format!("ulimit -n {files}; exec \"$0\" \"$@\"");
            *command = Command::new("sh");
            command.arg("-c").arg(limited);
            command.args(program);
        })
    }

    /// The same with a socket of this name that is passed to it, as systemd does. It starts when somebody comes there.
    pub fn start_by_socket(config: &str, name: &str, port: u16) -> Self {
        SOCKET_ACTIVATE.demand();
        Self::start_with(config, |command| {
            let program = command.get_args().last().map(ToOwned::to_owned);
            *command = Command::new(SOCKET_ACTIVATE.name);
            command.args(["-l", &format!("127.0.0.1:{port}")]);
            command.arg(format!("--fdname={name}"));
            command.args(program);
        })
    }

    /// The same, with the command that starts it changed.
    pub fn start_with(config: &str, change: impl FnOnce(&mut Command)) -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let file = directory.path().join("gateway.toml");
        fs::write(&file, config).expect("a writable directory");
        let mut command = Command::new("stdbuf");
        command.args(["-oL", "-eL"]).arg(binary());
        change(&mut command);
        command.args(["gateway", "--config"]).arg(&file);
        let process = COUNTERSIGN.start(command);
        Self { process, directory }
    }

    /// The port of a listener, as it says itself.
    pub fn port(&self, listener: &str) -> u16 {
        let said = format!("listens listener={listener} address=127.0.0.1:");
        self.process.wait_for("listener", |log| {
            let (_, rest) = log.split_once(&said)?;
            let (port, _) = rest.split_once('\n')?;
            port.trim().parse().ok()
        })
    }

    /// A file beside its configuration.
    pub fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The running program. Its log has what it says to the operator and, unless the configuration says otherwise, one line in
    /// JSON for each connection.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// The lines of connections, as soon as there are so many.
    pub fn lines(&self, count: usize) -> Vec<String> {
        self.process.wait_for("line", |log| {
            let lines = log.lines().filter(|line| line.starts_with('{'));
            let lines: Vec<_> = lines.map(str::to_owned).collect();
            (lines.len() >= count).then_some(lines)
        })
    }
}
