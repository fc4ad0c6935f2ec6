//! BSI TR-02102-2 of 2023, with the years until which each algorithm may be used.

use countersign_names::Version;

use super::listed::{group, scheme, suite};
#[cfg(not(target_arch = "wasm32"))]
use super::{About, Checked};
use super::{CertificateRules, Profile, Scope};

pub(super) const PROFILE: Profile = Profile {
    name: "bsi-tr-02102-2-2023",
    #[cfg(not(target_arch = "wasm32"))]
    about: About {
        title: "BSI TR-02102-2, Use of Transport Layer Security",
        version: "2023 (TaSK data v1.0)",
        date: "2023-06-14",
        source: "github.com/BSI-Bund/TaSK, task/data/specification/ApplicationSpecifications/TR-02102-2/*.xml at 40b7856464e6c204675b915647cacb5442e17653",
        checked: Checked::Whole,
        verified: "Verified against the XML that the BSI publishes for its test suite.",
        notes: &[
            "Each entry has the year until which it may be used: \"2026\" is until the end of 2026; \"2029+\" is until then at least.",
            "Cipher suites without forward secrecy (ECDH, DH) are not taken: the publication has them apart, until the end of 2026.",
            "Cipher suites for pre-shared keys (ECDHE_PSK, DHE_PSK, RSA_PSK) are not taken: the publication has them apart, for peers that share a key.",
            "The groups are those of TLS 1.3 in their order, then those that the publication has for TLS 1.2 alone.",
            "Signatures of RSA with PKCS #1 v1.5 in certificates are listed until 2025 and refused since; most public certificates, or those of their issuers, are signed so.",
            "RSA keys of 2000 bits were enough until the end of 2023; the profile asks for the 3000 of today.",
            "DSA keys and finite fields need 3000 bits as well, which the rules for certificates cannot say.",
            "It also forbids renegotiation by clients, truncated_hmac, compression and heartbeat, which are no part of a profile.",
        ],
    },
    versions: &[Version::TLS_1_2, Version::TLS_1_3],
    cipher_suites: &[
        suite(0x1301).at_least(2029), // TLS_AES_128_GCM_SHA256
        suite(0x1302).at_least(2029), // TLS_AES_256_GCM_SHA384
        suite(0x1304).at_least(2029), // TLS_AES_128_CCM_SHA256
        suite(0xc023).at_least(2029), // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
        suite(0xc024).at_least(2029), // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
        suite(0xc02b).at_least(2029), // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
        suite(0xc02c).at_least(2029), // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
        suite(0xc0ac).at_least(2029), // TLS_ECDHE_ECDSA_WITH_AES_128_CCM
        suite(0xc0ad).at_least(2029), // TLS_ECDHE_ECDSA_WITH_AES_256_CCM
        suite(0xc027).at_least(2029), // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
        suite(0xc028).at_least(2029), // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
        suite(0xc02f).at_least(2029), // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
        suite(0xc030).at_least(2029), // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
        suite(0x0040).at_least(2029), // TLS_DHE_DSS_WITH_AES_128_CBC_SHA256
        suite(0x006a).at_least(2029), // TLS_DHE_DSS_WITH_AES_256_CBC_SHA256
        suite(0x00a2).at_least(2029), // TLS_DHE_DSS_WITH_AES_128_GCM_SHA256
        suite(0x00a3).at_least(2029), // TLS_DHE_DSS_WITH_AES_256_GCM_SHA384
        suite(0x0067).at_least(2029), // TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
        suite(0x006b).at_least(2029), // TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
        suite(0x009e).at_least(2029), // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
        suite(0x009f).at_least(2029), // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
        suite(0xc09e).at_least(2029), // TLS_DHE_RSA_WITH_AES_128_CCM
        suite(0xc09f).at_least(2029), // TLS_DHE_RSA_WITH_AES_256_CCM
    ],
    groups: &[
        group(0x0017).at_least(2029), // secp256r1
        group(0x0018).at_least(2029), // secp384r1
        group(0x0019).at_least(2029), // secp521r1
        group(0x001f).at_least(2029), // brainpoolP256r1tls13
        group(0x0020).at_least(2029), // brainpoolP384r1tls13
        group(0x0021).at_least(2029), // brainpoolP512r1tls13
        group(0x0100).until(2022),    // ffdhe2048
        group(0x0101).at_least(2029), // ffdhe3072
        group(0x0102).at_least(2029), // ffdhe4096
        group(0x001a).at_least(2029), // brainpoolP256r1
        group(0x001b).at_least(2029), // brainpoolP384r1
        group(0x001c).at_least(2029), // brainpoolP512r1
    ],
    signature_schemes: Some(&[
        scheme(0x0804).at_least(2029), // rsa_pss_rsae_sha256
        scheme(0x0805).at_least(2029), // rsa_pss_rsae_sha384
        scheme(0x0806).at_least(2029), // rsa_pss_rsae_sha512
        scheme(0x0809).at_least(2029), // rsa_pss_pss_sha256
        scheme(0x080a).at_least(2029), // rsa_pss_pss_sha384
        scheme(0x080b).at_least(2029), // rsa_pss_pss_sha512
        scheme(0x0403).at_least(2029), // ecdsa_secp256r1_sha256
        scheme(0x0503).at_least(2029), // ecdsa_secp384r1_sha384
        scheme(0x0603).at_least(2029), // ecdsa_secp521r1_sha512
        scheme(0x081a).at_least(2029), // ecdsa_brainpoolP256r1tls13_sha256
        scheme(0x081b).at_least(2029), // ecdsa_brainpoolP384r1tls13_sha384
        scheme(0x081c).at_least(2029), // ecdsa_brainpoolP512r1tls13_sha512
    ]),
    certificate_signature_schemes: Some(&[
        scheme(0x0401).until(2025),    // rsa_pkcs1_sha256
        scheme(0x0501).until(2025),    // rsa_pkcs1_sha384
        scheme(0x0601).until(2025),    // rsa_pkcs1_sha512
        scheme(0x0804).at_least(2029), // rsa_pss_rsae_sha256
        scheme(0x0805).at_least(2029), // rsa_pss_rsae_sha384
        scheme(0x0806).at_least(2029), // rsa_pss_rsae_sha512
        scheme(0x0809).at_least(2029), // rsa_pss_pss_sha256
        scheme(0x080a).at_least(2029), // rsa_pss_pss_sha384
        scheme(0x080b).at_least(2029), // rsa_pss_pss_sha512
        scheme(0x0403).at_least(2027), // ecdsa_secp256r1_sha256
        scheme(0x0503).at_least(2027), // ecdsa_secp384r1_sha384
        scheme(0x0603).at_least(2029), // ecdsa_secp521r1_sha512
        scheme(0x081a).at_least(2029), // ecdsa_brainpoolP256r1tls13_sha256
        scheme(0x081b).at_least(2029), // ecdsa_brainpoolP384r1tls13_sha384
        scheme(0x081c).at_least(2029), // ecdsa_brainpoolP512r1tls13_sha512
    ]),
    certificate: CertificateRules {
        scope: Scope::Chain,
        key_algorithms: None,
        min_rsa_bits: Some(3000),
        min_ec_bits: Some(250),
        curves: None,
        signature_algorithms: None,
        max_lifetime_days: None,
        recommended_lifetime_days: None,
    },
};
