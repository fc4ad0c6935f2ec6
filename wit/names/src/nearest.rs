//! The known name that is most like a text: for "did you mean".

use core::cmp::Reverse;

/// Longer than any name (the longest has 45 bytes) by more than the edits that are forgiven.
const LENGTH_MAX: usize = 56;

/// How many edits are forgiven in the longest names. With more, a suggestion is a different algorithm.
const EDITS_MAX: usize = 3;

/// The code point whose name takes the fewest edits to reach, if that is at most one for every three bytes
/// that were typed and at most [`EDITS_MAX`]. Among equals the highest code point wins: the newest registration.
pub(crate) fn nearest(
    input: &str,
    names: impl Iterator<Item = (u16, &'static str)>,
) -> Option<u16> {
    let mut nearest = Nearest::to(input);
    names.for_each(|(code, name)| nearest.consider(code, name));
    nearest.found()
}

/// The same, one name after the other.
pub(crate) struct Nearest<'a> {
    input: &'a str,
    found: Option<(usize, Reverse<u16>)>,
}

impl<'a> Nearest<'a> {
    pub(crate) const fn to(input: &'a str) -> Self {
        Self { input, found: None }
    }

    pub(crate) fn consider(&mut self, code: u16, name: &str) {
        let edits_max = EDITS_MAX.min(self.input.len() / 3);
        let near = edits(self.input, name).filter(|edits| *edits <= edits_max);
        if let Some(near) = near.map(|edits| (edits, Reverse(code)))
            && self.found.is_none_or(|found| near < found)
        {
            self.found = Some(near);
        }
    }

    pub(crate) fn found(self) -> Option<u16> {
        self.found.map(|(_, Reverse(code))| code)
    }
}

/// The Levenshtein distance without regard to case. None if it is certain to be over [`EDITS_MAX`].
fn edits(left: &str, right: &str) -> Option<usize> {
    if left.len().abs_diff(right.len()) > EDITS_MAX || right.len() >= LENGTH_MAX {
        return None;
    }
    // One row of the usual matrix: `row[column]` is the distance of what was read of `left` so far to the
    // first `column` bytes of `right`. No distance is over 59, the longest `left` that comes this far.
    let mut row: [u8; LENGTH_MAX] = core::array::from_fn(|column| column as u8);
    for byte in left.bytes() {
        let mut diagonal = row[0];
        row[0] += 1;
        for (column, other) in right.bytes().enumerate() {
            let replaced = diagonal + u8::from(!byte.eq_ignore_ascii_case(&other));
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    Some(usize::from(row[right.len()]))
}
