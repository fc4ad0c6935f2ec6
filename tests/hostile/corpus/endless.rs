//! Guests that never end, in every way there is of not ending: the deadline ends them.

use countersign_test_guests::Guest;

use super::{Case, everywhere};

/// What of a segment is copied in a loop.
const SEGMENT_BYTES: usize = 16 * 1024;

pub(crate) fn cases() -> Vec<Case> {
    [
        "spin",
        "spin-by-tail-calls",
        "spin-by-indirect-calls",
        "fill-memory",
        "copy-memory",
        "init-memory",
        "fill-table",
        "copy-table",
        "init-table",
        "recurse-again",
        "grow-by-nothing",
    ]
    .into_iter()
    .flat_map(|name| {
        let guest = Guest::named(name).bytes("zeros", [0; SEGMENT_BYTES]);
        everywhere(name, &guest, &["engine.deadline"])
    })
    .collect()
}
