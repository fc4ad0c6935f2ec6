//! In steady state, a verdict needs no system call. `strace` counts them: this test runs itself under it.

use std::{env, fs, path::Path, process::Command, sync::Arc};

use countersign::{
    facts::ConnectionFacts,
    policy::{Engine, Limits, Policy, PolicyOptions, PolicySource, Way},
    session::{Endpoint, Role, Session},
};
use countersign_names::{CipherSuite, Group, Version};

/// Set where this program is to judge, under `strace`.
const JUDGE: &str = "COUNTERSIGN_TEST_JUDGE";

/// Files that are looked for between verdicts, so that they stand in the trace. They are not there.
const BEGIN: &str = "/countersign-verdicts-begin";
const END: &str = "/countersign-verdicts-end";

const VERDICTS: usize = 100_000;

/// For what the machine may do now and then, such as waking the thread behind the deadlines.
const CALLS_MAX: usize = VERDICTS / 1_000;

#[test]
fn a_verdict_needs_no_system_call() {
    if env::var_os(JUDGE).is_some() {
        return judge_in_every_way();
    }
    let folder = tempfile::tempdir().expect("a folder");
    let traces = folder.path().join("trace");
    let status = Command::new("strace")
        .args(["-ff", "-qq", "-o"])
        .arg(&traces)
        .arg(env::current_exe().expect("this program"))
        .args(["system_calls::a_verdict_needs_no_system_call", "--exact"])
        .env(JUDGE, "1")
        .status();
    let status = status.expect("strace is not to be had: it is the Debian package `strace`");
    assert!(status.success(), "{status}");
    let trace = trace_of_verdicts(folder.path());
    for name in ["memo", "rewound", "snapshot"] {
        let calls = between(&trace, name);
        assert!(
            calls.len() <= CALLS_MAX,
            "{name}: {} system calls, such as {:?}",
            calls.len(),
            &calls[..20]
        );
    }
}

/// The other side: what has no pool makes some for each instance, and they are seen.
fn judge_in_every_way() {
    let engine = Engine::new(Limits::default()).expect("an engine");
    assert!(engine.is_pooled(), "there is no room for the pool");
    judge("memo", &engine, Way::Rewound, true, VERDICTS);
    judge("rewound", &engine, Way::Rewound, false, VERDICTS);
    judge("snapshot", &engine, Way::Snapshot, false, VERDICTS);
    let on_demand = Engine::on_demand(Limits::default()).expect("an engine");
    judge("on-demand", &on_demand, Way::Snapshot, false, 100);
}

fn judge(name: &str, engine: &Engine, way: Way, memo: bool, verdicts: usize) {
    let options = PolicyOptions::new().way(way).memo(memo);
    let policy = Policy::load_with(engine, &PolicySource::Default, &options).expect("it loads");
    assert_eq!(policy.execution().way, way);
    let session = Session {
        endpoint: Endpoint {
            role: Role::Server,
            listener: String::new(),
        },
        version: Version::TLS_1_3,
        cipher_suite: CipherSuite::new(0x1301),
        group: Some(Group::X25519MLKEM768),
        alpn: None,
        resumed: false,
        retried: false,
    };
    let facts = Arc::<ConnectionFacts>::default();
    let ask = || {
        let called = policy.judge_parameters(&session, Arc::clone(&facts));
        assert!(called.result.is_ok(), "{:?}", called.result);
    };
    (0..1_000).for_each(|_| ask());
    mark(BEGIN, name);
    (0..verdicts).for_each(|_| ask());
    mark(END, name);
}

fn mark(mark: &str, name: &str) {
    assert!(fs::metadata(format!("{mark}-{name}")).is_err());
}

/// The lines of the thread that judged.
fn trace_of_verdicts(folder: &Path) -> Vec<String> {
    let traces = fs::read_dir(folder).expect("the folder is there");
    let mut traces = traces.map(|trace| {
        let trace = trace.expect("it can be listed").path();
        fs::read_to_string(trace).expect("it can be read")
    });
    let trace = traces.find(|trace| trace.contains(BEGIN));
    let trace = trace.expect("nobody judged");
    let lines: Vec<_> = trace.lines().map(str::to_owned).collect();
    assert!(
        between(&lines, "on-demand").len() >= 100,
        "system calls are not seen"
    );
    lines
}

fn between<'a>(trace: &'a [String], name: &str) -> Vec<&'a str> {
    let at = |mark: &str| {
        let mark = format!("{mark}-{name}\"");
        let at = trace.iter().position(|line| line.contains(&mark));
        at.unwrap_or_else(|| panic!("no {mark} in the trace"))
    };
    let between = &trace[at(BEGIN) + 1..at(END)];
    between.iter().map(String::as_str).collect()
}
