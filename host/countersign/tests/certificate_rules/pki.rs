//! Certificates of every kind, each made once per test program.

use std::sync::{Arc, OnceLock};

use countersign::rustls::{
    RootCertStore,
    client::WebPkiServerVerifier,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use data_encoding::BASE64;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    RsaKeySize, SanType,
};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use x509_parser::prelude::{FromDer, X509Certificate};

/// The server's name.
pub(crate) const SERVER: &str = "server.test";

/// A kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Rsa2048,
    Rsa3072,
    P256,
    P384,
    P521,
    Ed25519,
}

/// Who issues certificates. All of them are roots, but for the one that a root has issued.
pub(crate) struct Authority {
    pub(crate) certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// A chain with the key of its first certificate.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

/// The authorities. Nobody trusts the last one.
pub(crate) struct Authorities {
    pub(crate) p256: Authority,
    pub(crate) p384: Authority,
    pub(crate) ed25519: Authority,
    pub(crate) rsa: Authority,
    /// Issued by `p256`, with an RSA key of 2048 bits.
    pub(crate) rsa_intermediate: Authority,
    pub(crate) stranger: Authority,
}

impl Key {
    fn pair(self) -> KeyPair {
        let pair = match self {
            Self::Rsa2048 => rsa(RsaKeySize::_2048),
            Self::Rsa3072 => rsa(RsaKeySize::_3072),
            Self::P256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
            Self::P384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384),
            Self::P521 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512),
            Self::Ed25519 => KeyPair::generate_for(&rcgen::PKCS_ED25519),
        };
        pair.expect("a key")
    }
}

fn rsa(size: RsaKeySize) -> Result<KeyPair, rcgen::Error> {
    KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, size)
}

/// The authorities of this process.
pub(crate) fn authorities() -> &'static Authorities {
    static AUTHORITIES: OnceLock<Authorities> = OnceLock::new();
    AUTHORITIES.get_or_init(|| {
        let p256 = Authority::root("P-256 Root", Key::P256);
        Authorities {
            rsa_intermediate: Authority::issued("RSA Intermediate", Key::Rsa2048, Some(&p256)),
            p256,
            p384: Authority::root("P-384 Root", Key::P384),
            ed25519: Authority::root("Ed25519 Root", Key::Ed25519),
            rsa: Authority::root("RSA Root", Key::Rsa2048),
            stranger: Authority::root("Stranger", Key::P256),
        }
    })
}

impl Authority {
    pub(crate) fn root(name: &str, key: Key) -> Self {
        Self::issued(name, key, None)
    }

    fn issued(name: &str, key: Key, by: Option<&Self>) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = named(name);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let pair = key.pair();
        let certificate = match by {
            None => params.self_signed(&pair),
            Some(authority) => params.signed_by(&pair, &authority.issuer),
        };
        Self {
            certificate: certificate.expect("a certificate").der().clone(),
            issuer: Issuer::new(params, pair),
        }
    }

    /// A certificate with this key and with changes.
    pub(crate) fn issue(&self, key: Key, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let pair = key.pair();
        let mut params = usual();
        change(&mut params);
        let certificate = params
            .signed_by(&pair, &self.issuer)
            .expect("a certificate");
        Identity {
            chain: vec![certificate.der().clone()],
            key: pair.serialize_der(),
        }
    }
}

/// For the server, and for 90 days, of which 60 are left.
fn usual() -> CertificateParams {
    let mut params = CertificateParams::new(vec![SERVER.to_owned()]).expect("a name");
    params.distinguished_name = named("the end entity");
    valid(&mut params, -30, 60);
    params
}

fn named(name: &str) -> rcgen::DistinguishedName {
    let mut names = rcgen::DistinguishedName::new();
    names.push(DnType::OrganizationName, "Tests");
    names.push(DnType::CommonName, name);
    names
}

/// From so many days after today to so many days after today.
pub(crate) fn valid(params: &mut CertificateParams, from: i64, to: i64) {
    let now = OffsetDateTime::now_utc();
    params.not_before = now + Duration::days(from);
    params.not_after = now + Duration::days(to);
}

/// The names, and no others.
pub(crate) fn for_names(params: &mut CertificateParams, names: &[SanType]) {
    params.subject_alt_names = names.to_vec();
}

/// A dNSName.
pub(crate) fn dns(name: &str) -> SanType {
    SanType::DnsName(name.try_into().expect("ASCII"))
}

/// A uniformResourceIdentifier.
pub(crate) fn uri(uri: &str) -> SanType {
    SanType::URI(uri.try_into().expect("ASCII"))
}

/// A certificate about which everything is right, with this key.
pub(crate) fn good(key: Key) -> Identity {
    authorities().p256.issue(key, |_| {})
}

/// The same with changes, and a key of P-256.
pub(crate) fn with(change: impl FnOnce(&mut CertificateParams)) -> Identity {
    authorities().p256.issue(Key::P256, change)
}

/// A certificate that is its own issuer.
pub(crate) fn self_signed() -> Identity {
    let pair = Key::P256.pair();
    let certificate = usual().self_signed(&pair).expect("a certificate");
    Identity {
        chain: vec![certificate.der().clone()],
        key: pair.serialize_der(),
    }
}

impl Identity {
    /// The private key.
    pub(crate) fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(self.key.clone()).expect("it is a key")
    }

    /// The same, with more certificates behind its own.
    pub(crate) fn followed_by(mut self, more: &[&CertificateDer<'static>]) -> Self {
        self.chain.extend(more.iter().map(|&one| one.clone()));
        self
    }

    /// The pin of its key (RFC 7469, section 2.4).
    pub(crate) fn pin(&self) -> String {
        let (_, parsed) = X509Certificate::from_der(&self.chain[0]).expect("it parses");
        let digest = Sha256::digest(parsed.public_key().raw);
        format!("sha256/{}", BASE64.encode(&digest))
    }
}

fn roots(more: &[CertificateDer<'static>]) -> Arc<RootCertStore> {
    let known = authorities();
    let mut store = RootCertStore::empty();
    for authority in [&known.p256, &known.p384, &known.ed25519, &known.rsa] {
        store
            .add(authority.certificate.clone())
            .expect("a valid root");
    }
    for root in more {
        store.add(root.clone()).expect("a valid root");
    }
    Arc::new(store)
}

/// What clients trust: the authorities, and these.
pub(crate) fn server_verifier(more: &[CertificateDer<'static>]) -> Arc<WebPkiServerVerifier> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(roots(more), provider);
    verifier.build().expect("there are roots")
}

/// Whom servers trust: the authorities.
pub(crate) fn client_verifier() -> Arc<dyn ClientCertVerifier> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(roots(&[]), provider);
    verifier
        .allow_unauthenticated()
        .build()
        .expect("there are roots")
}
