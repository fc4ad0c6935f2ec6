//! Mozilla's guidelines 5.8: for clients of TLS 1.3.

use countersign_names::{Group, Version};

use super::listed::{group, suite};
#[cfg(not(target_arch = "wasm32"))]
use super::{About, Checked};
use super::{CertificateRules, KeyAlgorithm, Profile, Scope, signature};

pub(super) const PROFILE: Profile = Profile {
    name: "mozilla-5.8-modern",
    #[cfg(not(target_arch = "wasm32"))]
    about: About {
        title: "Mozilla Server Side TLS 5.8, Modern",
        version: "5.8",
        date: "2026-04-06",
        source: "github.com/mozilla/ssl-config-generator, src/static/guidelines/5.8.json at 858f8f74a4fd1293a3a7f5ab0c16eb1eb891393a (2026-05-03)",
        checked: Checked::Whole,
        verified: "Verified against the guidelines that Mozilla publishes as JSON.",
        notes: &[
            "It names no signature schemes for handshakes; what it says of certificates are X.509 algorithms.",
            "It also asks for HSTS and OCSP stapling, which are no part of a profile.",
        ],
    },
    versions: &[Version::TLS_1_3],
    cipher_suites: &[
        suite(0x1301), // TLS_AES_128_GCM_SHA256
        suite(0x1302), // TLS_AES_256_GCM_SHA384
        suite(0x1303), // TLS_CHACHA20_POLY1305_SHA256
    ],
    groups: &[
        group(0x11ec), // X25519MLKEM768
        group(0x001d), // x25519
        group(0x0017), // secp256r1
        group(0x0018), // secp384r1
    ],
    signature_schemes: None,
    certificate_signature_schemes: None,
    certificate: CertificateRules {
        scope: Scope::Own,
        key_algorithms: Some(&[KeyAlgorithm::Ecdsa]),
        min_rsa_bits: None,
        min_ec_bits: None,
        curves: Some(&[Group::SECP256R1, Group::SECP384R1]),
        signature_algorithms: Some(&[
            signature::ECDSA_WITH_SHA256,
            signature::ECDSA_WITH_SHA384,
            signature::ECDSA_WITH_SHA512,
        ]),
        max_lifetime_days: Some(90),
        recommended_lifetime_days: Some(90),
    },
};
