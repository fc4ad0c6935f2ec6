//! Reports for programs: one JSON object a line.

mod explain;
mod gateway;
mod policy;
mod profiles;

use std::collections::BTreeMap;

use countersign::record::DecisionRecord;
use serde_json::{Value, json};

pub(super) use self::{
    explain::{explained_session, explained_settings},
    gateway::{gateway_checked, gateway_not_started},
    policy::{inspected, schema},
    profiles::profiles,
};
use super::text;
use crate::{
    demo::{DemoError, Scene},
    error::StartError,
    settings::Mistake,
    target::Target,
};

/// The decision record, and which target it is about. Keys are sorted.
pub(super) fn record(target: &Target, record: &DecisionRecord) -> String {
    let target = ("countersign.target".to_owned(), json!(target.to_string()));
    line(with(record, [target]))
}

/// The decision records of a scene of the demo, each with the scene's name and with what the other end saw.
pub(super) fn scene(scene: &Scene) -> String {
    let lines = scene.acts.iter().map(|act| {
        let name = ("countersign.demo.scene".to_owned(), json!(scene.name));
        let saw = act.peer_saw();
        let saw = saw.map(|saw| ("countersign.demo.peer_saw".to_owned(), json!(saw)));
        line(with(&act.record, [name].into_iter().chain(saw)))
    });
    lines.collect()
}

/// Says that the demo did not go as announced.
pub(super) fn demo_failed(error: &DemoError) -> String {
    line(BTreeMap::from([failure("demo", &error.to_string(), &[])]))
}

fn with(
    record: &DecisionRecord,
    more: impl IntoIterator<Item = (String, Value)>,
) -> BTreeMap<String, Value> {
    let fields = match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => fields,
        Ok(other) => [("record".to_owned(), other)].into_iter().collect(),
        Err(error) => {
            let message = format!("the record cannot be written: {error}");
            [failure("record", &message, &[])].into_iter().collect()
        }
    };
    fields.into_iter().chain(more).collect()
}

/// Says that nothing could be started.
pub(super) fn not_started(error: &StartError) -> String {
    let details: Vec<_> = error.mistakes().iter().map(mistake).collect();
    let message = error.to_string();
    let message = message.lines().next().unwrap_or_default();
    line(BTreeMap::from([failure(error.kind(), message, &details)]))
}

fn mistake(mistake: &Mistake) -> Value {
    let mut told = json!({"path": mistake.path, "message": mistake.message});
    if let Some(position) = mistake.position {
        told["line"] = json!(position.line);
        told["column"] = json!(position.column);
    }
    told
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
