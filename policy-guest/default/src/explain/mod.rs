//! What settings come to, in full, and why a session is judged as it is. Natively only: it is for people.

mod certificates;
mod changes;
mod check;
mod facts;
mod kind;
mod lines;
mod listing;
mod order;
mod origin;
mod peer;
mod session;
mod tried;
mod warnings;

use countersign_policy_sdk::{Offer, Role, SettingsError, settings::from_text};

pub use changes::Changes;
pub use check::{Check, Outcome};
pub use lines::Line;
pub use listing::{LastDay, Listing, Standing, State};
pub use origin::Origin;
pub use session::{Explained, ExplainedPeer};
pub use tried::{Attempt, Tried};
pub use warnings::Warning;

use crate::{
    DefaultPolicy,
    constrain::constrain,
    settings::{RoleWord, Said, Settings, When},
    terms::{Rules, Terms},
};
use origin::path;

/// Settings that were read, with every default and every standard resolved.
#[derive(Clone, Debug)]
pub struct Explanation {
    settings: Settings,
    policy: DefaultPolicy,
}

/// What holds for some connections.
#[derive(Clone, Copy, Debug)]
pub struct Effective<'a> {
    /// None: the top of the settings.
    number: Option<usize>,
    when: Option<&'a When>,
    /// What is said in the rule alone; at the top, what is said there.
    said: Said<'a>,
    top: Said<'a>,
    terms: &'a Terms,
}

impl Explanation {
    /// Reads settings as the policy does.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them, as the policy reports it.
    pub fn of(settings: &str) -> Result<Self, Vec<SettingsError>> {
        let settings: Settings = from_text(settings)?;
        let policy = DefaultPolicy(Rules::of(&settings)?);
        Ok(Self { settings, policy })
    }

    /// What holds where no rule does.
    #[must_use]
    pub fn top(&self) -> Effective<'_> {
        let said = self.settings.terms();
        Effective {
            number: None,
            when: None,
            said,
            top: said,
            terms: &self.policy.0.top,
        }
    }

    /// The rules, in the order in which they are looked at: the first whose condition holds counts.
    pub fn rules(&self) -> impl Iterator<Item = Effective<'_>> {
        let top = self.settings.terms();
        self.policy.0.rules.iter().map(move |rule| Effective {
            number: Some(rule.number),
            when: Some(&rule.when),
            said: self.settings.rules[rule.number].terms(),
            top,
            terms: &rule.terms,
        })
    }
}

impl Effective<'_> {
    /// The place in the settings, a JSONPath: `$`, or `$.rules[0]`.
    #[must_use]
    pub fn path(&self) -> String {
        path(self.number)
    }

    /// For which connections, in words; none at the top.
    #[must_use]
    pub fn when(&self) -> Option<String> {
        self.when.map(ToString::to_string)
    }

    /// For which end of connections, if only for one.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.when?.role.map(|role| match role {
            RoleWord::Client => Role::Client,
            RoleWord::Server => Role::Server,
        })
    }

    /// What is left of an offer, the most wanted first. Facts must be there to be read: see [`built`](countersign_policy_sdk::built).
    #[must_use]
    pub fn offered(&self, role: Role, available: Offer) -> Offer {
        constrain(self.terms, role, available)
    }
}

#[cfg(test)]
mod tests;
