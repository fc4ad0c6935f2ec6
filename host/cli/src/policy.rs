//! From what was typed about a policy to the policy, loaded.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use countersign::{
    facts::Fact,
    policy::{Engine, Limits, Policy, PolicyOptions, PolicySource},
};

use crate::{args::PolicyArgs, error::StartError, input::Input, settings::Settings};

/// A policy as it is asked for: its files are read, nothing of it has run.
pub(crate) struct Wanted {
    pub(crate) settings: Settings,
    component: PolicySource,
    path: Option<PathBuf>,
    forbidden: Vec<Fact>,
}

/// A policy that is loaded, and what it does not know of itself.
pub(crate) struct Loaded {
    pub(crate) policy: Policy,
    pub(crate) settings: Settings,
    /// The file it is from. None: it is built in.
    pub(crate) path: Option<PathBuf>,
    pub(crate) forbidden: Vec<Fact>,
    /// How long it took to load.
    pub(crate) took: Duration,
}

impl Wanted {
    /// Reads the files.
    pub(crate) fn read(args: PolicyArgs, limits: &Limits) -> Result<Self, StartError> {
        let settings = Settings::read(args.settings.as_deref(), limits.settings_bytes_max)?;
        let component = match &args.policy {
            Some(path) => {
                PolicySource::Bytes(Input::Policy.read(path, limits.component_bytes_max)?)
            }
            None => PolicySource::Default,
        };
        Ok(Self {
            settings,
            component,
            path: args.policy,
            forbidden: args.forbid_fact,
        })
    }

    /// Lets the policy check its settings.
    pub(crate) fn load(self, engine: &Engine) -> Result<Loaded, StartError> {
        let began = Instant::now();
        let policy = Policy::load_with(engine, &self.component, &self.options());
        let took = began.elapsed();
        let (path, settings) = (self.path, self.settings);
        let policy =
            policy.map_err(|error| StartError::of_load(error, path.as_deref(), &settings))?;
        let unspoken = match &path {
            None => settings.unspoken(),
            Some(_) => Vec::new(),
        };
        if !unspoken.is_empty() {
            return Err(StartError::Refused {
                origin: settings.origin,
                mistakes: unspoken,
            });
        }
        Ok(Loaded {
            policy,
            settings,
            path,
            forbidden: self.forbidden,
            took,
        })
    }

    fn options(&self) -> PolicyOptions {
        let options = PolicyOptions::new().settings(self.settings.text.as_str());
        self.forbidden
            .iter()
            .fold(options, |options, fact| options.forbid(*fact))
    }
}

/// What a policy is called where its file counts.
pub(crate) fn named(path: Option<&Path>) -> String {
    path.map_or_else(|| "built in".to_owned(), |path| path.display().to_string())
}
