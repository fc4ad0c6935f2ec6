//! Certificates that last as long as the demo.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, SanType};
use rustls::{
    RootCertStore,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
    sign::{CertifiedKey, SingleCertAndKey},
};

use super::DemoError;

/// Who vouches for everybody in the demo.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Authority {
    pub(super) fn new() -> Result<Self, DemoError> {
        let mut params = named("Demo Authority", None)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?.der().clone();
        let issuer = Issuer::new(params, key);
        Ok(Self {
            issuer,
            certificate,
        })
    }

    /// A store that trusts this authority, and nobody else.
    pub(super) fn roots(&self) -> Result<Arc<RootCertStore>, DemoError> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone())?;
        Ok(Arc::new(roots))
    }

    /// Vouches for a subject that goes by this name.
    pub(super) fn identity(
        &self,
        subject: &str,
        name: SanType,
        provider: &CryptoProvider,
    ) -> Result<Arc<SingleCertAndKey>, DemoError> {
        let key = KeyPair::generate()?;
        let params = named(subject, Some(name))?;
        let chain = vec![params.signed_by(&key, &self.issuer)?.der().clone()];
        let private = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let signer = provider.key_provider.load_private_key(private)?;
        Ok(Arc::new(CertifiedKey::new(chain, signer).into()))
    }
}

fn named(subject: &str, name: Option<SanType>) -> Result<CertificateParams, DemoError> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, subject);
    params.subject_alt_names.extend(name);
    Ok(params)
}
