//! The getters of a certificate.

use wasmtime::{Result, component::Resource};

use super::{HostState, Misuse, facts};
use crate::facts::{Certificate, Fact};

/// What a handle to a certificate stands for: its place in the peer's chain.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct CertificateHandle;

impl HostState {
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
