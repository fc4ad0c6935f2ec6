//! What is wrong with a configuration, and where.

use std::{fmt, path::PathBuf};

use crate::settings::Position;

/// One thing that is wrong, or doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file in which it stands: the configuration, or one of settings.
    pub path: PathBuf,
    /// Where in the file.
    pub position: Option<Position>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// In the order in which they stand in the configuration. There is at least one.
    pub(super) fn new(mut mistakes: Vec<Mistake>, config: &std::path::Path) -> Self {
        let place = |mistake: &Mistake| {
            let position = mistake.position.map(|it| (it.line, it.column));
            (mistake.path != config, position)
        };
        mistakes.sort_by_key(place);
        mistakes.dedup();
        Self(mistakes)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter()
    }
}

/// `gateway.toml:3:14: …`
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.path.display())?;
        if let Some(Position { line, column }) = self.position {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " {}", self.message)
    }
}

/// One a line.
impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0[..] {
            [one] => one.fmt(f),
            many => {
                write!(f, "the configuration has {} mistakes", many.len())?;
                many.iter()
                    .try_for_each(|mistake| write!(f, "\n  {mistake}"))
            }
        }
    }
}
