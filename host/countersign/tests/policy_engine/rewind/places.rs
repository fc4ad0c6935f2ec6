//! Something left behind at every place where guest code runs.

use countersign::policy::Way;

use super::{Place, assert_forgets, hiding_in};

/// Counts in memory, in a global, and in what is the youngest allocation.
const LOOK: &str = "(i64.or
    (i64.shl (i64.extend_i32_u (global.get $mine)) (i64.const 32))
    (i64.extend_i32_u (i32.load (i32.const 150000))))";
const LEAVE: &str = "(global.set $mine (i32.add (global.get $mine) (i32.const 1)))
    (i32.store (i32.const 150000) (i32.add (i32.load (i32.const 150000)) (i32.const 1)))";

#[test]
fn what_is_left_at_any_place_is_gone_on_the_next_call() {
    let everywhere = Place::ALL
        .into_iter()
        .chain([Place::In("realloc")])
        // Those that stand for a call of `realloc` rest on a counter of their own.
        .filter(|place| !matches!(place, Place::Lowering(_)));
    for place in everywhere {
        let guest =
            hiding_in(place, LOOK, LEAVE).part("globals", "(global $mine (mut i32) (i32.const 0))");
        assert_forgets(&guest, Way::Rewound);
    }
}
