//! CNSA 2.0 of the NSA: post-quantum algorithms alone.

use countersign_names::Version;

use super::listed::{group, scheme, suite};
#[cfg(not(target_arch = "wasm32"))]
use super::{About, Checked};
use super::{CertificateRules, KeyAlgorithm, Profile, Scope};

pub(super) const PROFILE: Profile = Profile {
    name: "cnsa-2.0",
    #[cfg(not(target_arch = "wasm32"))]
    about: About {
        title: "NSA CNSA Suite 2.0 for TLS",
        version: "cnsa_2",
        date: "2026-08-07",
        source: "github.com/aws/s2n-tls, tests/policy_snapshot/snapshots/cnsa_2 at 8cbf81ad74968a1d03efbd9352a89abd292232d4",
        checked: Checked::InPart,
        verified: "Algorithms were verified against the policy that s2n-tls derived from draft-becker-cnsa2-tls-profile; the dates of the transition were not verified.",
        notes: &[
            "The date is that of the policy in s2n-tls.",
            "The draft still changes. Later versions are said to forbid early data and hybrid key exchange too.",
            "National security systems are commonly said to prefer it by 2025 or 2026 and to use nothing else from 2030 or 2033 on, by category; no rule here depends on that.",
        ],
    },
    versions: &[Version::TLS_1_3],
    cipher_suites: &[
        suite(0x1302), // TLS_AES_256_GCM_SHA384
    ],
    groups: &[
        group(0x0202), // MLKEM1024
    ],
    signature_schemes: Some(&[
        scheme(0x0906), // mldsa87
    ]),
    certificate_signature_schemes: Some(&[
        scheme(0x0906), // mldsa87
    ]),
    certificate: CertificateRules {
        scope: Scope::Chain,
        key_algorithms: Some(&[KeyAlgorithm::MlDsa87]),
        min_rsa_bits: None,
        min_ec_bits: None,
        curves: None,
        signature_algorithms: None,
        max_lifetime_days: None,
        recommended_lifetime_days: None,
    },
};
