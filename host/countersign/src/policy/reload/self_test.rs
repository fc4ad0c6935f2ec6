//! What a chain must stand before it judges.

use std::{sync::Arc, thread, time::Duration};

use rustls::crypto::aws_lc_rs;

use super::{
    Chain, Expectation, SelfTestError,
    corpus::{self, Case, Scene},
    error::TestedLink,
};
use crate::{
    offer::{ClientAuth, ClientAuthFloor, Floor},
    policy::{CallError, Called, Link},
    session::{Endpoint, Role},
};

/// How often a call is made again because other calls had all the instances, and after what time.
const BUSY_MAX: usize = 100;
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// What new policies are asked before they judge.
///
/// Each policy of the chain, audited ones too, is asked all functions about connections as they can happen: what to offer out
/// of everything that there is, and its verdict on every version, cipher suite and group of the floor; resumed, with a
/// second hello, with each application protocol; and, as a client that looks at an old server, versions below the floor. There
/// are connections with and without a server name, a hello, certificates, and with each way in which their check can end. That
/// is some 500 calls a policy. Any answer will do; that there is none, be it a trap or a missed deadline, fails the
/// test. Which answer it must be, an [`Expectation`] says.
#[derive(Clone, Debug)]
pub struct SelfTest {
    ends: Vec<(Endpoint, Floor)>,
    expectations: Vec<Expectation>,
}

/// A client and a server with all that aws-lc-rs can do and the application protocols `h2` and `http/1.1`.
impl Default for SelfTest {
    fn default() -> Self {
        let none = Self {
            ends: Vec::new(),
            expectations: Vec::new(),
        };
        let floor = |client_auth| {
            let alpn = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            Floor::new(&aws_lc_rs::default_provider(), alpn, true, client_auth)
        };
        let end = |role| Endpoint {
            role,
            listener: String::new(),
        };
        let asking = ClientAuthFloor::AtLeast(ClientAuth::Request);
        none.end(end(Role::Client), floor(ClientAuthFloor::NotAsked))
            .end(end(Role::Server), floor(asking))
    }
}

impl SelfTest {
    /// Asks about connections at this end, too.
    #[must_use]
    pub fn end(mut self, endpoint: Endpoint, floor: Floor) -> Self {
        self.ends.push((endpoint, floor));
        self
    }

    /// Expects this, too.
    #[must_use]
    pub fn expect(mut self, expectation: Expectation) -> Self {
        self.expectations.push(expectation);
        self
    }

    /// Tests a chain. What it is asked leaves no trace in the accounts of its policies, and one that is tripped is asked all the same.
    ///
    /// # Errors
    ///
    /// [`SelfTestError`] for the first thing that is not as it must be.
    pub fn run(&self, chain: &Chain) -> Result<(), SelfTestError> {
        let chain = &chain.apart();
        for (endpoint, floor) in &self.ends {
            let cases = corpus::cases(endpoint, floor);
            for (at, link) in chain.links().iter().enumerate() {
                let subject = Subject::new(at, link);
                subject.constrain(endpoint, floor, &corpus::openings(endpoint.role))?;
                cases.iter().try_for_each(|case| subject.judge(case))?;
            }
        }
        let mut expectations = self.expectations.iter();
        expectations.try_for_each(|expectation| expectation.check(chain))
    }
}

/// A policy that is being tested.
pub(super) struct Subject<'a> {
    at: usize,
    pub(super) link: &'a Link,
}

impl<'a> Subject<'a> {
    pub(super) fn new(at: usize, link: &'a Link) -> Self {
        Self { at, link }
    }

    /// Which one it is.
    pub(super) fn place(&self) -> TestedLink {
        TestedLink {
            number: self.at + 1,
            name: Arc::clone(self.link.policy.name()),
        }
    }

    fn constrain(
        &self,
        endpoint: &Endpoint,
        floor: &Floor,
        scenes: &[Scene],
    ) -> Result<(), SelfTestError> {
        let policy = &self.link.policy;
        scenes.iter().try_for_each(|scene| {
            let ask = || policy.constrain(endpoint, floor.available(), Arc::clone(&scene.facts));
            let answer = self.answer("constrain", || scene.to_string(), ask);
            answer.map(drop)
        })
    }

    fn judge(&self, case: &Case) -> Result<(), SelfTestError> {
        let policy = &self.link.policy;
        let ask = || (case.judge)(policy, &case.session, Arc::clone(&case.scene.facts));
        let answer = self.answer(case.function, || case.to_string(), ask);
        answer.map(drop)
    }

    /// The answer, whatever it is.
    pub(super) fn answer<T>(
        &self,
        function: &'static str,
        case: impl FnOnce() -> String,
        ask: impl Fn() -> Called<T>,
    ) -> Result<T, SelfTestError> {
        patiently(ask).map_err(|error| SelfTestError::NoAnswer {
            by: self.place(),
            function,
            case: case(),
            error,
        })
    }
}

/// That connections keep all instances busy is no fault of the policy.
fn patiently<T>(ask: impl Fn() -> Called<T>) -> Result<T, CallError> {
    for _ in 0..BUSY_MAX {
        match ask().result {
            Err(CallError::Busy { .. }) => thread::sleep(BUSY_PAUSE),
            other => return other,
        }
    }
    ask().result
}
