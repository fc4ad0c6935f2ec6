//! Certificates, made once per test program.

use std::sync::{Arc, OnceLock};

use countersign::rustls::{
    RootCertStore,
    client::{ResolvesClientCert, WebPkiServerVerifier},
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName},
    server::{ClientCertVerifierBuilder, WebPkiClientVerifier, danger::ClientCertVerifier},
    sign::{CertifiedKey, SingleCertAndKey},
};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

/// The server's name.
pub const SERVER: &str = "server.test";

/// The name of another server.
pub const ELSEWHERE: &str = "elsewhere.test";

/// The subject of the client's certificate: bytes that must not be seen where the identity must not leave.
pub const CLIENT: &str = "client-identity-marker";

/// A certificate with its key.
pub struct Identity {
    /// The certificate, in DER.
    pub certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Identity {
    /// The private key.
    pub fn key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.clone()).into()
    }

    /// Both, for use in a handshake.
    pub fn certified_key(&self) -> CertifiedKey {
        let chain = vec![self.certificate.clone()];
        let key = CertifiedKey::from_der(chain, self.key(), &aws_lc_rs::default_provider());
        key.expect("the key fits")
    }
}

/// Who is who.
pub struct Pki {
    root: CertificateDer<'static>,
    client_root: CertificateDer<'static>,
    /// Everything about it is right.
    pub good: Identity,
    /// Its notAfter was in 2001.
    pub expired: Identity,
    /// Its issuer is no root.
    pub stranger: Identity,
    /// It is for another name.
    pub misnamed: Identity,
    /// The client's.
    pub client: Identity,
    /// A client's whose notAfter was in 2001.
    pub expired_client: Identity,
    /// A client's whose issuer is no root.
    pub strange_client: Identity,
}

/// The certificates of this process.
pub fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(Pki::new)
}

/// The server's name, as the gate takes it.
pub fn server_name() -> ServerName<'static> {
    ServerName::try_from(SERVER).expect("a valid name")
}

impl Pki {
    fn new() -> Self {
        let (root, issuer) = authority("Test Root");
        let (_, other) = authority("Other Root");
        let (client_root, client_issuer) = authority("Client Root");
        Self {
            root,
            client_root,
            good: leaf(server_params(SERVER), &issuer),
            expired: leaf(in_the_past(server_params(SERVER)), &issuer),
            stranger: leaf(server_params(SERVER), &other),
            misnamed: leaf(server_params(ELSEWHERE), &issuer),
            client: leaf(client_params(), &client_issuer),
            expired_client: leaf(in_the_past(client_params()), &client_issuer),
            strange_client: leaf(client_params(), &other),
        }
    }

    /// What clients trust.
    pub fn server_verifier(&self) -> Arc<WebPkiServerVerifier> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        WebPkiServerVerifier::builder_with_provider(roots(&self.root), provider)
            .build()
            .expect("there is a root")
    }

    /// A server's check of client certificates: nobody goes on without one.
    pub fn client_verifier(&self) -> Arc<dyn ClientCertVerifier> {
        let builder = self.client_verifier_builder();
        builder.build().expect("there is a root")
    }

    /// The same check, but clients without a certificate may go on.
    pub fn optional_client_verifier(&self) -> Arc<dyn ClientCertVerifier> {
        let builder = self.client_verifier_builder().allow_unauthenticated();
        builder.build().expect("there is a root")
    }

    fn client_verifier_builder(&self) -> ClientCertVerifierBuilder {
        let provider = Arc::new(aws_lc_rs::default_provider());
        WebPkiClientVerifier::builder_with_provider(roots(&self.client_root), provider)
    }

    /// The client's certificate, for any server that asks.
    pub fn client_resolver(&self) -> Arc<dyn ResolvesClientCert> {
        Arc::new(SingleCertAndKey::from(self.client.certified_key()))
    }
}

fn roots(root: &CertificateDer<'static>) -> Arc<RootCertStore> {
    let mut store = RootCertStore::empty();
    store.add(root.clone()).expect("a valid root");
    Arc::new(store)
}

fn authority(name: &str) -> (CertificateDer<'static>, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a root");
    (certificate.der().clone(), Issuer::new(params, key))
}

fn server_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a valid name");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

fn in_the_past(mut params: CertificateParams) -> CertificateParams {
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(2001, 1, 1);
    params
}

fn client_params() -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.distinguished_name.push(DnType::CommonName, CLIENT);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

fn leaf(params: CertificateParams, issuer: &Issuer<'static, KeyPair>) -> Identity {
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, issuer).expect("a certificate");
    Identity {
        certificate: certificate.der().clone(),
        key: key.serialize_der(),
    }
}
