//! ASCII text in which what stood before is not written again: the JSON Schema repeats itself, and every instance would carry that.
//!
//! A byte below 128 is itself. Any other begins a copy of three bytes, the highest first: 1 bit, 14 bits of how far back to begin, and
//! 9 bits of how much more than [`COPY_MIN`] to take.

/// What is shorter is not worth a copy.
pub(crate) const COPY_MIN: usize = 4;

/// The text. None if it was not packed like this.
pub(crate) fn unpacked(mut packed: &[u8]) -> Option<String> {
    let mut text = Vec::new();
    while let [first, rest @ ..] = packed {
        if first.is_ascii() {
            text.push(*first);
            packed = rest;
            continue;
        }
        let [middle, low, rest @ ..] = rest else {
            return None;
        };
        let copy = u32::from_be_bytes([0, first & 0x7f, *middle, *low]) as usize;
        let start = text.len().checked_sub(copy >> 9)?;
        for at in start..start + COPY_MIN + (copy & 0x1ff) {
            text.push(*text.get(at)?);
        }
        packed = rest;
    }
    String::from_utf8(text).ok()
}
