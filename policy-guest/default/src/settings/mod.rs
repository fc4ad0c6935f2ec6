//! The settings: what may be typed, read into what is valid.

mod choice;
mod cipher_suites;
mod contradiction;
mod groups;
mod names;
mod versions;

use countersign_names::{CipherSuite, Group};
use countersign_policy_sdk::SettingsError;
use countersign_policy_sdk::settings::{Document, Errors};

pub(crate) use choice::Choice;
pub(crate) use versions::Versions;

/// Settings that are valid: something that TLS can use is left under them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Which versions are allowed.
    pub(crate) versions: Versions,
    /// Which cipher suites are allowed.
    pub(crate) cipher_suites: Choice<CipherSuite>,
    /// Which groups are allowed.
    pub(crate) groups: Choice<Group>,
    /// Whether an earlier session may be resumed.
    pub(crate) resumption: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            versions: Versions::default(),
            cipher_suites: Choice::Default,
            groups: Choice::Default,
            resumption: true,
        }
    }
}

impl Settings {
    const KEYS: [&str; 4] = ["versions", "cipher_suites", "groups", "resumption"];

    /// Reads settings from a JSON text.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each with its place and what is allowed there.
    pub(crate) fn parse(text: &str) -> Result<Self, Vec<SettingsError>> {
        let document = Document::parse(text)?;
        let mut errors = Errors::default();
        let mut settings = Self::default();
        if let Some(fields) = document.root().fields(&Self::KEYS, &mut errors) {
            if let Some(node) = fields.field("versions") {
                settings.versions = Versions::read(&node, &mut errors).unwrap_or_default();
            }
            if let Some(node) = fields.field("cipher_suites") {
                settings.cipher_suites = Choice::read(&node, &mut errors).unwrap_or_default();
            }
            if let Some(node) = fields.field("groups") {
                settings.groups = Choice::read(&node, &mut errors).unwrap_or_default();
            }
            if let Some(node) = fields.field("resumption") {
                settings.resumption = node.bool(&mut errors).unwrap_or_default();
            }
            if errors.is_empty() {
                contradiction::find(&settings, &fields, &mut errors);
            }
        }
        errors.into_result(settings)
    }
}

#[cfg(test)]
mod tests;
