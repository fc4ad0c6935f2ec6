//! One certificate of the peer, parsed only when something of it is read.

use std::{net::IpAddr, sync::OnceLock};

use data_encoding::HEXLOWER;
use rustls::pki_types::CertificateDer;
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, GeneralName, SubjectPublicKeyInfo, X509Certificate, X509Name};
use x509_parser::{
    asn1_rs::{Any, ToDer},
    oid_registry::OID_PKCS1_RSASSAPSS,
    public_key::{PublicKey, RSAPublicKey},
};

/// An X.509 certificate (RFC 5280).
///
/// What cannot be parsed reads as empty or 0: the chain check has its own, stricter parser.
#[derive(Debug)]
pub struct Certificate {
    der: CertificateDer<'static>,
    sha256: OnceLock<[u8; 32]>,
    parsed: OnceLock<Parsed>,
}

/// The fields, in the contract's formats.
#[derive(Debug, Default)]
struct Parsed {
    subject: String,
    issuer: String,
    serial: Vec<u8>,
    dns_names: Vec<String>,
    uris: Vec<String>,
    ip_addresses: Vec<String>,
    not_before: i64,
    not_after: i64,
    key_algorithm: String,
    key_bits: u32,
    signature_algorithm: String,
    spki_sha256: Vec<u8>,
}

impl Certificate {
    pub(crate) fn new(der: &CertificateDer<'_>) -> Self {
        Self {
            der: der.clone().into_owned(),
            sha256: OnceLock::new(),
            parsed: OnceLock::new(),
        }
    }

    /// The whole certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the DER, made when it is first read.
    pub fn sha256(&self) -> [u8; 32] {
        *self.sha256.get_or_init(|| Sha256::digest(&self.der).into())
    }

    /// SHA-256 of the DER SubjectPublicKeyInfo; empty if the certificate does not parse.
    pub fn spki_sha256(&self) -> &[u8] {
        &self.parsed().spki_sha256
    }

    /// The subject as an RFC 4514 string.
    pub fn subject(&self) -> &str {
        &self.parsed().subject
    }

    /// The issuer as an RFC 4514 string.
    pub fn issuer(&self) -> &str {
        &self.parsed().issuer
    }

    /// The serial number, big-endian as in the certificate.
    pub fn serial(&self) -> &[u8] {
        &self.parsed().serial
    }

    /// The dNSName entries of subjectAltName.
    pub fn dns_names(&self) -> &[String] {
        &self.parsed().dns_names
    }

    /// The uniformResourceIdentifier entries of subjectAltName.
    pub fn uris(&self) -> &[String] {
        &self.parsed().uris
    }

    /// The iPAddress entries of subjectAltName, as text.
    pub fn ip_addresses(&self) -> &[String] {
        &self.parsed().ip_addresses
    }

    /// notBefore in seconds since 1970-01-01T00:00:00Z.
    pub fn not_before(&self) -> i64 {
        self.parsed().not_before
    }

    /// notAfter in seconds since 1970-01-01T00:00:00Z.
    pub fn not_after(&self) -> i64 {
        self.parsed().not_after
    }

    /// The algorithm of the subject's key as a dotted object identifier.
    pub fn key_algorithm(&self) -> &str {
        &self.parsed().key_algorithm
    }

    /// The size of the subject's key in bits, 0 if unknown.
    pub fn key_bits(&self) -> u32 {
        self.parsed().key_bits
    }

    /// The algorithm of the issuer's signature as a dotted object identifier.
    pub fn signature_algorithm(&self) -> &str {
        &self.parsed().signature_algorithm
    }

    fn parsed(&self) -> &Parsed {
        self.parsed.get_or_init(|| {
            X509Certificate::from_der(&self.der)
                .map(|(_, certificate)| Parsed::of(&certificate))
                .unwrap_or_default()
        })
    }
}

impl Parsed {
    fn of(certificate: &X509Certificate<'_>) -> Self {
        let key = certificate.public_key();
        let validity = certificate.validity();
        let mut parsed = Self {
            subject: rfc4514(certificate.subject()),
            issuer: rfc4514(certificate.issuer()),
            serial: certificate.raw_serial().to_vec(),
            not_before: validity.not_before.timestamp(),
            not_after: validity.not_after.timestamp(),
            key_algorithm: key.algorithm.algorithm.to_id_string(),
            key_bits: bits(key),
            signature_algorithm: certificate.signature_algorithm.algorithm.to_id_string(),
            spki_sha256: Sha256::digest(key.raw).to_vec(),
            ..Self::default()
        };
        if let Ok(Some(names)) = certificate.subject_alternative_name() {
            for name in &names.value.general_names {
                parsed.add_name(name);
            }
        }
        parsed
    }

    fn add_name(&mut self, name: &GeneralName<'_>) {
        match name {
            GeneralName::DNSName(name) => self.dns_names.push((*name).to_owned()),
            GeneralName::URI(uri) => self.uris.push((*uri).to_owned()),
            GeneralName::IPAddress(bytes) => self.ip_addresses.extend(address(bytes)),
            _ => {}
        }
    }
}

/// RSA: the length of the modulus. Elliptic curves: that of the field, from the uncompressed point `04 x y`, where x fills
/// whole bytes. Ed25519 and its like have no parsed form and read as 0.
fn bits(key: &SubjectPublicKeyInfo<'_>) -> u32 {
    const P521_COORDINATE_BITS: usize = 528;
    let bits = match key.parsed() {
        Ok(PublicKey::RSA(rsa)) => unsigned_bits(rsa.modulus),
        // The parser does not know the name of this kind, whose keys are written as any RSA key (RFC 4055, section 1.2).
        Ok(PublicKey::Unknown(rsa)) if key.algorithm.algorithm == OID_PKCS1_RSASSAPSS => {
            RSAPublicKey::from_der(rsa).map_or(0, |(_, rsa)| unsigned_bits(rsa.modulus))
        }
        Ok(PublicKey::EC(point)) => match point.key_size() {
            P521_COORDINATE_BITS => 521,
            bits => bits,
        },
        Ok(other) => other.key_size(),
        Err(_) => 0,
    };
    u32::try_from(bits).unwrap_or_default()
}

/// The length of a big-endian number without its leading zeros.
fn unsigned_bits(number: &[u8]) -> usize {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    number[zeros..].first().map_or(0, |first| {
        8 * (number.len() - zeros) - first.leading_zeros() as usize
    })
}

fn address(bytes: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    let v6 = || <[u8; 16]>::try_from(bytes).map(IpAddr::from);
    v4.or_else(|_| v6()).ok().map(|address| address.to_string())
}

/// The name as RFC 4514 writes it: the last relative name first, `,` between them, `+` within one.
fn rfc4514(name: &X509Name<'_>) -> String {
    let relative: Vec<String> = name
        .iter_rdn()
        .map(|rdn| {
            let parts: Vec<String> = rdn.iter().map(attribute).collect();
            parts.join("+")
        })
        .collect();
    relative.into_iter().rev().collect::<Vec<_>>().join(",")
}

/// One attribute: the short name that RFC 4514, section 3, lists, else the object identifier.
fn attribute(attribute: &x509_parser::x509::AttributeTypeAndValue<'_>) -> String {
    let oid = attribute.attr_type().to_id_string();
    let name = match oid.as_str() {
        "2.5.4.3" => "CN",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.6" => "C",
        "2.5.4.9" => "STREET",
        "0.9.2342.19200300.100.1.25" => "DC",
        "0.9.2342.19200300.100.1.1" => "UID",
        other => other,
    };
    match attribute.as_str() {
        Ok(value) => format!("{name}={}", escaped(value)),
        Err(_) => format!(
            "{name}=#{}",
            HEXLOWER.encode(&encoded(attribute.attr_value()))
        ),
    }
}

/// A value that is no text stands as the hexadecimal digits of its whole encoding (RFC 4514, section 2.4).
fn encoded(value: &Any<'_>) -> Vec<u8> {
    value.to_der_vec().unwrap_or_default()
}

/// RFC 4514, section 2.4: the special characters, and a space or `#` at the edge, take a backslash.
fn escaped(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut out = String::with_capacity(value.len());
    for (at, c) in value.chars().enumerate() {
        let special = matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '\\');
        let edge = (at == 0 && matches!(c, ' ' | '#')) || (at == last && c == ' ');
        match c {
            '\0' => out.push_str("\\00"),
            c if special || edge => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_as_rfc_4514_shows() {
        // The examples of RFC 4514, section 4.
        assert_eq!(escaped("Sue, Grabbit and Runn"), "Sue\\, Grabbit and Runn");
        assert_eq!(escaped("James \"Jim\" Smith"), "James \\\"Jim\\\" Smith");
        assert_eq!(escaped(" a "), "\\ a\\ ");
        assert_eq!(escaped("#a"), "\\#a");
    }

    #[test]
    fn garbage_reads_as_empty() {
        let certificate = Certificate::new(&CertificateDer::from(vec![0x30, 0x80, 1, 2]));
        assert_eq!(certificate.subject(), "");
        assert_eq!(certificate.key_bits(), 0);
        assert!(certificate.spki_sha256().is_empty());
    }

    /// A key of 1,024 bits: `openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024`, written by `openssl pkey -pubout`.
    const PSS_KEY: &str = "\
30819d300b06092a864886f70d01010a03818d0030818902818100b1e17f9d35\
6542e32c4eff813f2d06b376b5a562bf6c31d6831b4a8df4fa688e9258a154ca\
d57b922f7148909746c285ed0d26b96075173632803fa3132ae1e543c8493490\
1446748d2e6654cf286e675317783eac3197302517aaa25a41b5932813bc2dfc\
34791247e0bb6e124fda157ba5a3afbb3cad1066e7f78f80b589a10203010001";

    fn pss_key(change: impl FnOnce(&mut [u8])) -> u32 {
        let mut der = HEXLOWER.decode(PSS_KEY.as_bytes()).expect("digits");
        change(&mut der);
        let (_, key) = SubjectPublicKeyInfo::from_der(&der).expect("it parses");
        bits(&key)
    }

    #[test]
    fn keys_for_pss_alone_have_a_size() {
        assert_eq!(pss_key(|_| {}), 1024);
        // One byte of the object identifier's end: no key that is known.
        assert_eq!(pss_key(|der| der[15] = 0x7f), 0);
        // The tag of the inner sequence: no RSA key.
        assert_eq!(pss_key(|der| der[20] = 0x31), 0);
    }

    #[test]
    fn leading_zeros_do_not_count() {
        assert_eq!(unsigned_bits(&[]), 0);
        assert_eq!(unsigned_bits(&[0, 0]), 0);
        assert_eq!(unsigned_bits(&[0, 0x80, 0]), 16);
        assert_eq!(unsigned_bits(&[0x40, 0]), 15);
    }

    #[test]
    fn addresses_are_text() {
        assert_eq!(address(&[127, 0, 0, 1]).as_deref(), Some("127.0.0.1"));
        let mut v6 = [0; 16];
        v6[15] = 1;
        assert_eq!(address(&v6).as_deref(), Some("::1"));
        assert_eq!(address(&[1, 2, 3]), None);
    }
}
