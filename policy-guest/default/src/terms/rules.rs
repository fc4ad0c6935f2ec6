//! Which terms hold for which connection.

use std::cmp::Reverse;

use countersign_policy_sdk::{Endpoint, SettingsError, facts, settings::Errors};

use super::{Terms, contradiction};
use crate::settings::{Settings, When};

/// The terms for every connection: those at the top, and those of the rules.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) top: Terms,
    /// The most specific one first.
    pub(crate) rules: Vec<Rule>,
}

/// Terms, and for which connections.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) when: When,
    pub(crate) terms: Terms,
    /// Its place in the settings' list, from 0.
    pub(crate) number: usize,
}

impl Rules {
    /// What settings come to.
    ///
    /// # Errors
    ///
    /// Where they contradict themselves: everything that does, with its place.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Vec<SettingsError>> {
        let mut errors = Errors::default();
        let top = settings.terms();
        let terms = Terms::of(top);
        contradiction::find(&terms, &top, "$", &mut errors);
        let mut rules: Vec<Rule> = Vec::new();
        for (number, rule) in settings.rules.iter().enumerate() {
            let path = format!("$.rules[{number}]");
            let said = rule.terms();
            let Some(when) = rule.when.as_ref().filter(|when| !when.is_empty()) else {
                let message = "say for which connections, as in \"when\": {\"server_name\": \"*.example.com\"}; what holds for all stands at the top";
                errors.add(format!("{path}.when"), message);
                continue;
            };
            if let Some(same) = rules.iter().find(|earlier| earlier.when == *when) {
                let message = format!(
                    "this is for the same connections as $.rules[{}]; say all of it in one rule",
                    same.number
                );
                errors.add(format!("{path}.when"), message);
            }
            let terms = Terms::of(said.over(top));
            contradiction::find(&terms, &said, &path, &mut errors);
            rules.push(Rule {
                when: when.clone(),
                terms,
                number,
            });
        }
        rules.sort_by_key(|rule| Reverse(rule.when.rank()));
        errors.into_result(Self { top: terms, rules })
    }

    /// The terms that hold for a connection. Facts are read only as far as rules ask for them.
    pub(crate) fn at(&self, endpoint: &Endpoint) -> &Terms {
        self.rule_at(endpoint).map_or(&self.top, |rule| &rule.terms)
    }

    /// The rule that holds for a connection, if one does.
    pub(crate) fn rule_at(&self, endpoint: &Endpoint) -> Option<&Rule> {
        let mut place = Place::default();
        self.rules
            .iter()
            .find(|rule| rule.when.holds_at(endpoint) && place.fits(&rule.when))
    }
}

/// What is known of where a connection leads to. None: it was not asked yet.
#[derive(Default)]
struct Place {
    server_name: Option<Option<String>>,
    port: Option<Option<u16>>,
}

impl Place {
    fn fits(&mut self, when: &When) -> bool {
        if let Some(port) = when.port
            && *self.port.get_or_insert_with(facts::port) != Some(port)
        {
            return false;
        }
        let Some(pattern) = &when.server_name else {
            return true;
        };
        let name = self.server_name.get_or_insert_with(facts::server_name);
        name.as_deref().is_some_and(|name| pattern.matches(name))
    }
}
