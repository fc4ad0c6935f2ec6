//! Keys and certificates, made once a process: a certification authority, its servers and its client.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tempfile::TempDir;

/// The name that the servers' certificates are for.
pub const SERVER_NAME: &str = "localhost";

/// The name in the client's certificate.
pub const CLIENT_NAME: &str = "countersign-test-client";

/// The certificates of this process.
pub static PKI: LazyLock<Pki> = LazyLock::new(Pki::new);

/// A certification authority and what it issued.
#[derive(Debug)]
pub struct Pki {
    /// The authority that everybody trusts.
    pub ca: Identity,
    /// A server with an RSA key of 2048 bits.
    pub rsa: Identity,
    /// A server with an ECDSA key on P-256.
    pub ecdsa: Identity,
    /// A server whose issuer nobody trusts.
    pub untrusted: Identity,
    /// A client.
    pub client: Identity,
    /// A client whose issuer nobody trusts.
    pub stranger: Identity,
    _directory: TempDir,
}

/// A certificate and its key, as files and as bytes.
#[derive(Debug)]
pub struct Identity {
    /// The certificate in PEM.
    pub certificate_file: PathBuf,
    /// The key in PEM (PKCS #8).
    pub key_file: PathBuf,
    /// The certificate.
    pub certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Pki {
    fn new() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let at = directory.path();
        let ca_key = ecdsa_key();
        let ca_params = authority("Countersign test authority");
        let ca_certificate = ca_params.self_signed(&ca_key).expect("a certificate");
        let ca = Identity::new(at, "ca", ca_certificate, &ca_key);
        let ca_issuer = Issuer::new(ca_params, ca_key);
        let strangers = Issuer::new(authority("Another authority"), ecdsa_key());
        Self {
            ca,
            rsa: Identity::issue(at, "rsa", server(), rsa_key(), &ca_issuer),
            ecdsa: Identity::issue(at, "ecdsa", server(), ecdsa_key(), &ca_issuer),
            untrusted: Identity::issue(at, "untrusted", server(), ecdsa_key(), &strangers),
            client: Identity::issue(at, "client", client(), ecdsa_key(), &ca_issuer),
            stranger: Identity::issue(at, "stranger", client(), ecdsa_key(), &strangers),
            _directory: directory,
        }
    }
}

impl Identity {
    fn issue(
        directory: &Path,
        name: &str,
        params: CertificateParams,
        key: KeyPair,
        issuer: &Issuer<'_, KeyPair>,
    ) -> Self {
        let certificate = params.signed_by(&key, issuer).expect("a certificate");
        Self::new(directory, name, certificate, &key)
    }

    fn new(directory: &Path, name: &str, certificate: rcgen::Certificate, key: &KeyPair) -> Self {
        let certificate_file = directory.join(format!("{name}.pem"));
        let key_file = directory.join(format!("{name}.key"));
        fs::write(&certificate_file, certificate.pem()).expect("a writable directory");
        fs::write(&key_file, key.serialize_pem()).expect("a writable directory");
        Self {
            certificate_file,
            key_file,
            certificate: certificate.der().clone(),
            key: PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        }
    }

    /// The certificate and the key in these files.
    pub fn read(certificate_file: PathBuf, key_file: PathBuf) -> Self {
        Self {
            certificate: CertificateDer::from_pem_file(&certificate_file).expect("a certificate"),
            key: PrivateKeyDer::from_pem_file(&key_file).expect("a key"),
            certificate_file,
            key_file,
        }
    }

    /// The files of certificate and key, as arguments of a command.
    pub fn files(&self) -> [&str; 2] {
        [&self.certificate_file, &self.key_file].map(|file| file.to_str().expect("a plain path"))
    }

    /// The private key.
    pub fn key(&self) -> PrivateKeyDer<'static> {
        self.key.clone_key()
    }
}

fn ecdsa_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("an ECDSA key")
}

fn rsa_key() -> KeyPair {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("an RSA key")
}

fn authority(name: &str) -> CertificateParams {
    let mut params = named(name, Vec::new());
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn server() -> CertificateParams {
    let names = vec![SERVER_NAME.to_owned(), "127.0.0.1".to_owned()];
    let mut params = named(SERVER_NAME, names);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

fn client() -> CertificateParams {
    let mut params = named(CLIENT_NAME, Vec::new());
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

fn named(common_name: &str, alternative_names: Vec<String>) -> CertificateParams {
    let mut params = CertificateParams::new(alternative_names).expect("well-formed names");
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params
}
