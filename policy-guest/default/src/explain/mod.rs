//! What settings come to, in full, and why a session is judged as it is. Natively only: it is for people.

mod lines;
mod session;

use countersign_policy_sdk::{Offer, Role, SettingsError, settings::from_text};

pub use lines::{Line, Origin};
pub use session::{Check, Explained};

use crate::{
    constrain::constrain,
    settings::{Said, Settings, When},
    terms::{Rules, Terms},
};

/// Settings that were read, with every default and every standard resolved.
#[derive(Clone, Debug)]
pub struct Explanation {
    settings: Settings,
    rules: Rules,
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
        let rules = Rules::of(&settings)?;
        Ok(Self { settings, rules })
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
            terms: &self.rules.top,
        }
    }

    /// The rules, in the order in which they are looked at: the first whose condition holds counts.
    pub fn rules(&self) -> impl Iterator<Item = Effective<'_>> {
        let top = self.settings.terms();
        self.rules.rules.iter().map(move |rule| Effective {
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

    /// What is left of an offer, the most wanted first. Facts must be there to be read: see [`built`](countersign_policy_sdk::built).
    #[must_use]
    pub fn offered(&self, role: Role, available: Offer) -> Offer {
        constrain(self.terms, role, available)
    }
}

fn path(number: Option<usize>) -> String {
    number.map_or_else(|| "$".to_owned(), |number| format!("$.rules[{number}]"))
}

#[cfg(test)]
mod tests;
