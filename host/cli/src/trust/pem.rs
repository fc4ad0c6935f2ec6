//! Certificates and keys in PEM files (RFC 7468).

use std::path::Path;

use rustls::pki_types::{
    CertificateDer, PrivateKeyDer,
    pem::{Error, PemObject, SectionKind},
};

use crate::{
    error::{PemProblem, StartError},
    input::Input,
};

/// More than any bundle of roots needs.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// The first byte of a DER certificate or key: a SEQUENCE (X.690, section 8.9).
const DER_SEQUENCE: u8 = 0x30;

/// How an encrypted key begins (RFC 7468, section 11), or goes on (RFC 1421, section 4.6.1.1).
const ENCRYPTED: [&[u8]; 2] = [
    b"-----BEGIN ENCRYPTED PRIVATE KEY-----",
    b"Proc-Type: 4,ENCRYPTED",
];

/// The certificates in a file; at least one.
pub(super) fn certificates(
    input: Input,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, StartError> {
    let bytes = input.read(path, BYTES_MAX)?;
    parse_certificates(&bytes).map_err(|problem| at(input, path, problem))
}

/// The first private key in a file.
pub(super) fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, StartError> {
    let bytes = Input::ClientKey.read(path, BYTES_MAX)?;
    parse_key(&bytes).map_err(|problem| at(Input::ClientKey, path, problem))
}

/// A certificate or key that is well-formed PEM, but no more.
pub(super) fn unusable(input: Input, path: &Path, error: rustls::Error) -> StartError {
    at(input, path, PemProblem::Unusable(error))
}

fn at(input: Input, path: &Path, problem: PemProblem) -> StartError {
    let path = path.to_owned();
    StartError::Pem {
        input,
        path,
        problem,
    }
}

fn parse_certificates(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, PemProblem> {
    if is_der(bytes) {
        return Err(PemProblem::Der("x509"));
    }
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        Ok(_) if has_key(bytes) => Err(PemProblem::KeyOnly),
        Ok(_) => Err(PemProblem::NoCertificate),
        Err(error) => Err(PemProblem::Damaged(error)),
    }
}

fn parse_key(bytes: &[u8]) -> Result<PrivateKeyDer<'static>, PemProblem> {
    if is_der(bytes) {
        return Err(PemProblem::Der("pkey"));
    }
    if ENCRYPTED.iter().any(|mark| contains(bytes, mark)) {
        return Err(PemProblem::Encrypted);
    }
    PrivateKeyDer::from_pem_slice(bytes).map_err(|error| match error {
        Error::NoItemsFound => PemProblem::NoKey,
        error => PemProblem::Damaged(error),
    })
}

/// DER begins with a SEQUENCE. That is also the digit 0, with which a comment may begin.
fn is_der(bytes: &[u8]) -> bool {
    bytes.first() == Some(&DER_SEQUENCE) && !contains(bytes, b"-----BEGIN ")
}

fn has_key(bytes: &[u8]) -> bool {
    let mut sections = <(SectionKind, Vec<u8>)>::pem_slice_iter(bytes);
    let plain = sections.any(|section| {
        matches!(
            section,
            Ok((
                SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey,
                _
            ))
        )
    });
    plain || ENCRYPTED.iter().any(|mark| contains(bytes, mark))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    const KEY: &[u8] = b"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";

    fn certificate_problem(bytes: &[u8]) -> PemProblem {
        parse_certificates(bytes).expect_err("there is a problem")
    }

    fn key_problem(bytes: &[u8]) -> PemProblem {
        parse_key(bytes).expect_err("there is a problem")
    }

    #[test]
    fn what_is_there_is_found() {
        let both = [b"0 comments\n".as_slice(), KEY, CERTIFICATE, CERTIFICATE].concat();
        assert_eq!(parse_certificates(&both).expect("two").len(), 2);
        assert!(parse_key(&both).is_ok());
    }

    #[test]
    fn what_is_not_there_is_named() {
        assert!(matches!(
            certificate_problem(b""),
            PemProblem::NoCertificate
        ));
        assert!(matches!(
            certificate_problem(b"hello"),
            PemProblem::NoCertificate
        ));
        assert!(matches!(certificate_problem(KEY), PemProblem::KeyOnly));
        assert!(matches!(
            certificate_problem(b"\x30\x82\x01"),
            PemProblem::Der("x509")
        ));
        assert!(matches!(key_problem(CERTIFICATE), PemProblem::NoKey));
        assert!(matches!(
            key_problem(b"\x30\x82\x01"),
            PemProblem::Der("pkey")
        ));
    }

    #[test]
    fn damage_and_encryption_are_named() {
        let cut = &CERTIFICATE[..40];
        assert!(matches!(certificate_problem(cut), PemProblem::Damaged(_)));
        let pkcs8 =
            b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
        assert!(matches!(key_problem(pkcs8), PemProblem::Encrypted));
        assert!(matches!(certificate_problem(pkcs8), PemProblem::KeyOnly));
        let old = b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMAA=\n-----END RSA PRIVATE KEY-----\n";
        assert!(matches!(key_problem(old), PemProblem::Encrypted));
    }
}
