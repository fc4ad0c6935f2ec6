//! Policies that tell which they are, and the files of each in a cache.

use std::{fs, sync::LazyLock};

use countersign::{
    policy::{CodeCache, Engine, Limits, Policy, PolicyOptions, PolicySource},
    session::{Endpoint, Role, Session},
    verdict::Verdict,
};
use countersign_names::{CipherSuite, Version};
use countersign_test_guests::Guest;
use tempfile::TempDir;

/// A policy, and what it says.
pub struct Item {
    component: Vec<u8>,
    settings: &'static str,
    way: String,
    verdict: Verdict,
    /// Its entry and its code.
    pub files: [File; 2],
}

/// A file as the cache wrote it.
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// No call here comes near, however busy the machine is.
const DEADLINE_MS: u64 = 60_000;

/// Where nothing is stored.
pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut limits = Limits::default();
    limits.deadline_ms = DEADLINE_MS;
    limits.load_deadline_ms = DEADLINE_MS;
    limits.memory_bytes_max = 1024 * 1024;
    limits.instances_max = 4;
    limits.kept_instances_max = 4;
    Engine::new(limits).expect("an engine")
});

/// One policy with two settings, and another one.
pub static STOCK: LazyLock<[Item; 3]> = LazyLock::new(|| {
    [
        Item::new(component("one.policy"), "\"one\""),
        Item::new(component("one.policy"), "\"two\""),
        Item::new(component("other.policy"), "\"one\""),
    ]
});

/// It approves with its settings as a finding of this code, and traps where an instance is asked a second time: the first is the
/// rehearsal's, before the snapshot.
fn component(code: &str) -> Vec<u8> {
    const COUNT: &str = "
        (global $count (mut i32) (i32.const 0))
        (func $before_judge_parameters
          (if (i32.gt_u (global.get $count) (i32.const 1)) (then unreachable))
          (global.set $count (i32.add (global.get $count) (i32.const 1))))";
    Guest::named("echo-settings")
        .put("code.len", format!("(i32.const {})", code.len()))
        .put("code", "(i32.const 30000)")
        .holding(30_000, code.as_bytes())
        .part("before-judge-parameters", COUNT)
        .component()
}

impl Item {
    fn new(component: Vec<u8>, settings: &'static str) -> Self {
        let place = TempDir::new().expect("a directory");
        let cache = CodeCache::open(place.path()).expect("a cache");
        let policy = load(&ENGINE, &component, settings);
        let engine = ENGINE.clone().with_cache(cache);
        load(&engine, &component, settings);
        let file = |end| File::ending(&place, end);
        Self {
            way: policy.execution().way.to_string(),
            verdict: verdict(&policy),
            files: [file(".entry"), file(".cwasm")],
            component,
            settings,
        }
    }

    /// Loads it, which always succeeds.
    pub fn load(&self, engine: &Engine) -> Policy {
        load(engine, &self.component, self.settings)
    }

    /// It is this policy, and no call of it knows of another one.
    ///
    /// # Panics
    ///
    /// If it is another one.
    pub fn check(&self, policy: &Policy) {
        assert_eq!(policy.execution().way.to_string(), self.way);
        assert_eq!(*policy.description().name, *"good");
        assert_eq!(verdict(policy), self.verdict);
        for _ in 0..2 {
            let approved = policy.judge_parameters(&session(), Default::default());
            assert_eq!(approved.result, Ok(Verdict::Approve(Vec::new())));
        }
    }
}

impl File {
    fn ending(place: &TempDir, end: &str) -> Self {
        let mut files = fs::read_dir(place.path()).expect("a directory").flatten();
        let file = files.find(|file| file.file_name().to_string_lossy().ends_with(end));
        let file = file.expect("it is stored");
        Self {
            name: file.file_name().to_string_lossy().into_owned(),
            bytes: fs::read(file.path()).expect("it is ours"),
        }
    }
}

fn load(engine: &Engine, component: &[u8], settings: &str) -> Policy {
    let options = PolicyOptions::new().settings(settings).memo(false);
    let source = PolicySource::Bytes(component.to_vec());
    Policy::load_with(engine, &source, &options).expect("it is a good policy")
}

fn verdict(policy: &Policy) -> Verdict {
    let judged = policy.judge_peer(&session(), Default::default());
    judged.result.expect("it judges")
}

fn session() -> Session {
    Session {
        endpoint: Endpoint {
            role: Role::Server,
            listener: String::new(),
        },
        version: Version::TLS_1_3,
        cipher_suite: CipherSuite::new(0x1301),
        group: None,
        alpn: None,
        resumed: false,
        retried: false,
    }
}
