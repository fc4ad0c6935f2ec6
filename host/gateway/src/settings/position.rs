//! Lines and columns.

/// A place in a text, as people count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 1. A line feed ends a line, with or without a carriage return before it.
    pub line: usize,
    /// From 1, in characters: a tab is one, and so is a letter that takes several bytes.
    pub column: usize,
}

impl Position {
    /// That of the character at this byte of a text; past the end, that of the end.
    pub fn at(text: &str, byte: usize) -> Self {
        let before = &text[..text.floor_char_boundary(byte)];
        let line = before.matches('\n').count() + 1;
        let begin = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before[begin..].chars().count() + 1;
        Self { line, column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, byte: usize) -> (usize, usize) {
        let Position { line, column } = Position::at(text, byte);
        (line, column)
    }

    #[test]
    fn characters_are_counted_and_not_bytes() {
        // Two, three and four bytes in UTF-8 (RFC 3629), then a tab.
        let text = "é書\u{1f512}\tx";
        assert_eq!(at(text, 0), (1, 1));
        assert_eq!(at(text, 2), (1, 2));
        assert_eq!(at(text, 5), (1, 3));
        assert_eq!(at(text, 9), (1, 4));
        assert_eq!(at(text, 10), (1, 5));
        assert_eq!(at(text, 3), (1, 2), "inside of a character it is its own");
    }

    #[test]
    fn line_feeds_end_lines() {
        let text = "a\r\nb\n\nc";
        assert_eq!(at(text, 0), (1, 1));
        assert_eq!(at(text, 3), (2, 1));
        assert_eq!(at(text, 5), (3, 1));
        assert_eq!(at(text, 6), (4, 1));
        assert_eq!(at(text, 7), (4, 2));
        assert_eq!(at(text, 100), (4, 2));
        assert_eq!(at("", 0), (1, 1));
    }
}
