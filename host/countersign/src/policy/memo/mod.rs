//! Answers remembered: a bounded cache in front of the sandbox, one a policy.
//!
//! # What an answer is stored under
//!
//! A key is the function, its parameters, and the value of every getter that this policy was ever seen to read in that
//! function: the set S. In the key stand the bytes themselves, S included, and not a hash of them. Getters enter as a guest
//! sees them, but for two kinds, which enter by something that decides them, so that a lookup parses and computes nothing:
//!
//! - certificates enter by digest: whichever getter of one is read, it is the SHA-256 of the DER of each, made once for
//!   the connection;
//! - the fingerprint of a hello enters by what it is made of.
//!
//! # Why an answer from here is the answer that the sandbox would give
//!
//! A guest is deterministic: nothing but its settings, its parameters and the facts that it reads decides what it does,
//! and each call gets an instance that knows of no other. So two calls with the same parameters take the same path up to
//! the first fact that they read, and read the same one; if its value is the same, too, they go on alike to the next, and
//! so to the end. An entry is stored under S only if all that its own call read is in S. A lookup that finds it has the
//! same parameters and the same values of all of S, so its call would have read the same facts, found the same values, and
//! given the same answer.
//!
//! A call that reads a fact outside S makes S larger. S never shrinks, so that happens once a fact and function at most,
//! and no peer can make it happen more often. All that is stored is then thrown away; what another thread stores under the
//! old S a moment later is not wrong, only never asked for again, as S is part of the key.
//!
//! Calls that fail are never stored. An answer may come from here where a call would have failed for want of time or of a
//! free instance, or would not have been made, because the policy is tripped: none of that is a property of the connection. A
//! tripped policy is left alone so that nobody waits for it, and nobody waits for what is known.
//!
//! # Bounds
//!
//! Every thread has a part of its own, so that threads share nothing, and each part has its share of the bytes allowed,
//! overhead included. A part comes into being with its first entry. What peers send enters a key only if the policy reads
//! it; a key longer than 4 KiB is not stored at all. When a part is full, what was asked for once goes before what was asked
//! for again (CLOCK-Pro), so a flood of names that nobody repeats leaves the others where they are. It never touches another
//! policy's memo, nor the parts of threads that it does not come through.

mod key;
mod part;
#[cfg(test)]
mod tests;
mod weight;

use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU32, Ordering::Relaxed},
};

use self::part::Part;
use super::{
    lanes::Lanes,
    question::{Answer, Question},
};
use crate::facts::{ConnectionFacts, FactsRead};

pub(super) use self::key::Key;

/// How many functions of the contract are asked about connections.
const FUNCTIONS: usize = 3;

/// The answers that a policy gave.
pub(super) struct Memo {
    parts: Lanes<Mutex<Part>>,
    /// 0: off.
    part_bytes_max: usize,
    /// For each function, what it was ever seen to read.
    seen: [AtomicU32; FUNCTIONS],
}

/// What the memo knows.
#[derive(Debug)]
pub(super) enum Asked {
    /// The answer to the same question.
    Known(Remembered),
    /// Nothing. The key is for [`Memo::remember`].
    New(Key),
}

/// An answer, with what the call that gave it has read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remembered {
    pub(super) answer: Answer,
    pub(super) facts_read: FactsRead,
}

/// What is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct MemoCounts {
    /// Answers. The same one counts once a thread.
    pub(super) entries: usize,
    /// Their bytes, keys and overhead included.
    pub(super) bytes: u64,
}

impl Memo {
    /// An empty memo that takes no more than `bytes_max` bytes, all threads together. 0: it stays empty.
    pub(super) fn new(bytes_max: usize) -> Self {
        let parts = Lanes::new(|| Mutex::new(Part::default()));
        let part_bytes_max = bytes_max / parts.iter().count();
        Self {
            parts,
            part_bytes_max,
            seen: Default::default(),
        }
    }

    /// Whether anything is ever stored.
    pub(super) fn is_on(&self) -> bool {
        self.part_bytes_max > 0
    }

    /// Looks for the answer.
    pub(super) fn ask(&self, question: &Question<'_>, facts: &ConnectionFacts) -> Asked {
        let seen = self.seen(question);
        if !self.is_on() {
            return Asked::New(Key::none(seen));
        }
        key::with_bytes(question, facts, seen, |bytes| {
            let Some(bytes) = bytes else {
                return Asked::New(Key::none(seen));
            };
            let found = open(self.parts.mine()).find(bytes).cloned();
            match found {
                Some(remembered) => Asked::Known(remembered),
                None => Asked::New(Key::of(bytes, seen)),
            }
        })
    }

    /// Stores what the sandbox answered to the question that [`ask`](Self::ask) gave the key for, and what the guest read.
    pub(super) fn remember(
        &self,
        key: Key,
        question: &Question<'_>,
        facts: &ConnectionFacts,
        answer: &Answer,
        read: FactsRead,
    ) {
        if !self.is_on() {
            return;
        }
        let seen = self.see(question, read);
        let Some(bytes) = key.under(question, facts, seen) else {
            return;
        };
        let remembered = weight::detached(answer, read);
        open(self.parts.mine()).put(bytes, remembered, self.part_bytes_max);
    }

    /// What is stored now, all threads together.
    pub(super) fn counts(&self) -> MemoCounts {
        let mut counts = MemoCounts::default();
        for part in self.parts.iter() {
            let part = open(part);
            counts.entries += part.len();
            counts.bytes += part.bytes();
        }
        counts
    }

    fn seen(&self, question: &Question<'_>) -> FactsRead {
        FactsRead::from_bits(self.seen[place(question)].load(Relaxed))
    }

    /// Takes notice of what a call read; gives the whole set.
    fn see(&self, question: &Question<'_>, read: FactsRead) -> FactsRead {
        let seen = self.seen(question);
        if read.is_subset_of(seen) {
            return seen;
        }
        let before = self.seen[place(question)].fetch_or(read.bits(), Relaxed);
        self.flush();
        FactsRead::from_bits(before | read.bits())
    }

    fn flush(&self) {
        for part in self.parts.iter() {
            // To drop the entries takes a while: not while somebody waits for the lock.
            let entries = std::mem::take(&mut *open(part));
            drop(entries);
        }
    }
}

/// Each function has its own set: what only `judge-peer` reads does not make the keys of the others longer.
fn place(question: &Question<'_>) -> usize {
    match question {
        Question::Constrain { .. } => 0,
        Question::JudgeParameters(_) => 1,
        Question::JudgePeer(_) => 2,
    }
}

/// A part in which a thread panicked may be in any state: what it held is gone.
fn open(part: &Mutex<Part>) -> MutexGuard<'_, Part> {
    part.lock().unwrap_or_else(|poisoned| {
        let mut guard = poisoned.into_inner();
        *guard = Part::default();
        part.clear_poison();
        guard
    })
}
