//! Settings in TOML: the JSON that they are, and where their values stand.

mod outline;
mod writer;

use std::path::PathBuf;

use ::toml::de::{DeTable, Error};
use countersign::policy::SettingsError;

pub(super) use self::outline::outline;
use super::{Language, Mistake, Origin, located, position::Position};
use crate::error::StartError;

/// How deep values may lie in the table of a file: as deep as most readers of JSON go, which count that table too.
const DEPTH_MAX: usize = 126;

/// Why TOML has no JSON.
pub(super) enum Refused {
    /// It is not TOML.
    Syntax(Mistake),
    /// It has values that JSON does not have.
    Values(Vec<SettingsError>),
}

/// The compact JSON of TOML, with its keys in the order in which they are written.
pub(super) fn to_json(text: &str) -> Result<String, Refused> {
    let table = DeTable::parse(text).map_err(|error| Refused::Syntax(mistake(text, &error)))?;
    writer::write(table.get_ref(), text).map_err(Refused::Values)
}

fn mistake(text: &str, error: &Error) -> Mistake {
    let at = error.span().map_or(0, |span| span.start);
    // The library says so where it would take the end of what is wrong.
    let message = error.message().trim_end_matches(", expected nothing");
    Mistake::of_syntax(Position::at(text, at), message.replace('\n', " "))
}

impl Refused {
    /// As the error of a file with this text.
    pub(super) fn of(self, text: &str, path: PathBuf) -> StartError {
        let origin = Origin::File(path);
        match self {
            Self::Syntax(mistake) => StartError::Malformed {
                origin,
                language: Language::Toml,
                mistake,
            },
            Self::Values(errors) => StartError::NotInJson {
                origin,
                mistakes: located(errors, text, outline(text).as_ref()),
            },
        }
    }
}

#[cfg(test)]
mod tests;
