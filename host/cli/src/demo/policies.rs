//! The policies of the demo, with their settings.

use countersign::policy::{Engine, Link, Policy, PolicySource};

use crate::{error::StartError, settings::Settings};

/// Lets in the clients of one identity, or hangs: see `policy.wat`, from which it is made.
static DEMO_POLICY: &[u8] = include_bytes!("policy.wasm");

/// The one client that `billing_only` lets in.
pub(super) const BILLING: &str = "spiffe://demo.example/billing";

/// A policy with its settings.
pub(super) struct Judge {
    pub(super) policy: Policy,
    pub(super) settings: Settings,
}

/// Everybody who judges in the demo.
pub(super) struct Judges {
    /// The built-in policy as it comes.
    pub(super) default: Judge,
    /// The built-in policy, TLS 1.3 only.
    pub(super) modern: Judge,
    /// The built-in policy, AES with 256 bits only.
    pub(super) strong: Judge,
    /// The demo's policy: one client, and no other.
    pub(super) billing_only: Judge,
    /// The demo's policy: never an answer.
    pub(super) hanging: Judge,
}

impl Judges {
    pub(super) fn new(engine: &Engine) -> Result<Self, StartError> {
        let built_in = |settings| Judge::load(engine, PolicySource::Default, settings);
        let demo = |settings: &str| {
            let source = PolicySource::Bytes(DEMO_POLICY.to_vec());
            Judge::load(engine, source, Some(settings))
        };
        Ok(Self {
            default: built_in(None)?,
            modern: built_in(Some(r#"{"versions": ["1.3"]}"#))?,
            strong: built_in(Some(r#"{"cipher_suites": ["TLS_AES_256_GCM_SHA384"]}"#))?,
            billing_only: demo(&format!(r#"{{"allow":"{BILLING}"}}"#))?,
            hanging: demo(r#"{"hang":true}"#)?,
        })
    }
}

impl Judge {
    fn load(
        engine: &Engine,
        source: PolicySource,
        settings: Option<&str>,
    ) -> Result<Self, StartError> {
        let settings = Settings::inline(settings);
        let policy = Policy::load(engine, &source, &settings.text)
            .map_err(|error| StartError::of_load(error, None, &settings))?;
        Ok(Self { policy, settings })
    }

    /// As a judge whose word counts.
    pub(super) fn enforced(&self) -> Link {
        Link::enforce(self.policy.clone())
    }

    /// As a judge who is only listened to.
    pub(super) fn audited(&self) -> Link {
        Link::audit(self.policy.clone())
    }
}
