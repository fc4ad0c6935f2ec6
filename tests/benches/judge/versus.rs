//! The other engines, in a child process.

use std::{
    cell::RefCell,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    rc::Rc,
    time::Duration,
};

use crate::{
    Side,
    cases::{self, Case},
    window::Window,
};

/// Its workspace.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/versus");

/// One of the engines.
pub(crate) struct Versus {
    engine: &'static str,
    program: Rc<RefCell<Program>>,
}

/// The child.
struct Program {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Versus {
    /// All engines, in one child.
    pub(crate) fn all() -> Vec<Self> {
        let mut program = Program::start();
        let loaded = program.say(&format!("cases {}", cases::FILE));
        assert!(loaded.starts_with("ok "), "{loaded}");
        let program = Rc::new(RefCell::new(program));
        let engine = |engine| Self {
            engine,
            program: Rc::clone(&program),
        };
        ["native", "regorus", "cedar"].map(engine).into()
    }

    fn say(&self, line: &str) -> String {
        self.program.borrow_mut().say(line)
    }
}

impl Side for Versus {
    fn name(&self) -> String {
        self.engine.to_owned()
    }

    fn answer(&mut self, case: &Case) -> String {
        self.say(&format!("ask {} {}", self.engine, case.json))
    }

    fn run(&mut self, threads: usize, time: Duration) -> Window {
        let line = format!("run {} {threads} {}", self.engine, time.as_millis());
        let answer = self.say(&line);
        let numbers = answer.split_once(' ').and_then(|(calls, nanoseconds)| {
            Some((calls.parse().ok()?, nanoseconds.parse().ok()?))
        });
        let (calls, nanoseconds) = numbers.unwrap_or_else(|| panic!("{line}: {answer}"));
        Window {
            calls,
            time: Duration::from_nanos(nanoseconds),
        }
    }
}

impl Program {
    /// Builds it, which takes a while the first time, and starts it.
    fn start() -> Self {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--release", "--locked", "--quiet"])
            .current_dir(FOLDER)
            .status();
        assert!(
            built.is_ok_and(|status| status.success()),
            "it does not build"
        );
        let mut child = Command::new(Path::new(FOLDER).join("target/release/versus"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let input = child.stdin.take().expect("it is piped");
        let output = child.stdout.take().expect("it is piped");
        Self {
            child,
            input,
            output: BufReader::new(output),
        }
    }

    fn say(&mut self, line: &str) -> String {
        writeln!(self.input, "{line}").expect("it listens");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("it answers");
        answer.trim_end().to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It ends by itself at the end of its input; should it hang, it must not outlive the bench.
        let _ = writeln!(self.input, "quit");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
