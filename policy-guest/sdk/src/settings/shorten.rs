use std::borrow::Cow;

/// The text; if it is longer than this, its beginning and "…".
pub(super) fn shortened(text: &str, bytes_max: usize) -> Cow<'_, str> {
    // Asked for in a way that cannot panic: that would bring the standard library's tables of characters.
    match text.get(..text.floor_char_boundary(bytes_max)) {
        Some(beginning) if beginning.len() < text.len() => Cow::Owned(format!("{beginning}…")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_between_characters() {
        assert_eq!(shortened("abc", 3), "abc");
        assert_eq!(shortened("abcd", 3), "abc…");
        assert_eq!(shortened("abéd", 3), "ab…");
        assert_eq!(shortened("", 0), "");
    }
}
