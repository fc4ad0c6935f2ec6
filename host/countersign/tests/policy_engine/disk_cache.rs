//! The cache of compiled code, from the outside: the second load compiles nothing, and never is there another policy than the
//! one that was asked for, whatever has become of the files.

mod damage;

use std::{fs, path::PathBuf};

use countersign::{
    facts::Fact,
    policy::{CodeCache, Engine, Limits, Policy, PolicyOptions, PolicySource, Way},
    verdict::Verdict,
};
use tempfile::TempDir;

use super::{
    forbidden::{assert_forbidden, forbidding, importing},
    guest::Guest,
    sandbox::{Sandbox, assert_good, judge_peer},
};

/// A directory for a cache, which is removed in the end.
struct Disk(TempDir);

impl Disk {
    fn new() -> Self {
        Self(TempDir::new().expect("a directory"))
    }

    fn dir(&self) -> PathBuf {
        self.0.path().join("cache")
    }

    fn cache(&self) -> CodeCache {
        CodeCache::open(self.dir()).expect("it opens")
    }

    /// What another start of the same program has.
    fn engine(&self) -> Engine {
        self.engine_with(Sandbox::limits())
    }

    fn engine_with(&self, limits: Limits) -> Engine {
        let engine = Engine::new(limits).expect("the machine can run policies");
        engine.with_cache(self.cache())
    }

    /// All files, sorted.
    fn files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.dir()).expect("a directory");
        let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        files.sort();
        files
    }
}

/// A policy that says who it is.
fn saying(text: &str) -> Guest {
    Guest::named("approve-with-finding")
        .bytes("code", "a.b")
        .put("severity", 0)
        .bytes("message", text)
}

fn load(engine: &Engine, guest: &Guest, options: &PolicyOptions) -> Policy {
    let source = PolicySource::Bytes(guest.component());
    Policy::load_with(engine, &source, options).expect("it loads")
}

fn said(policy: &Policy) -> String {
    match judge_peer(policy).result {
        Ok(Verdict::Approve(findings)) => findings[0].message.clone(),
        other => panic!("{other:?}"),
    }
}

/// Loads it, and says whether it was compiled before.
fn is_cached(engine: &Engine, text: &str) -> bool {
    let policy = load(engine, &saying(text), &PolicyOptions::new());
    assert_eq!(said(&policy), text);
    policy.execution().cached
}

#[test]
fn the_second_load_comes_from_disk_and_is_the_same_policy() {
    let disk = Disk::new();
    for way in [Way::Rewound, Way::Snapshot, Way::Configured] {
        let options = PolicyOptions::new().way(way);
        let [first, second] = [(); 2].map(|()| load(&disk.engine(), &saying("me"), &options));
        let cached = [&first, &second].map(|policy| policy.execution().cached);
        assert_eq!(cached, [false, true], "{way}");
        let mut execution = second.execution().clone();
        execution.cached = false;
        assert_eq!(&execution, first.execution());
        let described = [&first, &second].map(|policy| format!("{:?}", policy.description()));
        assert_eq!(described[0], described[1]);
        assert_eq!(first.imports(), second.imports());
        assert_eq!(first.digest(), second.digest());
        assert_eq!(judge_peer(&first).result, judge_peer(&second).result);
        assert_eq!(said(&second), "me");
    }
}

#[test]
fn one_engine_finds_what_another_one_compiled_at_the_same_time() {
    let disk = Disk::new();
    let engines = [disk.engine(), disk.engine()];
    assert!(!is_cached(&engines[0], "me"));
    assert!(is_cached(&engines[1], "me"));
    assert!(is_cached(&engines[0], "me"));
}

#[test]
fn other_settings_are_another_policy() {
    let disk = Disk::new();
    let engine = disk.engine();
    let echo = Guest::named("echo-settings")
        .put("code", "(i32.const 8192)")
        .put("code.len", "(i32.const 12)");
    for cached in [false, true] {
        for settings in ["{}", "{ }", r#"{"a":1}"#, r#"{"a":2}"#] {
            let policy = load(&engine, &echo, &PolicyOptions::new().settings(settings));
            assert_eq!(said(&policy), settings);
            assert_eq!(policy.execution().cached, cached, "{settings}");
        }
    }
}

#[test]
fn other_limits_compile_anew() {
    let disk = Disk::new();
    let mut limits = Sandbox::limits();
    assert!(!is_cached(&disk.engine_with(limits), "me"));
    limits.memory_bytes_max /= 2;
    assert!(!is_cached(&disk.engine_with(limits), "me"));
    limits.findings_max += 1;
    assert!(!is_cached(&disk.engine_with(limits), "me"));
    assert!(is_cached(&disk.engine_with(limits), "me"));
    assert!(is_cached(&disk.engine(), "me"));
}

/// What one set of limits lets through, another does not find.
#[test]
fn limits_count_for_what_is_found_as_well() {
    let disk = Disk::new();
    let guest = saying("me");
    assert!(
        !load(&disk.engine(), &guest, &PolicyOptions::new())
            .execution()
            .cached
    );
    let mut limits = Sandbox::limits();
    limits.component_bytes_max = guest.component().len() - 1;
    let source = PolicySource::Bytes(guest.component());
    let loaded = Policy::load(&disk.engine_with(limits), &source, "{}");
    assert!(loaded.is_err(), "{loaded:?}");
}

/// The ban is not what was compiled under: it counts for what is found, too.
#[test]
fn a_fact_that_is_forbidden_later_is_forbidden() {
    let disk = Disk::new();
    let (fact, engine) = (Fact::PeerAddress, disk.engine());
    let guest = importing(fact);
    let source = PolicySource::Bytes(guest.component());
    assert!(
        !load(&engine, &guest, &PolicyOptions::new())
            .execution()
            .cached
    );
    for engine in [engine, disk.engine()] {
        assert_forbidden(
            Policy::load_with(&engine, &source, &forbidding([fact])),
            fact,
        );
        // And what is allowed is still there.
        let allowed = load(&engine, &guest, &forbidding([Fact::Port]));
        assert!(allowed.execution().cached);
    }
}

/// A ban that came first leaves nothing behind.
#[test]
fn what_is_forbidden_is_not_stored() {
    let disk = Disk::new();
    let source = PolicySource::Bytes(importing(Fact::Port).component());
    let loaded = Policy::load_with(&disk.engine(), &source, &forbidding([Fact::Port]));
    assert_forbidden(loaded, Fact::Port);
    assert_eq!(disk.files(), [""; 0].map(PathBuf::from));
}

/// What is loaded stays loaded, whatever becomes of the file that it came from.
#[test]
fn a_loaded_policy_does_not_need_its_file() {
    let disk = Disk::new();
    let load = || {
        load(
            &disk.engine(),
            &Guest::good(),
            &PolicyOptions::new().memo(false),
        )
    };
    drop(load());
    let policy = load();
    assert!(policy.execution().cached);
    assert_good(&policy);
    fs::remove_dir_all(disk.dir()).expect("it is ours");
    for _ in 0..3 {
        assert_good(&policy);
    }
}
