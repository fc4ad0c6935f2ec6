use core::fmt;

use countersign_names::{Group, SignatureScheme};
use countersign_policy_sdk::words;

/// What a publication asks of certificates. What it says nothing of is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CertificateRules {
    /// Which certificates the rules on keys and signatures are for.
    pub scope: Scope,
    /// The kinds of keys.
    pub key_algorithms: Option<&'static [KeyAlgorithm]>,
    /// How long the modulus of an RSA key must be.
    pub min_rsa_bits: Option<u32>,
    /// How long the order of an elliptic curve must be.
    pub min_ec_bits: Option<u32>,
    /// The curves of ECDSA keys.
    pub curves: Option<&'static [Group]>,
    /// What a certificate may be signed with: OIDs, as numbers with dots.
    pub signature_algorithms: Option<&'static [&'static str]>,
    /// How many days a certificate may be valid in all.
    pub max_lifetime_days: Option<u32>,
    /// How many days a certificate had better be valid at most, where the publication recommends that and does not demand it.
    pub recommended_lifetime_days: Option<u32>,
}

words! {
    /// Which certificates the rules on keys and signatures are for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Scope {
        /// The peer's own alone.
        Own = "own",
        /// All that the peer shows, but for a root at the end.
        Chain = "chain",
    }
}

/// A kind of key, as certificates name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// RSA for any padding (RFC 3279, section 2.3.1).
    Rsa,
    /// RSA for PSS alone (RFC 4055, section 1.2).
    RsaPss,
    /// A key on a named curve (RFC 5480, section 2.1.1).
    Ecdsa,
    /// Ed25519 (RFC 8410, section 3).
    Ed25519,
    /// Ed448 (RFC 8410, section 3).
    Ed448,
    /// ML-DSA-87 (RFC 9881, section 2).
    MlDsa87,
}

impl KeyAlgorithm {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Rsa,
        Self::RsaPss,
        Self::Ecdsa,
        Self::Ed25519,
        Self::Ed448,
        Self::MlDsa87,
    ];

    /// The OID of the key's algorithm, as numbers with dots.
    pub const fn oid(self) -> &'static str {
        match self {
            Self::Rsa => "1.2.840.113549.1.1.1",
            Self::RsaPss => signature::RSASSA_PSS,
            Self::Ecdsa => "1.2.840.10045.2.1",
            Self::Ed25519 => signature::ED25519,
            Self::Ed448 => signature::ED448,
            Self::MlDsa87 => signature::ML_DSA_87,
        }
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::RsaPss => "rsa-pss",
            Self::Ecdsa => "ecdsa",
            Self::Ed25519 => "ed25519",
            Self::Ed448 => "ed448",
            Self::MlDsa87 => "ml-dsa-87",
        }
    }
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// What certificates are signed with, by OID.
pub mod signature {
    use super::SignatureScheme;

    /// sha224WithRSAEncryption (RFC 4055, section 5)
    pub const SHA224_WITH_RSA: &str = "1.2.840.113549.1.1.14";
    /// sha256WithRSAEncryption (RFC 4055, section 5)
    pub const SHA256_WITH_RSA: &str = "1.2.840.113549.1.1.11";
    /// sha384WithRSAEncryption (RFC 4055, section 5)
    pub const SHA384_WITH_RSA: &str = "1.2.840.113549.1.1.12";
    /// sha512WithRSAEncryption (RFC 4055, section 5)
    pub const SHA512_WITH_RSA: &str = "1.2.840.113549.1.1.13";
    /// RSASSA-PSS (RFC 4055, section 3.1). The hash is in its parameters, not in the OID.
    pub const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";
    /// ecdsa-with-SHA224 (RFC 5758, section 3.2)
    pub const ECDSA_WITH_SHA224: &str = "1.2.840.10045.4.3.1";
    /// ecdsa-with-SHA256 (RFC 5758, section 3.2). The curve is the issuer's key's.
    pub const ECDSA_WITH_SHA256: &str = "1.2.840.10045.4.3.2";
    /// ecdsa-with-SHA384 (RFC 5758, section 3.2)
    pub const ECDSA_WITH_SHA384: &str = "1.2.840.10045.4.3.3";
    /// ecdsa-with-SHA512 (RFC 5758, section 3.2)
    pub const ECDSA_WITH_SHA512: &str = "1.2.840.10045.4.3.4";
    /// Ed25519 (RFC 8410, section 3)
    pub const ED25519: &str = "1.3.101.112";
    /// Ed448 (RFC 8410, section 3)
    pub const ED448: &str = "1.3.101.113";
    /// ML-DSA-44 (RFC 9881, section 2)
    pub const ML_DSA_44: &str = "2.16.840.1.101.3.4.3.17";
    /// ML-DSA-65 (RFC 9881, section 2)
    pub const ML_DSA_65: &str = "2.16.840.1.101.3.4.3.18";
    /// ML-DSA-87 (RFC 9881, section 2)
    pub const ML_DSA_87: &str = "2.16.840.1.101.3.4.3.19";

    /// What the RFCs call it.
    pub fn name_of(oid: &str) -> Option<&'static str> {
        let known = NAMES.iter().find(|(known, _)| *known == oid);
        known.map(|(_, name)| *name)
    }

    const NAMES: [(&str, &str); 14] = [
        (SHA224_WITH_RSA, "sha224WithRSAEncryption"),
        (SHA256_WITH_RSA, "sha256WithRSAEncryption"),
        (SHA384_WITH_RSA, "sha384WithRSAEncryption"),
        (SHA512_WITH_RSA, "sha512WithRSAEncryption"),
        (RSASSA_PSS, "id-RSASSA-PSS"),
        (ECDSA_WITH_SHA224, "ecdsa-with-SHA224"),
        (ECDSA_WITH_SHA256, "ecdsa-with-SHA256"),
        (ECDSA_WITH_SHA384, "ecdsa-with-SHA384"),
        (ECDSA_WITH_SHA512, "ecdsa-with-SHA512"),
        (ED25519, "id-Ed25519"),
        (ED448, "id-Ed448"),
        (ML_DSA_44, "id-ml-dsa-44"),
        (ML_DSA_65, "id-ml-dsa-65"),
        (ML_DSA_87, "id-ml-dsa-87"),
    ];

    /// The OID of a certificate's signature that a TLS peer calls by this scheme (RFC 8446, section 4.2.3), for the
    /// schemes of the profiles. It says less than the scheme where hash or curve are written elsewhere.
    pub const fn oid_of(scheme: SignatureScheme) -> Option<&'static str> {
        Some(match scheme.code() {
            0x0301 => SHA224_WITH_RSA,
            0x0401 => SHA256_WITH_RSA,
            0x0501 => SHA384_WITH_RSA,
            0x0601 => SHA512_WITH_RSA,
            0x0804..=0x0806 | 0x0809..=0x080b => RSASSA_PSS,
            0x0303 => ECDSA_WITH_SHA224,
            0x0403 | 0x081a => ECDSA_WITH_SHA256,
            0x0503 | 0x081b => ECDSA_WITH_SHA384,
            0x0603 | 0x081c => ECDSA_WITH_SHA512,
            0x0807 => ED25519,
            0x0808 => ED448,
            0x0904 => ML_DSA_44,
            0x0905 => ML_DSA_65,
            0x0906 => ML_DSA_87,
            _ => return None,
        })
    }
}
