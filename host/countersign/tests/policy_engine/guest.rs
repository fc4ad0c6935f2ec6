//! The guests, and how they are loaded.

pub(crate) use countersign_test_guests::{Guest, Place};

use countersign::policy::{Engine, LoadError, Policy, PolicyOptions, PolicySource, Way};

/// What can be loaded as a policy.
pub(crate) trait Load {
    /// Loads it with the settings `{}`. Nothing is remembered, so that each call runs.
    fn load(&self, engine: &Engine) -> Result<Policy, LoadError> {
        self.load_to_run(engine, Way::Rewound)
    }

    /// The same, to run no faster than this.
    fn load_to_run(&self, engine: &Engine, way: Way) -> Result<Policy, LoadError>;
}

impl Load for Guest {
    fn load_to_run(&self, engine: &Engine, way: Way) -> Result<Policy, LoadError> {
        load_to_run(engine, self.component(), way)
    }
}

/// Loads a component with the settings `{}`.
pub(crate) fn load(engine: &Engine, component: Vec<u8>) -> Result<Policy, LoadError> {
    load_to_run(engine, component, Way::Rewound)
}

fn load_to_run(engine: &Engine, component: Vec<u8>, way: Way) -> Result<Policy, LoadError> {
    let options = PolicyOptions::new().way(way).memo(false);
    Policy::load_with(engine, &PolicySource::Bytes(component), &options)
}
