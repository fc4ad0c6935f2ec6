//! Guests that trap (WebAssembly core specification, "Execution").

use countersign_test_guests::Guest;

use super::{Case, everywhere};

/// Each traps by itself.
const TRAPS: [&str; 8] = [
    "trap",
    "divide-by-zero",
    "divide-the-smallest",
    "truncate-not-a-number",
    "read-beyond-memory",
    "fill-beyond-memory",
    "call-nothing",
    "call-as-another-type",
];

pub(crate) fn cases() -> Vec<Case> {
    let traps = TRAPS.map(|name| (name, Guest::named(name)));
    let recursion = ("recurse", Guest::named("recurse").put("depth", -1));
    traps
        .into_iter()
        .chain([recursion])
        .flat_map(|(name, guest)| everywhere(name, &guest, &["engine.trap"]))
        .collect()
}
