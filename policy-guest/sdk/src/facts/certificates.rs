use std::{fmt, ops::Deref};

use super::source;

/// Certificates, the peer's own first.
///
/// They are closed last first. The host keeps an instance for the next call only if each thing that was opened was closed while it was the
/// youngest: the numbers of later ones would tell of earlier ones.
#[derive(Debug, Default)]
pub struct Certificates(LastFirst<Certificate>);

impl Certificates {
    pub(super) fn of(certificates: Vec<source::Certificate>) -> Self {
        Self(LastFirst(
            certificates.into_iter().map(Certificate).collect(),
        ))
    }
}

impl Deref for Certificates {
    type Target = [Certificate];

    fn deref(&self) -> &[Certificate] {
        &self.0.0
    }
}

/// Things of which the last is dropped first. A plain `Vec` drops the first one first.
#[derive(Debug)]
struct LastFirst<T>(Vec<T>);

impl<T> Default for LastFirst<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Drop for LastFirst<T> {
    fn drop(&mut self) {
        while self.0.pop().is_some() {}
    }
}

/// One X.509 certificate (RFC 5280). What cannot be parsed comes back empty, or 0.
pub struct Certificate(source::Certificate);

impl Certificate {
    /// The whole certificate in DER.
    pub fn der(&self) -> Vec<u8> {
        self.0.der()
    }

    /// SHA-256 of the DER: 32 bytes.
    pub fn sha256(&self) -> Vec<u8> {
        self.0.sha256()
    }

    /// SHA-256 of the DER SubjectPublicKeyInfo: 32 bytes, the value that pins are made of (RFC 7469).
    pub fn spki_sha256(&self) -> Vec<u8> {
        self.0.spki_sha256()
    }

    /// The subject as an RFC 4514 string.
    pub fn subject(&self) -> String {
        self.0.subject()
    }

    /// The issuer as an RFC 4514 string.
    pub fn issuer(&self) -> String {
        self.0.issuer()
    }

    /// The serial number: big-endian bytes as in the certificate, a leading zero included.
    pub fn serial(&self) -> Vec<u8> {
        self.0.serial()
    }

    /// The dNSName entries of subjectAltName, in order (RFC 5280, section 4.2.1.6).
    pub fn dns_names(&self) -> Vec<String> {
        self.0.dns_names()
    }

    /// The uniformResourceIdentifier entries of subjectAltName, in order.
    pub fn uris(&self) -> Vec<String> {
        self.0.uris()
    }

    /// The iPAddress entries of subjectAltName, in order, as text.
    pub fn ip_addresses(&self) -> Vec<String> {
        self.0.ip_addresses()
    }

    /// notBefore in seconds since 1970-01-01T00:00:00Z.
    pub fn not_before(&self) -> i64 {
        self.0.not_before()
    }

    /// notAfter in seconds since 1970-01-01T00:00:00Z.
    pub fn not_after(&self) -> i64 {
        self.0.not_after()
    }

    /// The algorithm of the subject's public key as a dotted object identifier.
    pub fn key_algorithm(&self) -> String {
        self.0.key_algorithm()
    }

    /// The size of the subject's public key in bits. 0 if it is not known, as for Ed25519 and Ed448, whose size is fixed.
    pub fn key_bits(&self) -> u32 {
        self.0.key_bits()
    }

    /// The algorithm of the issuer's signature as a dotted object identifier.
    pub fn signature_algorithm(&self) -> String {
        self.0.signature_algorithm()
    }
}

/// Nothing of it is read for that.
impl fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Certificate")
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Notes its number where it goes.
    struct Noted<'a>(u32, &'a RefCell<Vec<u32>>);

    impl Drop for Noted<'_> {
        fn drop(&mut self) {
            self.1.borrow_mut().push(self.0);
        }
    }

    #[test]
    fn the_last_goes_first() {
        let gone = RefCell::new(Vec::new());
        drop(LastFirst(vec![
            Noted(0, &gone),
            Noted(1, &gone),
            Noted(2, &gone),
        ]));
        assert_eq!(gone.into_inner(), [2, 1, 0]);
    }
}
