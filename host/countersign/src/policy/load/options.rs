//! How a policy is loaded, and how it runs then.

use std::{collections::BTreeSet, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::facts::Fact;

/// Where each call gets an instance without a past. The verdicts are the same in every way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Each thread keeps one, which is put back to the configured snapshot after each call: the fastest.
    Rewound,
    /// A new one for each call, from the configured snapshot.
    Snapshot,
    /// A new one for each call, which is configured first: the slowest.
    Configured,
}

impl Way {
    /// The stable word for records and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rewound => "rewound",
            Self::Snapshot => "snapshot",
            Self::Configured => "configured",
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How the calls of a policy are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Execution {
    /// Where each call gets its instance.
    pub way: Way,
    /// Why it is not a faster one, in words. None if there is none.
    pub because: Option<String>,
    /// Whether an instance has been asked one question, whose answer does not count, before it is asked about a connection. A policy that
    /// fails in this rehearsal goes without.
    pub rehearsed: bool,
    /// Bytes of linear memory of a configured instance.
    pub memory_bytes: usize,
    /// How many memories that is. A component of one language has one; those put together may have more.
    pub memories: usize,
    /// Whether its code came from the cache on disk.
    pub cached: bool,
}

/// What a policy is loaded with.
///
/// ```
/// use countersign::{facts::Fact, policy::{Engine, Limits, Policy, PolicyOptions, PolicySource}};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let engine = Engine::new(Limits::default())?;
/// let options = PolicyOptions::new()
///     .settings(r#"{ "versions": { "min": "TLSv1.3" } }"#)
///     .forbid(Fact::PeerAddress);
/// let policy = Policy::load_with(&engine, &PolicySource::Default, &options)?;
/// assert!(!policy.imports().iter().any(|fact| fact == Fact::PeerAddress.name()));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct PolicyOptions {
    pub(in crate::policy) settings: String,
    pub(super) forbidden: BTreeSet<String>,
    pub(super) way: Way,
    pub(in crate::policy) memo: bool,
    pub(in crate::policy) name: Option<Arc<str>>,
}

impl PolicyOptions {
    /// No settings, no fact forbidden, and as fast as can be.
    pub fn new() -> Self {
        Self::default()
    }

    /// The settings: a JSON text, `{}` for none.
    #[must_use]
    pub fn settings(self, settings: impl Into<String>) -> Self {
        Self {
            settings: settings.into(),
            ..self
        }
    }

    /// Keeps a fact from the policy: one that imports its getter is not loaded.
    #[must_use]
    pub fn forbid(mut self, fact: Fact) -> Self {
        self.forbidden.insert(fact.name().to_owned());
        self
    }

    /// The fastest way in which it may run. The others are there to compare with.
    #[must_use]
    pub fn way(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// What it is called in records, findings and logs. Default: what it calls itself. Where one component judges under several
    /// settings, it takes names to tell them apart.
    #[must_use]
    pub fn name(self, name: impl Into<Arc<str>>) -> Self {
        Self {
            name: Some(name.into()),
            ..self
        }
    }

    /// Whether answers are remembered (the default), within [`Limits::memo_bytes_max`](super::super::Limits::memo_bytes_max).
    #[must_use]
    pub fn memo(self, memo: bool) -> Self {
        Self { memo, ..self }
    }
}

impl Default for PolicyOptions {
    fn default() -> Self {
        Self {
            settings: "{}".to_owned(),
            forbidden: BTreeSet::new(),
            way: Way::Rewound,
            memo: true,
            name: None,
        }
    }
}
