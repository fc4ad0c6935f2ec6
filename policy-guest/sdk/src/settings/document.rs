use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Node, SettingsError};

/// How deep arrays and objects may lie in each other. A policy has a small stack.
const DEPTH_MAX: usize = 16;

/// A JSON text (RFC 8259) that was read, with nothing lost: objects keep their order and a key that is given twice.
#[derive(Debug)]
pub struct Document(Value);

#[derive(Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Document {
    /// Reads a JSON text.
    ///
    /// # Errors
    ///
    /// One error at `$`, if it is not JSON or nested too deep. It names line and column, or the byte order mark.
    pub fn parse(text: &str) -> Result<Self, Vec<SettingsError>> {
        if text.starts_with('\u{feff}') {
            return Err(unreadable(
                "the settings begin with a byte order mark, which JSON does not allow; remove it"
                    .into(),
            ));
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        let value = Depth(DEPTH_MAX).deserialize(&mut reader);
        value
            .and_then(|value| reader.end().map(|()| Self(value)))
            .map_err(|error| unreadable(format!("this is not JSON that can be read: {error}")))
    }

    /// The place to begin.
    pub fn root(&self) -> Node<'_> {
        Node::root(&self.0)
    }
}

fn unreadable(message: String) -> Vec<SettingsError> {
    vec![SettingsError {
        path: "$".into(),
        message,
    }]
}

/// Reads a value that may be nested this deep.
#[derive(Clone, Copy)]
struct Depth(usize);

impl Depth {
    fn below<E: Error>(self) -> Result<Self, E> {
        self.0
            .checked_sub(1)
            .map(Self)
            .ok_or_else(|| E::custom("it is nested too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(below)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut object = Vec::new();
        while let Some(key) = entries.next_key()? {
            object.push((key, entries.next_value_seed(below)?));
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> SettingsError {
        let mut errors = Document::parse(text).expect_err("it is wrong");
        assert_eq!(errors.len(), 1);
        errors.remove(0)
    }

    #[test]
    fn says_where_the_syntax_is_wrong() {
        let error = error("{\n  \"versions\" [] }");
        assert_eq!(error.path, "$");
        assert!(
            error.message.ends_with("expected `:` at line 2 column 14"),
            "{}",
            error.message
        );
    }

    #[test]
    fn refuses_what_follows() {
        assert!(error("{} {}").message.contains("trailing characters"));
        assert!(error("").message.contains("EOF"));
    }

    #[test]
    fn a_byte_order_mark_is_named() {
        assert_eq!(
            error("\u{feff}{}").message,
            "the settings begin with a byte order mark, which JSON does not allow; remove it"
        );
    }

    #[test]
    fn refuses_deep_nesting() {
        assert!(
            Document::parse(&format!(
                "{}{}",
                "[".repeat(DEPTH_MAX),
                "]".repeat(DEPTH_MAX)
            ))
            .is_ok()
        );
        for depth in [DEPTH_MAX + 1, 127, 128, 100_000] {
            assert!(
                error(&"[".repeat(depth))
                    .message
                    .contains("nested too deep")
            );
            assert!(
                error(&"{\"a\":".repeat(depth))
                    .message
                    .contains("nested too deep")
            );
        }
    }
}
