use std::fmt::{self, Display};

/// How many names a message lists before it counts the rest.
const NAMES_MAX: usize = 4;

/// What speaks against a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Objection<'a, T> {
    /// It is not among those that the settings allow.
    NotListed(&'a [T]),
    /// The settings deny it.
    Denied,
    /// It is older than the minimum.
    OlderThan(T),
    /// It is newer than the maximum.
    NewerThan(T),
    /// It fails the rule that holds without settings.
    Because(&'static str),
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
            Self::Denied => format!("{negotiated} is denied by name."),
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
            Objection::<char>::Denied.sentence(&'A'),
            "A is denied by name."
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
