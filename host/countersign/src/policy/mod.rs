//! Policies: from bytes to verdicts.
//!
//! `source → digest → compile → check imports → describe → configure`, once a load; then, once a question, a
//! fresh instance that is asked and thrown away.

mod account;
mod bindings;
mod breaker;
mod cache;
mod call;
mod chain;
mod convert;
mod deadline;
mod engine;
mod error;
mod imports;
mod instance;
mod keep;
mod lanes;
mod limits;
mod load;
mod memo;
mod question;
mod reload;
mod source;
mod ticker;

use std::sync::Arc;

pub use account::{Account, Histogram};
pub use cache::{CacheError, CodeCache};
pub use call::Called;
use call::Calls;
pub use chain::{Chain, Link, Mode};
pub use convert::{Description, FindingDoc};
pub use engine::Engine;
pub use error::{CallError, EngineError, LoadError, OutputError, SettingsError};
pub use limits::Limits;
pub use load::{Execution, PolicyOptions, Way};
use question::{Answer, Question};
pub(crate) use reload::{ChainDigest, Snapshot};
pub use reload::{
    CurrentChain, Expectation, ReloadError, Reloads, SelfTest, SelfTestError, TestedLink,
};
pub use source::{Digest, PolicySource};

use crate::{
    facts::ConnectionFacts,
    offer::Offer,
    session::{Endpoint, Session},
    verdict::Verdict,
};

/// The version of the contract in `wit/` that this host speaks.
pub const CONTRACT_VERSION: &str = "0.1.0";

/// A policy that is loaded, configured and ready to judge. Cheap to clone and to share between threads.
#[derive(Clone)]
pub struct Policy(Arc<Loaded>);

#[derive(Clone)]
struct Loaded {
    name: Arc<str>,
    calls: Arc<Calls>,
    description: Description,
    execution: Execution,
    imports: Vec<String>,
    component_bytes: usize,
    digest: Digest,
    settings_digest: Digest,
}

impl Policy {
    /// Loads a policy with its settings: a JSON text, `{}` for none.
    ///
    /// # Errors
    ///
    /// [`LoadError`] says what is wrong with the component or with the settings.
    pub fn load(engine: &Engine, source: &PolicySource, settings: &str) -> Result<Self, LoadError> {
        let options = PolicyOptions::new().settings(settings);
        Self::load_with(engine, source, &options)
    }

    /// Loads a policy with its settings, and with what the operator says about how it is to run.
    ///
    /// # Errors
    ///
    /// [`LoadError`] says what is wrong with the component or with the settings.
    pub fn load_with(
        engine: &Engine,
        source: &PolicySource,
        options: &PolicyOptions,
    ) -> Result<Self, LoadError> {
        let bytes = source.read(engine.limits().component_bytes_max)?;
        let digest = Digest::of(&bytes);
        let ready = load::load(engine, &bytes, &digest, options)?;
        let execution = ready.execution;
        let own_name = &ready.description.name;
        let name = Arc::clone(options.name.as_ref().unwrap_or(own_name));
        log(&name, &digest, &execution);
        Ok(Self(Arc::new(Loaded {
            calls: Calls::new(ready.template, &name, options.memo),
            name,
            description: ready.description,
            execution,
            imports: ready.imports,
            component_bytes: bytes.len(),
            digest,
            settings_digest: Digest::of(options.settings.as_bytes()),
        })))
    }

    /// What it is called in records, findings and logs.
    pub fn name(&self) -> &Arc<str> {
        &self.0.name
    }

    /// What the policy says about itself.
    pub fn description(&self) -> &Description {
        &self.0.description
    }

    /// The size of the component, in bytes.
    pub fn component_bytes(&self) -> usize {
        self.0.component_bytes
    }

    /// SHA-256 of the component.
    pub fn digest(&self) -> &Digest {
        &self.0.digest
    }

    /// SHA-256 of the settings text.
    pub fn settings_digest(&self) -> &Digest {
        &self.0.settings_digest
    }

    /// The getters that the policy imports: everything beyond the parameters that it can ever see.
    pub fn imports(&self) -> &[String] {
        &self.0.imports
    }

    /// How its calls are made.
    pub fn execution(&self) -> &Execution {
        &self.0.execution
    }

    /// What its calls came to so far.
    pub fn account(&self) -> Account {
        self.0.calls.account()
    }

    /// The same policy, for calls that are not made for connections: they leave no trace in its account, memo and breaker.
    fn apart(&self) -> Self {
        Self(Arc::new(Loaded {
            calls: self.0.calls.apart(),
            ..Loaded::clone(&self.0)
        }))
    }

    /// Asks the policy what may be offered out of what is `available`. The answer is not yet normalised.
    pub fn constrain(
        &self,
        endpoint: &Endpoint,
        available: &Offer,
        facts: Arc<ConnectionFacts>,
    ) -> Called<Offer> {
        let question = Question::Constrain {
            endpoint,
            available,
        };
        self.0.calls.ask(&question, facts, Answer::into_offer)
    }

    /// Asks the policy about the negotiated parameters.
    pub fn judge_parameters(
        &self,
        session: &Session,
        facts: Arc<ConnectionFacts>,
    ) -> Called<Verdict> {
        let question = Question::JudgeParameters(session);
        self.0.calls.ask(&question, facts, Answer::into_verdict)
    }

    /// Asks the policy about the peer.
    pub fn judge_peer(&self, session: &Session, facts: Arc<ConnectionFacts>) -> Called<Verdict> {
        let question = Question::JudgePeer(session);
        self.0.calls.ask(&question, facts, Answer::into_verdict)
    }
}

/// Tells the operator how a policy runs: without being asked where that is the slowest way.
fn log(policy: &str, digest: &Digest, execution: &Execution) {
    let Execution {
        way,
        because,
        cached,
        ..
    } = execution;
    let because = because.as_deref();
    match way {
        Way::Configured => tracing::info!(
            policy, %digest, %way, because, cached,
            "loaded a policy, which is configured anew for each call"
        ),
        Way::Rewound | Way::Snapshot => {
            tracing::debug!(policy, %digest, %way, because, cached, "loaded a policy");
        }
    }
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policy")
            .field("name", &self.0.name)
            .field("version", &self.0.description.version)
            .field("digest", &self.0.digest)
            .field("settings_digest", &self.0.settings_digest)
            .finish_non_exhaustive()
    }
}
