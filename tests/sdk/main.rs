//! A policy that is written in Rust with the SDK, built as its authors build it, on the real engine: it keeps a hello and several
//! certificates open at once, and every way to run it gives the same answers, call after call.
//!
//! It needs the wasm32 target, which `tests/run` installs.

mod accepted;

use std::{env, path::Path, process::Command, sync::LazyLock};

use countersign::{
    policy::{Engine, Limits, Policy, PolicyOptions, PolicySource, Way},
    session::{Endpoint, Role, Session},
    verdict::{Severity, Verdict},
};
use countersign_names::{CipherSuite, Group, Version};

use accepted::{Shown, accepted};

/// How often a policy is asked. More than handles, instances and memory last, if any of them were lost.
const CALLS: usize = 10_000;

/// More than enough for one thread, and far less than calls.
const INSTANCES_MAX: u32 = 3;

/// The component of `tests/guests/keeper`.
fn component() -> Vec<u8> {
    static COMPONENT: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folder = tempfile::tempdir().expect("a folder");
        let output = folder.path().join("keeper.wasm");
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .current_dir(&root)
            .args(["guest", "build", "tests/guests/keeper", "--output"])
            .arg(&output)
            .output()
            .expect("cargo runs");
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{said}");
        std::fs::read(output).expect("it was written")
    });
    COMPONENT.clone()
}

/// An engine that has no more than a few instances, and the policy on it. Nothing is remembered, so that each call runs.
fn loaded(closing: &str, way: Way) -> (Engine, Policy) {
    let mut limits = Limits::default();
    limits.instances_max = INSTANCES_MAX;
    limits.deadline_ms = 5_000;
    let engine = Engine::new(limits).expect("an engine");
    let options = PolicyOptions::new().settings(format!(r#"{{"closing": "{closing}"}}"#));
    let options = options.way(way).memo(false);
    let source = PolicySource::Bytes(component());
    let policy = Policy::load_with(&engine, &source, &options).expect("a policy");
    assert_eq!(policy.execution().way, way, "{:?}", policy.execution());
    (engine, policy)
}

fn session() -> Session {
    Session {
        endpoint: Endpoint {
            role: Role::Server,
            listener: "test".to_owned(),
        },
        version: Version::TLS_1_3,
        cipher_suite: CipherSuite::new(0x1301),
        group: Some(Group::new(0x001d)),
        alpn: None,
        resumed: false,
        retried: false,
    }
}

/// What the policy said: nothing but what it read.
fn told(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Approve(findings) if findings.len() == 1 => {
            assert_eq!(findings[0].severity, Severity::Note);
            &findings[0].message
        }
        other => panic!("{other:?}"),
    }
}

/// Asks about two clients in turns, over and over. What the policy tells is what they were made of.
fn assert_same_for_ever(closing: &str, way: Way) {
    let (engine, policy) = loaded(closing, way);
    let clients = [
        Shown {
            protocols: &["h2", "http/1.1"],
            subjects: &["one", "two", "three"],
        },
        Shown {
            protocols: &["http/1.1"],
            subjects: &["four"],
        },
    ];
    let expected = [
        "h2, http/1.1; CN=one, CN=two, CN=three",
        "http/1.1; CN=four",
    ];
    let facts = clients.map(|client| accepted(&client));
    for call in 0..CALLS {
        let which = call % 2;
        let called = policy.judge_peer(&session(), facts[which].clone());
        let verdict = called.result;
        let verdict = verdict.unwrap_or_else(|error| panic!("call {call} of {closing}: {error}"));
        assert_eq!(told(&verdict), expected[which], "call {call} of {closing}");
    }
    // What was closed in order leaves an instance that is as new; all else leaves none.
    let is_kept = way == Way::Rewound && closing == "youngest-first";
    assert_eq!(engine.kept_instances(), u32::from(is_kept), "{closing}");
    drop(policy);
    assert_eq!(engine.kept_instances(), 0, "{closing}");
}

#[test]
fn what_is_closed_youngest_first_is_rewound() {
    assert_same_for_ever("youngest-first", Way::Rewound);
}

#[test]
fn what_is_closed_oldest_first_is_rewound() {
    assert_same_for_ever("oldest-first", Way::Rewound);
}

#[test]
fn what_is_never_closed_is_rewound() {
    assert_same_for_ever("never", Way::Rewound);
}

#[test]
fn what_is_closed_in_any_order_runs_from_a_snapshot() {
    for closing in ["youngest-first", "oldest-first", "never"] {
        assert_same_for_ever(closing, Way::Snapshot);
    }
}
