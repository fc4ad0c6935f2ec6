//! What a guest returns: its whole memory is made of the input, and what the host reads from it is held against another reader
//! of the same memory, written from the component model's canonical ABI and from the contract.

mod answer;
mod expected;
mod guests;
mod identity;
mod memory;
mod outcome;
mod rules;

use arbitrary::{Arbitrary, Unstructured};

use answer::Answer;
use guests::Function;

/// Where the input stands in the guest's memory.
const IMAGE_AT: usize = 1024;

/// The most that stands there.
const IMAGE_BYTES_MAX: usize = 8 * 1024;

/// A page.
const MEMORY_BYTES: usize = 65_536;

/// Few and short, so that small inputs come to both sides of each.
const FINDINGS_MAX: usize = 3;
const STRING_BYTES_MAX: usize = 80;
const OUTPUT_BYTES_MAX: usize = 1024;

/// One answer to one question.
#[derive(Arbitrary, Debug)]
struct Case<'a> {
    function: Function,
    answer: Answer<'a>,
}

/// One case.
///
/// # Panics
///
/// If the host reads what does not stand there, or takes what the contract forbids.
pub fn run(data: &[u8]) {
    if let Ok(case) = Case::arbitrary_take_rest(Unstructured::new(data)) {
        case.function.check(&case.answer.image());
    }
}
