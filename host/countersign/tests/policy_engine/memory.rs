//! Guests that want too much memory, table space or stack, or that trap.

use countersign::policy::{CallError, LoadError};

use super::{
    guest::{Guest, Load as _, Place},
    sandbox::{Outcome, Sandbox},
};

const PAGE_BYTES: usize = 64 * 1024;

fn too_much(sandbox: &Sandbox) -> CallError {
    CallError::Memory {
        bytes_max: sandbox.engine.limits().memory_bytes_max,
    }
}

fn assert_wants_too_much(guest: &Guest, place: Place) {
    let sandbox = Sandbox::shared();
    assert_eq!(
        sandbox.outcome(&guest.clone().acting_in(place)),
        Outcome::Failed(place.noticed_in(), too_much(sandbox)),
        "in {place}"
    );
}

fn assert_traps(guest: &Guest, place: Place, why: &str) {
    match Sandbox::shared().outcome(&guest.clone().acting_in(place)) {
        Outcome::Failed(function, CallError::Trap(message)) => {
            assert_eq!(function, place.noticed_in());
            assert!(message.contains(why), "in {place}: {message}");
        }
        other => panic!("in {place}: {other:?}"),
    }
}

#[test]
fn growing_memory_without_end_is_stopped_everywhere() {
    for place in Place::USUAL {
        assert_wants_too_much(&Guest::named("grow-memory"), place);
    }
}

#[test]
fn growing_a_table_without_end_is_stopped_everywhere() {
    for place in Place::USUAL {
        assert_wants_too_much(&Guest::named("grow-table"), place);
    }
}

#[test]
fn a_trap_is_told_everywhere() {
    for place in Place::USUAL {
        assert_traps(&Guest::named("trap"), place, "unreachable");
    }
    assert_traps(
        &Guest::named("divide-by-zero"),
        Place::In("judge-peer"),
        "divide by zero",
    );
}

#[test]
fn recursion_without_end_is_stopped_everywhere() {
    for place in Place::USUAL {
        assert_traps(&Guest::named("recurse").put("depth", -1), place, "stack");
    }
}

fn growing_to(pages: usize) -> Guest {
    // The base has four pages.
    Guest::named("grow-memory-at-once")
        .put("pages", pages - 4)
        .acting_in(Place::In("judge-peer"))
}

#[test]
fn memory_bytes_max_obeyed() {
    let sandbox = Sandbox::shared();
    let pages = sandbox.engine.limits().memory_bytes_max / PAGE_BYTES;
    assert_eq!(sandbox.outcome(&growing_to(pages)), Outcome::Fine);
    let large = Guest::named("large-memory").put("pages", pages);
    assert_eq!(sandbox.outcome(&large), Outcome::Fine);
}

#[test]
fn memory_bytes_max_violated() {
    let sandbox = Sandbox::shared();
    let pages = sandbox.engine.limits().memory_bytes_max / PAGE_BYTES;
    assert_eq!(
        sandbox.outcome(&growing_to(pages + 1)),
        Outcome::Failed("judge-peer", too_much(sandbox))
    );
    for pages in [pages + 1, 65_536] {
        let large = Guest::named("large-memory").put("pages", pages);
        assert!(matches!(
            large.load(&sandbox.engine),
            Err(LoadError::Invalid(_) | LoadError::Describe(CallError::Memory { .. }))
        ));
    }
}

/// A limit need not be a number of pages. What is left of a page is then out of reach.
#[test]
fn memory_bytes_max_between_two_pages_counts_as_the_lower() {
    let sandbox = Sandbox::with(|limits| limits.memory_bytes_max = 10 * PAGE_BYTES + 1);
    assert!(sandbox.engine.is_pooled());
    assert_eq!(sandbox.outcome(&growing_to(10)), Outcome::Fine);
    assert_eq!(
        sandbox.outcome(&growing_to(11)),
        Outcome::Failed("judge-peer", too_much(&sandbox))
    );
}

/// WebAssembly core specification, `memory.grow`: beyond the memory's own maximum the answer is -1. Nothing was used.
#[test]
fn growing_beyond_a_maximum_of_its_own_costs_nothing() {
    let guest = Guest::named("grow-memory-beyond-its-own-maximum");
    let guest = guest.acting_in(Place::In("judge-peer"));
    assert_eq!(Sandbox::shared().outcome(&guest), Outcome::Fine);
}

/// The same for `table.grow`. What was asked for counts as if it had been given: here that is less than there may be.
#[test]
fn growing_a_table_beyond_a_maximum_of_its_own_is_no_trap() {
    let guest = Guest::named("grow-table-beyond-its-own-maximum");
    let guest = guest.acting_in(Place::In("judge-peer"));
    assert_eq!(Sandbox::shared().outcome(&guest), Outcome::Fine);
}

#[test]
fn table_elements_max_obeyed() {
    let sandbox = Sandbox::shared();
    let max = sandbox.engine.limits().table_elements_max;
    assert_eq!(sandbox.outcome(&tables(max, 0)), Outcome::Fine);
    assert_eq!(
        sandbox.outcome(&tables(max / 2, max - max / 2)),
        Outcome::Fine
    );
}

#[test]
fn table_elements_max_violated() {
    let sandbox = Sandbox::shared();
    let max = sandbox.engine.limits().table_elements_max;
    for (first, second) in [(max + 1, 0), (max, 1), (max, max)] {
        assert!(matches!(
            tables(first, second).load(&sandbox.engine),
            Err(LoadError::Invalid(_) | LoadError::Describe(CallError::Memory { .. }))
        ));
        sandbox.assert_unharmed();
    }
}

fn tables(first: usize, second: usize) -> Guest {
    Guest::named("large-table")
        .put("first", first)
        .put("second", second)
}

/// A call takes 16 bytes of stack at least: the return address and the saved frame.
const DEPTH: usize = 3_000;

#[test]
fn stack_bytes_max_obeyed() {
    let guest = Guest::named("recurse").put("depth", DEPTH);
    let guest = guest.acting_in(Place::In("judge-peer"));
    assert_eq!(Sandbox::shared().outcome(&guest), Outcome::Fine);
}

#[test]
fn stack_bytes_max_violated() {
    let sandbox = Sandbox::with(|limits| limits.stack_bytes_max = 16 * DEPTH);
    let guest = Guest::named("recurse").put("depth", DEPTH);
    let outcome = sandbox.outcome(&guest.acting_in(Place::In("judge-peer")));
    let is_trap = matches!(outcome, Outcome::Failed("judge-peer", CallError::Trap(_)));
    assert!(is_trap, "{outcome:?}");
}

#[test]
fn memories_that_no_policy_needs_are_refused() {
    for name in ["two-memories", "memory64", "shared-memory"] {
        let outcome = Sandbox::shared().outcome(&Guest::named(name));
        assert!(
            matches!(outcome, Outcome::Refused(_)),
            "{name}: {outcome:?}"
        );
    }
}
