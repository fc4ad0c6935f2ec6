use std::{borrow::Cow, iter::Enumerate, slice};

use super::Errors;
use super::document::Value;
use super::shorten::shortened;

/// How long a key may be before it is shortened in paths and messages.
const KEY_BYTES_MAX: usize = 80;

/// How many known keys a message lists before it counts the rest.
const KNOWN_MAX: usize = 16;

/// A value in the settings and its place.
#[derive(Debug)]
pub struct Node<'a> {
    value: &'a Value<'a>,
    path: String,
}

/// The items of an array, one after the other: so the place of one is gone before the next has its own, and an
/// [`Arena`](crate::Arena) takes it back.
#[derive(Debug)]
pub struct Items<'a> {
    values: Enumerate<slice::Iter<'a, Value<'a>>>,
    path: String,
}

/// The fields of an object, each known and given once.
#[derive(Debug)]
pub struct Fields<'a> {
    entries: &'a [(Cow<'a, str>, Value<'a>)],
    path: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value<'a>) -> Self {
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

    /// Reports that the value is not of the type that is wanted, such as "a list or an object", and has none instead.
    pub fn mistyped<T>(&self, wanted: &str, errors: &mut Errors) -> Option<T> {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "a string",
            Value::Array(_) | Value::TooDeep => "a list",
            Value::Object(_) => "an object",
        };
        self.refuse(format!("this must be {wanted}, not {found}"), errors);
        None
    }

    /// Reports that the word is none of these, and has none instead.
    pub fn unknown_word<T>(&self, known: &[&str], errors: &mut Errors) -> Option<T> {
        self.refuse(format!("this word is unknown; {}", allowed(known)), errors);
        None
    }

    /// Whether it is an array.
    pub const fn is_array(&self) -> bool {
        matches!(self.value, Value::Array(_))
    }

    /// Whether it is an object.
    pub const fn is_object(&self) -> bool {
        matches!(self.value, Value::Object(_))
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
    pub fn items(&self, errors: &mut Errors) -> Option<Items<'a>> {
        let Value::Array(items) = self.value else {
            return self.mistyped("a list", errors);
        };
        Some(Items {
            values: items.iter().enumerate(),
            path: self.path.clone(),
        })
    }

    /// The fields of an object, or none and an error. What is not one of `known` is an error too,
    /// and so is one of them that is given twice.
    pub fn fields(&self, known: &[&str], errors: &mut Errors) -> Option<Fields<'a>> {
        let Value::Object(entries) = self.value else {
            return self.mistyped("an object", errors);
        };
        let fields = Fields {
            entries,
            path: self.path.clone(),
        };
        for (position, (key, _)) in entries.iter().enumerate() {
            if !known.contains(&&**key) {
                errors.add(
                    fields.place(key),
                    format!("this key is unknown; {}", allowed(known)),
                );
            } else if entries[..position]
                .iter()
                .any(|(earlier, _)| earlier == key)
            {
                errors.add(fields.place(key), "this key is given more than once");
            }
        }
        Some(fields)
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let (index, value) = self.values.next()?;
        Some(Node {
            value,
            path: format!("{}[{index}]", self.path),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.values.size_hint()
    }
}

impl ExactSizeIterator for Items<'_> {}

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

    /// The place of a field: in short form where its key is a plain name, else quoted. A long key is shortened.
    fn place(&self, key: &str) -> String {
        let key = shortened(key, KEY_BYTES_MAX);
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if key.bytes().all(is_name)
            && !key.starts_with(|first: char| first.is_ascii_digit())
            && !key.is_empty()
        {
            format!("{}.{key}", self.path)
        } else {
            format!("{}['{}']", self.path, quoted(&key))
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
        [one] => format!("known here is {}", shortened(one, KEY_BYTES_MAX)),
        many if many.len() > KNOWN_MAX => {
            let rest = many.len() - KNOWN_MAX;
            format!(
                "known here are {} and {rest} more",
                listed(&many[..KNOWN_MAX])
            )
        }
        [first @ .., last] => {
            let last = shortened(last, KEY_BYTES_MAX);
            format!("known here are {} and {last}", listed(first))
        }
    }
}

fn listed(keys: &[&str]) -> String {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| shortened(key, KEY_BYTES_MAX))
        .collect();
    keys.join(", ")
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
            let list = fields.field("a").expect("a field");
            let items: Vec<_> = list.items(errors).expect("a list").collect();
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
                pair("$", "this must be a list, not an object"),
            ]
        );
    }

    #[test]
    fn lists_what_is_known() {
        assert_eq!(allowed(&["a", "b", "c"]), "known here are a, b and c");
        assert_eq!(allowed(&[]), "none is known here");
    }

    #[test]
    fn long_lists_of_what_is_known_are_counted() {
        let known: Vec<_> = (0..20).map(|name| format!("k{name}")).collect();
        let known: Vec<_> = known.iter().map(String::as_str).collect();
        assert!(
            allowed(&known).ends_with("k14, k15 and 4 more"),
            "{}",
            allowed(&known)
        );
        assert!(allowed(&known[..16]).ends_with("k14 and k15"));
    }

    #[test]
    fn long_keys_are_shortened() {
        let text = format!(
            r#"{{"{}": 1, "{}": 2}}"#,
            "k".repeat(5_000),
            "\\u0007".repeat(5_000)
        );
        let errors = errors_in(&text, |root, errors| {
            root.fields(&["a"], errors);
        });
        let unknown = "this key is unknown; known here is a";
        assert_eq!(
            errors[0],
            pair(&format!("$['{}…']", "k".repeat(80)), unknown)
        );
        let bells = r"\u0007".repeat(80);
        assert!(format!("$['{bells}…']").starts_with(errors[1].0.trim_end_matches('…')));
        assert!(errors[1].0.len() < 1_000, "{}", errors[1].0);
    }

    #[test]
    fn many_unknown_keys_are_counted() {
        let keys: Vec<_> = (0..30_000).map(|key| format!(r#""{key:x}":1"#)).collect();
        let errors = errors_in(&format!("{{{}}}", keys.join(",")), |root, errors| {
            root.fields(&["known"], errors);
        });
        assert_eq!(errors[63], pair("$", "and 29937 more mistakes"));
    }
}
