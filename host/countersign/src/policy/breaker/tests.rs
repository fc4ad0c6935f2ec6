//! Times are made up: no test waits, and none depends on how fast the machine is.

use std::{sync::Barrier, thread};

use super::*;

const MS: Duration = Duration::from_millis(1);
const PAUSE: Duration = Duration::from_secs(10);
const OVERRUNS_MAX: u32 = 5;

fn breaker() -> (Breaker, Instant) {
    (Breaker::new(OVERRUNS_MAX, PAUSE), Instant::now())
}

/// Calls that overrun at `now`, one after the other.
fn overrun(breaker: &Breaker, times: u32, now: Instant) -> Vec<Change> {
    let call = |_| breaker.admit(now).expect("it is closed").overran(now);
    (0..times).map(call).collect()
}

/// A breaker that tripped at the time that is returned.
fn tripped_breaker() -> (Breaker, Instant) {
    let (breaker, now) = breaker();
    let last = overrun(&breaker, OVERRUNS_MAX, now).pop();
    assert_eq!(last, Some(Change::Trips { pause: PAUSE }));
    (breaker, now)
}

fn refusal(breaker: &Breaker, now: Instant) -> Duration {
    breaker.admit(now).expect_err("it is tripped").retry_after
}

fn probe(breaker: &Breaker, now: Instant) -> Admitted<'_> {
    let admitted = breaker.admit(now).expect("the pause is over");
    assert!(admitted.is_probe());
    admitted
}

#[test]
fn it_trips_at_the_limit_and_not_before() {
    let (breaker, now) = breaker();
    let changes = overrun(&breaker, OVERRUNS_MAX - 1, now);
    assert!(changes.iter().all(|change| *change == Change::Nothing));
    assert!(!breaker.is_tripped());
    assert_eq!(overrun(&breaker, 1, now), [Change::Trips { pause: PAUSE }]);
    assert!(breaker.is_tripped());
}

#[test]
fn a_limit_of_one_or_none_trips_at_the_first_overrun() {
    for overruns_max in [0, 1] {
        let breaker = Breaker::new(overruns_max, PAUSE);
        let changes = overrun(&breaker, 1, Instant::now());
        assert_eq!(changes, [Change::Trips { pause: PAUSE }]);
    }
}

#[test]
fn tripped_it_refuses_until_the_pause_is_over() {
    let (breaker, now) = tripped_breaker();
    assert_eq!(refusal(&breaker, now), PAUSE);
    assert_eq!(refusal(&breaker, now + PAUSE - MS), MS);
    drop(probe(&breaker, now + PAUSE));
}

#[test]
fn answers_do_not_pay_for_overruns() {
    let (breaker, now) = breaker();
    for _ in 1..OVERRUNS_MAX {
        assert_eq!(overrun(&breaker, 1, now), [Change::Nothing]);
        for _ in 0..1_000 {
            let admitted = breaker.admit(now).expect("it is closed");
            assert_eq!(admitted.ended(now), Change::Nothing);
        }
    }
    assert_eq!(overrun(&breaker, 1, now), [Change::Trips { pause: PAUSE }]);
}

#[test]
fn time_forgives_as_many_overruns_a_pause_as_are_allowed() {
    let (breaker, mut now) = breaker();
    for _ in 0..100 {
        assert_eq!(overrun(&breaker, 1, now), [Change::Nothing]);
        now += PAUSE / OVERRUNS_MAX;
    }
    // One and a half times as fast, and 100 more are out of reach.
    let mut faster =
        (0..100).flat_map(|n| overrun(&breaker, 1, now + n * PAUSE * 2 / (OVERRUNS_MAX * 3)));
    assert!(faster.any(|change| change != Change::Nothing));
}

#[test]
fn one_probe_at_a_time_is_admitted() {
    let (breaker, now) = tripped_breaker();
    let probe = probe(&breaker, now + PAUSE);
    assert_eq!(refusal(&breaker, now + PAUSE), PAUSE);
    assert_eq!(refusal(&breaker, now + 10 * PAUSE), PAUSE);
    assert_eq!(probe.ended(now + PAUSE + MS), Change::Recovers);
    let admitted = breaker.admit(now + PAUSE + MS).expect("it is closed");
    assert!(!admitted.is_probe());
}

#[test]
fn a_probe_that_overruns_begins_another_pause() {
    let (breaker, now) = tripped_breaker();
    let end = now + PAUSE + 100 * MS;
    let change = probe(&breaker, now + PAUSE).overran(end);
    assert_eq!(change, Change::StaysTripped { pause: PAUSE });
    assert_eq!(refusal(&breaker, end), PAUSE);
    assert_eq!(
        probe(&breaker, end + PAUSE).ended(end + PAUSE),
        Change::Recovers
    );
}

#[test]
fn a_probe_that_is_lost_begins_another_pause() {
    let (breaker, now) = tripped_breaker();
    let begin = now + PAUSE;
    let panicked = thread::scope(|scope| {
        let probing = || {
            let _probe = probe(&breaker, begin);
            panic!("on purpose");
        };
        scope.spawn(probing).join()
    });
    panicked.expect_err("it panicked");
    assert_eq!(refusal(&breaker, begin), PAUSE);
    drop(probe(&breaker, begin + PAUSE));
}

#[test]
fn a_probe_that_never_ran_leaves_the_place_to_the_next() {
    let (breaker, now) = tripped_breaker();
    probe(&breaker, now + PAUSE).never_ran();
    assert!(breaker.is_tripped());
    drop(probe(&breaker, now + PAUSE));
}

#[test]
fn after_a_recovery_one_overrun_is_enough_until_time_has_passed() {
    let (breaker, tripped_at) = tripped_breaker();
    let now = tripped_at + PAUSE;
    assert_eq!(probe(&breaker, now).ended(now), Change::Recovers);
    assert_eq!(overrun(&breaker, 1, now), [Change::Trips { pause: PAUSE }]);

    let now = now + PAUSE;
    assert_eq!(probe(&breaker, now).ended(now), Change::Recovers);
    // All is forgiven a pause later.
    let changes = overrun(&breaker, OVERRUNS_MAX - 1, now + PAUSE);
    assert!(changes.iter().all(|change| *change == Change::Nothing));
}

#[test]
fn what_was_under_way_when_it_tripped_changes_nothing() {
    let (breaker, now) = breaker();
    let under_way = [(); 3].map(|()| breaker.admit(now).expect("it is closed"));
    let _ = overrun(&breaker, OVERRUNS_MAX, now);
    let [late, in_time, lost] = under_way;
    assert_eq!(late.overran(now + MS), Change::Nothing);
    assert_eq!(in_time.ended(now + MS), Change::Nothing);
    drop(lost);
    assert_eq!(refusal(&breaker, now + MS), PAUSE - MS);
}

#[test]
fn times_out_of_reach_do_no_harm() {
    let breaker = Breaker::new(u32::MAX, Duration::MAX);
    let now = Instant::now();
    assert_eq!(overrun(&breaker, 3, now - 10 * PAUSE), [Change::Nothing; 3]);
    let breaker = Breaker::new(1, Duration::MAX);
    let changes = overrun(&breaker, 1, now);
    assert!(matches!(changes[..], [Change::Trips { .. }]));
    assert!(refusal(&breaker, now + 1_000_000 * PAUSE) > PAUSE);
}

#[test]
fn of_many_threads_one_probes() {
    const THREADS: usize = 8;
    const ROUNDS: u32 = 200;
    let (breaker, tripped_at) = tripped_breaker();
    let rounds = Barrier::new(THREADS);
    let probes = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for round in 1..=ROUNDS {
                    let now = tripped_at + round * PAUSE;
                    rounds.wait();
                    let admitted = breaker.admit(now);
                    rounds.wait();
                    if let Ok(probe) = admitted {
                        assert!(probe.is_probe());
                        probes.fetch_add(1, Relaxed);
                        assert_eq!(probe.overran(now), Change::StaysTripped { pause: PAUSE });
                    }
                    rounds.wait();
                }
            });
        }
    });
    assert_eq!(probes.into_inner(), u64::from(ROUNDS));
}

mod bound;
