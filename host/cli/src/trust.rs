//! Whom the client trusts, and who it says it is.

mod pem;

use std::{env, path::Path, sync::Arc};

use rustls::{
    InconsistentKeys, RootCertStore,
    client::{ResolvesClientCert, WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::CryptoProvider,
    sign::{CertifiedKey, SingleCertAndKey},
};
use rustls_platform_verifier::Verifier;

use crate::{
    error::{PemProblem, StartError},
    input::Input,
};

/// The variables that name other roots than the system's own.
const ROOT_VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Who verifies certificates.
#[derive(Clone, Debug)]
pub(crate) struct Trust {
    /// The verifier.
    pub(crate) verifier: Arc<dyn ServerCertVerifier>,
    /// Whether Mozilla's roots stand in for those of a system that has none.
    pub(crate) mozilla_instead: bool,
}

impl Trust {
    /// Trusts the roots in a file, and no others.
    pub(crate) fn file(path: &Path, provider: &Arc<CryptoProvider>) -> Result<Self, StartError> {
        let mut roots = RootCertStore::empty();
        for certificate in pem::certificates(Input::Ca, path)? {
            roots
                .add(certificate)
                .map_err(|error| pem::unusable(Input::Ca, path, error))?;
        }
        Self::roots(roots, provider)
    }

    /// Trusts what the system trusts. A system that trusts nobody, as in a bare container, gets Mozilla's roots;
    /// not so if the environment names roots: those were meant to be the only ones.
    pub(crate) fn system(provider: &Arc<CryptoProvider>) -> Result<Self, StartError> {
        if let Ok(verifier) = Verifier::new(Arc::clone(provider)) {
            return Ok(Self {
                verifier: Arc::new(verifier),
                mozilla_instead: false,
            });
        }
        let named = |variable: &&str| env::var_os(variable).is_some_and(|value| !value.is_empty());
        if let Some(variable) = ROOT_VARIABLES.into_iter().find(named) {
            return Err(StartError::NoRootsInEnvironment { variable });
        }
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        let trust = Self::roots(roots, provider)?;
        Ok(Self {
            mozilla_instead: true,
            ..trust
        })
    }

    fn roots(roots: RootCertStore, provider: &Arc<CryptoProvider>) -> Result<Self, StartError> {
        let roots = Arc::new(roots);
        let builder = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider));
        let verifier = builder
            .build()
            .map_err(|error| StartError::Roots(error.to_string()))?;
        Ok(Self {
            verifier,
            mozilla_instead: false,
        })
    }
}

/// The certificate to show to servers that ask for one.
pub(crate) fn client_certificate(
    certificate: &Path,
    key: &Path,
    provider: &CryptoProvider,
) -> Result<Arc<dyn ResolvesClientCert>, StartError> {
    let chain = pem::certificates(Input::ClientCert, certificate)?;
    let private = pem::private_key(key)?;
    let signer = provider
        .key_provider
        .load_private_key(private)
        .map_err(|error| pem::unusable(Input::ClientKey, key, error))?;
    let certified = CertifiedKey::new(chain, signer);
    match certified.keys_match() {
        Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => {
            Ok(Arc::new(SingleCertAndKey::from(certified)))
        }
        Err(rustls::Error::InconsistentKeys(_)) => Err(StartError::KeyMismatch {
            key: key.to_owned(),
            certificate: certificate.to_owned(),
        }),
        Err(error) => Err(StartError::Pem {
            input: Input::ClientCert,
            path: certificate.to_owned(),
            problem: PemProblem::Unusable(error),
        }),
    }
}
