use std::borrow::Cow;

/// The text; if it is longer than this, its beginning and "…".
pub(super) fn shortened(text: &str, bytes_max: usize) -> Cow<'_, str> {
    if text.len() <= bytes_max {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{}…", &text[..text.floor_char_boundary(bytes_max)]))
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
