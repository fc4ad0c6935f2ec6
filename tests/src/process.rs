//! A foreign program: started, listened to, and stopped with the test that needs it.

use std::{
    env,
    io::{BufRead, BufReader, ErrorKind, Read},
    process::{Child, Command, Stdio},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Enough for a loaded machine; what is waited for takes milliseconds.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A program that the tests run, and the Debian package that brings it.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its name in the search path.
    pub name: &'static str,
    /// The Debian package.
    pub package: &'static str,
}

impl Program {
    /// The program with line-buffered output, so that its log can be waited for.
    pub fn command(self) -> Command {
        let mut command = Command::new("stdbuf");
        command.args(["-oL", "-eL", self.name]).env("PATH", path());
        command
    }

    /// Runs the program to its end and returns what it printed, errors included.
    pub fn run(self, prepare: impl FnOnce(&mut Command)) -> String {
        let mut command = self.command();
        prepare(command.stdin(Stdio::null()));
        self.start(command).wait_for_end()
    }

    /// Starts what [`command`](Self::command) made.
    pub fn start(self, mut command: Command) -> Process {
        self.demand();
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn();
        Process::new(child.unwrap_or_else(|error| panic!("{} does not start: {error}", self.name)))
    }

    /// A peer that is missing is a failure, never a reason to skip a test.
    pub(crate) fn demand(self) {
        let probe = Command::new(self.name)
            .arg("--version")
            .env("PATH", path())
            .stdin(Stdio::null())
            .output();
        let missing = probe.is_err_and(|error| error.kind() == ErrorKind::NotFound);
        assert!(
            !missing,
            "this test needs the program `{}`: install the Debian package `{}`, or run tests/run, which does",
            self.name, self.package
        );
    }
}

/// Servers live where only the administrator's search path looks.
fn path() -> String {
    format!("{}:/usr/sbin:/sbin", env::var("PATH").unwrap_or_default())
}

/// A running program. Dropped, it is killed.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: Arc<Log>,
    readers: Vec<JoinHandle<()>>,
}

/// What a program has printed so far.
#[derive(Debug, Default)]
struct Log {
    text: Mutex<String>,
    grown: Condvar,
}

impl Process {
    fn new(mut child: Child) -> Self {
        let log = Arc::new(Log::default());
        let stdout = child.stdout.take().map(|out| log.follow(out));
        let stderr = child.stderr.take().map(|err| log.follow(err));
        let readers = stdout.into_iter().chain(stderr).collect();
        Self {
            child,
            log,
            readers,
        }
    }

    /// The id of the process, which is the program's own: what starts it becomes it.
    pub fn program_id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until something is found in the log.
    pub fn wait_for<T>(&self, what: &str, find: impl Fn(&str) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        let mut text = self.log.lock();
        loop {
            if let Some(found) = find(&text) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "no {what} in the log:\n{text}");
            text = self.log.wait(text, left);
        }
    }

    /// Waits for a piece of text in the log.
    pub fn wait_for_text(&self, wanted: &str) {
        self.wait_for(wanted, |log| log.contains(wanted).then_some(()));
    }

    /// Waits until the program has ended by itself, and returns the whole of its log.
    pub fn wait_for_end(mut self) -> String {
        let deadline = Instant::now() + PATIENCE;
        while self.child.try_wait().expect("a child").is_none() {
            assert!(
                Instant::now() < deadline,
                "the program should have ended:\n{}",
                self.log.lock()
            );
            thread::sleep(Duration::from_millis(5));
        }
        self.whole_log()
    }

    /// Stops the program, and returns the whole of its log.
    pub fn stop(mut self) -> String {
        self.kill();
        self.whole_log()
    }

    fn whole_log(&mut self) -> String {
        for reader in self.readers.drain(..) {
            reader.join().expect("reading a log does not panic");
        }
        self.log.lock().clone()
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Log {
    fn follow(self: &Arc<Self>, from: impl Read + Send + 'static) -> JoinHandle<()> {
        let log = Arc::clone(self);
        thread::spawn(move || {
            let mut from = BufReader::new(from);
            let mut line = Vec::new();
            while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                log.lock().push_str(&String::from_utf8_lossy(&line));
                log.grown.notify_all();
                line.clear();
            }
        })
    }

    fn lock(&self) -> MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, text: MutexGuard<'a, String>, left: Duration) -> MutexGuard<'a, String> {
        let waited = self.grown.wait_timeout(text, left);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
