//! The entries of one thread.

use std::mem::size_of;

use foldhash::fast::RandomState;
use quick_cache::{
    Weighter,
    unsync::{Cache, DefaultLifecycle},
};

use super::{
    Remembered,
    weight::{ALLOCATION_BYTES, heap_bytes},
};

type Entries = Cache<Box<[u8]>, Box<Weighed>, Weights, RandomState>;

/// What the cache has for a key beside the key and the answer: a slot of a list and a place in a table, both of which may
/// be half empty.
const SLOT_BYTES: usize = 2 * 48 + 12;

/// A key that was thrown out lately leaves its slot behind, so that it is known if it comes back: one for this many bytes.
const BYTES_A_GHOST: usize = 2_048;

/// A bounded map from keys to answers. It allocates with its first entry.
#[derive(Default)]
pub(super) struct Part(Option<Box<Entries>>);

/// An entry, and its weight: the cache asks for that often.
struct Weighed {
    remembered: Remembered,
    weight: u64,
}

#[derive(Clone, Copy)]
struct Weights;

impl Weighter<Box<[u8]>, Box<Weighed>> for Weights {
    fn weight(&self, _: &Box<[u8]>, entry: &Box<Weighed>) -> u64 {
        entry.weight
    }
}

impl Part {
    /// Stores an answer. What is too large for the whole part is not taken.
    pub(super) fn put(&mut self, key: Box<[u8]>, remembered: Remembered, bytes_max: usize) {
        let weight = weight(&key, &remembered) as u64;
        let entries = self.0.get_or_insert_with(|| Box::new(entries(bytes_max)));
        entries.insert(key, Box::new(Weighed { remembered, weight }));
    }

    pub(super) fn find(&self, key: &[u8]) -> Option<&Remembered> {
        let entry = self.0.as_ref()?.get(key)?;
        Some(&entry.remembered)
    }

    /// Whether nothing was ever stored.
    #[cfg(test)]
    pub(super) fn is_unallocated(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |entries| entries.len())
    }

    pub(super) fn bytes(&self) -> u64 {
        self.0.as_ref().map_or(0, |entries| entries.weight())
    }
}

/// An empty cache that stays within `bytes_max`, slots that were left behind included.
fn entries(bytes_max: usize) -> Entries {
    let ghosts_max = bytes_max / BYTES_A_GHOST;
    let weight_max = bytes_max - ghosts_max * SLOT_BYTES;
    Cache::with(
        // The cache keeps half as many ghosts.
        2 * ghosts_max,
        weight_max as u64,
        Weights,
        RandomState::default(),
        DefaultLifecycle::default(),
    )
}

fn weight(key: &[u8], remembered: &Remembered) -> usize {
    let entry_bytes = size_of::<Weighed>() + ALLOCATION_BYTES;
    let key_bytes = key.len() + ALLOCATION_BYTES;
    SLOT_BYTES + entry_bytes + key_bytes + heap_bytes(&remembered.answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        facts::FactsRead,
        policy::question::Answer,
        verdict::{Finding, FindingCode, Severity, Source, Verdict},
    };

    fn remembered(message: &str) -> Remembered {
        let finding = Finding {
            code: FindingCode::from_policy("test.note").expect("it is a code"),
            severity: Severity::Note,
            message: message.to_owned(),
            source: Source::Policy("test".into()),
        };
        Remembered {
            answer: Answer::Verdict(Verdict::Approve(vec![finding])),
            facts_read: FactsRead::default(),
        }
    }

    fn key(number: u32) -> Box<[u8]> {
        number.to_le_bytes().into()
    }

    /// What it really takes: the cache counts its own tables.
    fn bytes_taken(part: &Part) -> usize {
        let entries = part.0.as_ref().expect("it is in use");
        let own = entries.memory_used();
        let of_entries = entries.iter().map(|(key, entry)| {
            key.len() + size_of::<Weighed>() + heap_bytes(&entry.remembered.answer)
        });
        own.entries + own.map + of_entries.sum::<usize>()
    }

    #[test]
    fn however_much_is_stored_it_stays_within_its_bytes() {
        for bytes_max in [10_000, 100_000, 1_000_000] {
            let mut part = Part::default();
            let message = "m".repeat(bytes_max / 1_000);
            for number in 0..20_000 {
                part.put(key(number), remembered(&message), bytes_max);
                // Some are asked for again, and stay: the others leave their slots behind.
                part.find(&key(number / 2));
            }
            let taken = bytes_taken(&part);
            assert!(taken <= bytes_max, "{taken} of {bytes_max}");
            assert!(taken >= bytes_max / 2, "only {taken} of {bytes_max}");
            assert!(part.bytes() <= bytes_max as u64);
        }
    }

    #[test]
    fn what_is_too_large_is_not_stored_and_harms_nobody() {
        const BYTES_MAX: usize = 10_000;
        let mut part = Part::default();
        part.put(key(1), remembered("small"), BYTES_MAX);
        part.put(key(2), remembered(&"m".repeat(BYTES_MAX)), BYTES_MAX);
        assert_eq!(part.find(&key(1)), Some(&remembered("small")));
        assert_eq!(part.find(&key(2)), None);
        assert_eq!(part.len(), 1);
    }
}
