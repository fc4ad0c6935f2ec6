//! Settings in JSON: is it JSON, and where in it are its values?

use jsonc_parser::{ast::Value, common::Ranged, parse_to_ast};
use serde_json::Error;

use super::{
    Mistake,
    outline::{Inside, Part},
    position::Position,
};

/// Whether a text is JSON, or where it is not.
pub(super) fn check(text: &str) -> Result<(), Mistake> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(Mistake::of_syntax(position(text, &error), sentence(&error))),
    }
}

/// What the library says, without its own words for the place.
fn sentence(error: &Error) -> String {
    let whole = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    whole.strip_suffix(&place).unwrap_or(&whole).to_owned()
}

/// The library counts bytes: up to the one that is wrong, or to the last if there should be more.
fn position(text: &str, error: &Error) -> Position {
    let lines = text.split_inclusive('\n');
    let before: usize = lines.take(error.line() - 1).map(str::len).sum();
    match error.is_eof() {
        true => Position::at(text, text.len()),
        false => Position::at(text, before + error.column().saturating_sub(1)),
    }
}

/// Where the values of a JSON text are.
pub(super) fn outline(text: &str) -> Option<Part> {
    // It takes more than JSON, but JSON it is.
    let parsed = parse_to_ast(text, &Default::default(), &Default::default());
    let value = parsed.ok()?.value?;
    Some(Part {
        at: value.start(),
        inside: inside(&value),
    })
}

fn inside(value: &Value<'_>) -> Inside {
    match value {
        Value::Array(array) => Inside::Items(array.elements.iter().map(item).collect()),
        Value::Object(object) => {
            let members = object.properties.iter().map(|member| {
                let part = Part {
                    at: member.start(),
                    inside: inside(&member.value),
                };
                (member.name.as_str().to_owned(), part)
            });
            Inside::Members(members.collect())
        }
        _ => Inside::Nothing,
    }
}

fn item(value: &Value<'_>) -> Part {
    Part {
        at: value.start(),
        inside: inside(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> (Position, String) {
        let at = text.find('«').expect("it is marked");
        (Position::at(text, at), text.replacen('«', "", 1))
    }

    fn leads(path: &str, text: &str) {
        let (position, text) = marked(text);
        check(&text).expect("it is JSON");
        let outline = outline(&text).expect("it has places");
        assert_eq!(Position::at(&text, outline.find(path)), position, "{path}");
    }

    #[test]
    fn paths_lead_to_keys_and_items() {
        leads("$", " «{}");
        leads("$.a", r#"{"é": "書", «"a": 1}"#);
        leads("$.a.b", "{\r\n  \"a\": {\r\n    «\"b\" :\r\n 1}}");
        leads("$.groups[1]", r#"{"groups": ["é", «"書"]}"#);
        leads("$.a[1].b", r#"{"a": [{"b": 1}, {«"b": 1}]}"#);
        leads("$['it\\'s']['']", r#"{"it's": {«"": 1}}"#);
        leads("$['é\u{1f512}']", r#"{«"\u00e9\uD83D\uDD12": 1}"#);
        leads("$.a", r#"{«"a": 1, "a": 2}"#);
        leads("$.a.c", r#"{"x": 0, «"a": {"b": 1}}"#);
        leads("$.a[0]", r#"{"a": [«-1.5e+3, true, null]}"#);
    }

    #[test]
    fn what_is_not_json_has_a_place() {
        for text in [
            "{\n  \"versions\" «[] }",
            r#"{"é": 1«"#,
            r#"{"é": 1} «{}"#,
            r#"{"é": «'x'}"#,
            r#"{"é": 1 «"b": 2}"#,
            "{\"é\": 1,\r\n«b: 2}",
            "«// é",
            "«",
            "{\n«",
        ] {
            let (position, text) = marked(text);
            let mistake = check(&text).expect_err("it is not JSON");
            assert_eq!(mistake.position, Some(position), "{text}: {mistake:?}");
            assert_eq!(mistake.path, "$");
            assert!(!mistake.message.contains(" at line "), "{mistake:?}");
        }
    }

    #[test]
    fn what_is_json_for_one_reader_has_places_for_the_other() {
        let deep = format!("{}{}", "[".repeat(127), "]".repeat(127));
        for text in [
            r#"{"a": [1, -0, 1.5, 1E5, 1e-7, 18446744073709551615], "b": null}"#,
            r#"{"\"\\\/\b\f\n\r\t\u0000": "\ud834\udd1e"}"#,
            "\t\r\n {\"a\"\t:\r\n[ ]\n,\"b\":{ } } \n",
            "{\"\u{7f}\u{2028}\u{feff}\": \"\u{85}\"}",
            "\"text\"",
            "null",
            &deep,
        ] {
            check(text).expect("it is JSON");
            assert!(outline(text).is_some(), "{text}");
        }
        assert!(check(&format!("[{deep}]")).is_err(), "it is too deep");
    }
}
