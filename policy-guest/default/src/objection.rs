use std::fmt::{self, Display};

/// How many names a message lists before it counts the rest.
const NAMES_MAX: usize = 4;

/// What speaks against a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Objection<'a, T> {
    /// It is not among those that the settings allow.
    NotListed(&'a [T]),
    /// The standard that the settings name does not list it.
    NotInProfile(&'static str),
    /// The settings forbid it by name.
    Forbidden,
    /// It is older than the minimum.
    OlderThan(T),
    /// It is newer than the maximum.
    NewerThan(T),
    /// It fails the rule that holds without settings.
    Because(&'static str),
}

impl<T> Objection<'_, T> {
    /// Whether it is only that a list does not have it.
    pub(crate) const fn is_not_listed(&self) -> bool {
        matches!(self, Self::NotListed(_) | Self::NotInProfile(_))
    }
}

impl<T: Display> Objection<'_, T> {
    /// The objection as a sentence about something negotiated.
    pub(crate) fn sentence(&self, negotiated: &dyn Display) -> String {
        match self {
            Self::NotListed(allowed) => {
                format!(
                    "{negotiated} is not allowed: the settings allow {}.",
                    Names(allowed)
                )
            }
            Self::NotInProfile(profile) => {
                format!("{negotiated} is not allowed: {profile} does not list it.")
            }
            Self::Forbidden => format!("{negotiated} is forbidden by name."),
            Self::OlderThan(minimum) => {
                format!("{negotiated} is older than the minimum {minimum}.")
            }
            Self::NewerThan(maximum) => {
                format!("{negotiated} is newer than the maximum {maximum}.")
            }
            Self::Because(reason) => format!("{negotiated} is not allowed: {reason}."),
        }
    }
}

/// A list in words: `A, B and C`.
pub(crate) struct Names<'a, T>(pub(crate) &'a [T]);

impl<T: Display> Display for Names<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(names) = self;
        let shown = if names.len() > NAMES_MAX {
            NAMES_MAX
        } else {
            names.len()
        };
        for (position, name) in names[..shown].iter().enumerate() {
            if position > 0 {
                formatter.write_str(if position + 1 == names.len() {
                    " and "
                } else {
                    ", "
                })?;
            }
            name.fmt(formatter)?;
        }
        match names.len() - shown {
            0 => Ok(()),
            rest => {
                formatter.write_str(" and ")?;
                rest.fmt(formatter)?;
                formatter.write_str(" more")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_words() {
        let in_words = |names: &[char]| Names(names).to_string();
        assert_eq!(in_words(&['A']), "A");
        assert_eq!(in_words(&['A', 'B']), "A and B");
        assert_eq!(in_words(&['A', 'B', 'C', 'D']), "A, B, C and D");
        assert_eq!(
            in_words(&['A', 'B', 'C', 'D', 'E', 'F']),
            "A, B, C, D and 2 more"
        );
    }

    #[test]
    fn objections_are_sentences() {
        assert_eq!(
            Objection::NotListed(&['B', 'C']).sentence(&'A'),
            "A is not allowed: the settings allow B and C."
        );
        assert_eq!(
            Objection::<char>::Forbidden.sentence(&'A'),
            "A is forbidden by name."
        );
        assert_eq!(
            Objection::OlderThan('B').sentence(&'A'),
            "A is older than the minimum B."
        );
        assert_eq!(
            Objection::NewerThan('B').sentence(&'A'),
            "A is newer than the maximum B."
        );
        assert_eq!(
            Objection::<char>::Because("no").sentence(&'A'),
            "A is not allowed: no."
        );
    }
}
