//! The server's certificate chain: checked by the operator's verifier, decided on by the gate.

use std::sync::Arc;

use rustls::{
    DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use crate::{
    facts::ChainCheck,
    gate::observed::{noted, signed},
};

/// Verifies like the verifier inside it, but what comes of it is noted for the gate instead of enforced. A signature of
/// the handshake that does not verify is always refused there: it alone proves that the peer has the key.
#[derive(Debug)]
pub(super) struct ObservedVerifier(pub(super) Arc<dyn ServerCertVerifier>);

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
        noted(result, ServerCertVerified::assertion)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let result = self
            .0
            .verify_tls12_signature(message, certificate, signature);
        signed(signature, result)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let result = self
            .0
            .verify_tls13_signature(message, certificate, signature);
        signed(signature, result)
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
