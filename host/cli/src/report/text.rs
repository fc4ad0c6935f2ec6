//! Text from strangers, made safe to show.

use countersign::text::is_acted_on;

/// The text on one line, without anything that a terminal would act on: control characters, and those that reorder
/// what is read (UAX #9), are shown by their numbers.
pub(super) fn line(text: &str) -> String {
    shown(text, |_| false)
}

/// The same, keeping its line breaks.
pub(super) fn lines(text: &str) -> String {
    shown(text, |c| c == '\n')
}

fn shown(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_acted_on(c) && !keep(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
}

/// A JSON text with the same characters as escapes of JSON (RFC 8259, section 7): outside of strings there are none.
pub(super) fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match is_acted_on(c) {
            true => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            false => escaped.push(c),
        }
    }
    escaped
}

/// Breaks a text at its spaces into lines of at most `columns` characters, where it can be broken.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_acts_on_gets_through() {
        assert_eq!(
            line("CN=\u{1b}[2Jx\r\n\u{9b}y"),
            "CN=\\u{1b}[2Jx\\u{d}\\u{a}\\u{9b}y"
        );
        assert_eq!(line("a\u{202e}b\u{2066}"), "a\\u{202e}b\\u{2066}");
        assert_eq!(line("Bücher, 書"), "Bücher, 書");
        assert_eq!(lines("a\n\tb"), "a\n\\u{9}b");
    }

    #[test]
    fn json_stays_json_and_keeps_its_meaning() {
        let value = serde_json::json!({"a\u{9b}": "\u{7f}\u{202e}\u{feff}\n書"});
        let escaped = json(&value.to_string());
        assert_eq!(escaped, "{\"a\\u009b\":\"\\u007f\\u202e\\ufeff\\n書\"}");
        let read: serde_json::Value = serde_json::from_str(&escaped).expect("it is JSON");
        assert_eq!(read, value);
    }

    #[test]
    fn lines_are_broken_at_spaces() {
        assert_eq!(wrapped("aa bb cc", 5), ["aa bb", "cc"]);
        assert_eq!(wrapped("aaaaaaa b", 5), ["aaaaaaa", "b"]);
    }
}
