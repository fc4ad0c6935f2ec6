use std::borrow::Cow;

use super::{Errors, Node, SettingsError, json};

/// How deep arrays and objects may lie in each other. A policy has a small stack.
pub(super) const DEPTH_MAX: usize = 16;

/// A JSON text (RFC 8259) that was read, with nothing lost: objects keep their order and a key that is given twice.
#[derive(Debug)]
pub struct Document<'a>(Value<'a>);

#[derive(Debug)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'a, str>),
    Array(Vec<Self>),
    Object(Vec<(Cow<'a, str>, Self)>),
    /// An array or object that lies deeper than any may. Nothing of it was kept.
    TooDeep,
}

impl<'a> Document<'a> {
    /// Reads a JSON text.
    ///
    /// # Errors
    ///
    /// One error at `$`, if it is not JSON: it names line and column, or the byte order mark. One error at the place that is nested too deep.
    pub fn parse(text: &'a str) -> Result<Self, Vec<SettingsError>> {
        if text.starts_with('\u{feff}') {
            return Err(unreadable(
                "the settings begin with a byte order mark, which JSON does not allow; remove it"
                    .into(),
            ));
        }
        let document = json::read(text)
            .map(Self)
            .map_err(|error| unreadable(format!("this is not JSON that can be read: {error}")))?;
        let mut errors = Errors::default();
        if is_too_deep(&document.0) {
            let message = format!("this is nested too deep: {DEPTH_MAX} levels are enough");
            deepest(document.root(), &document.0).refuse(message, &mut errors);
        }
        errors.into_result(document)
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

/// Whether something in it was nested too deep. It goes no deeper than what was kept.
fn is_too_deep(value: &Value<'_>) -> bool {
    match value {
        Value::Array(items) => items.iter().any(is_too_deep),
        Value::Object(entries) => entries.iter().any(|(_, value)| is_too_deep(value)),
        Value::TooDeep => true,
        _ => false,
    }
}

/// The first place where something is nested too deep.
fn deepest<'a>(node: Node<'a>, value: &'a Value<'a>) -> Node<'a> {
    // All else is known and found: only the way is asked for.
    let mut errors = Errors::default();
    let step = match value {
        Value::Array(items) => items.iter().position(is_too_deep).and_then(|at| {
            let inner = node.items(&mut errors)?.nth(at)?;
            Some((inner, &items[at]))
        }),
        Value::Object(entries) => entries
            .iter()
            .find(|(_, value)| is_too_deep(value))
            .and_then(|(key, value)| {
                let inner = node.fields(&[key], &mut errors)?.field(key)?;
                Some((inner, value))
            }),
        _ => None,
    };
    match step {
        Some((inner, value)) => deepest(inner, value),
        None => node,
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
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Document::parse(&nested(DEPTH_MAX)).is_ok());
        for depth in [DEPTH_MAX + 1, 127] {
            let error = error(&nested(depth));
            assert!(error.message.contains("nested too deep"), "{depth}");
            assert_eq!(error.path, format!("${}", "[0]".repeat(DEPTH_MAX)));
        }
        for depth in [127, 128, 100_000] {
            // What is not closed is no JSON, however deep it is.
            for open in ["[", "{\"a\":"] {
                assert!(
                    error(&open.repeat(depth)).message.contains("EOF"),
                    "{depth}"
                );
            }
        }
        assert_eq!(error(&nested(100_000)).path, error(&nested(127)).path);
    }

    /// The place is one of the settings, and no line of a text that may have been made from another.
    #[test]
    fn what_is_nested_too_deep_has_a_place() {
        let inner = format!("{}{}", "{\"a\":".repeat(15), "{}") + &"}".repeat(15);
        assert!(Document::parse(&format!(r#"{{"b": {inner}}}"#)).is_err());
        let text = format!(r#"{{"b": 1, "c d": [0, {{"x": [], "y": {inner}}}], "e": {inner}}}"#);
        let error = error(&text);
        let place = format!("$['c d'][1].y{}", ".a".repeat(13));
        assert_eq!(error.path, place);
        assert!(!error.message.contains("line"), "{}", error.message);
        let twice = format!(r#"{{"b": [], "b": [{inner}]}}"#);
        assert_eq!(self::error(&twice).path, "$.b");
    }
}
