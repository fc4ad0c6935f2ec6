//! What becomes of a gateway.

use std::{collections::BTreeMap, path::Path};

use countersign_gateway::RunError;
use serde_json::{Value, json};

use super::{failure, line};
use crate::gateway::Counts;

/// Says why a gateway does not run.
pub(in crate::report) fn gateway_not_started(error: &RunError) -> String {
    let mistakes = match error {
        RunError::Config(mistakes) => mistakes.iter().map(mistake).collect(),
        _ => Vec::new(),
    };
    let message = match error {
        RunError::Config(_) => "the configuration cannot be used".to_owned(),
        error => error.to_string(),
    };
    line(BTreeMap::from([failure("gateway", &message, &mistakes)]))
}

fn mistake(mistake: &countersign_gateway::config::Mistake) -> Value {
    let mut told = json!({"file": mistake.path, "message": mistake.message});
    if let Some(position) = mistake.position {
        told["line"] = json!(position.line);
        told["column"] = json!(position.column);
    }
    told
}

/// Says that a configuration holds.
pub(in crate::report) fn gateway_checked(path: &Path, counts: &Counts, warnings: usize) -> String {
    let told = json!({
        "config": path,
        "listeners": counts.listeners,
        "routes": counts.routes,
        "policies": counts.policies,
        "warnings": warnings,
    });
    line(BTreeMap::from([("countersign.gateway".to_owned(), told)]))
}
