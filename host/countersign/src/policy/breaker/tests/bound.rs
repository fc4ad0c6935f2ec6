//! The bound of the module's documentation, against adversaries that know the breaker.

use super::*;

/// Milliseconds of made-up time.
type Ms = u64;
const PAUSE_MS: Ms = 1_000;
const DEADLINE_MS: Ms = 100;
const END_MS: Ms = 60_000;

/// Numbers that are the same on every run.
struct Dice(u64);

impl Dice {
    /// One of `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// When a policy spins. It knows the breaker's state.
#[derive(Clone, Copy, Debug)]
enum Hostile {
    Always,
    /// Answers probes, and spins on all else.
    HonestProbes,
    /// Spins as often as it may without being tripped.
    JustBelow,
    /// By the dice.
    Random,
}

/// One overrun: who lost the time, and when it ended.
type Loss = (usize, Ms);

/// Lets `threads` judge without rest for a minute, and writes down what they lose.
fn play(hostile: Hostile, overruns_max: u32, threads: usize, dice: &mut Dice) -> Vec<Loss> {
    let breaker = Breaker::new(overruns_max, Duration::from_millis(PAUSE_MS));
    let start = Instant::now();
    let at = |ms: Ms| start + Duration::from_millis(ms);
    let mut under_way: Vec<Option<(Admitted<'_>, Ms)>> = (0..threads).map(|_| None).collect();
    let mut losses = Vec::new();
    for ms in 0..END_MS {
        for (thread, slot) in under_way.iter_mut().enumerate() {
            if let Some((call, _)) = slot.take_if(|(_, end)| *end == ms) {
                losses.push((thread, ms));
                let _ = call.overran(at(ms));
            }
            if slot.is_some() {
                continue;
            }
            if let Ok(call) = breaker.admit(at(ms)) {
                if spins(hostile, &breaker, call.is_probe(), at(ms), dice) {
                    *slot = Some((call, ms + DEADLINE_MS));
                } else {
                    let _ = call.ended(at(ms));
                }
            }
        }
    }
    losses
}

fn spins(hostile: Hostile, breaker: &Breaker, probe: bool, now: Instant, dice: &mut Dice) -> bool {
    match hostile {
        Hostile::Always => true,
        Hostile::HonestProbes => !probe,
        Hostile::JustBelow => {
            let debt = breaker.lock().saturating_sub(breaker.since_start(now));
            !probe && debt + breaker.overrun_ns <= breaker.probation_ns()
        }
        Hostile::Random => dice.roll(200) == 0,
    }
}

/// The most losses in any window of this length.
fn most(ends: &[Ms], window: Ms) -> u64 {
    let within = |begin: Ms| {
        let window = begin..=begin + window;
        ends.iter().filter(|end| window.contains(end)).count() as u64
    };
    let counts = ends.iter().copied().map(within);
    counts.max().unwrap_or_default()
}

fn ends(losses: &[Loss], of: impl Fn(usize) -> bool) -> Vec<Ms> {
    let chosen = losses.iter().filter(|(thread, _)| of(*thread));
    chosen.map(|(_, end)| *end).collect()
}

#[test]
fn no_window_loses_more_deadlines_than_the_bound_says() {
    let mut dice = Dice(0x5eed);
    for hostile in [
        Hostile::Always,
        Hostile::HonestProbes,
        Hostile::JustBelow,
        Hostile::Random,
    ] {
        for (overruns_max, threads) in [(1, 1), (1, 8), (5, 1), (5, 2), (5, 8), (20, 3)] {
            let losses = play(hostile, overruns_max, threads, &mut dice);
            assert!(
                !losses.is_empty() || overruns_max == 1,
                "{hostile:?} is idle"
            );
            for window in [0, 150, PAUSE_MS, 3_500, 20_000, END_MS] {
                let pauses = |per_pause: u64| 1 + per_pause + per_pause * window / PAUSE_MS;
                let max = u64::from(overruns_max);
                let all = most(&ends(&losses, |_| true), window);
                assert!(
                    all <= pauses(max + threads as u64 - 1),
                    "{hostile:?} {overruns_max} {threads} {window}: {all}"
                );
                for thread in 0..threads {
                    let one = most(&ends(&losses, |of| of == thread), window);
                    assert!(
                        one <= pauses(max),
                        "{hostile:?} {overruns_max} {threads} {window}: {one}"
                    );
                }
            }
        }
    }
}
