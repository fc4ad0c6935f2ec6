//! Where something that holds comes from.

use std::fmt::{self, Display};

use super::Effective;
use crate::settings::Said;

/// Where something that holds comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It holds without settings.
    Default,
    /// The standard of this name says it.
    Profile(&'static str),
    /// The settings say it at this place, a JSONPath.
    Settings(String),
}

impl Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::Settings(path) => f.write_str(path),
        }
    }
}

/// The place of the top, or of a rule.
pub(super) fn path(number: Option<usize>) -> String {
    number.map_or_else(|| "$".to_owned(), |number| format!("$.rules[{number}]"))
}

impl Effective<'_> {
    /// Where a value comes from that is either in the settings or not.
    pub(super) fn origin(&self, key: &str, is_said: impl Fn(&Said<'_>) -> bool) -> Origin {
        self.place(key, is_said)
            .map_or(Origin::Default, Origin::Settings)
    }

    /// Where the settings say something: in the rule, else at the top.
    pub(super) fn place(&self, key: &str, is_said: impl Fn(&Said<'_>) -> bool) -> Option<String> {
        if is_said(&self.said) {
            return Some(format!("{}.{key}", path(self.number)));
        }
        is_said(&self.top).then(|| format!("$.{key}"))
    }
}
