//! Limits under which nothing could run: an engine says which, and is not made.

use countersign::policy::{Engine, Limits};

const MIB: usize = 1 << 20;

/// What is said of limits after a change. None if an engine is made.
fn refusal(change: impl FnOnce(&mut Limits)) -> Option<String> {
    let mut limits = Limits::default();
    change(&mut limits);
    let on_demand = Engine::on_demand(limits).map_err(|error| error.to_string());
    let pooled = Engine::new(limits).map_err(|error| error.to_string());
    let (on_demand, pooled) = (on_demand.err(), pooled.err());
    assert_eq!(on_demand, pooled);
    pooled
}

fn says(rest: &str) -> Option<String> {
    Some(format!("the sandbox cannot be set up: the limit {rest}"))
}

/// WebAssembly core specification, "Memory Types": a page is 64 KiB, and a 32-bit memory has 65,536 of them at most.
#[test]
fn memory_of_no_page_or_beyond_all_addresses() {
    let of = |bytes| refusal(|limits| limits.memory_bytes_max = bytes);
    assert_eq!(
        of(0),
        says("`memory_bytes_max` is 0, and must be at least 65536")
    );
    assert_eq!(
        of(65_535),
        says("`memory_bytes_max` is 65535, and must be at least 65536")
    );
    assert_eq!(of(65_536), None);
    assert_eq!(of(4096 * MIB), None);
    let most = usize::MAX;
    assert_eq!(
        of(most),
        says(&format!(
            "`memory_bytes_max` is {most}, and must be at most 4294967296"
        ))
    );
    assert!(of(4096 * MIB + 1).is_some());
}

#[test]
fn no_stack_or_more_than_the_runtime_allows() {
    let of = |bytes| refusal(|limits| limits.stack_bytes_max = bytes);
    assert_eq!(
        of(0),
        says("`stack_bytes_max` is 0, and must be at least 1")
    );
    assert_eq!(of(2 * MIB), None);
    assert_eq!(
        of(2 * MIB + 1),
        says("`stack_bytes_max` is 2097153, and must be at most 2097152")
    );
    assert!(of(usize::MAX).is_some());
}

#[test]
fn no_instance() {
    let of = |count| refusal(|limits| limits.instances_max = count);
    assert_eq!(of(0), says("`instances_max` is 0, and must be at least 1"));
    assert_eq!(of(1), None);
}

#[test]
fn no_time() {
    let calls = refusal(|limits| limits.deadline_ms = 0);
    assert_eq!(calls, says("`deadline_ms` is 0, and must be at least 1"));
    let loads = refusal(|limits| limits.load_deadline_ms = 0);
    assert_eq!(
        loads,
        says("`load_deadline_ms` is 0, and must be at least 1")
    );
}
