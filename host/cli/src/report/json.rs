//! Reports for programs: one JSON object a line.

use std::collections::BTreeMap;

use countersign::record::DecisionRecord;
use serde_json::{Value, json};

use super::text;
use crate::{error::StartError, target::Target};

/// The decision record, and which target it is about. Keys are sorted.
pub(super) fn record(target: &Target, record: &DecisionRecord) -> String {
    let target = ("countersign.target".to_owned(), json!(target.to_string()));
    let fields = match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => fields.into_iter().chain([target]).collect(),
        Ok(other) => BTreeMap::from([target, ("record".to_owned(), other)]),
        Err(error) => {
            let message = format!("the record cannot be written: {error}");
            BTreeMap::from([target, failure("record", &message, &[])])
        }
    };
    line(fields)
}

/// Says that nothing could be started.
pub(super) fn not_started(error: &StartError) -> String {
    let details: Vec<_> = error
        .settings_errors()
        .iter()
        .map(|error| json!({"path": error.path, "message": error.message}))
        .collect();
    let message = error.to_string();
    let message = message.lines().next().unwrap_or_default();
    line(BTreeMap::from([failure(error.kind(), message, &details)]))
}

/// Says that the arguments could not be understood. Of what is told to people, the first paragraph.
pub(super) fn misuse(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<_> = paragraph.split_whitespace().collect();
    line(BTreeMap::from([failure("usage", &words.join(" "), &[])]))
}

fn failure(kind: &str, message: &str, errors: &[Value]) -> (String, Value) {
    let mut failure = json!({"kind": kind, "message": message});
    if !errors.is_empty() {
        failure["errors"] = json!(errors);
    }
    ("countersign.error".to_owned(), failure)
}

fn line(fields: BTreeMap<String, Value>) -> String {
    let fields: serde_json::Map<String, Value> = fields.into_iter().collect();
    format!("{}\n", text::json(&Value::Object(fields).to_string()))
}
