//! Components that chance made: whatever it is, loading it comes to an end, without a panic, and hurts nobody.

use std::time::Duration;

use countersign::policy::Engine;

use super::{
    guest::{Guest, Place, load},
    sandbox::{Sandbox, constrain, judge_parameters, judge_peer, within},
};

/// Rounds for each kind.
const ROUNDS: u32 = 400;

/// splitmix64, by Sebastiano Vigna: small, and the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("it is below `end`")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

/// Deadlines so short that guests that chance made spin do not matter.
fn sandbox() -> Sandbox {
    Sandbox::with(|limits| {
        limits.deadline_ms = 50;
        limits.load_deadline_ms = 50;
    })
}

/// Loads whatever `make` makes and asks it, if it can be asked.
fn assert_survives(seed: u64, make: impl Fn(&mut Chance) -> Vec<u8> + Send + 'static) {
    let sandbox = sandbox();
    let engine = sandbox.engine.clone();
    within(Duration::from_secs(120), move || {
        let mut chance = Chance(seed);
        for _ in 0..ROUNDS {
            try_all(&engine, make(&mut chance));
        }
    });
    sandbox.assert_unharmed();
}

fn try_all(engine: &Engine, component: Vec<u8>) {
    if let Ok(policy) = load(engine, component) {
        let _ = constrain(&policy);
        let _ = judge_parameters(&policy);
        let _ = judge_peer(&policy);
    }
}

fn valid() -> Vec<u8> {
    let guest = Guest::named("read-server-name").put("times", 3);
    guest.acting_in(Place::In("judge-peer")).component()
}

#[test]
fn components_with_changed_bytes() {
    let valid = valid();
    assert_survives(1, move |chance| {
        let mut bytes = valid.clone();
        for _ in 0..=chance.below(4) {
            let at = chance.below(bytes.len());
            bytes[at] = chance.byte();
        }
        bytes
    });
}

#[test]
fn components_with_bytes_cut_out_or_put_in() {
    let valid = valid();
    assert_survives(2, move |chance| {
        let mut bytes = valid.clone();
        let at = chance.below(bytes.len());
        let end = (at + chance.below(16)).min(bytes.len());
        let new: Vec<u8> = (0..chance.below(16)).map(|_| chance.byte()).collect();
        bytes.splice(at..end, new);
        bytes
    });
}

#[test]
fn components_with_a_piece_of_themselves_elsewhere() {
    let valid = valid();
    assert_survives(3, move |chance| {
        let mut bytes = valid.clone();
        let from = chance.below(bytes.len());
        let end = (from + chance.below(200)).min(bytes.len());
        let piece = bytes[from..end].to_vec();
        let to = chance.below(bytes.len());
        let to_end = (to + piece.len()).min(bytes.len());
        bytes.splice(to..to_end, piece);
        bytes
    });
}

#[test]
fn random_bytes() {
    assert_survives(4, |chance| {
        (0..chance.below(2_000)).map(|_| chance.byte()).collect()
    });
}

#[test]
fn random_bytes_behind_the_header_of_a_component() {
    assert_survives(5, |chance| {
        let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
        bytes.extend((0..chance.below(300)).map(|_| chance.byte() % 32));
        bytes
    });
}
