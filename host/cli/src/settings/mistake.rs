//! One thing wrong in the settings.

use super::{Origin, position::Position};

/// One thing wrong in the settings, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Where in the text that the operator wrote. None: there is no such text.
    pub(crate) position: Option<Position>,
    /// Where in what it means: a JSONPath (RFC 9535).
    pub(crate) path: String,
    /// What is wrong and what is allowed there.
    pub(crate) message: String,
}

impl Mistake {
    /// In text that does not get as far as meaning something.
    pub(super) fn of_syntax(position: Position, message: String) -> Self {
        Self {
            position: Some(position),
            path: "$".into(),
            message,
        }
    }

    /// On one line: `file.toml:3:14: $.groups[1]: …`, or `line 3, column 14: $.groups[1]: …`.
    pub(crate) fn line(&self, origin: &Origin) -> String {
        let Self { path, message, .. } = self;
        let place = match (&self.position, origin) {
            (None, _) => String::new(),
            (Some(Position { line, column }), Origin::File(file)) => {
                format!("{}:{line}:{column}: ", file.display())
            }
            (Some(Position { line, column }), _) => format!("line {line}, column {column}: "),
        };
        format!("{place}{path}: {message}")
    }
}
