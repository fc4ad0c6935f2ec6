use std::{borrow::Cow, fmt};

use countersign_policy_sdk::settings::{Errors, Node, Setting};

use super::shown::Shown;
use crate::profiles::signature;

/// What a certificate is signed with, by its object identifier. Of RSASSA-PSS it does not say which hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignatureAlgorithm(Cow<'static, str>);

/// The names of the RFCs that define the identifiers: 8017 (appendix C), 5758 and 3279, 8410, 9881.
const NAMES: [(&str, &str); 17] = [
    ("sha1WithRSAEncryption", "1.2.840.113549.1.1.5"),
    ("sha224WithRSAEncryption", signature::SHA224_WITH_RSA),
    ("sha256WithRSAEncryption", signature::SHA256_WITH_RSA),
    ("sha384WithRSAEncryption", signature::SHA384_WITH_RSA),
    ("sha512WithRSAEncryption", signature::SHA512_WITH_RSA),
    ("RSASSA-PSS", signature::RSASSA_PSS),
    ("ecdsa-with-SHA1", "1.2.840.10045.4.1"),
    ("ecdsa-with-SHA224", signature::ECDSA_WITH_SHA224),
    ("ecdsa-with-SHA256", signature::ECDSA_WITH_SHA256),
    ("ecdsa-with-SHA384", signature::ECDSA_WITH_SHA384),
    ("ecdsa-with-SHA512", signature::ECDSA_WITH_SHA512),
    ("ed25519", signature::ED25519),
    ("ed448", signature::ED448),
    ("ml-dsa-44", signature::ML_DSA_44),
    ("ml-dsa-65", signature::ML_DSA_65),
    ("ml-dsa-87", signature::ML_DSA_87),
    ("md5WithRSAEncryption", "1.2.840.113549.1.1.4"),
];

/// The longest identifier that can be typed. Those in use have fewer than thirty characters.
const OID_BYTES_MAX: usize = 80;

impl SignatureAlgorithm {
    /// The algorithm with this identifier.
    pub(super) const fn of(oid: &'static str) -> Self {
        Self(Cow::Borrowed(oid))
    }

    /// Its object identifier, as numbers with dots.
    pub(crate) fn oid(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Named(&self.0).fmt(formatter)
    }
}

/// An identifier, shown by its name if it has one. It may be a peer's.
pub(super) struct Named<'a>(pub(super) &'a str);

impl fmt::Display for Named<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.iter().find(|(_, oid)| *oid == self.0) {
            Some((name, _)) => formatter.write_str(name),
            None => Shown(self.0).fmt(formatter),
        }
    }
}

impl Setting for SignatureAlgorithm {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let text = node.text(errors)?;
        let named = NAMES
            .iter()
            .find(|(name, _)| text.eq_ignore_ascii_case(name));
        if let Some((_, oid)) = named {
            return Some(Self::of(oid));
        }
        if is_oid(text) {
            return Some(Self(text.to_owned().into()));
        }
        let message = "this name is unknown; allowed is a name such as ecdsa-with-SHA256, sha256WithRSAEncryption or ed25519, \
                       or an object identifier such as 1.2.840.10045.4.3.2";
        node.refuse(message, errors);
        None
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        let names: Vec<_> = NAMES.iter().map(|(name, _)| *name).collect();
        serde_json::json!({"type": "string", "minLength": 1, "examples": names})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        Some(self.to_string().into())
    }
}

/// Whether it is an object identifier as the contract writes it (ITU-T X.660): two numbers at least, the first up to 2, without
/// leading zeros.
pub(super) fn is_oid(text: &str) -> bool {
    let is_arc = |arc: &str| {
        !arc.is_empty()
            && arc.bytes().all(|byte| byte.is_ascii_digit())
            && (arc == "0" || !arc.starts_with('0'))
    };
    text.len() <= OID_BYTES_MAX
        && text.contains('.')
        && matches!(text.split('.').next(), Some("0" | "1" | "2"))
        && text.split('.').all(is_arc)
}

#[cfg(test)]
mod tests {
    use countersign_policy_sdk::settings::from_text;

    use super::*;

    fn oid(text: &str) -> Option<String> {
        let algorithm = from_text::<SignatureAlgorithm>(&format!("{text:?}"));
        algorithm.ok().map(|algorithm| algorithm.oid().to_owned())
    }

    /// The identifiers as the RFCs have them.
    #[test]
    fn names_stand_for_the_identifiers_of_the_standards() {
        for (name, expected) in [
            ("sha1WithRSAEncryption", "1.2.840.113549.1.1.5"),
            ("sha256withrsaencryption", "1.2.840.113549.1.1.11"),
            ("sha384WithRSAEncryption", "1.2.840.113549.1.1.12"),
            ("sha512WithRSAEncryption", "1.2.840.113549.1.1.13"),
            ("RSASSA-PSS", "1.2.840.113549.1.1.10"),
            ("ecdsa-with-SHA1", "1.2.840.10045.4.1"),
            ("ecdsa-with-SHA256", "1.2.840.10045.4.3.2"),
            ("ECDSA-with-SHA512", "1.2.840.10045.4.3.4"),
            ("ed25519", "1.3.101.112"),
            ("ml-dsa-65", "2.16.840.1.101.3.4.3.18"),
            ("1.2.156.10197.1.501", "1.2.156.10197.1.501"),
        ] {
            assert_eq!(oid(name).as_deref(), Some(expected), "{name}");
        }
    }

    #[test]
    fn what_is_neither_name_nor_identifier_is_refused() {
        for text in [
            "",
            "sha256",
            "1",
            "3.1",
            "1..2",
            "1.02",
            "1.2.",
            ".1.2",
            "1.a",
            &"1.1".repeat(60),
        ] {
            assert_eq!(oid(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_unique_and_shown() {
        for (place, (name, oid)) in NAMES.iter().enumerate() {
            assert_eq!(Named(oid).to_string(), *name);
            assert!(
                NAMES[..place]
                    .iter()
                    .all(|(other, _)| !other.eq_ignore_ascii_case(name))
            );
        }
        assert_eq!(Named("1.2.3").to_string(), "1.2.3");
    }
}
