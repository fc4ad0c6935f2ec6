//! Two identities, made once: the server's and the client's. Each is its own root.

use std::sync::{Arc, LazyLock};

use countersign::rustls::{
    RootCertStore,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
    sign::CertifiedKey,
};
use rcgen::{CertificateParams, KeyPair};

pub(super) static SERVER: LazyLock<Identity> = LazyLock::new(|| Identity::new("server.test"));
pub(super) static CLIENT: LazyLock<Identity> = LazyLock::new(|| Identity::new("client.test"));

/// A certificate with its key.
pub(super) struct Identity {
    name: &'static str,
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Identity {
    fn new(name: &'static str) -> Self {
        let key = KeyPair::generate().expect("keys can be made");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("the name is good");
        let certificate = params.self_signed(&key).expect("it can be signed");
        Self {
            name,
            certificate: certificate.der().clone(),
            key: key.serialize_der(),
        }
    }

    pub(super) fn name(&self) -> ServerName<'static> {
        ServerName::try_from(self.name).expect("the name is good")
    }

    pub(super) fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.certificate.clone()]
    }

    pub(super) fn key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.clone()).into()
    }

    pub(super) fn certified(&self) -> CertifiedKey {
        CertifiedKey::from_der(self.chain(), self.key(), &provider()).expect("the key fits")
    }

    /// A server's check that a client has this identity.
    pub(super) fn verifier(&self) -> Arc<dyn ClientCertVerifier> {
        WebPkiClientVerifier::builder_with_provider(self.roots(), provider())
            .build()
            .expect("there is a root")
    }

    /// What those trust who trust this identity and nobody else.
    pub(super) fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).expect("it is a root");
        Arc::new(roots)
    }
}

pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
