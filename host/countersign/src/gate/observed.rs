//! The chain check, whose outcome the gate decides on instead of the TLS library.
//!
//! A chain that does not verify must not end the handshake at once: the policy is asked as well, and both answers
//! are reported. Nothing that depends on the peer leaves the gate before both are known, so letting the handshake go on
//! gives nothing away.
//!
//! One verifier serves all connections of a gate (the TLS library resumes a session only under the verifier that
//! made it), which is why the outcome goes through the thread rather than through the verifier.

use std::cell::RefCell;

use rustls::Error;

use crate::facts::ChainCheck;

thread_local! {
    static OUTCOME: RefCell<Option<ChainCheck>> = const { RefCell::new(None) };
}

/// Runs a step of the TLS library and tells how the chain check ended, if the step made one.
pub(super) fn observed<T>(step: impl FnOnce() -> T) -> (T, Option<ChainCheck>) {
    let observation = Observation::start();
    let result = step();
    (result, observation.finish())
}

/// Notes the outcome of a check instead of enforcing it, while [`observed`] runs on this thread; else enforces it.
pub(super) fn noted<T>(result: Result<T, Error>, assertion: fn() -> T) -> Result<T, Error> {
    OUTCOME.with_borrow_mut(|outcome| match outcome {
        None => result,
        Some(outcome) => {
            *outcome = ChainCheck::from_verifier(result.as_ref().map(|_| ()));
            Ok(assertion())
        }
    })
}

/// While one exists, this thread's checks are noted. Ends with the step even if that panics.
struct Observation;

impl Observation {
    fn start() -> Self {
        OUTCOME.set(Some(ChainCheck::NotMade));
        Self
    }

    fn finish(self) -> Option<ChainCheck> {
        OUTCOME
            .take()
            .filter(|outcome| *outcome != ChainCheck::NotMade)
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        OUTCOME.set(None);
    }
}
