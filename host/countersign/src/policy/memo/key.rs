//! The bytes that an answer is stored under.

mod facts;
mod parameters;
mod writer;

use std::cell::Cell;

use self::{facts::write_facts, parameters::write_question, writer::Writer};
use super::Question;
use crate::facts::{ConnectionFacts, FactsRead};

/// A longer key is not worth its memory.
pub(super) const KEY_BYTES_MAX: usize = 4 * 1024;

/// What an answer may be stored under.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::policy) struct Key {
    /// None where it is not to be stored.
    bytes: Option<Box<[u8]>>,
    /// The facts in it.
    seen: FactsRead,
}

impl Key {
    /// Of a question whose answer is not to be stored, going by the facts that were seen so far.
    pub(super) fn none(seen: FactsRead) -> Self {
        Self { bytes: None, seen }
    }

    /// What [`with_bytes`] gave.
    pub(super) fn of(bytes: &[u8], seen: FactsRead) -> Self {
        Self {
            bytes: Some(bytes.into()),
            seen,
        }
    }

    /// The bytes of the key with these facts in it. It is made anew where they are not the same as before.
    pub(super) fn under(
        self,
        question: &Question<'_>,
        facts: &ConnectionFacts,
        seen: FactsRead,
    ) -> Option<Box<[u8]>> {
        if self.seen == seen {
            return self.bytes;
        }
        with_bytes(question, facts, seen, |bytes| bytes.map(Box::from))
    }
}

/// Makes the key and shows it; None if it is too long. Nothing is allocated once a thread has made a few.
pub(super) fn with_bytes<T>(
    question: &Question<'_>,
    facts: &ConnectionFacts,
    seen: FactsRead,
    show: impl FnOnce(Option<&[u8]>) -> T,
) -> T {
    thread_local! {
        static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    }
    let mut scratch = SCRATCH.try_with(Cell::take).unwrap_or_default();
    scratch.clear();
    let mut writer = Writer::new(&mut scratch, KEY_BYTES_MAX);
    write_question(&mut writer, question);
    write_facts(&mut writer, facts, seen);
    let shown = show(writer.written());
    // A thread that is about to end has no scratch any more.
    let _ = SCRATCH.try_with(|place| place.set(scratch));
    shown
}
