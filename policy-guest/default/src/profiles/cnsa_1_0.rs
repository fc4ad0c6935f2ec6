//! CNSA 1.0 of the NSA, in its profile for TLS: RFC 9151.

use countersign_names::{Group, Version};

use super::listed::{group, scheme, suite};
#[cfg(not(target_arch = "wasm32"))]
use super::{About, Checked};
use super::{CertificateRules, KeyAlgorithm, Profile, Scope};

pub(super) const PROFILE: Profile = Profile {
    name: "cnsa-1.0",
    #[cfg(not(target_arch = "wasm32"))]
    about: About {
        title: "NSA CNSA Suite 1.0 for TLS (RFC 9151)",
        version: "rfc9151",
        date: "2026-08-07",
        source: "github.com/aws/s2n-tls, tests/policy_snapshot/snapshots/rfc9151 at 8cbf81ad74968a1d03efbd9352a89abd292232d4",
        checked: Checked::Whole,
        verified: "Verified against the policy that s2n-tls has for RFC 9151.",
        notes: &[
            "The date is that of the policy in s2n-tls; RFC 9151 is of April 2022.",
            "RSA keys are to have 3072 or 4096 bits (RFC 9151, section 5.2); a profile can only say that 3072 is the least.",
            "Other states of that policy also list TLS_RSA_WITH_AES_256_GCM_SHA384 and TLS_DHE_RSA_WITH_AES_256_GCM_SHA384; this one has forward secrecy as a rule, and does not.",
        ],
    },
    versions: &[Version::TLS_1_2, Version::TLS_1_3],
    cipher_suites: &[
        suite(0x1302), // TLS_AES_256_GCM_SHA384
        suite(0xc02c), // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
        suite(0xc030), // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    ],
    groups: &[
        group(0x0018), // secp384r1
    ],
    signature_schemes: Some(&[
        scheme(0x0503), // ecdsa_secp384r1_sha384
        scheme(0x080a), // rsa_pss_pss_sha384
        scheme(0x0805), // rsa_pss_rsae_sha384
        scheme(0x0501), // rsa_pkcs1_sha384
    ]),
    certificate_signature_schemes: Some(&[
        scheme(0x0503), // ecdsa_secp384r1_sha384
        scheme(0x0501), // rsa_pkcs1_sha384
    ]),
    certificate: CertificateRules {
        scope: Scope::Chain,
        key_algorithms: Some(&[KeyAlgorithm::Ecdsa, KeyAlgorithm::Rsa, KeyAlgorithm::RsaPss]),
        min_rsa_bits: Some(3072),
        min_ec_bits: Some(384),
        curves: Some(&[Group::SECP384R1]),
        signature_algorithms: None,
        max_lifetime_days: None,
        recommended_lifetime_days: None,
    },
};
