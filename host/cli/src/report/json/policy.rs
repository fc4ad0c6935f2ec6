//! What a policy is, for programs. The keys are part of the program's interface and stay.

use countersign::policy::CONTRACT_VERSION;
use serde_json::{Map, Value, json};

use super::text;
use crate::{args::Format, inspect::Inspected, policy::Loaded, report::limits};

/// The report on a policy, as one object on one line.
pub(in crate::report) fn inspected(inspected: &Inspected) -> String {
    let Inspected { loaded, engine } = inspected;
    let policy = &loaded.policy;
    let about = policy.description();
    let limits = limits::all(engine.limits()).map(|(name, value)| (name.to_owned(), json!(value)));
    one_line(&json!({
        "name": about.name.as_ref(),
        "version": about.version,
        "summary": about.summary,
        "source": loaded.path.as_ref().map(|path| path.to_string_lossy()),
        "component_bytes": loaded.policy.component_bytes(),
        "digest": policy.digest(),
        "contract": CONTRACT_VERSION,
        "settings_digest": policy.settings_digest(),
        "settings_schema": about.settings_schema.as_deref().map(parsed),
        "imports": policy.imports(),
        "forbidden": loaded.forbidden.iter().map(|fact| fact.name()).collect::<Vec<_>>(),
        "findings": findings(loaded),
        "execution": execution(inspected),
        "load": load(inspected),
        "limits": Map::from_iter(limits),
    }))
}

fn findings(loaded: &Loaded) -> Vec<Value> {
    let findings = loaded.policy.description().findings.iter();
    let finding = findings.map(|finding| {
        json!({
            "code": finding.code,
            "severity": finding.severity,
            "summary": finding.summary,
        })
    });
    finding.collect()
}

fn execution(inspected: &Inspected) -> Value {
    let execution = inspected.loaded.policy.execution();
    json!({
        "way": execution.way,
        "because": execution.because,
        "rehearsed": execution.rehearsed,
        "memory_bytes": execution.memory_bytes,
        "memories": execution.memories,
        "pooled": inspected.engine.is_pooled(),
    })
}

fn load(inspected: &Inspected) -> Value {
    let Inspected { loaded, engine } = inspected;
    let dir = engine.cache().map(|cache| cache.dir().to_string_lossy());
    json!({
        "cached": loaded.policy.execution().cached,
        "cache": dir,
        "duration_us": loaded.took.as_secs_f64() * 1e6,
    })
}

/// The schema of settings by itself: for people on several lines.
pub(in crate::report) fn schema(schema: &str, format: Format) -> String {
    let schema = parsed(schema);
    match format {
        Format::Json => one_line(&schema),
        Format::Human => {
            let lines = format!("{schema:#}");
            let lines = lines.lines().map(|line| format!("{}\n", text::json(line)));
            lines.collect()
        }
    }
}

/// The library only takes JSON for a schema.
fn parsed(schema: &str) -> Value {
    serde_json::from_str(schema).unwrap_or_else(|_| json!(schema))
}

fn one_line(value: &Value) -> String {
    format!("{}\n", text::json(&value.to_string()))
}
