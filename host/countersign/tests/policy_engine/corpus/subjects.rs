//! The policies that are asked.

use std::{fs, path::Path, sync::LazyLock};

use countersign::policy::{CodeCache, Engine, Policy, PolicyOptions, PolicySource, Way};

use crate::{
    guest::{Guest, Place},
    sandbox::Sandbox,
    telling::Telling,
};

/// Of all that load these policies. What one test has compiled, others find on disk.
fn engine() -> &'static Engine {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("policy-engine-corpus");
        // What another build has left there says nothing of this one.
        let _ = fs::remove_dir_all(&dir);
        let engine = Engine::new(Sandbox::limits()).expect("the machine can run policies");
        match CodeCache::open(dir) {
            Ok(cache) => engine.with_cache(cache),
            // Others may write there: it is slower without.
            Err(_) => engine,
        }
    });
    &ENGINE
}

/// A policy, what it is called here, and its settings.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    source: PolicySource,
    settings: &'static str,
}

impl Subject {
    pub(crate) fn load(&self, way: Way, memo: bool) -> Policy {
        self.load_on(engine(), way, memo)
    }

    pub(crate) fn load_on(&self, engine: &Engine, way: Way, memo: bool) -> Policy {
        let options = PolicyOptions::new().settings(self.settings);
        let options = options.way(way).memo(memo);
        let loaded = Policy::load_with(engine, &self.source, &options);
        loaded.unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

/// The built-in policy with several settings, and guests that read nothing, something, and everything.
pub(crate) fn subjects() -> Vec<Subject> {
    let settings = [
        "{}",
        r#"{ "versions": { "min": "TLSv1.3" } }"#,
        r#"{ "cipher_suites": ["TLS_AES_128_GCM_SHA256", "0xc02b"], "groups": ["x25519"] }"#,
        r#"{ "cipher_suites": { "deny": ["0x1302"] }, "groups": { "deny": ["X25519MLKEM768"] }, "resumption": false }"#,
    ];
    let built_in = settings.map(|settings| Subject {
        name: "the built-in policy",
        source: PolicySource::Default,
        settings,
    });
    let guests = guests().map(|(name, guest)| Subject {
        name,
        // No more than is put back.
        source: PolicySource::Bytes(guest.part("memory", MEMORY).component()),
        settings: "{}",
    });
    built_in.into_iter().chain(guests).collect()
}

const MEMORY: &str = r#"(memory (export "memory") 4)"#;

fn guests() -> [(&'static str, Guest); 6] {
    let connection = Telling::of_connection;
    [
        ("one that reads nothing", Guest::good()),
        ("one that counts its calls", counting()),
        (
            "one that reads by the session",
            Guest::named("read-by-session"),
        ),
        ("one that reads the connection", connection().guest()),
        // The next two fail where there are none.
        (
            "one that reads the hello",
            connection().of_client_hello().guest(),
        ),
        (
            "one that reads a certificate",
            connection().of_certificate().guest(),
        ),
    ]
}

fn counting() -> Guest {
    Guest::named("tell-state")
        .acting_in(Place::In("judge-peer"))
        .part("count", "(global $calls (mut i64) (i64.const 0))")
        .put("look", "(global.get $calls)")
        .put(
            "leave",
            "(global.set $calls (i64.add (global.get $calls) (i64.const 1)))",
        )
        .put("again", "")
        .put("end", "")
}
