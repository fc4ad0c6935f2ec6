//! Under what a session was approved, in 32 bytes.

use rustls::{crypto::CryptoProvider, server::danger::ClientCertVerifier};
use sha2::{Digest, Sha256};

use crate::{
    offer::{ClientAuth, Offer},
    policy::ChainDigest,
};

/// What a gate's session tickets are bound to as long as it lives.
pub(super) struct Lasting<'a> {
    pub(super) floor: &'a Offer,
    pub(super) listener: &'a str,
    pub(super) tenant: &'a str,
    pub(super) verifier: Option<&'a dyn ClientCertVerifier>,
    /// Stands for what cannot be looked into: the resolver of certificates, and the verifier beyond its hints.
    pub(super) context: &'a [u8],
}

/// The identity of a gate: everything that its session tickets are bound to, but for what each connection has of its own. A
/// ticket made under another identity opens no session.
#[derive(Clone)]
pub(super) struct Identity(Fields);

/// SHA-256 of an identity.
pub(super) type IdentityDigest = [u8; 32];

impl Identity {
    pub(super) fn new(lasting: &Lasting<'_>) -> Self {
        let mut fields = Fields(Sha256::new_with_prefix(b"countersign session identity 1"));
        fields.offer(lasting.floor);
        fields.add(lasting.listener.as_bytes());
        fields.add(lasting.tenant.as_bytes());
        let hints = lasting.verifier.map(ClientCertVerifier::root_hint_subjects);
        fields.list(hints.unwrap_or_default().iter());
        fields.add(lasting.context);
        Self(fields)
    }

    /// The identity of a connection. Policies may be replaced while their gate lives; and they may ask different clients
    /// differently for a certificate.
    pub(super) fn digest(&self, chain: &ChainDigest, asked: ClientAuth) -> IdentityDigest {
        let mut fields = self.0.clone();
        fields.add(chain);
        fields.add(&[asked as u8]);
        fields.0.finalize().into()
    }
}

/// A context that no other gate has.
pub(super) fn unique_context(provider: &CryptoProvider) -> Result<Vec<u8>, rustls::Error> {
    let mut context = vec![0; 32];
    provider
        .secure_random
        .fill(&mut context)
        .map_err(|_| rustls::Error::FailedToGetRandomBytes)?;
    Ok(context)
}

/// Fields one after the other, each behind its length, so that no two lists of fields read the same.
#[derive(Clone)]
struct Fields(Sha256);

impl Fields {
    fn add(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.0.update(bytes);
    }

    fn count(&mut self, count: usize) {
        self.0.update((count as u64).to_be_bytes());
    }

    fn list<T: AsRef<[u8]>>(&mut self, items: impl ExactSizeIterator<Item = T>) {
        self.count(items.len());
        items.for_each(|item| self.add(item.as_ref()));
    }

    fn offer(&mut self, offer: &Offer) {
        self.list(offer.versions.iter().map(|v| v.code().to_be_bytes()));
        self.list(offer.cipher_suites.iter().map(|s| s.code().to_be_bytes()));
        self.list(offer.groups.iter().map(|g| g.code().to_be_bytes()));
        self.list(offer.alpn.iter());
        self.add(&[u8::from(offer.resumption), offer.client_auth as u8]);
    }
}
