//! Policies that are replaced while their gates judge.
//!
//! A connection takes one [`Snapshot`] of the chain at its start and keeps it to its end, so no decision ever comes from a
//! mixture. What it leaves behind to be resumed is bound to the snapshot's digest.

mod corpus;
mod error;
mod expectation;
mod self_test;
mod snapshot;

use std::{
    fmt::{self, Display},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arc_swap::ArcSwap;
use serde::Serialize;

pub use error::{ReloadError, SelfTestError, TestedLink};
pub use expectation::Expectation;
pub use self_test::SelfTest;
pub(crate) use snapshot::{ChainDigest, Snapshot};

use super::{Chain, LoadError};

/// The chain that judges new connections. It can be replaced at any time.
///
/// Cheap to clone; all clones are the same, and any number of gates can share it. A connection is judged from its start to its
/// end by the chain that was there when it began. What was approved under one chain is resumed only under an equal one:
/// the same components with the same settings in the same modes and order.
///
/// ```
/// use countersign::policy::{CurrentChain, Engine, Expectation, Limits, Policy, PolicySource, SelfTest};
/// # use countersign::session::{Endpoint, Role, Session};
/// # use countersign_names::{CipherSuite, Group, Version};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let engine = Engine::new(Limits::default())?;
/// let load = |settings| Policy::load(&engine, &PolicySource::Default, settings);
/// let current = CurrentChain::from(load(r#"{ "versions": { "min": "TLSv1.2" } }"#)?);
/// // … `ClientGate::builder(current.clone(), …)`, `ServerGate::builder(current.clone(), …)` …
///
/// # let endpoint = Endpoint { role: Role::Client, listener: String::new() };
/// let legacy = Session {
///     version: Version::TLS_1_2,
///     cipher_suite: CipherSuite::new(0xc02f),
///     group: Some(Group::new(0x001d)),
///     // …
/// #     endpoint, alpn: None, resumed: false, retried: false,
/// };
/// let test = SelfTest::default().expect(Expectation::veto("TLS 1.2 is over", legacy));
/// current.reload(&test, |_| load(r#"{ "versions": { "min": "TLSv1.3" } }"#))?;
///
/// // What does not load, gives no answers or breaks an expectation changes nothing.
/// let error = current.reload(&test, |_| load(r#"{ "versions": { "min": "TLSv1.2" } }"#));
/// assert!(error.is_err_and(|error| error.to_string().contains("TLS 1.2 is over")));
/// assert_eq!((current.reloads().succeeded, current.reloads().failed), (1, 1));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct CurrentChain(Arc<Shared>);

struct Shared {
    current: ArcSwap<Snapshot>,
    /// Held while the chain is being changed: one change comes after the other.
    changing: Mutex<()>,
    reloads: Mutex<Reloads>,
}

/// How the reloads of a chain went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reloads {
    /// How many put a new chain in place.
    pub succeeded: u64,
    /// How many left the last good chain in place.
    pub failed: u64,
    /// Why the last reload failed. None if it did not, or there was none.
    pub last_error: Option<String>,
}

impl CurrentChain {
    /// Puts another chain in place for all connections that begin from now on, untested.
    ///
    /// It waits for a reload that is under way.
    pub fn replace(&self, chain: impl Into<Chain>) {
        let _changing = lock(&self.0.changing);
        self.put(chain.into());
    }

    /// Loads new policies, tests them, and only then puts them in place. Until then, and for good if anything fails, the chain
    /// that was there judges; connections are never kept waiting.
    ///
    /// `load` gets that chain. It must not change it itself: one change waits for the other. All of this takes as long as
    /// the policies take to be compiled and to answer the test, and each call of the test may take up to its deadline. So call
    /// it where a thread may block, such as in `tokio::task::spawn_blocking`.
    ///
    /// # Errors
    ///
    /// [`ReloadError`] says what `load` said, or which policy failed in which function over what.
    pub fn reload<C: Into<Chain>, E: Display>(
        &self,
        test: &SelfTest,
        load: impl FnOnce(&Chain) -> Result<C, E>,
    ) -> Result<Chain, ReloadError<E>> {
        let _changing = lock(&self.0.changing);
        match tested(test, load(&self.load())) {
            Ok(chain) => {
                self.put(chain.clone());
                self.note_success(&chain);
                Ok(chain)
            }
            Err(error) => {
                self.note_failure(&error);
                Err(error)
            }
        }
    }

    /// The chain that judges connections that begin now.
    pub fn load(&self) -> Chain {
        self.0.current.load().chain().clone()
    }

    /// How the reloads went so far.
    pub fn reloads(&self) -> Reloads {
        lock(&self.0.reloads).clone()
    }

    /// The chain with what it is known by, for one connection.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.0.current.load_full()
    }

    /// Only who holds `changing` may call it.
    fn put(&self, chain: Chain) {
        let next = self.0.current.load().followed_by(chain);
        self.0.current.store(Arc::new(next));
    }

    fn note_success(&self, chain: &Chain) {
        let mut reloads = lock(&self.0.reloads);
        reloads.succeeded += 1;
        reloads.last_error = None;
        tracing::info!(
            policies = chain.links().len(),
            reloads = reloads.succeeded,
            "the policies were reloaded"
        );
    }

    fn note_failure(&self, error: &impl Display) {
        let mut reloads = lock(&self.0.reloads);
        reloads.failed += 1;
        reloads.last_error = Some(error.to_string());
        tracing::warn!(%error, failures = reloads.failed, "a reload failed, the last good policies stay");
    }
}

fn tested<C: Into<Chain>, E>(
    test: &SelfTest,
    loaded: Result<C, E>,
) -> Result<Chain, ReloadError<E>> {
    let chain = loaded.map_err(ReloadError::Load)?.into();
    test.run(&chain)?;
    Ok(chain)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whatever is a chain: a policy, a link, a [`Chain`].
impl<T: Into<Chain>> From<T> for CurrentChain {
    fn from(chain: T) -> Self {
        Self(Arc::new(Shared {
            current: ArcSwap::from_pointee(Snapshot::first(chain.into())),
            changing: Mutex::default(),
            reloads: Mutex::default(),
        }))
    }
}

impl fmt::Debug for CurrentChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CurrentChain").field(&self.load()).finish()
    }
}
