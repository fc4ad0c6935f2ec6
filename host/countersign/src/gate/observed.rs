//! How the peer shows who it is: checked by the operator's verifier, decided on by the gate instead of by the TLS library.
//!
//! A chain that does not verify, or a handshake that the peer could not sign, must not end the handshake at once: the policy is
//! asked as well, and all answers are reported. Nothing that depends on the peer leaves the gate before they are known, so
//! letting the handshake go on gives nothing away. A signature that does not verify is always refused then.
//!
//! One verifier serves all connections of a gate (the TLS library resumes a session only under the verifier that
//! made it), which is why what was seen goes through the thread rather than through the verifier.

use std::cell::RefCell;

use rustls::{DigitallySignedStruct, Error, client::danger::HandshakeSignatureValid};

use crate::facts::ChainCheck;
use countersign_names::SignatureScheme;

thread_local! {
    static SEEN: RefCell<Option<Proof>> = const { RefCell::new(None) };
}

/// How the peer has shown who it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Proof {
    /// How the check of its certificates ended.
    pub(super) chain_check: ChainCheck,
    /// With which scheme it signed the handshake, if it did.
    pub(super) signature_scheme: Option<SignatureScheme>,
    /// Why that signature does not prove that it has the key of its certificate.
    pub(super) unproven: Option<Error>,
}

impl Proof {
    /// Adds what a later step has shown.
    pub(super) fn add(&mut self, later: Self) {
        if later.chain_check != ChainCheck::NotMade {
            self.chain_check = later.chain_check;
        }
        self.signature_scheme = later.signature_scheme.or(self.signature_scheme);
        // Once unproven, always unproven.
        self.unproven = self.unproven.take().or(later.unproven);
    }
}

/// Runs a step of the TLS library and tells what it showed of the peer.
pub(super) fn observed<T>(step: impl FnOnce() -> T) -> (T, Proof) {
    let observation = Observation::start();
    let result = step();
    (result, observation.finish())
}

/// Notes the outcome of a check instead of enforcing it, while [`observed`] runs on this thread; else enforces it.
pub(super) fn noted<T>(result: Result<T, Error>, assertion: fn() -> T) -> Result<T, Error> {
    SEEN.with_borrow_mut(|seen| match seen {
        None => result,
        Some(seen) => {
            seen.chain_check = ChainCheck::from_verifier(result.as_ref().map(|_| ()));
            Ok(assertion())
        }
    })
}

/// The same for a signature of the handshake, and the scheme that it was made with.
pub(super) fn signed(
    signature: &DigitallySignedStruct,
    result: Result<HandshakeSignatureValid, Error>,
) -> Result<HandshakeSignatureValid, Error> {
    SEEN.with_borrow_mut(|seen| match seen {
        None => result,
        Some(seen) => {
            seen.signature_scheme = Some(SignatureScheme::new(signature.scheme.into()));
            seen.unproven = seen.unproven.take().or(result.err());
            Ok(HandshakeSignatureValid::assertion())
        }
    })
}

/// While one exists, this thread's checks are noted. Ends with the step even if that panics.
struct Observation;

impl Observation {
    fn start() -> Self {
        SEEN.set(Some(Proof::default()));
        Self
    }

    fn finish(self) -> Proof {
        SEEN.take().unwrap_or_default()
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        SEEN.set(None);
    }
}
