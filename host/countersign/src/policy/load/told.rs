//! What a policy said about itself, as it is kept on disk. It is checked again whenever it is read.

use serde::{Deserialize, Serialize};

use super::super::bindings::countersign::policy::types as wit;

/// The contract's `description`.
#[derive(Serialize, Deserialize)]
pub(super) struct Told {
    name: String,
    version: String,
    summary: String,
    settings_schema: Option<String>,
    findings: Vec<Finding>,
}

#[derive(Serialize, Deserialize)]
struct Finding {
    code: String,
    severity: Severity,
    summary: String,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Severity {
    Note,
    Warning,
    Violation,
}

impl From<wit::Description> for Told {
    fn from(raw: wit::Description) -> Self {
        let finding = |raw: wit::FindingDoc| Finding {
            code: raw.code,
            severity: match raw.severity {
                wit::Severity::Note => Severity::Note,
                wit::Severity::Warning => Severity::Warning,
                wit::Severity::Violation => Severity::Violation,
            },
            summary: raw.summary,
        };
        Self {
            name: raw.name,
            version: raw.version,
            summary: raw.summary,
            settings_schema: raw.settings_schema,
            findings: raw.findings.into_iter().map(finding).collect(),
        }
    }
}

impl From<Told> for wit::Description {
    fn from(told: Told) -> Self {
        let finding = |told: Finding| wit::FindingDoc {
            code: told.code,
            severity: match told.severity {
                Severity::Note => wit::Severity::Note,
                Severity::Warning => wit::Severity::Warning,
                Severity::Violation => wit::Severity::Violation,
            },
            summary: told.summary,
        };
        Self {
            name: told.name,
            version: told.version,
            summary: told.summary,
            settings_schema: told.settings_schema,
            findings: told.findings.into_iter().map(finding).collect(),
        }
    }
}
