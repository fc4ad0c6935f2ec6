//! What is counted, over made-up times.

use super::*;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A clock whose thread counted up to `counted` after the start.
fn counted(counted: Duration) -> Shared {
    let shared = Shared::new(Instant::now());
    let until = shared.start + counted;
    shared.advance(&[], 0, until);
    shared
}

/// The epochs of a call that begins `after` the start.
fn ticks(shared: &Shared, after: Duration, deadline_ms: u64) -> u64 {
    shared.ticks(&Deadline::after(shared.start + after, deadline_ms))
}

/// Each sleep takes 80 µs more than it should, and some take far longer.
#[test]
fn late_wake_ups_make_no_epoch_late() {
    let start = Instant::now();
    let mut count = Count { until: start };
    let (mut now, mut epochs) = (start, 0);
    for round in 0..10_000_u64 {
        now += count.left(now) + Duration::from_micros(80);
        if round % 100 == 0 {
            now += ms(37);
        }
        epochs += count.take(now);
        assert_eq!(u128::from(epochs), (now - start).as_millis());
    }
}

#[test]
fn a_wake_up_too_early_counts_nothing() {
    let mut count = Count {
        until: Instant::now(),
    };
    let begun = count.until;
    assert_eq!(count.take(begun + Duration::from_nanos(999_999)), 0);
    assert_eq!(count.until, begun);
    assert_eq!(
        count.left(begun + Duration::from_micros(400)),
        Duration::from_micros(600)
    );
    assert_eq!(count.take(begun + ms(1)), 1);
}

/// Epoch k beyond the present one begins when k milliseconds more are counted.
#[test]
fn no_deadline_is_early_however_late_the_thread_is() {
    for late_us in [0, 1, 999, 1_000, 1_001, 50_000, 3_600_000_000] {
        let shared = counted(ms(20));
        let begins = ms(20) + Duration::from_micros(late_us);
        for deadline_ms in [0, 1, 100] {
            let ends = ms(20 + ticks(&shared, begins, deadline_ms));
            let promised = begins + ms(deadline_ms);
            assert!(promised <= ends, "{late_us} µs, {deadline_ms} ms");
            assert!(ends <= promised + TICK, "{late_us} µs, {deadline_ms} ms");
        }
    }
}

#[test]
fn a_call_that_waited_before_it_began_is_not_early_either() {
    let shared = counted(ms(20));
    assert_eq!(ticks(&shared, ms(5), 100), 101);
}

#[test]
fn a_rest_is_not_made_up_for() {
    let shared = counted(ms(20));
    shared.counted_ns.store(RESTING, SeqCst);
    assert_eq!(ticks(&shared, Duration::from_secs(1_000_000), 100), 101);
    let count = shared.begin();
    assert!(shared.counted_ns.load(SeqCst) <= shared.since_start(count.until));
}

#[test]
fn the_longest_deadline_leaves_room_for_the_epoch_that_it_is_added_to() {
    let shared = counted(ms(20));
    assert_eq!(ticks(&shared, ms(20), u64::MAX), u64::MAX / 2);
}

#[test]
fn it_does_not_rest_before_a_deadline_is_over() {
    let shared = counted(ms(20));
    shared.stay_awake(1_000);
    shared.advance(&[], 1_000, shared.start + ms(1_020));
    assert!(!shared.is_idle());
    shared.advance(&[], MARGIN_TICKS + IDLE_TICKS + 1, shared.start + ms(2_000));
    assert!(shared.is_idle());
}
