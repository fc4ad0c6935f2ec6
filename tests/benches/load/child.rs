//! A process that loads some policies, and has each judge once.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Instant,
};

use countersign::{
    facts::ConnectionFacts,
    policy::Policy,
    session::{Endpoint, Role, Session},
};
use countersign_names::{CipherSuite, Group, Version};

use crate::{
    kind::Kind,
    memory::{self, Memory},
    shelf::Shelf,
};

/// The argument by which this program knows that it is one.
const CHILD: &str = "child";

/// What it is to do.
pub(crate) struct Child {
    kind: Kind,
    count: usize,
    cache: PathBuf,
}

/// What came of it. Times are in microseconds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) engine_us: u64,
    pub(crate) load_us: u64,
    pub(crate) judge_us: u64,
    /// How many instances are kept for the next call.
    pub(crate) kept: u64,
    /// How many files the process has open.
    pub(crate) files: u64,
    /// With an engine, and no policy.
    pub(crate) empty: Memory,
    pub(crate) loaded: Memory,
    pub(crate) judged: Memory,
}

impl Child {
    pub(crate) fn new(kind: Kind, count: usize, cache: &Path) -> Self {
        Self {
            kind,
            count,
            cache: cache.to_owned(),
        }
    }

    /// `… child KIND COUNT CACHE`.
    pub(crate) fn from_arguments(arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut arguments = arguments.skip_while(|argument| argument != CHILD).skip(1);
        Some(Self {
            kind: Kind::named(&arguments.next()?)?,
            count: arguments.next()?.parse().ok()?,
            cache: arguments.next()?.into(),
        })
    }

    /// Runs this program again, as one.
    pub(crate) fn spawn(&self) -> Report {
        let output = Command::new(env::current_exe().expect("a running program"))
            .args([CHILD, self.kind.name(), &self.count.to_string()])
            .arg(&self.cache)
            .output()
            .expect("another process");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {error}", output.status);
        Report::read(&String::from_utf8_lossy(&output.stdout))
    }

    #[expect(clippy::print_stdout, reason = "this is how the parent learns of it")]
    pub(crate) fn run(&self) {
        println!("{}", self.measure().line());
    }

    fn measure(&self) -> Report {
        let source = self.kind.source();
        let began = Instant::now();
        let engine = Shelf::engine(&self.cache);
        let engine_us = micros_since(began);
        let empty = Memory::now();
        let began = Instant::now();
        let policies: Vec<_> = (0..self.count)
            .map(|number| Policy::load(&engine, &source, &Kind::settings(number)))
            .map(|loaded| loaded.expect("a policy"))
            .collect();
        let load_us = micros_since(began);
        let cached = policies.iter().all(|policy| policy.execution().cached);
        assert!(cached, "one was compiled");
        let loaded = Memory::now();
        let began = Instant::now();
        policies.iter().for_each(judge);
        let judge_us = micros_since(began);
        Report {
            engine_us,
            load_us,
            judge_us,
            kept: engine.kept_instances().into(),
            files: memory::open_files(),
            empty,
            loaded,
            judged: Memory::now(),
        }
    }
}

fn micros_since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_micros()).expect("no process lives as long")
}

fn judge(policy: &Policy) {
    let endpoint = Endpoint {
        role: Role::Server,
        listener: String::new(),
    };
    let session = Session {
        endpoint,
        version: Version::TLS_1_3,
        cipher_suite: CipherSuite::new(0x1301),
        group: Some(Group::X25519MLKEM768),
        alpn: None,
        resumed: false,
        retried: false,
    };
    let called = policy.judge_parameters(&session, Arc::new(ConnectionFacts::default()));
    called.result.expect("a verdict");
}

impl Report {
    fn line(&self) -> String {
        let mut numbers = vec![
            self.engine_us,
            self.load_us,
            self.judge_us,
            self.kept,
            self.files,
        ];
        for memory in [self.empty, self.loaded, self.judged] {
            numbers.extend([memory.resident, memory.proportional, memory.anonymous]);
        }
        let numbers: Vec<_> = numbers.iter().map(u64::to_string).collect();
        numbers.join(" ")
    }

    fn read(line: &str) -> Self {
        let numbers = line.split_whitespace().map(str::parse::<u64>);
        let numbers: Vec<_> = numbers.collect::<Result<_, _>>().expect("numbers");
        let memory = |at: usize| Memory {
            resident: numbers[at],
            proportional: numbers[at + 1],
            anonymous: numbers[at + 2],
        };
        Self {
            engine_us: numbers[0],
            load_us: numbers[1],
            judge_us: numbers[2],
            kept: numbers[3],
            files: numbers[4],
            empty: memory(5),
            loaded: memory(8),
            judged: memory(11),
        }
    }
}
