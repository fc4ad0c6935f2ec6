//! The guests, and how they are loaded.

pub(crate) use countersign_test_guests::{Guest, Place};

use countersign::policy::{Engine, LoadError, Policy, PolicySource};

/// What can be loaded as a policy.
pub(crate) trait Load {
    /// Loads it with the settings `{}`.
    fn load(&self, engine: &Engine) -> Result<Policy, LoadError>;
}

impl Load for Guest {
    fn load(&self, engine: &Engine) -> Result<Policy, LoadError> {
        load(engine, self.component())
    }
}

/// Loads a component with the settings `{}`.
pub(crate) fn load(engine: &Engine, component: Vec<u8>) -> Result<Policy, LoadError> {
    Policy::load(engine, &PolicySource::Bytes(component), "{}")
}
