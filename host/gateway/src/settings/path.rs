//! JSONPaths to one place (RFC 9535): written and read.

use std::str::Chars;

/// How long a key may be before it is shortened, as policies do it too.
const KEY_BYTES_MAX: usize = 80;

/// One step of a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To the member with this key.
    Key(String),
    /// To the item with this index.
    Index(usize),
}

/// The steps of a path, up to the first that can lead to several places or is malformed.
pub(super) fn steps(path: &str) -> impl Iterator<Item = Step> {
    let mut rest = path.strip_prefix('$').unwrap_or_default();
    std::iter::from_fn(move || {
        let (step, after) = match rest.strip_prefix('.') {
            Some(name) => named(name)?,
            None => bracketed(rest.strip_prefix('[')?)?,
        };
        rest = after;
        Some(step)
    })
}

/// `name` of `.name` (section 2.5.1).
fn named(text: &str) -> Option<(Step, &str)> {
    let (name, rest) = text.split_at(text.find(['.', '[']).unwrap_or(text.len()));
    let step = Step::Key(name.to_owned());
    (!name.is_empty() && name != "*").then_some((step, rest))
}

/// `'name']`, `"name"]` or `1]` of what began with a bracket (section 2.3).
fn bracketed(text: &str) -> Option<(Step, &str)> {
    let text = text.trim_start();
    let (step, rest) = match text.chars().next()? {
        quote @ ('\'' | '"') => {
            let mut chars = text[1..].chars();
            (Step::Key(quoted(&mut chars, quote)?), chars.as_str())
        }
        _ => {
            let end = text.find(|c: char| !c.is_ascii_digit())?;
            (Step::Index(text[..end].parse().ok()?), &text[end..])
        }
    };
    Some((step, rest.trim_start().strip_prefix(']')?))
}

/// Up to the closing quote.
fn quoted(chars: &mut Chars<'_>, quote: char) -> Option<String> {
    let mut key = String::new();
    loop {
        match chars.next()? {
            c if c == quote => return Some(key),
            '\\' => key.push(escaped(chars)?),
            c => key.push(c),
        }
    }
}

fn escaped(chars: &mut Chars<'_>) -> Option<char> {
    Some(match chars.next()? {
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'f' => '\u{c}',
        'r' => '\r',
        'u' => return unit(chars).and_then(|unit| decoded(unit, chars)),
        c => c,
    })
}

/// The character of a UTF-16 code unit, which may need another.
fn decoded(first: u16, chars: &mut Chars<'_>) -> Option<char> {
    let whole = |units: &[u16]| char::decode_utf16(units.iter().copied()).next()?.ok();
    whole(&[first]).or_else(|| match (chars.next()?, chars.next()?) {
        ('\\', 'u') => whole(&[first, unit(chars)?]),
        _ => None,
    })
}

fn unit(chars: &mut Chars<'_>) -> Option<u16> {
    let digits: String = chars.by_ref().take(4).collect();
    let is_whole = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_whole.then(|| u16::from_str_radix(&digits, 16).ok())?
}

/// The step to a member: in short form where its key is a plain name, else quoted. A long key is shortened.
pub(super) fn to_member(key: &str) -> String {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_plain = key.bytes().all(is_name) && !key.starts_with(|c: char| c.is_ascii_digit());
    match key.len() <= KEY_BYTES_MAX {
        true if is_plain && !key.is_empty() => format!(".{key}"),
        true => format!("['{}']", escape(key)),
        false => {
            let key = &key[..key.floor_char_boundary(KEY_BYTES_MAX)];
            format!("['{}…']", escape(key))
        }
    }
}

fn escape(key: &str) -> String {
    let mut text = String::new();
    for c in key.chars() {
        match c {
            '\'' | '\\' => text.extend(['\\', c]),
            c if c.is_control() => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Step::Index, *};

    fn read(path: &str) -> Vec<Step> {
        steps(path).collect()
    }

    fn key(key: &str) -> Step {
        Step::Key(key.to_owned())
    }

    #[test]
    fn both_notations_of_the_standard_are_read() {
        // RFC 9535, section 1.1: the same path twice.
        let steps = [key("store"), key("book"), Index(0), key("title")];
        assert_eq!(read("$.store.book[0].title"), steps);
        assert_eq!(read("$['store']['book'][0]['title']"), steps);
        assert_eq!(read(r#"$["store"][ 'book' ][0].title"#), steps);
        assert_eq!(read("$"), []);
        assert_eq!(read("$.Bücher"), [key("Bücher")]);
    }

    #[test]
    fn escapes_are_read() {
        assert_eq!(read(r"$['it\'s']"), [key("it's")]);
        assert_eq!(
            read(r#"$['\\\"\b\f\n\r\t\/']"#),
            [key("\\\"\u{8}\u{c}\n\r\t/")]
        );
        // RFC 8259, section 7: the G clef as a pair.
        assert_eq!(read(r"$['\u0007\uD834\uDD1E']"), [key("\u{7}\u{1d11e}")]);
        assert_eq!(read(r"$['a.b[0]'].c"), [key("a.b[0]"), key("c")]);
    }

    #[test]
    fn nothing_is_read_from_where_it_is_not_one_place() {
        for end in [
            "..b",
            ".*",
            "[*]",
            "[-1]",
            "[0:1]",
            "[0,1]",
            "[?@.b]",
            "['b'",
            "[1",
            "['\\ud834']",
            "['\\u12']",
            "['\\ud834\\u0041']",
            "[",
            ".",
            "[99999999999999999999]",
        ] {
            assert_eq!(read(&format!("$.a{end}")), [key("a")], "{end}");
        }
        assert_eq!(read(".a"), []);
    }

    #[test]
    fn what_is_written_is_read() {
        for name in [
            "a",
            "_1",
            "1",
            "",
            "a b",
            "it's",
            "\\",
            "\u{7}\u{85}",
            "Bücher",
            "a-b",
            "a.b",
        ] {
            assert_eq!(read(&format!("${}", to_member(name))), [key(name)]);
        }
        assert_eq!(to_member("groups"), ".groups");
        assert_eq!(to_member("1"), "['1']");
        assert_eq!(to_member("é\u{7}'"), r"['é\u0007\'']");
        let long = "é".repeat(41);
        assert_eq!(to_member(&long), format!("['{}…']", "é".repeat(40)));
    }
}
