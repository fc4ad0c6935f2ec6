//! Guests that try to remember earlier calls, or to see the machine below in their numbers: it gains them nothing, and they
//! are judged by their answers like any other.

use countersign_test_guests::{Guest, Place};

use super::Case;

pub(crate) fn cases() -> Vec<Case> {
    [
        "not-a-number",
        "count-calls",
        "grow-memory-beyond-its-own-maximum",
        "grow-table-beyond-its-own-maximum",
    ]
    .into_iter()
    .flat_map(|name| {
        Place::ALL
            .into_iter()
            // The host reallocates more than once for these arguments, which is no secret.
            .filter(|&place| place != Place::Lowering("constrain"))
            .map(move |place| {
                let guest = Guest::named(name)
                    .acting_in(place)
                    .put("earlier", place.rehearsals());
                Case::approved(format!("{name} in {place}"), guest)
            })
    })
    .chain([with_many_functions()])
    .collect()
}

/// A module of 10,000 functions, all of which have to be compiled.
fn with_many_functions() -> Case {
    let function = "(func (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))\n";
    let guest = Guest::good().part("functions", function.repeat(10_000));
    Case::approved("10,000 functions", guest)
}
