//! Why one rule is looked at before another.

use super::Effective;
use crate::settings::{NamePattern, When};

impl Effective<'_> {
    /// Why this rule is looked at before the next one: `an exact name comes before a suffix`. At the top there is nothing to say.
    #[must_use]
    pub fn before(&self, next: &Self) -> String {
        match (self.when, next.when) {
            (Some(when), Some(other)) => why(when, other),
            (Some(_), None) => "every rule comes before what stands at the top".to_owned(),
            (None, _) => String::new(),
        }
    }
}

/// In the order of the rank.
fn why(when: &When, next: &When) -> String {
    let names = (&when.server_name, &next.server_name);
    if when.server_name.as_ref().map_or(0, NamePattern::rank)
        != next.server_name.as_ref().map_or(0, NamePattern::rank)
    {
        return match names {
            (_, None) => "a server name comes before none",
            (Some(NamePattern::Exact(_)), _) => "an exact name comes before a suffix",
            _ => "a longer suffix comes before a shorter one",
        }
        .to_owned();
    }
    if when.port.is_some() != next.port.is_some() {
        return "a port comes before none, where names are of one rank".to_owned();
    }
    if when.listener.is_some() != next.listener.is_some() {
        return "a listener comes before none, where names and ports are of one rank".to_owned();
    }
    if when.role.is_some() != next.role.is_some() {
        return "a role comes before none, where all else is of one rank".to_owned();
    }
    "of one rank with the next; no connection is for both".to_owned()
}
