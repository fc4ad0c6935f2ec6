/// Longer than any name by more than the slips that are forgiven.
const LENGTH_MAX: usize = 32;

/// How many slips are forgiven in the longest names.
const EDITS_MAX: usize = 3;

/// How little a name has to do with what was typed. None: nothing.
///
/// A slip counts one. Names with all the typed parts (`bsi-2023`, `moden`) come behind those with a slip.
pub(super) fn distance(typed: &str, name: &str) -> Option<usize> {
    if typed.len() >= LENGTH_MAX || name.len() >= LENGTH_MAX {
        return None;
    }
    let edits = edits(typed, name);
    if edits <= EDITS_MAX.min(typed.len() / 3) {
        return Some(edits);
    }
    holds_parts(typed, name).then_some(EDITS_MAX + 1)
}

/// Whether each part of what was typed is somewhere in the name, and one of them is long enough to say something.
fn holds_parts(typed: &str, name: &str) -> bool {
    let parts = || typed.split(['-', '_', ' ']).filter(|part| !part.is_empty());
    let fits = |part| holds(name, part) || slipped(name, part);
    parts().any(|part| part.len() > 2) && parts().all(fits)
}

/// Whether one of the name's own parts is this one but for a slip.
fn slipped(name: &str, part: &str) -> bool {
    part.len() > 3 && name.split('-').any(|own| edits(part, own) <= 1)
}

fn holds(name: &str, part: &str) -> bool {
    let mut windows = name.as_bytes().windows(part.len());
    windows.any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// The Levenshtein distance without regard to case. Both texts are shorter than [`LENGTH_MAX`].
fn edits(left: &str, right: &str) -> usize {
    let mut row: [usize; LENGTH_MAX] = core::array::from_fn(|column| column);
    for byte in left.bytes() {
        let mut diagonal = row[0];
        row[0] += 1;
        for (column, other) in right.bytes().enumerate() {
            let replaced = diagonal + usize::from(!byte.eq_ignore_ascii_case(&other));
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}
