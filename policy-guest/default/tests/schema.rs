//! The JSON Schema that the default policy shows is the one that it obeys.

use countersign_default_policy::DefaultPolicy;
use countersign_policy_sdk::Policy;
use serde_json::{Value, json};

fn schema() -> Value {
    let text = DefaultPolicy::describe()
        .settings_schema
        .expect("the default policy has settings");
    serde_json::from_str(&text).expect("the schema is JSON")
}

/// Whether a value fits a schema, for the keywords that the schema uses. Any other keyword is a panic.
fn fits(root: &Value, schema: &Value, value: &Value) -> bool {
    let schema = schema.as_object().expect("a schema is an object");
    schema.iter().all(|(keyword, rule)| match keyword.as_str() {
        // Patterns are for editors: whether one fits is not looked at here.
        "$schema" | "$defs" | "title" | "description" | "default" | "examples" | "format"
        | "pattern" => true,
        "$ref" => fits(
            root,
            root.pointer(&rule.as_str().expect("a path")[1..])
                .expect("a definition"),
            value,
        ),
        "type" => match rule.as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_u64(),
            _ => panic!("the type {rule} is unknown to this test"),
        },
        "oneOf" => {
            rule.as_array()
                .expect("alternatives")
                .iter()
                .filter(|one| fits(root, one, value))
                .count()
                == 1
        }
        "properties" => rule
            .as_object()
            .expect("properties")
            .iter()
            .all(|(key, rule)| value.get(key).is_none_or(|value| fits(root, rule, value))),
        "additionalProperties" => value.as_object().is_none_or(|object| {
            object
                .keys()
                .all(|key| schema["properties"].get(key).is_some())
        }),
        "required" => rule
            .as_array()
            .expect("keys")
            .iter()
            .all(|key| value.get(key.as_str().expect("a key")).is_some()),
        "minProperties" => value.as_object().is_none_or(|object| !object.is_empty()),
        "items" => value
            .as_array()
            .is_none_or(|items| items.iter().all(|item| fits(root, rule, item))),
        "minItems" => value
            .as_array()
            .is_none_or(|items| Some(items.len() as u64) >= rule.as_u64()),
        "uniqueItems" => value
            .as_array()
            .is_none_or(|items| (1..items.len()).all(|at| !items[..at].contains(&items[at]))),
        "const" => value == rule,
        "enum" => rule.as_array().expect("values").contains(value),
        "minimum" => value.as_u64() >= rule.as_u64(),
        "maximum" => value.as_u64() <= rule.as_u64(),
        "maxLength" => value
            .as_str()
            .is_none_or(|text| Some(text.len() as u64) <= rule.as_u64()),
        "minLength" => value.as_str().is_none_or(|text| !text.is_empty()),
        _ => panic!("the keyword {keyword} is unknown to this test"),
    })
}

fn accepts(settings: &Value) -> bool {
    DefaultPolicy::configure(&settings.to_string()).is_ok()
}

/// The text that components carry is made anew by the example `schema`.
#[test]
fn the_schema_is_that_of_the_types() {
    let shown = DefaultPolicy::describe().settings_schema;
    assert_eq!(shown, Some(countersign_default_policy::settings_schema()));
}

#[test]
fn every_example_is_accepted() {
    let schema = schema();
    for (key, property) in schema["properties"].as_object().expect("properties") {
        for example in property["examples"].as_array().into_iter().flatten() {
            assert!(fits(&schema, property, example), "{key}: {example}");
            let settings = json!({ key: example });
            assert!(accepts(&settings), "{settings}");
        }
    }
}

#[test]
fn policy_and_schema_agree() {
    let schema = schema();
    for (settings, allowed) in [
        (json!({}), true),
        (json!({"versions": ["1.2"]}), true),
        (json!({"versions": {"allow": ["1.2"]}}), true),
        (json!({"versions": {"min": "1.2"}}), true),
        (json!({"versions": {"max": "1.3"}}), true),
        (json!({"versions": {"min": "1.2", "max": "1.3"}}), true),
        (json!({"versions": {"deny": ["1.2"]}}), true),
        (json!({"versions": {"deny": []}}), true),
        (json!({"cipher_suites": ["0x1301"]}), true),
        (json!({"cipher_suites": {"allow": ["0x1301"]}}), true),
        (json!({"cipher_suites": {"deny": []}}), true),
        (json!({"groups": ["x25519"]}), true),
        (json!({"groups": {"allow": ["x25519"]}}), true),
        (json!({"groups": {"deny": ["x448"]}}), true),
        (
            json!({"versions": {"add": ["1.1"], "remove": ["1.3"]}}),
            true,
        ),
        (json!({"cipher_suites": {"remove": ["0x1301"]}}), true),
        (json!({"profile": "mozilla-modern"}), true),
        (
            json!({"profile": "nist-sp800-52r2", "groups": {"add": ["X25519MLKEM768"]}}),
            true,
        ),
        (json!({"not_listed": "warn"}), true),
        (json!({"post_quantum": "require"}), true),
        (json!({"alpn": ["h2"]}), true),
        (json!({"alpn": {"allow": ["h2"], "required": true}}), true),
        (
            json!({"sunset": [{"versions": ["1.2"], "until": "2031-12-31"}]}),
            true,
        ),
        (
            json!({"rules": [{"when": {"server_name": "*.example", "port": 443, "listener": "a", "role": "client"}, "versions": ["1.3"]}]}),
            true,
        ),
        (
            json!({"peer_certificate": {"min_rsa_bits": 2048, "max_lifetime_days": 398}}),
            true,
        ),
        (
            json!({"client_certificate": {"required": true, "spiffe": ["spiffe://example.org/*"]}}),
            true,
        ),
        (json!({"profile": "mozilla"}), false),
        (json!({"not_listed": true}), false),
        (json!({"post_quantum": "maybe"}), false),
        (json!({"alpn": "h2"}), false),
        (json!({"alpn": [""]}), false),
        (json!({"sunset": [{"versions": ["1.2"]}]}), false),
        (
            json!({"sunset": {"versions": ["1.2"], "until": "2031-12-31"}}),
            false,
        ),
        (json!({"rules": [{"when": {"port": 70000}}]}), false),
        (json!({"rules": {"when": {"port": 443}}}), false),
        (json!({"peer_certificate": {"min_rsa_bits": "2048"}}), false),
        (json!({"client_certificate": true}), false),
        (json!({"resumption": true}), true),
        (json!({"resumption": false}), true),
        (json!([]), false),
        (json!(null), false),
        (json!({"version": ["1.2"]}), false),
        (json!({"versions": []}), false),
        (json!({"versions": {}}), false),
        (json!({"versions": "1.2"}), false),
        (json!({"versions": [1.2]}), false),
        (json!({"versions": [""]}), false),
        (json!({"versions": ["1.2", "1.2"]}), false),
        (json!({"versions": {"allow": []}}), false),
        (
            json!({"versions": {"allow": ["1.2"], "deny": ["1.1"]}}),
            false,
        ),
        (json!({"versions": {"allow": ["1.2"], "min": "1.2"}}), false),
        (json!({"versions": {"min": ["1.2"]}}), false),
        (json!({"versions": {"only": ["1.2"]}}), false),
        (json!({"cipher_suites": {"min": "0x1301"}}), false),
        (
            json!({"cipher_suites": {"allow": ["0x1301"], "deny": []}}),
            false,
        ),
        (json!({"cipher_suites": 4865}), false),
        (json!({"groups": {}}), false),
        (json!({"groups": null}), false),
        (json!({"groups": {"allow": []}}), false),
        (json!({"groups": {"deny": ["x448", "x448"]}}), false),
        (json!({"resumption": "yes"}), false),
        (json!({"resumption": null}), false),
    ] {
        assert_eq!(
            fits(&schema, &schema, &settings),
            allowed,
            "the schema on {settings}"
        );
        assert_eq!(accepts(&settings), allowed, "the policy on {settings}");
    }
}
