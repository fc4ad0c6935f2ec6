//! One component in each way of running.

use std::sync::{Arc, LazyLock};

use arbitrary::Arbitrary;
use countersign::{
    facts::ConnectionFacts,
    hello::{HelloLimits, HelloReader},
    offer::{ClientAuth, Offer},
    policy::{CallError, Engine, Limits, LoadError, Policy, PolicyOptions, PolicySource, Way},
    session::{Endpoint, Role, Session},
    verdict::Verdict,
};
use countersign_names::{CipherSuite, Group, Version};
use data_encoding::HEXLOWER;

/// One of the functions that are called on connections.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    JudgePeer,
    JudgeParameters,
    Constrain,
}

/// Whatever it is.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Offer(Offer),
    Verdict(Verdict),
}

/// Short: what is garbage often runs for ever.
const DEADLINE_MS: u64 = 20;
const LOAD_DEADLINE_MS: u64 = 60;

const KIB: usize = 1024;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut limits = Limits::default();
    limits.component_bytes_max = 64 * KIB;
    limits.memory_bytes_max = 512 * KIB;
    limits.table_elements_max = 64;
    limits.deadline_ms = DEADLINE_MS;
    limits.load_deadline_ms = LOAD_DEADLINE_MS;
    limits.fact_reads_max = 100;
    limits.instances_max = 4;
    limits.kept_instances_max = 4;
    limits.overruns_max = u32::MAX;
    limits.function_bytes_max = 4 * KIB;
    Engine::new(limits).expect("an engine")
});

static FACTS: LazyLock<Arc<ConnectionFacts>> = LazyLock::new(|| {
    let sample = include_str!("../../../../host/countersign/src/hello/samples/openssl.hex");
    let digits: String = sample.lines().skip(1).collect();
    let record = HEXLOWER
        .decode(digits.as_bytes())
        .expect("it is in hexadecimal");
    let hello = HelloReader::new(HelloLimits::default()).feed(&record);
    let hello = hello.ok().flatten().expect("it is a hello");
    Arc::new(ConnectionFacts::of_server(Some(443), None).with_hello(Arc::new(hello)))
});

/// Asks the component the same questions in each way.
///
/// # Panics
///
/// If one way differs from another, or a second answer from the first.
pub fn check(component: &[u8], questions: &[Question]) {
    let Some((expected, _)) = outcome(component, Way::Configured, questions) else {
        return;
    };
    for way in [Way::Rewound, Way::Snapshot] {
        let Some((found, is_faster)) = outcome(component, way, questions) else {
            return;
        };
        assert_eq!(found, expected, "{way}");
        // Nothing new is to be seen of what takes the same way again, or none.
        if !is_faster {
            return;
        }
    }
}

/// The answers, or why it is refused.
type Outcome = Result<Vec<Result<Answer, CallError>>, String>;

/// What it says, and whether it runs the way it may. None if it ran out of time, which a busy machine has a part in.
fn outcome(component: &[u8], way: Way, questions: &[Question]) -> Option<(Outcome, bool)> {
    let options = PolicyOptions::new().way(way).memo(false);
    let source = PolicySource::Bytes(component.to_vec());
    let policy = match Policy::load_with(&ENGINE, &source, &options) {
        Ok(policy) => policy,
        Err(
            LoadError::Describe(CallError::Deadline { .. })
            | LoadError::Configure(CallError::Deadline { .. }),
        ) => return None,
        Err(error) => return Some((Err(error.to_string()), false)),
    };
    assert!(policy.execution().way >= way);
    let mut answers = Vec::new();
    for (number, question) in questions.iter().enumerate() {
        let answer = question.ask(&policy);
        if let Err(CallError::Deadline { .. }) = answer {
            return None;
        }
        if let Some(before) = questions[..number].iter().position(|it| it == question) {
            assert_eq!(answers[before], answer, "asked again ({way})");
        }
        answers.push(answer);
    }
    Some((Ok(answers), policy.execution().way == way))
}

impl Question {
    fn ask(self, policy: &Policy) -> Result<Answer, CallError> {
        let facts = Arc::clone(&FACTS);
        let endpoint = Endpoint {
            role: Role::Server,
            listener: "listener".to_owned(),
        };
        if self == Self::Constrain {
            let called = policy.constrain(&endpoint, &available(), facts);
            return called.result.map(Answer::Offer);
        }
        let session = Session {
            endpoint,
            version: Version::TLS_1_3,
            cipher_suite: CipherSuite::new(0x1302),
            group: Some(Group::new(0x11ec)),
            alpn: Some(b"h2".to_vec()),
            resumed: false,
            retried: true,
        };
        let called = match self {
            Self::JudgePeer => policy.judge_peer(&session, facts),
            _ => policy.judge_parameters(&session, facts),
        };
        called.result.map(Answer::Verdict)
    }
}

fn available() -> Offer {
    Offer {
        versions: vec![Version::TLS_1_3, Version::TLS_1_2],
        cipher_suites: vec![CipherSuite::new(0x1302), CipherSuite::new(0xc02f)],
        groups: vec![Group::new(0x11ec)],
        alpn: vec![b"h2".to_vec()],
        resumption: true,
        client_auth: ClientAuth::Request,
    }
}
