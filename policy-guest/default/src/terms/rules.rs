//! Which terms hold for which connection.

use countersign_policy_sdk::{Endpoint, SettingsError, facts, settings::Errors};

use super::{Terms, contradiction};
use crate::settings::{RoleWord, Said, Settings, When};

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
    // Not a part of its caller: what it needs of the stack would lie there while settings are read, too, and that is small.
    #[inline(never)]
    pub(crate) fn of(settings: &Settings) -> Result<Self, Vec<SettingsError>> {
        let mut errors = Errors::default();
        let said = settings.terms();
        let top = Terms::of(said);
        contradiction::find(&top, &said, "$", &mut errors);
        let mut rules: Vec<Rule> = Vec::new();
        for (number, rule) in settings.rules.iter().enumerate() {
            let Some(when) = rule.when.as_ref().filter(|when| !when.is_empty()) else {
                let message = "say for which connections, as in \"when\": {\"server_name\": \"*.example.com\"}; what holds for all stands at the top";
                errors.add(format!("$.rules[{number}].when"), message);
                continue;
            };
            let rule = Rule {
                when: when.clone(),
                terms: Terms::of_rule(rule.terms(), said),
                number,
            };
            rule.check(&settings.rules[number].terms(), &rules, &mut errors);
            rules.push(rule);
        }
        find_never_reached(&rules, &mut errors);
        find_idle_sunsets(settings, &top, &rules, &mut errors);
        let rules = most_specific_first(rules);
        errors.into_result(Self { top, rules })
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

impl Rule {
    fn path(&self) -> String {
        format!("$.rules[{}]", self.number)
    }

    /// Reports what is wrong with it, by itself and beside those before it.
    fn check(&self, said: &Said<'_>, earlier: &[Self], errors: &mut Errors) {
        let path = self.path();
        if let Some(same) = earlier.iter().find(|earlier| earlier.when == self.when) {
            let message = format!(
                "this is for the same connections as {}; say all of it in one rule",
                same.path()
            );
            errors.add(format!("{path}.when"), message);
        }
        if said.client_certificate.is_some() && self.when.role == Some(RoleWord::Client) {
            let message =
                "clients are judged where this end is the server; this rule is for the other role";
            errors.add(format!("{path}.client_certificate"), message);
        }
        contradiction::find(&self.terms, said, &path, errors);
    }
}

/// The rules in the order in which they are looked at. Their numbers are sorted, by insertion: the standard library's way to sort is as large
/// as all of this file.
fn most_specific_first(mut rules: Vec<Rule>) -> Vec<Rule> {
    let mut order: Vec<usize> = Vec::with_capacity(rules.len());
    for (number, rule) in rules.iter().enumerate() {
        let rank = rule.when.rank();
        let at = order.partition_point(|&earlier| rules[earlier].when.rank() >= rank);
        order.insert(at, number);
    }
    for at in 0..order.len() {
        let mut from = order[at];
        // It was swapped away when the earlier place was filled, to where that one's rule came from.
        while from < at {
            from = order[from];
        }
        rules.swap(at, from);
    }
    rules
}

/// Reports rules whose every connection more specific ones take. Only two of the same condition, one for each role, can do that:
/// of all that conditions ask, the role alone has so few values that they can all be named, and a rule with a wider condition ranks lower.
fn find_never_reached(rules: &[Rule], errors: &mut Errors) {
    let in_role = |role, of: &Rule| {
        let mut others = rules.iter();
        others.find(|other| other.when.is_in_role(role, &of.when))
    };
    for rule in rules.iter().filter(|rule| rule.when.role.is_none()) {
        if let Some(client) = in_role(RoleWord::Client, rule)
            && let Some(server) = in_role(RoleWord::Server, rule)
        {
            let message = format!(
                "this rule never counts: {} and {} are for the same connections, one for each role, and more specific",
                client.path(),
                server.path()
            );
            errors.add(format!("{}.when", rule.path()), message);
        }
    }
}

/// Reports what ends without being allowed. What the top says may be meant for a rule that has nothing to say of it.
fn find_idle_sunsets(settings: &Settings, top: &Terms, rules: &[Rule], errors: &mut Errors) {
    let mut under = vec![top];
    for rule in rules {
        let said = settings.rules[rule.number].sunset.as_deref();
        match said {
            Some(sunsets) => {
                contradiction::find_idle(sunsets, &[&rule.terms], &rule.path(), errors)
            }
            None => under.push(&rule.terms),
        }
    }
    let sunsets = settings.sunset.as_deref().unwrap_or_default();
    contradiction::find_idle(sunsets, &under, "$", errors);
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
            && *self.port.get_or_insert_with(facts::port) != Some(port.get())
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

#[cfg(test)]
mod tests;
