use crate::Severity;
use crate::bindings::countersign::policy::types as wire;

/// What a policy says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// A short name in lower case, such as `default`.
    pub name: String,
    /// The policy's own version (Semantic Versioning 2.0.0).
    pub version: String,
    /// One sentence: what the policy is for.
    pub summary: String,
    /// The JSON Schema (draft 2020-12) of the settings, as text. None if the policy has none.
    pub settings_schema: Option<String>,
    /// Every finding the policy can make: a closed set.
    pub findings: Vec<FindingDoc>,
}

/// A finding that a policy can make, for its documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingDoc {
    /// The code, as in [`Finding`](crate::Finding).
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence: what it means and what to do about it.
    pub summary: String,
}

impl From<Description> for wire::Description {
    fn from(description: Description) -> Self {
        Self {
            name: description.name,
            version: description.version,
            summary: description.summary,
            settings_schema: description.settings_schema,
            findings: description
                .findings
                .into_iter()
                .map(wire::FindingDoc::from)
                .collect(),
        }
    }
}

impl From<FindingDoc> for wire::FindingDoc {
    fn from(doc: FindingDoc) -> Self {
        Self {
            code: doc.code,
            severity: doc.severity.into(),
            summary: doc.summary,
        }
    }
}
