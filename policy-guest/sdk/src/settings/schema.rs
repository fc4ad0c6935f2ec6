//! JSON Schemas (draft 2020-12) of settings, made natively.

use serde_json::{Map, Value, json};

use super::Setting;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The JSON Schema of settings as a whole, as a text for a file: it names its dialect, and ends with a line break.
pub fn text<T: Setting>(title: &str) -> String {
    let mut schema = T::schema();
    if let Value::Object(keywords) = &mut schema {
        keywords.insert("$schema".into(), DIALECT.into());
        keywords.insert("title".into(), title.into());
    }
    format!("{schema:#}\n")
}

/// The schema of an object, from the lines about it and its properties.
#[doc(hidden)]
pub fn object<const N: usize>(about: &[&str], properties: [(&'static str, Value); N]) -> Value {
    let properties: Map<_, _> = properties
        .into_iter()
        .map(|(key, schema)| (key.to_owned(), schema))
        .collect();
    let schema = json!({"type": "object", "additionalProperties": false, "properties": properties});
    described(schema, about)
}

/// A property of an object and its schema, from the lines about it.
#[doc(hidden)]
pub fn property<T: Setting>(
    key: &'static str,
    about: &[&str],
    default: &T,
    has_default: bool,
) -> (&'static str, Value) {
    let mut schema = described(T::schema(), about);
    if let (true, Value::Object(keywords), Some(default)) =
        (has_default, &mut schema, default.written())
    {
        keywords.insert("default".into(), default);
    }
    (key, schema)
}

/// The schema of words, from the lines about them all and about each.
#[doc(hidden)]
pub fn words(about: &[&str], words: &[(&str, &[&str])]) -> Value {
    let words: Vec<_> = words
        .iter()
        .map(|(word, about)| described(json!({"const": word}), about))
        .collect();
    described(json!({"type": "string", "oneOf": words}), about)
}

/// An object as settings write it; without those that need not be written.
#[doc(hidden)]
pub fn written<const N: usize>(fields: [(&'static str, Option<Value>); N]) -> Option<Value> {
    let fields = fields
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Some(Value::Object(fields.collect()))
}

/// The schema with a description, if there is something to say.
fn described(mut schema: Value, about: &[&str]) -> Value {
    let lines: Vec<_> = about
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .collect();
    if let (false, Value::Object(keywords)) = (lines.is_empty(), &mut schema) {
        keywords.insert("description".into(), lines.join(" ").into());
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_names_its_dialect() {
        let text = text::<bool>("Whether");
        assert!(text.ends_with("}\n"));
        let schema: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(
            schema,
            json!({"$schema": DIALECT, "title": "Whether", "type": "boolean"})
        );
    }

    #[test]
    fn lines_become_one() {
        let schema = described(json!({}), &[" One", "", " line. "]);
        assert_eq!(schema, json!({"description": "One line."}));
        assert_eq!(described(json!({}), &[""]), json!({}));
    }
}
