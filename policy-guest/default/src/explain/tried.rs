//! Which rules were looked at for a connection, and why they hold or not.

use countersign_policy_sdk::{Endpoint, Role, facts};

use super::{Effective, Explanation};
use crate::settings::{RoleWord, When};

/// What became of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its place, a JSONPath; `$` is what stands at the top.
    pub path: String,
    /// For which connections it is; none for the top.
    pub when: Option<String>,
    /// What became of it.
    pub tried: Tried,
}

/// Whether a rule holds for a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It holds: what it says counts.
    Holds,
    /// It does not, for these reasons.
    Fails(Vec<String>),
    /// Another held before.
    NotReached,
}

impl Explanation {
    /// Every rule in the order in which it is looked at, then the top. Facts must be there to be read.
    #[must_use]
    pub fn tried(&self, endpoint: &Endpoint) -> Vec<Attempt> {
        let mut is_found = false;
        let rules = self.rules().chain([self.top()]);
        let attempts = rules.map(|effective| {
            let tried = match (is_found, effective.obstacles(endpoint)) {
                (true, _) => Tried::NotReached,
                (false, obstacles) if obstacles.is_empty() => Tried::Holds,
                (false, obstacles) => Tried::Fails(obstacles),
            };
            is_found |= tried == Tried::Holds;
            Attempt {
                path: effective.path(),
                when: effective.when(),
                tried,
            }
        });
        attempts.collect()
    }
}

impl Effective<'_> {
    fn obstacles(&self, endpoint: &Endpoint) -> Vec<String> {
        let Some(when) = self.when else {
            return Vec::new();
        };
        let found = [
            name(when),
            port(when),
            listener(when, endpoint),
            role(when, endpoint),
        ];
        found.into_iter().flatten().collect()
    }
}

fn name(when: &When) -> Option<String> {
    let pattern = when.server_name.as_ref()?;
    match facts::server_name() {
        None => Some(format!("no server name is known, and it is for {pattern}")),
        Some(name) if pattern.matches(&name) => None,
        Some(name) => Some(format!("the server name is {name}, not {pattern}")),
    }
}

fn port(when: &When) -> Option<String> {
    let wanted = when.port?;
    match facts::port() {
        None => Some(format!("no port is known, and it is for {wanted}")),
        Some(port) if port == wanted.get() => None,
        Some(port) => Some(format!("the port is {port}, not {wanted}")),
    }
}

fn listener(when: &When, endpoint: &Endpoint) -> Option<String> {
    let wanted = when.listener.as_ref()?;
    let found = &endpoint.listener;
    match found.as_str() {
        _ if found == wanted => None,
        "" => Some(format!("the listener has no name, and it is for {wanted}")),
        found => Some(format!("the listener is {found}, not {wanted}")),
    }
}

fn role(when: &When, endpoint: &Endpoint) -> Option<String> {
    let wanted = when.role?;
    let found = match endpoint.role {
        Role::Client => RoleWord::Client,
        Role::Server => RoleWord::Server,
    };
    (found != wanted).then(|| format!("the role is {}, not {}", found.word(), wanted.word()))
}
