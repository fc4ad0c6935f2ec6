//! Settings in TOML: the JSON that they are, and where their values stand.

mod outline;
mod writer;

use ::toml::de::{DeTable, Error};
use countersign::policy::SettingsError;

pub(super) use self::outline::{of_table, outline};
use super::{Mistake, Position, located};

/// How deep values may lie in the table of a file: as deep as most readers of JSON go, which count that table too.
const DEPTH_MAX: usize = 126;

/// Why TOML has no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoJson {
    /// It is not TOML.
    Syntax(Mistake),
    /// It has values that JSON does not have.
    Values(Vec<Mistake>),
}

/// The compact JSON of TOML, with its keys in the order in which they are written.
pub(super) fn to_json(text: &str) -> Result<String, NoJson> {
    let table = DeTable::parse(text).map_err(|error| NoJson::Syntax(mistake(text, &error)))?;
    let table = table.get_ref();
    table_to_json(table, text).map_err(|errors| {
        let outline = of_table(table, 0);
        NoJson::Values(located(errors, text, Some(&outline)))
    })
}

/// The same of a table in a document with this text.
pub(super) fn table_to_json(table: &DeTable<'_>, text: &str) -> Result<String, Vec<SettingsError>> {
    writer::write(table, text)
}

fn mistake(text: &str, error: &Error) -> Mistake {
    let at = error.span().map_or(0, |span| span.start);
    // The library says so where it would take the end of what is wrong.
    let message = error.message().trim_end_matches(", expected nothing");
    Mistake::of_syntax(Position::at(text, at), message.replace('\n', " "))
}

#[cfg(test)]
mod tests;
