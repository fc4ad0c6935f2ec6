//! Certificates with keys that are the same in every run.

use std::sync::{Arc, LazyLock};

use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::{
    RootCertStore,
    client::WebPkiServerVerifier,
    crypto::aws_lc_rs::{default_provider, sign::any_eddsa_type},
    pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
    sign::{CertifiedKey, SigningKey},
};

/// The server's name.
const SERVER: &str = "server.test";

/// The certificates of this process.
pub static PKI: LazyLock<Pki> = LazyLock::new(Pki::new);

/// An authority, a server and a client.
pub struct Pki {
    authority: CertificateDer<'static>,
    server: Identity,
    client: Identity,
}

/// A certificate with its key.
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: Arc<dyn SigningKey>,
}

impl Pki {
    fn new() -> Self {
        let mut params = params(&[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let (_, key) = key(1);
        let authority = params.self_signed(&key).expect("a root").der().clone();
        let issuer = Issuer::new(params, key);
        Self {
            authority,
            server: Identity::new(&[SERVER], ExtendedKeyUsagePurpose::ServerAuth, 2, &issuer),
            client: Identity::new(&[], ExtendedKeyUsagePurpose::ClientAuth, 3, &issuer),
        }
    }

    /// What a client trusts.
    pub fn server_verifier(&self) -> Arc<WebPkiServerVerifier> {
        let provider = Arc::new(default_provider());
        let builder = WebPkiServerVerifier::builder_with_provider(self.roots(), provider);
        builder.build().expect("there is a root")
    }

    /// What a server trusts that asks for a certificate, and perhaps requires one.
    pub fn client_verifier(&self, is_required: bool) -> Arc<dyn ClientCertVerifier> {
        let provider = Arc::new(default_provider());
        let builder = WebPkiClientVerifier::builder_with_provider(self.roots(), provider);
        let builder = match is_required {
            true => builder,
            false => builder.allow_unauthenticated(),
        };
        builder.build().expect("there is a root")
    }

    /// The server's certificate.
    pub fn server(&self) -> &Identity {
        &self.server
    }

    /// The client's.
    pub fn client(&self) -> &Identity {
        &self.client
    }

    fn roots(&self) -> Arc<RootCertStore> {
        let mut store = RootCertStore::empty();
        store.add(self.authority.clone()).expect("a valid root");
        Arc::new(store)
    }
}

impl Identity {
    fn new(
        names: &[&str],
        usage: ExtendedKeyUsagePurpose,
        number: u8,
        issuer: &Issuer<'_, KeyPair>,
    ) -> Self {
        let mut params = params(names);
        params.extended_key_usages = vec![usage];
        let (der, key) = key(number);
        let certificate = params.signed_by(&key, issuer).expect("a certificate");
        Self {
            certificate: certificate.der().clone(),
            key: any_eddsa_type(&der).expect("a key"),
        }
    }

    /// The certificate, in DER.
    pub fn der(&self) -> &[u8] {
        &self.certificate
    }

    /// This chain, whatever it says, with the key.
    pub fn showing(&self, chain: Vec<Vec<u8>>) -> Arc<CertifiedKey> {
        let chain = chain.into_iter().map(CertificateDer::from).collect();
        Arc::new(CertifiedKey::new(chain, Arc::clone(&self.key)))
    }
}

/// The server's name, as a client takes it.
pub fn server_name() -> ServerName<'static> {
    ServerName::try_from(SERVER).expect("a valid name")
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    CertificateParams::new(names).expect("valid names")
}

/// The Ed25519 key made of this number, whose signatures are the same every time (RFC 8032), in PKCS #8 (RFC 8410, section 7).
fn key(number: u8) -> (PrivatePkcs8KeyDer<'static>, KeyPair) {
    const HEADER: [u8; 16] = [
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    let der = PrivatePkcs8KeyDer::from([&HEADER[..], &[number; 32]].concat());
    let key = KeyPair::try_from(&der).expect("a key");
    (der, key)
}
