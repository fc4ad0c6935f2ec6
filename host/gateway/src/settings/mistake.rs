//! One thing wrong in the settings.

use super::Position;

/// One thing wrong in the settings, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where in the text that the operator wrote. None: there is no such text.
    pub position: Option<Position>,
    /// Where in what it means: a JSONPath (RFC 9535).
    pub path: String,
    /// What is wrong and what is allowed there.
    pub message: String,
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
}
