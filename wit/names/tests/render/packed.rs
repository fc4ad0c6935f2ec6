//! Names in one text, in which those that are parts of others are not repeated.

/// Names and where they are.
pub(super) struct Packed {
    pub(super) text: String,
    /// For each name where it begins, the lower byte first, and its length.
    pub(super) places: Vec<[u8; 3]>,
}

impl Packed {
    pub(super) fn of(names: &[&str]) -> Self {
        let mut longest_first = names.to_vec();
        longest_first.sort_by_key(|name| (std::cmp::Reverse(name.len()), *name));
        let mut text = String::new();
        for name in longest_first {
            if !text.contains(name) {
                // The end of one may be the beginning of the next.
                let shared = (0..name.len())
                    .rev()
                    .find(|&length| text.ends_with(&name[..length]));
                text.push_str(&name[shared.unwrap_or_default()..]);
            }
        }
        let places = names.iter().map(|name| place(&text, name)).collect();
        Self { text, places }
    }
}

fn place(text: &str, name: &str) -> [u8; 3] {
    let start = text.find(name).expect("every name is in the text");
    let [low, high] = u16::try_from(start)
        .expect("the text is short enough")
        .to_le_bytes();
    [
        low,
        high,
        u8::try_from(name.len()).expect("names are short"),
    ]
}
