//! The chain check, whose outcome the gate decides on instead of the TLS library.
//!
//! A chain that does not verify must not end the handshake at once: the policy is asked as well, and both answers
//! are reported. Nothing leaves the gate before both are known, so letting the handshake go on gives nothing away.

use std::{cell::RefCell, sync::Arc};

use rustls::{
    DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use crate::facts::ChainCheck;

/// Verifies like the verifier inside it, but while [`observed`] runs on this thread the outcome is noted instead of
/// enforced. Signatures of the handshake are always enforced: they prove that the peer has the key.
///
/// One verifier serves all connections of a gate (the TLS library resumes a session only under the verifier that
/// made it), which is why the outcome goes through the thread rather than through the verifier.
#[derive(Debug)]
pub(super) struct ObservedVerifier(pub(super) Arc<dyn ServerCertVerifier>);

thread_local! {
    static OUTCOME: RefCell<Option<ChainCheck>> = const { RefCell::new(None) };
}

/// Runs a step of the TLS library and tells how the chain check ended, if the step made one.
pub(super) fn observed<T>(step: impl FnOnce() -> T) -> (T, Option<ChainCheck>) {
    let observation = Observation::start();
    let result = step();
    (result, observation.finish())
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

impl ObservedVerifier {
    /// The check itself, for a session whose handshake makes none because it is resumed. There is no OCSP
    /// response then.
    pub(super) fn check(&self, chain: &[CertificateDer<'_>], name: &ServerName<'_>) -> ChainCheck {
        let Some((own, others)) = chain.split_first() else {
            return ChainCheck::NotMade;
        };
        let now = UnixTime::now();
        let result = self.0.verify_server_cert(own, others, name, &[], now);
        ChainCheck::from_verifier(result.as_ref().map(|_| ()))
    }
}

impl ServerCertVerifier for ObservedVerifier {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let result = self
            .0
            .verify_server_cert(own, others, name, ocsp_response, now);
        OUTCOME.with_borrow_mut(|outcome| match outcome {
            None => result,
            Some(outcome) => {
                *outcome = ChainCheck::from_verifier(result.as_ref().map(|_| ()));
                Ok(ServerCertVerified::assertion())
            }
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.0.requires_raw_public_keys()
    }

    fn root_hint_subjects(&self) -> Option<&[rustls::DistinguishedName]> {
        self.0.root_hint_subjects()
    }
}
