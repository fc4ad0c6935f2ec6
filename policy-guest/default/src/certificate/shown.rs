use std::fmt::{self, Write};

/// How many characters of a peer's text a message shows.
const CHARS_MAX: usize = 80;

/// How many texts of a peer a message shows before it counts the rest.
const TEXTS_MAX: usize = 3;

/// A text that a peer chose: its beginning, if it is long. The host escapes what is not to be printed.
pub(super) struct Shown<'a>(pub(super) &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(CHARS_MAX) {
            None if self.0.is_empty() => formatter.write_str("nothing"),
            None => formatter.write_str(self.0),
            Some((end, _)) => {
                formatter.write_str(self.0.get(..end).unwrap_or_default())?;
                formatter.write_char('…')
            }
        }
    }
}

/// Texts that a peer chose: the first few of them.
pub(super) struct AllShown<'a>(pub(super) &'a [String]);

impl fmt::Display for AllShown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return formatter.write_str("nobody");
        }
        for (place, text) in self.0.iter().take(TEXTS_MAX).enumerate() {
            if place > 0 {
                formatter.write_str(", ")?;
            }
            Shown(text).fmt(formatter)?;
        }
        match self.0.len().saturating_sub(TEXTS_MAX) {
            0 => Ok(()),
            more => write!(formatter, " and {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(Shown("a").to_string(), "a");
        assert_eq!(Shown("").to_string(), "nothing");
        let long = "é".repeat(1_000);
        assert_eq!(Shown(&long).to_string(), format!("{}…", "é".repeat(80)));
    }

    #[test]
    fn many_texts_are_counted() {
        let texts = ["a", "b", "c", "d", "e"].map(String::from);
        assert_eq!(AllShown(&texts).to_string(), "a, b, c and 2 more");
        assert_eq!(AllShown(&texts[..2]).to_string(), "a, b");
        assert_eq!(AllShown(&[]).to_string(), "nobody");
    }
}
