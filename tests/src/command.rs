//! The command line, as its users run it.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::pki::{PKI, SERVER_NAME};

/// What a run of `countersign` left behind.
#[derive(Debug)]
pub struct Run {
    /// The exit code.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Runs `countersign check` against a server on 127.0.0.1 that goes by the test server's name.
pub fn check(port: u16, settings: &str, arguments: &[&str]) -> Run {
    let mut command = Command::new(binary());
    command
        .args(["check", &format!("{SERVER_NAME}:{port}")])
        .args(["--connect", &format!("127.0.0.1:{port}")])
        .args(["--settings", settings, "--timeout", "20s", "--ca"])
        .arg(&PKI.ca.certificate_file)
        .args(arguments)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null());
    let output = command.output().expect("the command runs");
    Run {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The command of the same build as this test, which stands one folder above it.
pub(crate) fn binary() -> PathBuf {
    let test = env::current_exe().expect("a running test");
    let folder = test.ancestors().nth(2).expect("a target directory");
    let binary = folder.join("countersign");
    assert!(
        binary.is_file(),
        "{} is missing: tests/run builds it, and so does `cargo build --release -p countersign-cli`",
        binary.display()
    );
    binary
}
