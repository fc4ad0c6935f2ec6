//! The guests that answer, and what the host makes of it.

use std::sync::{Arc, LazyLock};

use arbitrary::Arbitrary;
use countersign::{
    facts::ConnectionFacts,
    offer::{ClientAuth, Offer},
    policy::{Called, Engine, Limits, LoadError, Policy, PolicyOptions, PolicySource, Way},
    session::{Endpoint, Role, Session},
    verdict::Verdict,
};
use countersign_names::{CipherSuite, Version};
use countersign_test_guests::Guest;

use super::{
    FINDINGS_MAX, IMAGE_AT, IMAGE_BYTES_MAX, MEMORY_BYTES, OUTPUT_BYTES_MAX, STRING_BYTES_MAX,
    expected,
    memory::Memory,
    outcome::{self, Expectation},
    rules,
};

/// What is asked. Short inputs are for the first: the last two take a thousand times as long, for each is compiled.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Function {
    JudgeParameters,
    JudgePeer,
    Constrain,
    Configure,
    Describe,
}

/// No call here comes near, however busy the machine is.
const DEADLINE_MS: u64 = 60_000;

/// What stands in the guests that are not asked about connections until the image does: nothing else has so many of these.
const MARK: u8 = 0xa5;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let mut limits = Limits::default();
    limits.deadline_ms = DEADLINE_MS;
    limits.load_deadline_ms = DEADLINE_MS;
    limits.findings_max = FINDINGS_MAX;
    limits.string_bytes_max = STRING_BYTES_MAX;
    limits.output_bytes_max = OUTPUT_BYTES_MAX;
    limits.memory_bytes_max = 4 * MEMORY_BYTES;
    limits.instances_max = 4;
    limits.kept_instances_max = 4;
    Engine::new(limits).expect("an engine")
});

/// One guest in each way, and once with a memory for what was asked.
static JUDGES: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    let component = judge().component();
    let ways = [
        (Way::Rewound, false),
        (Way::Snapshot, false),
        (Way::Configured, false),
        (Way::Rewound, true),
    ];
    let policies = ways.map(|(way, memo)| {
        let options = PolicyOptions::new().way(way).memo(memo);
        let policy = load(component.clone(), &options).expect("a valid policy");
        assert_eq!(policy.execution().way, way);
        policy
    });
    policies.into()
});

static DESCRIBER: LazyLock<Vec<u8>> = LazyLock::new(|| {
    marked(
        "describe",
        "(func (export \"describe\") (result i32) (call $show))",
    )
});

static CONFIGURER: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let function = "(func (export \"configure\") (param i32 i32) (result i32) (call $show))";
    marked("configure", function)
});

impl Function {
    /// Lets a guest answer this function with what stands in the image.
    ///
    /// # Panics
    ///
    /// If the host makes something else of it than it is.
    pub fn check(self, image: &[u8]) {
        let mut memory = Memory::new(image);
        match self {
            Self::Describe => {
                let read = expected::Description::read(&mut memory);
                let rule = read
                    .as_ref()
                    .map_or(Some(false), expected::Description::is_allowed);
                Expectation::new(read, rule, &memory).check_description(&loaded(&DESCRIBER, image));
            }
            Self::Configure => {
                let read = expected::configured(&mut memory);
                let rule = read.as_ref().is_some_and(rules::is_configured);
                Expectation::new(read, Some(rule), &memory).check_load(&loaded(&CONFIGURER, image));
            }
            Self::Constrain => {
                let read = expected::Offer::read(&mut memory);
                let expectation = Expectation::new(read, Some(true), &memory);
                for answer in asked(|policy| constrain(policy, image)) {
                    outcome::check_narrowing(&answer);
                    expectation.check_offer(&answer.result);
                }
            }
            Self::JudgeParameters | Self::JudgePeer => {
                let read = expected::Verdict::read(&mut memory);
                let rule = read.as_ref().is_some_and(expected::Verdict::is_allowed);
                let expectation = Expectation::new(read, Some(rule), &memory);
                for answer in asked(|policy| self.judge(policy, image)) {
                    expectation.check_verdict(&answer.result);
                }
            }
        }
    }

    fn judge(self, policy: &Policy, image: &[u8]) -> Called<Verdict> {
        let session = Session {
            endpoint: endpoint(),
            version: Version::TLS_1_3,
            cipher_suite: CipherSuite::new(0x1301),
            group: None,
            alpn: Some(image.to_vec()),
            resumed: false,
            retried: false,
        };
        let facts = Arc::<ConnectionFacts>::default();
        match self {
            Self::JudgePeer => policy.judge_peer(&session, facts),
            _ => policy.judge_parameters(&session, facts),
        }
    }
}

fn constrain(policy: &Policy, image: &[u8]) -> Called<Offer> {
    let available = Offer {
        versions: Vec::new(),
        cipher_suites: Vec::new(),
        groups: Vec::new(),
        alpn: vec![image.to_vec()],
        resumption: true,
        client_auth: ClientAuth::None,
    };
    policy.constrain(&endpoint(), &available, Arc::default())
}

fn endpoint() -> Endpoint {
    Endpoint {
        role: Role::Server,
        listener: String::new(),
    }
}

/// Every policy, and each a second time: what an answer left behind would show.
fn asked<T>(ask: impl Fn(&Policy) -> Called<T>) -> Vec<Called<T>> {
    JUDGES
        .iter()
        .flat_map(|policy| [ask(policy), ask(policy)])
        .collect()
}

/// The guest with this image.
fn loaded(marked: &[u8], image: &[u8]) -> Result<Policy, LoadError> {
    let mut component = marked.to_vec();
    let mut places = component.windows(IMAGE_BYTES_MAX);
    let place = places.position(|it| it.iter().all(|&byte| byte == MARK));
    let place = place.expect("it is marked");
    component[place..place + IMAGE_BYTES_MAX].fill(0);
    component[place..place + image.len()].copy_from_slice(image);
    load(component, &PolicyOptions::new().way(Way::Configured))
}

fn load(component: Vec<u8>, options: &PolicyOptions) -> Result<Policy, LoadError> {
    Policy::load_with(&ENGINE, &PolicySource::Bytes(component), options)
}

/// A guest with one page, in which nothing stands below 32 KiB after the first call but what it answers.
fn base() -> Guest {
    let realloc = "
        (global $free (mut i32) (i32.const 32768))
        (func $realloc (export \"cabi_realloc\") (param i32 i32 i32) (param $size i32) (result i32)
          (local $at i32)
          (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
          (global.set $free (i32.add (local.get $at) (local.get $size)))
          (local.get $at))";
    Guest::good()
        .part("memory", "(memory (export \"memory\") 1)")
        .part("realloc", realloc)
}

/// Answers with the bytes of the protocol that it is asked about.
fn judge() -> Guest {
    let show = format!(
        "(func $show (param $at i32) (param $len i32) (result i32)
           (local $end i32)
           (memory.copy (i32.const {IMAGE_AT}) (local.get $at) (local.get $len))
           (memory.fill (i32.const 0) (i32.const 0) (i32.const {IMAGE_AT}))
           (local.set $end (i32.add (i32.const {IMAGE_AT}) (local.get $len)))
           (memory.fill (local.get $end) (i32.const 0) (i32.sub (i32.const {MEMORY_BYTES}) (local.get $end)))
           (i32.load (i32.const {IMAGE_AT})))"
    );
    let function = |name: &str| {
        format!(
            "(func (export \"{name}\") (type $judge)
               (call $show (local.get 8) (local.get 9)))"
        )
    };
    let constrain = "
        (func (export \"constrain\")
          (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
          (call $show (i32.load (local.get 9)) (i32.load offset=4 (local.get 9))))";
    base()
        .part("show", show)
        .part("constrain", constrain)
        .part("judge-parameters", function("judge-parameters"))
        .part("judge-peer", function("judge-peer"))
}

/// Answers with what stands in it.
fn marked(name: &str, function: &str) -> Vec<u8> {
    let end = IMAGE_AT + IMAGE_BYTES_MAX;
    let show = format!(
        "(func $show (result i32)
           (memory.fill (i32.const 0) (i32.const 0) (i32.const {IMAGE_AT}))
           (memory.fill (i32.const {end}) (i32.const 0) (i32.const {}))
           (i32.load (i32.const {IMAGE_AT})))",
        MEMORY_BYTES - end,
    );
    let at = u32::try_from(IMAGE_AT).expect("it is in memory");
    base()
        .part("show", show)
        .part(name, function)
        .holding(at, &[MARK; IMAGE_BYTES_MAX])
        .component()
}
