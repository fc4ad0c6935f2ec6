//! What a guest's answer costs the host: no more memory than `Limits::output_bytes_max`, whatever the answer claims.

#![expect(unsafe_code, reason = "an allocator that counts can only be made so")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use countersign::policy::Way;

use super::{
    guest::{Guest, Load as _},
    sandbox::{Sandbox, judge_peer},
};

/// The system's allocator, counting what each thread holds.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(change: isize) {
    // A thread that is about to end has no counters any more, and nothing that matters here.
    let _ = HELD.try_with(|held| {
        held.set(held.get() + change);
        MOST.try_with(|most| most.set(most.get().max(held.get())))
    });
}

fn size(layout: Layout) -> isize {
    layout.size().cast_signed()
}

// SAFETY: all calls go to the system's allocator as they came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(size(layout));
        // SAFETY: the caller keeps the promises of this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-size(layout));
        // SAFETY: as above; every pointer that was given out came from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// The most bytes that this thread held during `work`, beyond those that it held before.
fn most_bytes(work: impl FnOnce()) -> usize {
    let before = HELD.get();
    MOST.set(before);
    work();
    usize::try_from(MOST.get() - before).expect("the most is not less")
}

/// What one call in a new instance allocates at most, beyond what a call of the good policy does.
fn cost(guest: &Guest) -> usize {
    let sandbox = Sandbox::shared();
    let load = |guest: &Guest| guest.load_to_run(&sandbox.engine, Way::Snapshot);
    let policies = [&Guest::good(), guest].map(|guest| load(guest).expect("it loads"));
    let call = |policy| most_bytes(|| drop(judge_peer(policy)));
    call(&policies[0]);
    let usual = call(&policies[0]);
    let cost = call(&policies[1]).saturating_sub(usual);
    sandbox.assert_unharmed();
    cost
}

fn findings(count: usize, bytes: usize) -> Guest {
    Guest::named("many-findings")
        .put("pages", 400)
        .put("count", count)
        .put("bytes", bytes)
}

#[test]
fn the_count_works() {
    let bytes = most_bytes(|| drop(vec![0_u8; 1_000_000]));
    assert!((1_000_000..1_100_000).contains(&bytes), "{bytes}");
}

/// One string of 64 bytes, and a million findings that all point to it: 20 MB in the guest, 120 MB if they were copied.
#[test]
fn a_million_findings_with_one_text_cost_nothing() {
    let limit = Sandbox::shared().engine.limits().output_bytes_max;
    for (count, bytes) in [
        (1_000_000, 64),
        (100_000, 64),
        (5_000, 64),
        (64, 160 * 1024),
        (1, 10 << 20),
        (2_000, 4_096),
    ] {
        let cost = cost(&findings(count, bytes));
        assert!(
            cost <= limit,
            "{count} findings of {bytes} bytes cost {cost}"
        );
    }
}

/// What is within the limit is copied once, and shown to the caller in a second copy.
#[test]
fn findings_within_the_limits_cost_what_they_are() {
    let limit = Sandbox::shared().engine.limits().output_bytes_max;
    let cost = cost(&findings(60, 4_000));
    assert!((60 * 4_000..2 * limit).contains(&cost), "{cost}");
}
