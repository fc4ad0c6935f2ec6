//! Text from strangers, and what of it must not reach a terminal as it is.

/// Whether a terminal or a text viewer acts on a character instead of showing it: control characters, those that
/// reorder what is read (UAX #9), and those that are not seen at all. They are all below U+10000.
///
/// ```
/// use countersign::text::is_acted_on;
///
/// assert!("\u{1b}\u{9b}\u{202e}\u{200b}".chars().all(is_acted_on));
/// assert!(!"Bücher, 書".chars().any(is_acted_on));
/// ```
pub fn is_acted_on(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
