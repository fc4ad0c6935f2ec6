//! Groups: the registry "TLS Supported Groups".

use crate::code_point::code_point;
use crate::nearest::nearest;
use crate::registry::Registry;
use crate::tables;

static REGISTRY: Registry = Registry {
    codes: &tables::GROUP_CODES,
    iana: tables::GROUP_IANA_NAMES,
    openssl: tables::GROUP_OPENSSL_NAMES,
    alias_codes: &tables::GROUP_ALIAS_CODES,
    aliases: tables::GROUP_ALIASES,
};

code_point! {
    /// A group for the key exchange: an elliptic curve, a finite field, a key encapsulation mechanism, or two
    /// of them together (RFC 8446, section 4.2.7; IANA "TLS Supported Groups", called NamedCurve before).
    ///
    /// `Display` writes the IANA name. `FromStr` takes, in upper or lower case and with or without `-` and
    /// `_`, the IANA name, the OpenSSL name, other names in wide use (`P-256`, `prime256v1`, `CurveP256`,
    /// `ML-KEM-768`), and `0x001d`.
    Group, "a group such as x25519, P-256, X25519MLKEM768 or 0x001d"
}

impl Group {
    /// P-256 (RFC 8422).
    pub const SECP256R1: Self = Self(0x0017);
    /// P-384 (RFC 8422).
    pub const SECP384R1: Self = Self(0x0018);
    /// P-521 (RFC 8422).
    pub const SECP521R1: Self = Self(0x0019);
    /// X25519 (RFC 7748, RFC 8446).
    pub const X25519: Self = Self(0x001d);
    /// X448 (RFC 7748, RFC 8446).
    pub const X448: Self = Self(0x001e);
    /// Diffie-Hellman in a 2048-bit field (RFC 7919).
    pub const FFDHE2048: Self = Self(0x0100);
    /// Diffie-Hellman in a 3072-bit field (RFC 7919).
    pub const FFDHE3072: Self = Self(0x0101);
    /// Diffie-Hellman in a 4096-bit field (RFC 7919).
    pub const FFDHE4096: Self = Self(0x0102);
    /// Diffie-Hellman in a 6144-bit field (RFC 7919).
    pub const FFDHE6144: Self = Self(0x0103);
    /// Diffie-Hellman in an 8192-bit field (RFC 7919).
    pub const FFDHE8192: Self = Self(0x0104);
    /// ML-KEM-512 alone (draft-ietf-tls-mlkem).
    pub const MLKEM512: Self = Self(0x0200);
    /// ML-KEM-768 alone (draft-ietf-tls-mlkem).
    pub const MLKEM768: Self = Self(0x0201);
    /// ML-KEM-1024 alone (draft-ietf-tls-mlkem).
    pub const MLKEM1024: Self = Self(0x0202);
    /// P-256 and ML-KEM-768 (RFC 10024).
    pub const SECP256R1MLKEM768: Self = Self(0x11eb);
    /// ML-KEM-768 and X25519 (RFC 10024).
    pub const X25519MLKEM768: Self = Self(0x11ec);
    /// P-384 and ML-KEM-1024 (RFC 10024).
    pub const SECP384R1MLKEM1024: Self = Self(0x11ed);

    /// Every registered group in the order of the code points.
    pub fn all() -> impl Iterator<Item = Self> {
        REGISTRY.codes.iter().copied().map(Self)
    }

    /// The registered group with the name most like `input`, if one is much like it.
    #[must_use]
    pub fn nearest(input: &str) -> Option<Self> {
        nearest(input, REGISTRY.names()).map(Self)
    }

    /// The name in the IANA registry.
    #[must_use]
    pub fn iana_name(self) -> Option<&'static str> {
        REGISTRY.iana_name(self.0)
    }

    /// The name in OpenSSL 3.5 and later, of the groups that it has.
    #[must_use]
    pub fn openssl_name(self) -> Option<&'static str> {
        REGISTRY.openssl_name(self.0)
    }

    /// Whether a quantum computer that reads recorded traffic learns nothing: the key exchange is ML-KEM,
    /// alone or with an elliptic curve. Kyber, the draft of ML-KEM that browsers used before it was a
    /// standard, is counted: it is obsolete, not broken.
    #[must_use]
    pub const fn is_post_quantum(self) -> bool {
        matches!(self.0, 0x0200..=0x0202 | 0x11e9..=0x11ee | 0x6399 | 0x639a)
    }

    /// Whether this group can be used in TLS 1.3 and in no other version: all that encapsulate a key, since
    /// earlier versions have no message for it, and the curves that were registered for TLS 1.3 alone
    /// (brainpool*tls13, RFC 8734; curveSM2, RFC 8998).
    #[must_use]
    pub const fn is_tls13_only(self) -> bool {
        self.is_post_quantum() || matches!(self.0, 0x001f..=0x0021 | 0x0029)
    }

    fn canonical(self) -> Option<&'static str> {
        self.iana_name()
    }

    fn lookup(input: &str) -> Option<u16> {
        REGISTRY.find(&|name| letters(name).eq(letters(input)))
    }
}

/// Lower case, without what people put between the parts: `P-256` is `p256`, `X25519_MLKEM768` is
/// `x25519mlkem768`. No two groups become the same.
fn letters(name: &str) -> impl Iterator<Item = u8> {
    let kept = name.bytes().filter(|byte| !matches!(byte, b'-' | b'_'));
    kept.map(|byte| byte.to_ascii_lowercase())
}
