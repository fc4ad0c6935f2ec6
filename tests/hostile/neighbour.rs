//! An engine with a good policy on it, which is asked all the time while hostile ones run beside it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use countersign::{
    facts::ConnectionFacts,
    offer::{ClientAuth, Offer},
    policy::{Engine, Limits, LoadError, Policy, PolicyOptions, PolicySource},
    session::{Endpoint, Role, Session},
    verdict::{Severity, Verdict},
};
use countersign_names::{CipherSuite, Group, Version};
use countersign_test_guests::Guest;

/// What the good policy finds at every peer.
pub(crate) const CODE: &str = "neighbour.well";

/// Guests that run at once on one engine.
pub(crate) const GUESTS_MAX: u32 = 4;

/// The usual limits, with deadlines that make tests short, and room for the guests, for the good policy beside each, and
/// for no more: an instance that one of them kept would soon be missed.
pub(crate) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.deadline_ms = 200;
    limits.load_deadline_ms = 200;
    limits.fact_reads_max = 1_000;
    limits.instances_max = 2 * GUESTS_MAX;
    // Each guest is to show what it does, however often it is asked.
    limits.overruns_max = u32::MAX;
    limits
}

/// An engine, and the good policy.
pub(crate) struct Neighbourhood {
    engine: Engine,
    good: Policy,
}

impl Neighbourhood {
    /// One with these limits.
    pub(crate) fn new(limits: Limits) -> Self {
        let engine = Engine::new(limits).expect("the machine can run policies");
        let good = Guest::named("approve-with-finding")
            .bytes("code", CODE)
            .put("severity", 0)
            .bytes("message", "As ever.");
        let good = load(&engine, good.component(), "{}").expect("the good policy loads");
        Self { engine, good }
    }

    /// The good policy.
    pub(crate) fn good(&self) -> &Policy {
        &self.good
    }

    /// Loads a guest.
    pub(crate) fn load(&self, component: Vec<u8>, settings: &str) -> Result<Policy, LoadError> {
        load(&self.engine, component, settings)
    }

    /// Asks the good policy all the time that `work` takes, and once more when it is over.
    ///
    /// # Errors
    ///
    /// What it answered, where that was not what it always answers.
    pub(crate) fn beside<T>(&self, work: impl FnOnce() -> T) -> (T, Result<(), String>) {
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            let good = scope.spawn(|| {
                loop {
                    let last = over.load(SeqCst);
                    self.check()?;
                    if last {
                        return Ok(());
                    }
                    thread::sleep(Duration::from_millis(1));
                }
            });
            let done = {
                let _over = WhenDropped(&over);
                work()
            };
            (done, good.join().expect("the good policy does not panic"))
        })
    }

    fn check(&self) -> Result<(), String> {
        let (session, facts) = (session(), Arc::<ConnectionFacts>::default());
        let offer = self
            .good
            .constrain(&endpoint(), &available(), Arc::clone(&facts));
        let parameters = self.good.judge_parameters(&session, Arc::clone(&facts));
        let peer = self.good.judge_peer(&session, facts);
        let unharmed = offer.result == Ok(available())
            && parameters.result == Ok(Verdict::Approve(vec![]))
            && peer.result.as_ref().is_ok_and(is_well);
        match unharmed {
            true => Ok(()),
            false => Err(format!(
                "the neighbour is harmed: {:?}, {:?}, {:?}",
                offer.result, parameters.result, peer.result
            )),
        }
    }
}

fn is_well(verdict: &Verdict) -> bool {
    let Verdict::Approve(findings) = verdict else {
        return false;
    };
    matches!(&findings[..], [one]
        if one.code.as_str() == CODE && one.severity == Severity::Note && one.message == "As ever.")
}

/// Nothing is remembered, so that each call runs.
fn load(engine: &Engine, component: Vec<u8>, settings: &str) -> Result<Policy, LoadError> {
    let options = PolicyOptions::new().settings(settings).memo(false);
    Policy::load_with(engine, &PolicySource::Bytes(component), &options)
}

/// Says that something is over, a panic included.
struct WhenDropped<'a>(&'a AtomicBool);

impl Drop for WhenDropped<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

/// Where the connections are made.
pub(crate) fn endpoint() -> Endpoint {
    Endpoint {
        role: Role::Client,
        listener: "hostile".to_owned(),
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

/// Something of everything.
pub(crate) fn available() -> Offer {
    Offer {
        versions: vec![Version::TLS_1_3, Version::TLS_1_2],
        cipher_suites: [0x1301, 0x1302, 0xc02b].map(CipherSuite::new).to_vec(),
        groups: [0x11ec, 0x001d].map(Group::new).to_vec(),
        alpn: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        resumption: true,
        client_auth: ClientAuth::None,
    }
}
