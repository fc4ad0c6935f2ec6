use super::Errors;
use super::document::Value;

/// A value in the settings and its place.
#[derive(Debug)]
pub struct Node<'a> {
    value: &'a Value,
    path: String,
}

/// The fields of an object, each known and given once.
#[derive(Debug)]
pub struct Fields<'a> {
    entries: &'a [(String, Value)],
    path: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self {
            value,
            path: "$".into(),
        }
    }

    /// Its place: a JSONPath (RFC 9535).
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Reports that the value is not allowed here.
    pub fn refuse(&self, message: impl Into<String>, errors: &mut Errors) {
        errors.add(&*self.path, message);
    }

    /// Whether it is an array.
    pub const fn is_array(&self) -> bool {
        matches!(self.value, Value::Array(_))
    }

    /// The text, or none and an error.
    pub fn text(&self, errors: &mut Errors) -> Option<&'a str> {
        match self.value {
            Value::Text(text) => Some(text),
            _ => self.mistyped("a string in quotes", errors),
        }
    }

    /// True or false, or none and an error.
    pub fn bool(&self, errors: &mut Errors) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(*value),
            _ => self.mistyped("true or false", errors),
        }
    }

    /// The number, or none and an error.
    pub fn number(&self, errors: &mut Errors) -> Option<f64> {
        match self.value {
            Value::Number(number) => Some(*number),
            _ => self.mistyped("a number", errors),
        }
    }

    /// The items of an array, or none and an error.
    pub fn items(&self, errors: &mut Errors) -> Option<Vec<Node<'a>>> {
        let Value::Array(items) = self.value else {
            return self.mistyped("an array", errors);
        };
        let item = |(index, value)| Node {
            value,
            path: format!("{}[{index}]", self.path),
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// The fields of an object, or none and an error. What is not one of `known`, or is given twice, is an error too.
    pub fn fields(&self, known: &[&str], errors: &mut Errors) -> Option<Fields<'a>> {
        let Value::Object(entries) = self.value else {
            return self.mistyped("an object", errors);
        };
        let fields = Fields {
            entries,
            path: self.path.clone(),
        };
        for (position, (key, _)) in entries.iter().enumerate() {
            if entries[..position]
                .iter()
                .any(|(earlier, _)| earlier == key)
            {
                errors.add(fields.place(key), "this key is given more than once");
            } else if !known.contains(&key.as_str()) {
                errors.add(
                    fields.place(key),
                    format!("this key is unknown; {}", allowed(known)),
                );
            }
        }
        Some(fields)
    }

    fn mistyped<T>(&self, wanted: &str, errors: &mut Errors) -> Option<T> {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        self.refuse(format!("this must be {wanted}, not {found}"), errors);
        None
    }
}

impl<'a> Fields<'a> {
    /// The field with this key, if it is there.
    pub fn field(&self, key: &str) -> Option<Node<'a>> {
        let (_, value) = self.entries.iter().find(|(found, _)| found == key)?;
        Some(Node {
            value,
            path: self.place(key),
        })
    }

    /// Whether there is a field with this key.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(found, _)| found == key)
    }

    /// The place of a field: in short form where its key is a plain name, else quoted.
    fn place(&self, key: &str) -> String {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if key.bytes().all(is_name)
            && !key.starts_with(|first: char| first.is_ascii_digit())
            && !key.is_empty()
        {
            format!("{}.{key}", self.path)
        } else {
            format!("{}['{}']", self.path, quoted(key))
        }
    }
}

/// A key as a single-quoted JSONPath string.
fn quoted(key: &str) -> String {
    let mut text = String::new();
    for char in key.chars() {
        match char {
            '\'' | '\\' => text.extend(['\\', char]),
            char if char.is_control() => text.push_str(&format!("\\u{:04x}", u32::from(char))),
            char => text.push(char),
        }
    }
    text
}

/// What may stand there: "known here are `a`, `b` and `c`".
fn allowed(known: &[&str]) -> String {
    match known {
        [] => "none is known here".into(),
        [one] => format!("known here is {one}"),
        [first @ .., last] => format!("known here are {} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Document, SettingsError};
    use super::*;

    fn errors_in(text: &str, read: impl FnOnce(Node<'_>, &mut Errors)) -> Vec<(String, String)> {
        let document = Document::parse(text).expect("it is JSON");
        let mut errors = Errors::default();
        read(document.root(), &mut errors);
        let errors = errors.into_result(()).err().unwrap_or_default();
        errors
            .into_iter()
            .map(|SettingsError { path, message }| (path, message))
            .collect()
    }

    fn pair(path: &str, message: &str) -> (String, String) {
        (path.into(), message.into())
    }

    #[test]
    fn reports_unknown_and_repeated_keys_at_once() {
        let errors = errors_in(
            r#"{"a": 1, "b": 2, "a": 3, "it's": 4, "\u0007": 5, "": 6}"#,
            |root, errors| {
                assert!(root.fields(&["a"], errors).is_some());
            },
        );
        let unknown = "this key is unknown; known here is a";
        assert_eq!(
            errors,
            [
                pair("$.b", unknown),
                pair("$.a", "this key is given more than once"),
                pair(r"$['it\'s']", unknown),
                pair(r"$['\u0007']", unknown),
                pair("$['']", unknown),
            ]
        );
    }

    #[test]
    fn says_what_was_found_and_what_is_wanted() {
        let errors = errors_in(r#"{"a": [true, "x"]}"#, |root, errors| {
            let fields = root.fields(&["a"], errors).expect("an object");
            let items = fields
                .field("a")
                .expect("a field")
                .items(errors)
                .expect("an array");
            assert_eq!(items[0].text(errors), None);
            assert_eq!(items[1].text(errors), Some("x"));
            assert_eq!(items[1].number(errors), None);
            assert!(root.items(errors).is_none());
        });
        assert_eq!(
            errors,
            [
                pair(
                    "$.a[0]",
                    "this must be a string in quotes, not true or false"
                ),
                pair("$.a[1]", "this must be a number, not a string"),
                pair("$", "this must be an array, not an object"),
            ]
        );
    }

    #[test]
    fn lists_what_is_known() {
        assert_eq!(allowed(&["a", "b", "c"]), "known here are a, b and c");
        assert_eq!(allowed(&[]), "none is known here");
    }
}
