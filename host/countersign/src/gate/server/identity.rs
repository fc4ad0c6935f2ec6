//! Under what a session was approved, in 32 bytes.

use rustls::{crypto::CryptoProvider, server::danger::ClientCertVerifier};
use sha2::{Digest, Sha256};

use crate::{
    offer::{ClientAuth, Offer},
    policy::Chain,
};

/// Everything that a session ticket is bound to. A ticket made under another identity opens no session.
pub(super) struct Identity<'a> {
    pub(super) chain: &'a Chain,
    pub(super) floor: &'a Offer,
    pub(super) listener: &'a str,
    pub(super) tenant: &'a str,
    pub(super) verifier: Option<&'a dyn ClientCertVerifier>,
    /// Stands for what cannot be looked into: the resolver of certificates, and the verifier beyond its hints.
    pub(super) context: &'a [u8],
}

/// SHA-256 of an identity.
pub(super) type IdentityDigest = [u8; 32];

impl Identity<'_> {
    /// A policy may ask different clients differently for a certificate, so this belongs to the identity, too.
    pub(super) fn digest(&self, asked: ClientAuth) -> IdentityDigest {
        let mut fields = Fields(Sha256::new_with_prefix(b"countersign session identity 1"));
        fields.count(self.chain.links().len());
        for link in self.chain.links() {
            fields.add(link.policy.digest().as_bytes());
            fields.add(link.policy.settings_digest().as_bytes());
            fields.add(format!("{:?}", link.mode).as_bytes());
        }
        fields.offer(self.floor);
        fields.add(self.listener.as_bytes());
        fields.add(self.tenant.as_bytes());
        let hints = self.verifier.map(ClientCertVerifier::root_hint_subjects);
        fields.list(hints.unwrap_or_default().iter());
        fields.add(&[asked as u8]);
        fields.add(self.context);
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
