//! Guests that want more memory than they may have, a little at a time or all at once.

use countersign_test_guests::Guest;

use super::{Case, everywhere};

/// The largest memory there is (4 GiB), less what the guests begin with.
const PAGES: u32 = 65_536 - 4;

pub(crate) fn cases() -> Vec<Case> {
    [
        "grow-memory",
        "grow-memory-at-once",
        "grow-table",
        "grow-table-at-once",
    ]
    .into_iter()
    .flat_map(|name| {
        let guest = Guest::named(name).put("pages", PAGES);
        everywhere(name, &guest, &["engine.memory"])
    })
    .collect()
}
