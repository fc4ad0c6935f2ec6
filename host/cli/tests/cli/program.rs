//! Runs the program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::Value;

/// One run of `countersign`.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// `countersign`, with an environment that does not depend on the machine. It finds no home, so it keeps nothing there.
pub(crate) fn countersign(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(words).stdin(Stdio::null());
    for variable in [
        "HOME",
        "XDG_CACHE_HOME",
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Runs `countersign check` with these arguments.
pub(crate) fn check(words: &[&str]) -> Run {
    let words: Vec<_> = ["check"].iter().chain(words).copied().collect();
    run(&mut countersign(&words))
}

/// Runs `countersign inspect` with these arguments.
pub(crate) fn inspect(words: &[&str]) -> Run {
    let words: Vec<_> = ["inspect"].iter().chain(words).copied().collect();
    run(&mut countersign(&words))
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Run {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the program runs");
    let run = Run {
        code: status.code().expect("the program is not killed"),
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
    };
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

impl Run {
    /// The first lines of the reports: those that are not indented.
    pub(crate) fn verdicts(&self) -> Vec<&str> {
        self.stdout
            .lines()
            .filter(|line| !line.starts_with(' '))
            .collect()
    }

    /// Every line as JSON.
    pub(crate) fn json(&self) -> Vec<Value> {
        let lines = self.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).expect("each line is JSON"))
            .collect()
    }
}

/// A file of this test run.
pub(crate) fn file(name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli");
    fs::create_dir_all(&directory).expect("a directory for files");
    let path = directory.join(format!("{}-{number}-{name}", std::process::id()));
    fs::write(&path, content).expect("a file can be written");
    path
}

/// The same, as an argument.
pub(crate) fn argument(name: &str, content: impl AsRef<[u8]>) -> String {
    file(name, content)
        .into_os_string()
        .into_string()
        .expect("the path is UTF-8")
}
