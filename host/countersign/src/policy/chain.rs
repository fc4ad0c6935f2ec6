//! Several policies before one gate.

use std::sync::Arc;

use serde::Serialize;

use super::Policy;

/// Whether a policy's word counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// It narrows what is offered, and its veto stops the connection.
    Enforce,
    /// It is asked, and what it would have done is recorded. It narrows nothing and stops nothing.
    Audit,
}

/// One policy of a chain.
#[derive(Clone, Debug)]
pub struct Link {
    /// The policy.
    pub policy: Policy,
    /// Whether its word counts.
    pub mode: Mode,
}

impl Link {
    /// A policy whose word counts.
    pub fn enforce(policy: Policy) -> Self {
        let mode = Mode::Enforce;
        Self { policy, mode }
    }

    /// A policy that is only listened to.
    pub fn audit(policy: Policy) -> Self {
        let mode = Mode::Audit;
        Self { policy, mode }
    }
}

/// The policies that judge the connections of a gate, in order. There is at least one.
///
/// Each is asked on its own, as if it were alone. All that enforce must approve, and what is offered is what all of
/// them leave: in the order of the first one that enforces, or in the TLS library's where none does.
///
/// ```
/// use countersign::policy::{Chain, Engine, Limits, Link, Policy, PolicySource};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let engine = Engine::new(Limits::default())?;
/// let load = |settings| Policy::load(&engine, &PolicySource::Default, settings);
/// let today = load(r#"{ "versions": { "min": "TLSv1.2" } }"#)?;
/// let planned = load(r#"{ "versions": { "min": "TLSv1.3" } }"#)?;
/// let chain = Chain::new(Link::enforce(today)).and(Link::audit(planned));
/// assert_eq!(chain.links().len(), 2);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Chain(Arc<[Link]>);

impl Chain {
    /// A chain of one.
    pub fn new(first: Link) -> Self {
        Self([first].into())
    }

    /// The chain with one more policy at its end.
    #[must_use]
    pub fn and(self, next: Link) -> Self {
        Self(self.0.iter().cloned().chain([next]).collect())
    }

    /// The same policies, for calls that are not made for connections.
    pub(super) fn apart(&self) -> Self {
        let apart = |link: &Link| Link {
            policy: link.policy.apart(),
            mode: link.mode,
        };
        Self(self.0.iter().map(apart).collect())
    }

    /// The policies, in order.
    pub fn links(&self) -> &[Link] {
        &self.0
    }
}

/// A policy alone enforces.
impl From<Policy> for Chain {
    fn from(policy: Policy) -> Self {
        Self::new(Link::enforce(policy))
    }
}

impl From<Link> for Chain {
    fn from(link: Link) -> Self {
        Self::new(link)
    }
}
