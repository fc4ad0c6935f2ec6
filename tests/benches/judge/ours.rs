//! Policies in the sandbox.

use std::{fs, sync::Arc, time::Duration};

use countersign::{
    facts::ConnectionFacts,
    policy::{Engine, Limits, Policy, PolicyOptions, PolicySource, Way},
    session::Session,
    verdict::Verdict,
};

use crate::{
    Side,
    cases::{Case, SETTINGS},
    table,
    window::{self, Window},
};

/// The built-in policy's component.
const COMPONENT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../policy-guest/default/countersign-default.wasm"
);

/// The machine may be busy, and large policies take their time: no deadline is to end the bench.
pub(crate) fn limits() -> Limits {
    let mut limits = Limits::default();
    (limits.load_deadline_ms, limits.deadline_ms) = (20_000, 10_000);
    limits
}

/// Says how large the built-in policy is.
pub(crate) fn introduce() {
    let bytes = fs::metadata(COMPONENT).expect("the component").len();
    let engine = Engine::new(limits()).expect("an engine");
    let memory = |settings: &str| {
        let options = PolicyOptions::new().settings(settings);
        let policy = Policy::load_with(&engine, &PolicySource::Default, &options);
        policy.expect("it loads").execution().memory_bytes / 1024
    };
    table::note(&format!(
        "The built-in policy: {bytes} bytes; memory of {} KiB without settings, {} KiB with those of this bench.",
        memory("{}"),
        memory(SETTINGS)
    ));
}

/// A policy that runs in one of the ways.
pub(crate) struct Ours {
    name: String,
    policy: Policy,
    sessions: Vec<Session>,
}

impl Ours {
    /// The built-in policy, in all ways.
    pub(crate) fn built_in(cases: &[Case]) -> Vec<Self> {
        Self::all("", &PolicySource::Default, SETTINGS, cases)
    }

    /// A policy in a file, in all ways.
    pub(crate) fn of_file(file: &str, cases: &[Case]) -> Vec<Self> {
        Self::all(
            &format!("{file}: "),
            &PolicySource::File(file.into()),
            "{}",
            cases,
        )
    }

    fn all(of: &str, source: &PolicySource, settings: &str, cases: &[Case]) -> Vec<Self> {
        let limits = limits();
        let pool = Engine::new(limits).expect("an engine");
        assert!(pool.is_pooled(), "there is no room for the pool");
        let on_demand = Engine::on_demand(limits).expect("an engine");
        let one = |name: &str, engine: &Engine, way, memo| {
            let options = PolicyOptions::new().settings(settings).way(way).memo(memo);
            let policy = Policy::load_with(engine, source, &options).expect("it loads");
            let runs = policy.execution().way;
            if runs != way {
                let because = policy.execution().because.as_deref().unwrap_or_default();
                table::note(&format!("{of}{way} is not to be had: {because}"));
                return None;
            }
            Some(Self {
                name: format!("{of}{name}"),
                policy,
                sessions: cases.iter().map(|case| case.session.clone()).collect(),
            })
        };
        [
            one("memo", &pool, Way::Rewound, true)
                .or_else(|| one("memo", &pool, Way::Configured, true)),
            one("rewound", &pool, Way::Rewound, false),
            one("snapshot, pool", &pool, Way::Snapshot, false),
            one("snapshot, on demand", &on_demand, Way::Snapshot, false),
            one("configured, pool", &pool, Way::Configured, false),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn judge(&self, session: &Session) -> Verdict {
        // As in a gate, where no two threads have one connection: they do not count the references to one value.
        thread_local! {
            static FACTS: Arc<ConnectionFacts> = Arc::default();
        }
        let called = self
            .policy
            .judge_parameters(session, FACTS.with(Arc::clone));
        called.result.expect("it answers")
    }
}

impl Side for Ours {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn answer(&mut self, case: &Case) -> String {
        let findings = match self.judge(&case.session) {
            Verdict::Approve(_) => return "approve".to_owned(),
            Verdict::Veto(refusal) => refusal.findings,
        };
        let codes: Vec<_> = findings
            .iter()
            .map(|finding| finding.code.to_string())
            .collect();
        format!("veto {}", codes.join(","))
    }

    fn run(&mut self, threads: usize, time: Duration) -> Window {
        let this = &*self;
        window::run(threads, time, &this.sessions, |session| {
            this.judge(session);
        })
    }
}
