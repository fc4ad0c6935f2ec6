//! Signature schemes: the registry "TLS SignatureScheme".

use crate::code_point::code_point;
use crate::nearest::nearest;
use crate::registry::Registry;
use crate::tables;

static REGISTRY: Registry = Registry {
    codes: &tables::SIGNATURE_SCHEME_CODES,
    iana: tables::SIGNATURE_SCHEME_IANA_NAMES,
    openssl: tables::SIGNATURE_SCHEME_OPENSSL_NAMES,
    alias_codes: &tables::SIGNATURE_SCHEME_ALIAS_CODES,
    aliases: tables::SIGNATURE_SCHEME_ALIASES,
};

code_point! {
    /// How a peer signs the handshake or an issuer a certificate (RFC 8446, section 4.2.3; IANA "TLS
    /// SignatureScheme"). TLS 1.2 writes a pair of hash and signature here (RFC 5246, section 7.4.1.4.1); of
    /// these the pairs that TLS 1.3 names are registered.
    ///
    /// `Display` writes the IANA name. `FromStr` takes, in upper or lower case, the IANA name, the OpenSSL
    /// name (also `RSA+SHA256` and `ECDSA+SHA256`), and `0x0804`.
    SignatureScheme, "a signature scheme such as ecdsa_secp256r1_sha256, RSA+SHA256 or 0x0804"
}

impl SignatureScheme {
    /// Every registered signature scheme in the order of the code points.
    pub fn all() -> impl Iterator<Item = Self> {
        REGISTRY.codes.iter().copied().map(Self)
    }

    /// The registered signature scheme with the name most like `input`, if one is much like it.
    #[must_use]
    pub fn nearest(input: &str) -> Option<Self> {
        nearest(input, REGISTRY.names()).map(Self)
    }

    /// The name in the IANA registry.
    #[must_use]
    pub fn iana_name(self) -> Option<&'static str> {
        REGISTRY.iana_name(self.0)
    }

    /// The name in OpenSSL 3.5 and later, of the schemes that it has.
    #[must_use]
    pub fn openssl_name(self) -> Option<&'static str> {
        REGISTRY.openssl_name(self.0)
    }

    fn canonical(self) -> Option<&'static str> {
        self.iana_name()
    }

    fn lookup(input: &str) -> Option<u16> {
        REGISTRY.find(&|name| name.eq_ignore_ascii_case(input))
    }
}
