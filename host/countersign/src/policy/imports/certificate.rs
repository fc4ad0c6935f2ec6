//! The getters of a certificate.

use wasmtime::{Result, component::Resource};

use super::{Handle, HostState, Misuse, facts};
use crate::facts::{Certificate, Fact};

/// The type of handles to certificates.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct CertificateHandle;

impl HostState {
    fn certificate(
        &mut self,
        fact: Fact,
        handle: &Resource<CertificateHandle>,
    ) -> Result<&Certificate> {
        let Some(Handle::Certificate { place }) = self.handles.get(handle.rep()) else {
            return Err(Misuse::NoSuchHandle.into());
        };
        let chain = &self.reading(fact)?.peer_certificates;
        let certificate = chain.get(place as usize);
        certificate.ok_or_else(|| Misuse::NoSuchHandle.into())
    }
}

impl facts::HostCertificate for HostState {
    fn der(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<u8>> {
        let value = self
            .certificate(Fact::CertificateDer, &this)?
            .der()
            .to_vec();
        self.hand_over(value)
    }

    fn sha256(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<u8>> {
        let value = self
            .certificate(Fact::CertificateSha256, &this)?
            .sha256()
            .to_vec();
        self.hand_over(value)
    }

    fn spki_sha256(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<u8>> {
        let value = self
            .certificate(Fact::CertificateSpkiSha256, &this)?
            .spki_sha256()
            .to_vec();
        self.hand_over(value)
    }

    fn subject(&mut self, this: Resource<CertificateHandle>) -> Result<String> {
        let value = self
            .certificate(Fact::CertificateSubject, &this)?
            .subject()
            .to_owned();
        self.hand_over(value)
    }

    fn issuer(&mut self, this: Resource<CertificateHandle>) -> Result<String> {
        let value = self
            .certificate(Fact::CertificateIssuer, &this)?
            .issuer()
            .to_owned();
        self.hand_over(value)
    }

    fn serial(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<u8>> {
        let value = self
            .certificate(Fact::CertificateSerial, &this)?
            .serial()
            .to_vec();
        self.hand_over(value)
    }

    fn dns_names(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<String>> {
        let value = self
            .certificate(Fact::CertificateDnsNames, &this)?
            .dns_names()
            .to_vec();
        self.hand_over(value)
    }

    fn uris(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<String>> {
        let value = self
            .certificate(Fact::CertificateUris, &this)?
            .uris()
            .to_vec();
        self.hand_over(value)
    }

    fn ip_addresses(&mut self, this: Resource<CertificateHandle>) -> Result<Vec<String>> {
        let value = self
            .certificate(Fact::CertificateIpAddresses, &this)?
            .ip_addresses()
            .to_vec();
        self.hand_over(value)
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
        let value = self
            .certificate(Fact::CertificateKeyAlgorithm, &this)?
            .key_algorithm()
            .to_owned();
        self.hand_over(value)
    }

    fn key_bits(&mut self, this: Resource<CertificateHandle>) -> Result<u32> {
        let certificate = self.certificate(Fact::CertificateKeyBits, &this)?;
        Ok(certificate.key_bits())
    }

    fn signature_algorithm(&mut self, this: Resource<CertificateHandle>) -> Result<String> {
        let value = self
            .certificate(Fact::CertificateSignatureAlgorithm, &this)?
            .signature_algorithm()
            .to_owned();
        self.hand_over(value)
    }

    fn drop(&mut self, this: Resource<CertificateHandle>) -> Result<()> {
        self.handles.close(this.rep());
        Ok(())
    }
}
