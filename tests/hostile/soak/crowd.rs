//! Good and hostile policies on one engine.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
};

use countersign::{
    facts::ConnectionFacts,
    policy::{CallError, Engine, Limits, Policy, PolicyOptions, PolicySource, Way},
    session::{Endpoint, Role, Session},
    verdict::Verdict,
};
use countersign_names::{CipherSuite, Group, Version};
use countersign_test_guests::{Guest, Place};

const THREADS: u64 = 4;

/// Whether a verdict is what it has to be.
type Check = fn(&Result<Verdict, CallError>) -> bool;

/// One policy of the crowd.
struct Member {
    name: String,
    policy: Policy,
    is_right: Check,
}

/// The engine, which stays.
pub(crate) struct Crowd {
    engine: Engine,
}

impl Crowd {
    pub(crate) fn new() -> Self {
        let mut limits = Limits::default();
        limits.deadline_ms = 500;
        limits.fact_reads_max = 1_000;
        // One deadline a round is what a policy costs that never ends.
        limits.overruns_max = 1;
        limits.trip_ms = 600_000;
        let engine = Engine::new(limits).expect("the machine can run policies");
        Self { engine }
    }

    /// Loads everybody, asks them in turn on several threads until there are so many verdicts, and lets them go.
    pub(crate) fn judge(&self, verdicts: u64) -> u64 {
        let members = self.members();
        let next = AtomicU64::new(0);
        let judging = || {
            while let Some(number) = take(&next, verdicts) {
                let member = &members[number as usize % members.len()];
                member.judge(number);
            }
        };
        thread::scope(|scope| (0..THREADS).for_each(|_| drop(scope.spawn(judging))));
        members
            .iter()
            .map(|member| member.policy.account().calls)
            .sum()
    }

    /// Loads a policy that writes to 15 MiB, asks it once, and lets it go.
    pub(crate) fn fill(&self) {
        let fill =
            "(func $act (memory.fill (i32.const 1048576) (i32.const 1) (i32.const 15728640)))\n";
        let guest = Guest::named("fill-memory").part("act", fill);
        let guest = guest.acting_in(Place::In("judge-peer"));
        let filling = self.load(
            "filling",
            &guest,
            PolicyOptions::new().memo(false),
            approves,
        );
        filling.judge(0);
    }

    fn members(&self) -> Vec<Member> {
        let good = self.good();
        good.into_iter().chain(self.hostile()).collect()
    }

    fn good(&self) -> Vec<Member> {
        let note = Guest::named("approve-with-finding")
            .bytes("code", "soak.note")
            .put("severity", 0)
            .bytes("message", "x".repeat(1_000));
        let slow = |way| PolicyOptions::new().way(way).memo(false);
        let default = PolicyOptions::new().settings(r#"{"versions":{"min":"TLSv1.3"}}"#);
        vec![
            self.load("rewound", &Guest::good(), slow(Way::Rewound), approves),
            self.load("fresh", &Guest::good(), slow(Way::Snapshot), approves),
            self.load(
                "configured",
                &Guest::good(),
                slow(Way::Configured),
                approves,
            ),
            self.load("large", &note, slow(Way::Rewound), notes),
            self.load("remembered", &Guest::good(), PolicyOptions::new(), approves),
            // Its answers fill the memo, as each question is another one.
            self.load("flooded", &note, PolicyOptions::new(), notes),
            self.load_from("default", &PolicySource::Default, default, approves),
        ]
    }

    fn hostile(&self) -> Vec<Member> {
        let names = [
            "spin",
            "drop-forged",
            "trap",
            "recurse",
            "grow-memory-at-once",
            "grow-table",
            "collect-certificates",
            "drop-twice",
        ];
        let acting = names.map(|name| {
            let guest = Guest::named(name).put("depth", -1).put("pages", 60_000);
            let guest = guest.put("handle", 1);
            (name, guest.acting_in(Place::In("judge-peer")))
        });
        let findings = Guest::named("many-findings").put("pages", 8);
        let findings = findings.put("count", 5_000).put("bytes", 64);
        let all = acting.into_iter().chain([("many-findings", findings)]);
        all.map(|(name, guest)| self.load(name, &guest, PolicyOptions::new(), is_stopped))
            .collect()
    }

    fn load(&self, name: &str, guest: &Guest, options: PolicyOptions, is_right: Check) -> Member {
        let source = PolicySource::Bytes(guest.component());
        self.load_from(name, &source, options, is_right)
    }

    fn load_from(
        &self,
        name: &str,
        source: &PolicySource,
        options: PolicyOptions,
        is_right: Check,
    ) -> Member {
        let policy = Policy::load_with(&self.engine, source, &options);
        Member {
            name: name.to_owned(),
            policy: policy.unwrap_or_else(|error| panic!("{name}: {error}")),
            is_right,
        }
    }
}

impl Member {
    /// Every listener is asked for a few times, and then never again.
    fn judge(&self, number: u64) {
        let listener = format!("soak-{}", number / 256);
        let facts = ConnectionFacts::of_server(Some((number % 1_000) as u16), None);
        let called = self.policy.judge_peer(&session(listener), Arc::new(facts));
        assert!(
            (self.is_right)(&called.result),
            "{}: {:?}",
            self.name,
            called.result
        );
    }
}

/// The number of the next verdict, if there is to be one.
fn take(next: &AtomicU64, verdicts: u64) -> Option<u64> {
    Some(next.fetch_add(1, Relaxed)).filter(|&number| number < verdicts)
}

fn approves(result: &Result<Verdict, CallError>) -> bool {
    result == &Ok(Verdict::Approve(vec![]))
}

fn notes(result: &Result<Verdict, CallError>) -> bool {
    matches!(result, Ok(Verdict::Approve(findings)) if findings[0].message.len() == 1_000)
}

fn is_stopped(result: &Result<Verdict, CallError>) -> bool {
    result.is_err()
}

fn session(listener: String) -> Session {
    Session {
        endpoint: Endpoint {
            role: Role::Server,
            listener,
        },
        version: Version::TLS_1_3,
        cipher_suite: CipherSuite::new(0x1301),
        group: Some(Group::new(0x11ec)),
        alpn: Some(b"h2".to_vec()),
        resumed: false,
        retried: false,
    }
}
