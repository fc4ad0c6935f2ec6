//! One certificate for all.

use std::{fs, path::PathBuf};

use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;

/// A certificate for `localhost` on P-256, in files.
pub(crate) struct Pki {
    directory: TempDir,
    pub(crate) certificate: CertificateDer<'static>,
}

impl Pki {
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().expect("a directory");
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let certificate = params.self_signed(&key).expect("a certificate");
        let pki = Self {
            certificate: certificate.der().clone(),
            directory,
        };
        pki.write("certificate.pem", &certificate.pem());
        pki.write("key.pem", &key.serialize_pem());
        pki.write("both.pem", &(certificate.pem() + &key.serialize_pem()));
        pki
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) -> PathBuf {
        let path = self.path(file);
        fs::write(&path, text).expect("a file");
        path
    }
}
