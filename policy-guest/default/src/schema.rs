//! The JSON Schema of the settings, made from their types. Natively only: components carry its text.

use countersign_policy_sdk::settings::Setting;
use serde_json::{Map, Value, json};

use crate::settings::Settings;

/// The JSON Schema of the settings (draft 2020-12), made from their types, each setting on a line of its own. What the policy shows is a copy,
/// the file `settings.schema.json`.
#[must_use]
pub fn settings_schema() -> String {
    let mut schema = Settings::schema();
    refer_to_the_top(&mut schema);
    let properties = schema["properties"].as_object().into_iter().flatten();
    let properties: Vec<_> = properties
        .map(|(key, schema)| format!("    {}: {schema}", json!(key)))
        .collect();
    let head = [
        (
            "$schema",
            json!("https://json-schema.org/draft/2020-12/schema"),
        ),
        ("title", json!("Settings of the default policy")),
        ("type", json!("object")),
        ("additionalProperties", json!(false)),
    ];
    let head = head.map(|(keyword, value)| format!("  {}: {value},\n", json!(keyword)));
    format!(
        "{{\n{}  \"properties\": {{\n{}\n  }}\n}}\n",
        head.concat(),
        properties.join(",\n")
    )
}

/// What may stand in a rule as at the top is written once.
fn refer_to_the_top(schema: &mut Value) {
    let top = schema["properties"].clone();
    let rule = schema.pointer_mut("/properties/rules/items/properties");
    let rule: Option<&mut Map<String, Value>> = rule.and_then(Value::as_object_mut);
    for (key, schema) in rule.into_iter().flatten() {
        if top.get(key) == Some(schema) {
            *schema = json!({"$ref": format!("#/properties/{key}")});
        }
    }
}
