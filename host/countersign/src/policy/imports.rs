//! The host's half of the contract: the facts, handed out one getter at a time.

use std::sync::Arc;

use wasmtime::{ResourceLimiter, Result, component::Resource};

use super::bindings::countersign::policy::{facts, types};
use crate::facts::{Certificate, ChainCheck, ChainFailure, ConnectionFacts, Fact, FactsRead};

/// What a handle to a certificate stands for: its place in the peer's chain.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct CertificateHandle;

/// Handles to a ClientHello are never given out: this host is the client.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub enum ClientHelloHandle {}

/// What a guest must not ask of its host. It traps.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum Misuse {
    #[error("it read `{0}` where there is no connection yet")]
    NoConnection(Fact),
    #[error("it read facts too often")]
    TooManyReads,
    #[error("it used a handle that it was not given")]
    NoSuchHandle,
    #[error("it asked for more memory than it may have")]
    TooMuchMemory,
}

/// The state of one instance.
pub(super) struct HostState {
    pub(super) memory: MemoryLimit,
    /// None while there is no connection.
    facts: Option<Arc<ConnectionFacts>>,
    read: FactsRead,
    reads_left: u32,
}

impl HostState {
    pub(super) fn new(memory: MemoryLimit, reads_max: u32) -> Self {
        Self {
            memory,
            facts: None,
            read: FactsRead::default(),
            reads_left: reads_max,
        }
    }

    /// Opens the facts to the guest: from here on it is asked about a connection.
    pub(super) fn show(&mut self, facts: Arc<ConnectionFacts>) {
        self.facts = Some(facts);
    }

    pub(super) fn facts_read(&self) -> FactsRead {
        self.read
    }

    /// Every getter goes through here: it counts, and remembers what was read.
    fn reading(&mut self, fact: Fact) -> Result<&ConnectionFacts> {
        let Some(facts) = &self.facts else {
            return Err(Misuse::NoConnection(fact).into());
        };
        self.reads_left = self.reads_left.checked_sub(1).ok_or(Misuse::TooManyReads)?;
        self.read.insert(fact);
        Ok(facts)
    }

    fn certificate(
        &mut self,
        fact: Fact,
        handle: &Resource<CertificateHandle>,
    ) -> Result<&Certificate> {
        let at = handle.rep() as usize;
        let chain = &self.reading(fact)?.peer_certificates;
        chain.get(at).ok_or_else(|| Misuse::NoSuchHandle.into())
    }
}

impl types::Host for HostState {}

impl facts::Host for HostState {
    fn server_name(&mut self) -> Result<Option<String>> {
        Ok(self.reading(Fact::ServerName)?.server_name.clone())
    }

    fn port(&mut self) -> Result<Option<u16>> {
        Ok(self.reading(Fact::Port)?.port)
    }

    fn peer_address(&mut self) -> Result<Option<String>> {
        let address = self.reading(Fact::PeerAddress)?.peer_address;
        Ok(address.map(|address| address.to_string()))
    }

    fn today(&mut self) -> Result<u32> {
        Ok(self.reading(Fact::Today)?.today)
    }

    fn hello(&mut self) -> Result<Option<Resource<ClientHelloHandle>>> {
        self.reading(Fact::Hello)?;
        Ok(None)
    }

    fn peer_certificates(&mut self) -> Result<Vec<Resource<CertificateHandle>>> {
        let count = self
            .reading(Fact::PeerCertificates)?
            .peer_certificates
            .len();
        let count = u32::try_from(count)?;
        Ok((0..count).map(Resource::new_own).collect())
    }

    fn peer_verification(&mut self) -> Result<facts::ChainCheck> {
        let check = &self.reading(Fact::PeerVerification)?.peer_verification;
        Ok(match check {
            ChainCheck::NotMade => facts::ChainCheck::NotMade,
            ChainCheck::Valid => facts::ChainCheck::Valid,
            ChainCheck::Invalid { failure, .. } => facts::ChainCheck::Invalid((*failure).into()),
        })
    }
}

impl From<ChainFailure> for facts::ChainFailure {
    fn from(failure: ChainFailure) -> Self {
        match failure {
            ChainFailure::Expired => Self::Expired,
            ChainFailure::NotYetValid => Self::NotYetValid,
            ChainFailure::UnknownIssuer => Self::UnknownIssuer,
            ChainFailure::NameMismatch => Self::NameMismatch,
            ChainFailure::Revoked => Self::Revoked,
            ChainFailure::BadSignature => Self::BadSignature,
            ChainFailure::Other => Self::Other,
        }
    }
}

impl facts::HostCertificate for HostState {
    fn der(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<u8>> {
        let certificate = self.certificate(Fact::CertificateDer, &this)?;
        Ok(certificate.der().to_vec())
    }

    fn sha256(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<u8>> {
        let certificate = self.certificate(Fact::CertificateSha256, &this)?;
        Ok(certificate.sha256().to_vec())
    }

    fn spki_sha256(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<u8>> {
        let certificate = self.certificate(Fact::CertificateSpkiSha256, &this)?;
        Ok(certificate.spki_sha256().to_vec())
    }

    fn subject(&mut self, this: Resource<CertificateHandle>) -> Result<String> {
        let certificate = self.certificate(Fact::CertificateSubject, &this)?;
        Ok(certificate.subject().to_owned())
    }

    fn issuer(&mut self, this: Resource<CertificateHandle>) -> Result<String> {
        let certificate = self.certificate(Fact::CertificateIssuer, &this)?;
        Ok(certificate.issuer().to_owned())
    }

    fn serial(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<u8>> {
        let certificate = self.certificate(Fact::CertificateSerial, &this)?;
        Ok(certificate.serial().to_vec())
    }

    fn dns_names(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<String>> {
        let certificate = self.certificate(Fact::CertificateDnsNames, &this)?;
        Ok(certificate.dns_names().to_vec())
    }

    fn uris(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<String>> {
        let certificate = self.certificate(Fact::CertificateUris, &this)?;
        Ok(certificate.uris().to_vec())
    }

    fn ip_addresses(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<String>> {
        let certificate = self.certificate(Fact::CertificateIpAddresses, &this)?;
        Ok(certificate.ip_addresses().to_vec())
    }

    fn not_before(&mut self, this: Resource<CertificateHandle>) -> Result<i64> {
        let certificate = self.certificate(Fact::CertificateNotBefore, &this)?;
        Ok(certificate.not_before())
    }

    fn not_after(&mut self, this: Resource<CertificateHandle>) -> Result<i64> {
        let certificate = self.certificate(Fact::CertificateNotAfter, &this)?;
        Ok(certificate.not_after())
    }

    fn key_algorithm(&mut self, this: Resource<CertificateHandle>) -> Result<String> {
        let certificate = self.certificate(Fact::CertificateKeyAlgorithm, &this)?;
        Ok(certificate.key_algorithm().to_owned())
    }

    fn key_bits(&mut self, this: Resource<CertificateHandle>) -> Result<u32> {
        let certificate = self.certificate(Fact::CertificateKeyBits, &this)?;
        Ok(certificate.key_bits())
    }

    fn signature_algorithm(&mut self, this: Resource<CertificateHandle>) -> Result<String> {
        let certificate = self.certificate(Fact::CertificateSignatureAlgorithm, &this)?;
        Ok(certificate.signature_algorithm().to_owned())
    }

    fn drop(&mut self, _: Resource<CertificateHandle>) -> Result<()> {
        Ok(())
    }
}

/// Unreachable: no handle to a ClientHello exists on a client.
fn no_client_hello<T>() -> Result<T> {
    Err(Misuse::NoSuchHandle.into())
}

impl facts::HostClientHello for HostState {
    fn versions(&mut self, _: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        no_client_hello()
    }

    fn cipher_suites(&mut self, _: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        no_client_hello()
    }

    fn groups(&mut self, _: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        no_client_hello()
    }

    fn key_shares(&mut self, _: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        no_client_hello()
    }

    fn signature_schemes(&mut self, _: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        no_client_hello()
    }

    fn alpn(&mut self, _: Resource<ClientHelloHandle>) -> Result<Vec<Vec<u8>>> {
        no_client_hello()
    }

    fn extensions(&mut self, _: Resource<ClientHelloHandle>) -> Result<Vec<u16>> {
        no_client_hello()
    }

    fn ja4(&mut self, _: Resource<ClientHelloHandle>) -> Result<String> {
        no_client_hello()
    }

    fn drop(&mut self, _: Resource<ClientHelloHandle>) -> Result<()> {
        Ok(())
    }
}

/// Traps a guest that asks for more memory or table space than it may have, so that it cannot go on without.
pub(super) struct MemoryLimit {
    bytes_left: usize,
    elements_left: usize,
    exceeded: bool,
}

impl MemoryLimit {
    pub(super) fn new(bytes_max: usize, elements_max: usize) -> Self {
        Self {
            bytes_left: bytes_max,
            elements_left: elements_max,
            exceeded: false,
        }
    }

    /// Whether the guest asked for too much.
    pub(super) fn is_exceeded(&self) -> bool {
        self.exceeded
    }

    fn take(left: &mut usize, exceeded: &mut bool, current: usize, desired: usize) -> Result<bool> {
        match left.checked_sub(desired.saturating_sub(current)) {
            Some(rest) => {
                *left = rest;
                Ok(true)
            }
            None => {
                *exceeded = true;
                Err(Misuse::TooMuchMemory.into())
            }
        }
    }
}

impl ResourceLimiter for MemoryLimit {
    /// What a memory excludes by its own type fails as WebAssembly says, with -1, and takes nothing.
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        Self::take(&mut self.bytes_left, &mut self.exceeded, current, desired)
    }

    /// Here the maximum may be the pool's, and says nothing of the table's type.
    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        Self::take(
            &mut self.elements_left,
            &mut self.exceeded,
            current,
            desired,
        )
    }
}
