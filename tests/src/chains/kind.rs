//! What certificates there are, and how each of them comes about.

/// A kind of certificate. About each one thing is special; the rest is as in [`P256`](Kind::P256).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An RSA key of 1,024 bits.
    Rsa1024,
    /// An RSA key of 2,048 bits.
    Rsa2048,
    /// An RSA key of 3,072 bits.
    Rsa3072,
    /// A key on P-256, for `localhost`, valid for 90 days of which one is over, signed by the test authority with SHA-256.
    P256,
    /// A key on P-384.
    P384,
    /// An Ed25519 key.
    Ed25519,
    /// An RSA key of 2,048 bits for PSS alone (RFC 4055).
    Pss,
    /// Issued by an authority with an RSA key of 2,048 bits, which the test authority has issued.
    BehindRsa,
    /// The same with SHA-1.
    Sha1,
    /// Issued by an authority with an RSA key of 2,048 bits for PSS alone, which the test authority has issued.
    BehindPss,
    /// Valid for 3,650 days.
    LongLived,
    /// Valid for three days more.
    EndsSoon,
    /// Valid until yesterday.
    Expired,
    /// Valid from the day after tomorrow on.
    NotYetValid,
    /// For `other.test`.
    OtherName,
    /// For `urn:test:backup`, too.
    Uri,
    /// For `spiffe://td.test/ns/prod/sa/backup`, too.
    Spiffe,
    /// Issued by itself.
    SelfSigned,
}

/// How a certificate is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recipe {
    /// The arguments of `openssl req` for a new key.
    pub(super) key: &'static [&'static str],
    /// The hash of the signature.
    pub(super) digest: &'static str,
    /// From how many days after today to how many days after today it is valid.
    pub(super) days: (i64, i64),
    /// The extensions, in `openssl`'s words.
    pub(super) extensions: &'static str,
    pub(super) by: By,
}

/// Who issues a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The authority that everybody trusts.
    Root,
    /// An authority between that one and the certificate, with a key that `openssl req` makes from this.
    Between(&'static str, &'static [&'static str]),
    Itself,
}

const P256: &[&str] = &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const RSA_2048: &[&str] = &["rsa:2048"];
const PSS_2048: &[&str] = &["rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"];

const AUTHORITY: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign";

const RSA_AUTHORITY: By = By::Between("RSA authority", RSA_2048);
const PSS_AUTHORITY: By = By::Between("PSS authority", PSS_2048);

/// About which nothing is special.
const USUAL: Recipe = Recipe {
    key: P256,
    digest: "sha256",
    days: (-1, 89),
    extensions: "subjectAltName=DNS:localhost",
    by: By::Root,
};

impl Kind {
    pub(super) const fn recipe(self) -> Recipe {
        let mut recipe = USUAL;
        match self {
            Self::Rsa1024 => recipe.key = &["rsa:1024"],
            Self::Rsa2048 => recipe.key = RSA_2048,
            Self::Rsa3072 => recipe.key = &["rsa:3072"],
            Self::P256 => {}
            Self::P384 => recipe.key = &["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
            Self::Ed25519 => recipe.key = &["ed25519"],
            Self::Pss => recipe.key = PSS_2048,
            Self::BehindRsa => recipe.by = RSA_AUTHORITY,
            Self::Sha1 => {
                recipe.by = RSA_AUTHORITY;
                recipe.digest = "sha1";
            }
            Self::BehindPss => recipe.by = PSS_AUTHORITY,
            Self::LongLived => recipe.days = (-1, 3_649),
            Self::EndsSoon => recipe.days = (-87, 3),
            Self::Expired => recipe.days = (-90, -1),
            Self::NotYetValid => recipe.days = (2, 92),
            Self::OtherName => recipe.extensions = "subjectAltName=DNS:other.test",
            Self::Uri => {
                recipe.extensions = "subjectAltName=DNS:localhost,URI:urn:test:backup";
            }
            Self::Spiffe => {
                recipe.extensions =
                    "subjectAltName=DNS:localhost,URI:spiffe://td.test/ns/prod/sa/backup";
            }
            Self::SelfSigned => recipe.by = By::Itself,
        }
        recipe
    }
}

impl By {
    /// The authority in between, with its name.
    pub(super) const fn authority(self) -> Option<(&'static str, Recipe)> {
        let Self::Between(name, key) = self else {
            return None;
        };
        let recipe = Recipe {
            key,
            extensions: AUTHORITY,
            ..USUAL
        };
        Some((name, recipe))
    }
}
