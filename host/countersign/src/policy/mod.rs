//! Policies: from bytes to verdicts.
//!
//! `source → digest → compile → check imports → describe → configure`, once a load; then, once a question, a
//! fresh instance that is asked and thrown away.

mod bindings;
mod chain;
mod convert;
mod engine;
mod error;
mod imports;
mod instance;
mod limits;
mod load;
mod nesting;
mod source;
mod ticker;

use std::sync::Arc;

use wasmtime::Store;

pub use chain::{Chain, Link, Mode};
pub use convert::{Description, FindingDoc};
pub use engine::Engine;
pub use error::{CallError, EngineError, LoadError, OutputError, SettingsError};
use imports::HostState;
pub use instance::Called;
pub use limits::Limits;
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

struct Loaded {
    template: instance::Template,
    description: Description,
    imports: Vec<String>,
    digest: Digest,
    settings: String,
    settings_digest: Digest,
}

impl Policy {
    /// Loads a policy with its settings: a JSON text, `{}` for none.
    ///
    /// # Errors
    ///
    /// [`LoadError`] says what is wrong with the component or with the settings.
    pub fn load(engine: &Engine, source: &PolicySource, settings: &str) -> Result<Self, LoadError> {
        let bytes = source.read(engine.limits().component_bytes_max)?;
        let digest = Digest::of(&bytes);
        let (template, imports) = load::compile(engine, &bytes)?;
        let description = load::describe(&template)?;
        load::check_settings(&template, settings)?;
        Ok(Self(Arc::new(Loaded {
            template,
            description,
            imports,
            digest,
            settings: settings.to_owned(),
            settings_digest: Digest::of(settings.as_bytes()),
        })))
    }

    /// What the policy says about itself.
    pub fn description(&self) -> &Description {
        &self.0.description
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

    /// Asks the policy what may be offered out of what is `available`. The answer is not yet normalised.
    pub fn constrain(
        &self,
        endpoint: &Endpoint,
        available: &Offer,
        facts: Arc<ConnectionFacts>,
    ) -> Called<Offer> {
        let (endpoint, available) = (endpoint.into(), available.into());
        self.ask(facts, |policy, store| {
            policy.call_constrain(store, &endpoint, &available)
        })
        .and_then(|raw| Ok(raw.into()))
    }

    /// Asks the policy about the negotiated parameters.
    pub fn judge_parameters(
        &self,
        session: &Session,
        facts: Arc<ConnectionFacts>,
    ) -> Called<Verdict> {
        let session = session.into();
        self.ask(facts, |policy, store| {
            policy.call_judge_parameters(store, &session)
        })
        .and_then(|raw| self.verdict(raw))
    }

    /// Asks the policy about the peer.
    pub fn judge_peer(&self, session: &Session, facts: Arc<ConnectionFacts>) -> Called<Verdict> {
        let session = session.into();
        self.ask(facts, |policy, store| {
            policy.call_judge_peer(store, &session)
        })
        .and_then(|raw| self.verdict(raw))
    }

    /// Configures a fresh instance, then asks it.
    fn ask<T>(
        &self,
        facts: Arc<ConnectionFacts>,
        ask: impl FnOnce(&bindings::Policy, &mut Store<HostState>) -> wasmtime::Result<T>,
    ) -> Called<T> {
        let Loaded {
            template, settings, ..
        } = &*self.0;
        let deadline_ms = template.engine.limits().deadline_ms;
        template.call(deadline_ms, |policy, store| {
            if policy.call_configure(&mut *store, settings)?.is_err() {
                return Err(CallError::Settings.into());
            }
            store.data_mut().show(facts);
            ask(policy, store)
        })
    }

    fn verdict(
        &self,
        raw: bindings::countersign::policy::types::Verdict,
    ) -> Result<Verdict, CallError> {
        let limits = self.0.template.engine.limits();
        let checked = convert::Checked(limits).verdict(raw, &self.0.description.name)?;
        Ok(checked)
    }
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policy")
            .field("name", &self.0.description.name)
            .field("version", &self.0.description.version)
            .field("digest", &self.0.digest)
            .field("settings_digest", &self.0.settings_digest)
            .finish_non_exhaustive()
    }
}
