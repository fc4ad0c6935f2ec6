//! An engine with a good policy on it, and what happens to guests there.

use std::{
    sync::{Arc, LazyLock, mpsc},
    thread,
    time::Duration,
};

use countersign::{
    facts::ConnectionFacts,
    offer::{ClientAuth, Offer},
    policy::{CallError, Called, Engine, Limits, LoadError, Policy},
    session::{Endpoint, Role, Session},
    verdict::Verdict,
};
use countersign_names::{CipherSuite, Group, Version};

use super::guest::{Guest, Load as _};

/// Far more than any deadline in these tests, and far less than a hang: the machine may be busy.
pub(crate) const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// An engine, and a good policy that must not notice what happens to others on it.
pub(crate) struct Sandbox {
    pub(crate) engine: Engine,
    good: Policy,
}

/// How a guest failed: where, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All its functions gave usable answers.
    Fine,
    /// It was not loaded, for a reason that is not a call.
    Refused(String),
    /// A call failed.
    Failed(&'static str, CallError),
}

impl Sandbox {
    /// Limits like the default ones, with deadlines that make tests short.
    pub(crate) fn limits() -> Limits {
        let mut limits = Limits::default();
        limits.deadline_ms = 200;
        limits.load_deadline_ms = 400;
        limits
    }

    pub(crate) fn new(limits: Limits) -> Self {
        let engine = Engine::new(limits).expect("the machine can run policies");
        let good = Guest::good().load(&engine).expect("the good policy loads");
        Self { engine, good }
    }

    /// One engine with the limits that `change` makes of the usual ones.
    pub(crate) fn with(change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = Self::limits();
        change(&mut limits);
        Self::new(limits)
    }

    /// The engine that most tests share: what happens in one must not matter to the others.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::new(Sandbox::limits()));
        &SHARED
    }

    /// Runs all functions of a guest in the order of a connection, up to the first that fails. Whatever it does, it comes
    /// to an end, and the good policy is as good as before.
    pub(crate) fn outcome(&self, guest: &Guest) -> Outcome {
        self.outcome_of(guest.component())
    }

    pub(crate) fn outcome_of(&self, component: Vec<u8>) -> Outcome {
        let engine = self.engine.clone();
        let outcome = within(ENDS_WITHIN, move || run(&engine, component));
        self.assert_unharmed();
        outcome
    }

    /// Loads a guest that must load, and asks it about a peer.
    pub(crate) fn judge(&self, guest: &Guest) -> Result<Verdict, CallError> {
        let policy = guest.load(&self.engine).expect("the guest loads");
        let answer = judge_peer(&policy).result;
        self.assert_unharmed();
        answer
    }

    /// The good policy still offers everything and approves, and reads nothing.
    pub(crate) fn assert_unharmed(&self) {
        assert_good(&self.good);
    }

    pub(crate) fn good(&self) -> &Policy {
        &self.good
    }
}

/// Runs `work` on a thread of its own and fails if it does not come to an end, rather than waiting for ever.
pub(crate) fn within<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver
        .recv_timeout(time)
        .expect("it comes to an end, without a panic")
}

fn run(engine: &Engine, component: Vec<u8>) -> Outcome {
    let policy = match super::guest::load(engine, component) {
        Ok(policy) => policy,
        Err(LoadError::Describe(error)) => return Outcome::Failed("describe", error),
        Err(LoadError::Configure(error)) => return Outcome::Failed("configure", error),
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    if let Err(error) = constrain(&policy).result {
        return Outcome::Failed("constrain", error);
    }
    if let Err(error) = judge_parameters(&policy).result {
        return Outcome::Failed("judge-parameters", error);
    }
    match judge_peer(&policy).result {
        Ok(_) => Outcome::Fine,
        Err(error) => Outcome::Failed("judge-peer", error),
    }
}

pub(crate) fn assert_good(policy: &Policy) {
    assert_eq!(constrain(policy).result, Ok(available()));
    for called in [judge_parameters(policy), judge_peer(policy)] {
        assert_eq!(called.result, Ok(Verdict::Approve(vec![])));
        assert_eq!(called.facts_read.iter().count(), 0);
    }
}

pub(crate) fn constrain(policy: &Policy) -> Called<Offer> {
    policy.constrain(&endpoint(), &available(), facts())
}

pub(crate) fn judge_parameters(policy: &Policy) -> Called<Verdict> {
    policy.judge_parameters(&session(), facts())
}

pub(crate) fn judge_peer(policy: &Policy) -> Called<Verdict> {
    policy.judge_peer(&session(), facts())
}

fn facts() -> Arc<ConnectionFacts> {
    Arc::new(ConnectionFacts::default())
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint {
        role: Role::Client,
        listener: "test".to_owned(),
    }
}

/// What a session of today looks like.
pub(crate) fn session() -> Session {
    Session {
        endpoint: endpoint(),
        version: Version::TLS_1_3,
        cipher_suite: CipherSuite::new(0x1301),
        group: Some(Group::new(0x11ec)),
        alpn: Some(b"h2".to_vec()),
        resumed: false,
        retried: false,
    }
}

/// Something of everything, in an order of its own.
pub(crate) fn available() -> Offer {
    Offer {
        versions: vec![Version::TLS_1_3, Version::TLS_1_2],
        cipher_suites: [0x1302, 0x1301, 0xc02b].map(CipherSuite::new).to_vec(),
        groups: [0x11ec, 0x001d].map(Group::new).to_vec(),
        alpn: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        resumption: true,
        client_auth: ClientAuth::None,
    }
}

#[test]
fn the_good_policy_is_good_at_every_place() {
    assert_eq!(Sandbox::shared().outcome(&Guest::good()), Outcome::Fine);
    assert_eq!(
        Sandbox::shared().outcome(&Guest::named("base")),
        Outcome::Fine
    );
}
