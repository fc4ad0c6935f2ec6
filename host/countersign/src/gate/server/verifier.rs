//! The client's certificate chain: checked by the operator's verifier, decided on by the gate.

use std::sync::Arc;

use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    pki_types::{CertificateDer, UnixTime},
    server::{
        WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

use crate::{
    facts::ChainCheck,
    gate::observed::{noted, signed},
    offer::ClientAuth,
};

/// One verifier for each [`ClientAuth`].
pub(super) struct Levels {
    none: Arc<dyn ClientCertVerifier>,
    request: Arc<dyn ClientCertVerifier>,
    require: Arc<dyn ClientCertVerifier>,
    verifier: Option<Arc<dyn ClientCertVerifier>>,
}

impl Levels {
    pub(super) fn new(verifier: Option<Arc<dyn ClientCertVerifier>>) -> Self {
        let level = |auth| -> Arc<dyn ClientCertVerifier> {
            match &verifier {
                Some(inner) if auth > ClientAuth::None => Arc::new(ObservedClientVerifier {
                    inner: Arc::clone(inner),
                    mandatory: auth == ClientAuth::Require,
                }),
                _ => WebPkiClientVerifier::no_client_auth(),
            }
        };
        Self {
            none: level(ClientAuth::None),
            request: level(ClientAuth::Request),
            require: level(ClientAuth::Require),
            verifier,
        }
    }

    pub(super) fn of(&self, auth: ClientAuth) -> &Arc<dyn ClientCertVerifier> {
        match auth {
            ClientAuth::None => &self.none,
            ClientAuth::Request => &self.request,
            ClientAuth::Require => &self.require,
        }
    }

    /// The check itself, for a session whose handshake makes none because it is resumed.
    pub(super) fn check(&self, chain: &[CertificateDer<'_>]) -> ChainCheck {
        let (Some(verifier), Some((own, others))) = (&self.verifier, chain.split_first()) else {
            return ChainCheck::NotMade;
        };
        let result = verifier.verify_client_cert(own, others, UnixTime::now());
        ChainCheck::from_verifier(result.as_ref().map(|_| ()))
    }
}

/// Verifies like the verifier inside it, but what comes of it is noted for the gate instead of enforced. A signature of
/// the handshake that does not verify is always refused there: it alone proves that the client has the key.
#[derive(Debug)]
struct ObservedClientVerifier {
    inner: Arc<dyn ClientCertVerifier>,
    mandatory: bool,
}

impl ClientCertVerifier for ObservedClientVerifier {
    fn offer_client_auth(&self) -> bool {
        true
    }

    fn client_auth_mandatory(&self) -> bool {
        self.mandatory
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.inner.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let result = self.inner.verify_client_cert(own, others, now);
        noted(result, ClientCertVerified::assertion)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let result = self
            .inner
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
            .inner
            .verify_tls13_signature(message, certificate, signature);
        signed(signature, result)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.inner.requires_raw_public_keys()
    }
}
