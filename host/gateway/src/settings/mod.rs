//! Settings of policies as people write them: the JSON that they are, and where in what was written a mistake stands.
//!
//! Policies take JSON, and name what is wrong by a JSONPath (RFC 9535) in it. People write JSON or TOML, and look for lines.

mod json;
mod mistake;
mod outline;
mod path;
mod position;
mod toml;

use countersign::policy::SettingsError;

use self::outline::Part;
pub use self::{mistake::Mistake, position::Position, toml::NoJson};

/// Whether a text is JSON.
///
/// # Errors
///
/// Where it is not.
pub fn check_json(text: &str) -> Result<(), Mistake> {
    json::check(text)
}

/// The compact JSON of a TOML text, with its keys in the order in which they are written. Dates and times become strings.
///
/// # Errors
///
/// [`NoJson`], if the text is not TOML, or has values that JSON does not have.
pub fn toml_to_json(text: &str) -> Result<String, NoJson> {
    toml::to_json(text)
}

/// What a policy says against settings, with the places in the JSON text that was written.
pub fn located_in_json(errors: Vec<SettingsError>, text: &str) -> Vec<Mistake> {
    located(errors, text, json::outline(text).as_ref())
}

/// What a policy says against settings, with the places in the TOML text that was written.
pub fn located_in_toml(errors: Vec<SettingsError>, text: &str) -> Vec<Mistake> {
    located(errors, text, toml::outline(text).as_ref())
}

/// What a policy says against settings that nobody wrote: there are no places.
pub fn not_located(errors: Vec<SettingsError>) -> Vec<Mistake> {
    located(errors, "", None)
}

/// Settings that are a table of a larger document.
#[derive(Debug)]
pub(crate) struct Table {
    /// The compact JSON.
    pub(crate) json: String,
    outline: Part,
}

impl Table {
    /// Those of a table that begins at this byte of the document.
    pub(crate) fn read(
        table: &::toml::de::DeTable<'_>,
        at: usize,
        document: &str,
    ) -> Result<Self, Vec<Mistake>> {
        let outline = toml::of_table(table, at);
        match toml::table_to_json(table, document) {
            Ok(json) => Ok(Self { json, outline }),
            Err(errors) => Err(located(errors, document, Some(&outline))),
        }
    }

    /// What a policy says against them, with the places in the document.
    pub(crate) fn located(&self, errors: Vec<SettingsError>, document: &str) -> Vec<Mistake> {
        located(errors, document, Some(&self.outline))
    }
}

fn located(errors: Vec<SettingsError>, text: &str, outline: Option<&Part>) -> Vec<Mistake> {
    let located = |SettingsError { path, message }| Mistake {
        position: outline.map(|outline| Position::at(text, outline.find(&path))),
        path,
        message,
    };
    errors.into_iter().map(located).collect()
}
