//! NIST SP 800-52 Rev. 2, as others wrote it down.

use countersign_names::Version;

use super::listed::{group, scheme, suite};
#[cfg(not(target_arch = "wasm32"))]
use super::{About, Checked};
use super::{CertificateRules, Profile, Scope};

pub(super) const PROFILE: Profile = Profile {
    name: "nist-sp800-52r2",
    #[cfg(not(target_arch = "wasm32"))]
    about: About {
        title: "NIST SP 800-52 Rev. 2, Guidelines for TLS Implementations",
        version: "SP 800-52 Rev. 2",
        date: "2019-08-29",
        source: "github.com/stfbk/tls-compliance-dataset, markdown/{Protocols,Cipher Suites,Supported groups,Key lengths}.md at 998299b9949ac9a309359249340813e0616ac73d (2025-05-06)",
        checked: Checked::SecondHand,
        verified: "Second-hand: taken from a data set about the publication (STFBK, CC-BY-4.0), and not verified against the publication itself.",
        notes: &[
            "Check the groups and the 224 bits of EC keys against the publication before you rely on them.",
            "RSA key transport (TLS_RSA_WITH_*) is not taken: the publication has it apart, for a transition only.",
            "Cipher suites for pre-shared keys are not taken: the publication has them apart, for peers that share a key.",
            "Cipher suites with static DH and ECDH are in the publication's list and so in this one; they need certificates with such keys.",
            "secp224r1 is not taken: the data set has it for government servers only. Nor are x25519 and x448: it recommends them for servers that face customers, and not for government.",
            "TLS 1.1 is not taken, which servers that face citizens may still speak. ChaCha20-Poly1305 is not approved by NIST.",
            "That certificates last three years at most is recommended, not demanded: a longer one is a warning. RSA keys of 2048 bits and EC keys of 224 are acceptable until 2030.",
        ],
    },
    versions: &[Version::TLS_1_2, Version::TLS_1_3],
    cipher_suites: &[
        suite(0x1301), // TLS_AES_128_GCM_SHA256
        suite(0x1302), // TLS_AES_256_GCM_SHA384
        suite(0x1304), // TLS_AES_128_CCM_SHA256
        suite(0x1305), // TLS_AES_128_CCM_8_SHA256
        suite(0xc02b), // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
        suite(0xc02c), // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
        suite(0xc0ac), // TLS_ECDHE_ECDSA_WITH_AES_128_CCM
        suite(0xc0ad), // TLS_ECDHE_ECDSA_WITH_AES_256_CCM
        suite(0xc0ae), // TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8
        suite(0xc0af), // TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8
        suite(0xc023), // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
        suite(0xc024), // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
        suite(0xc009), // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
        suite(0xc00a), // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
        suite(0xc02f), // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
        suite(0xc030), // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
        suite(0x009e), // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
        suite(0x009f), // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
        suite(0xc09e), // TLS_DHE_RSA_WITH_AES_128_CCM
        suite(0xc09f), // TLS_DHE_RSA_WITH_AES_256_CCM
        suite(0xc0a2), // TLS_DHE_RSA_WITH_AES_128_CCM_8
        suite(0xc0a3), // TLS_DHE_RSA_WITH_AES_256_CCM_8
        suite(0xc027), // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
        suite(0xc028), // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
        suite(0x0067), // TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
        suite(0x006b), // TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
        suite(0xc013), // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
        suite(0xc014), // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
        suite(0x0033), // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
        suite(0x0039), // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
        suite(0x00a2), // TLS_DHE_DSS_WITH_AES_128_GCM_SHA256
        suite(0x00a3), // TLS_DHE_DSS_WITH_AES_256_GCM_SHA384
        suite(0x0040), // TLS_DHE_DSS_WITH_AES_128_CBC_SHA256
        suite(0x006a), // TLS_DHE_DSS_WITH_AES_256_CBC_SHA256
        suite(0x0032), // TLS_DHE_DSS_WITH_AES_128_CBC_SHA
        suite(0x0038), // TLS_DHE_DSS_WITH_AES_256_CBC_SHA
        suite(0x00a4), // TLS_DH_DSS_WITH_AES_128_GCM_SHA256
        suite(0x00a5), // TLS_DH_DSS_WITH_AES_256_GCM_SHA384
        suite(0x003e), // TLS_DH_DSS_WITH_AES_128_CBC_SHA256
        suite(0x0068), // TLS_DH_DSS_WITH_AES_256_CBC_SHA256
        suite(0x0030), // TLS_DH_DSS_WITH_AES_128_CBC_SHA
        suite(0x0036), // TLS_DH_DSS_WITH_AES_256_CBC_SHA
        suite(0x00a0), // TLS_DH_RSA_WITH_AES_128_GCM_SHA256
        suite(0x00a1), // TLS_DH_RSA_WITH_AES_256_GCM_SHA384
        suite(0x003f), // TLS_DH_RSA_WITH_AES_128_CBC_SHA256
        suite(0x0069), // TLS_DH_RSA_WITH_AES_256_CBC_SHA256
        suite(0x0031), // TLS_DH_RSA_WITH_AES_128_CBC_SHA
        suite(0x0037), // TLS_DH_RSA_WITH_AES_256_CBC_SHA
        suite(0xc02d), // TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256
        suite(0xc02e), // TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384
        suite(0xc025), // TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256
        suite(0xc026), // TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384
        suite(0xc004), // TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA
        suite(0xc005), // TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA
        suite(0xc031), // TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256
        suite(0xc032), // TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384
        suite(0xc029), // TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256
        suite(0xc02a), // TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384
        suite(0xc00e), // TLS_ECDH_RSA_WITH_AES_128_CBC_SHA
        suite(0xc00f), // TLS_ECDH_RSA_WITH_AES_256_CBC_SHA
    ],
    groups: &[
        group(0x0017), // secp256r1
        group(0x0018), // secp384r1
        group(0x0019), // secp521r1
        group(0x0100), // ffdhe2048
        group(0x0101), // ffdhe3072
        group(0x0102), // ffdhe4096
        group(0x0103), // ffdhe6144
        group(0x0104), // ffdhe8192
    ],
    signature_schemes: Some(&[
        scheme(0x0804), // rsa_pss_rsae_sha256
        scheme(0x0805), // rsa_pss_rsae_sha384
        scheme(0x0806), // rsa_pss_rsae_sha512
        scheme(0x0809), // rsa_pss_pss_sha256
        scheme(0x080a), // rsa_pss_pss_sha384
        scheme(0x080b), // rsa_pss_pss_sha512
        scheme(0x0403), // ecdsa_secp256r1_sha256
        scheme(0x0503), // ecdsa_secp384r1_sha384
        scheme(0x0603), // ecdsa_secp521r1_sha512
        scheme(0x0401), // rsa_pkcs1_sha256
        scheme(0x0501), // rsa_pkcs1_sha384
        scheme(0x0601), // rsa_pkcs1_sha512
    ]),
    certificate_signature_schemes: None,
    certificate: CertificateRules {
        scope: Scope::Chain,
        key_algorithms: None,
        min_rsa_bits: Some(2048),
        min_ec_bits: Some(224),
        curves: None,
        signature_algorithms: None,
        max_lifetime_days: None,
        recommended_lifetime_days: Some(1096),
    },
};
