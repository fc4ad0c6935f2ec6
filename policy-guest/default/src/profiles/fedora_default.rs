//! Fedora's crypto-policies: DEFAULT, for OpenSSL.

use countersign_names::Version;

use super::listed::{group, scheme, suite};
#[cfg(not(target_arch = "wasm32"))]
use super::{About, Checked};
use super::{CertificateRules, Profile, Scope};

pub(super) const PROFILE: Profile = Profile {
    name: "fedora-default",
    #[cfg(not(target_arch = "wasm32"))]
    about: About {
        title: "Fedora crypto-policies, DEFAULT",
        version: "snapshot",
        date: "2026-02-17",
        source: "github.com/codacy-open-source-projects-scans/fedora-crypto-policies (a mirror of Fedora crypto-policies), tests/outputs/DEFAULT-opensslcnf.txt and policies/DEFAULT.pol at c89742e003514f91cc9d183dc6c49725efcbd8be",
        checked: Checked::InPart,
        verified: "Lists were verified against the stored test output of crypto-policies; the cipher suites before TLS 1.3 are what OpenSSL 3.0.19 makes of its string, without PSK and SRP.",
        notes: &[
            "Fedora's policies have no numbers: this is the state of the date above, and stays that.",
            "It is the policy for OpenSSL: crypto-policies has none for rustls, and those for other libraries may differ.",
            "Cipher suites for pre-shared keys and SRP are not taken.",
            "0x0303 and 0x0301 are ECDSA and RSA PKCS #1 v1.5 with SHA-224, as TLS 1.2 writes them (RFC 5246, section 7.4.1.4.1); the registry gives them no names.",
            "RSA key transport and CBC are in it. Finite fields are to have 2048 bits at least.",
        ],
    },
    versions: &[Version::TLS_1_2, Version::TLS_1_3],
    cipher_suites: &[
        suite(0x1302), // TLS_AES_256_GCM_SHA384
        suite(0x1303), // TLS_CHACHA20_POLY1305_SHA256
        suite(0x1301), // TLS_AES_128_GCM_SHA256
        suite(0x1304), // TLS_AES_128_CCM_SHA256
        suite(0xc02c), // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
        suite(0xc030), // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
        suite(0xcca9), // TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
        suite(0xcca8), // TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
        suite(0xc0ad), // TLS_ECDHE_ECDSA_WITH_AES_256_CCM
        suite(0xc02b), // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
        suite(0xc02f), // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
        suite(0xc0ac), // TLS_ECDHE_ECDSA_WITH_AES_128_CCM
        suite(0xc023), // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
        suite(0xc027), // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
        suite(0xc00a), // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
        suite(0xc014), // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
        suite(0xc009), // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
        suite(0xc013), // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
        suite(0x009d), // TLS_RSA_WITH_AES_256_GCM_SHA384
        suite(0xc09d), // TLS_RSA_WITH_AES_256_CCM
        suite(0x009c), // TLS_RSA_WITH_AES_128_GCM_SHA256
        suite(0xc09c), // TLS_RSA_WITH_AES_128_CCM
        suite(0x003d), // TLS_RSA_WITH_AES_256_CBC_SHA256
        suite(0x003c), // TLS_RSA_WITH_AES_128_CBC_SHA256
        suite(0x0035), // TLS_RSA_WITH_AES_256_CBC_SHA
        suite(0x002f), // TLS_RSA_WITH_AES_128_CBC_SHA
        suite(0x009f), // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
        suite(0xccaa), // TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
        suite(0xc09f), // TLS_DHE_RSA_WITH_AES_256_CCM
        suite(0x009e), // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
        suite(0xc09e), // TLS_DHE_RSA_WITH_AES_128_CCM
        suite(0x006b), // TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
        suite(0x0067), // TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
        suite(0x0039), // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
        suite(0x0033), // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
    ],
    groups: &[
        group(0x11ec), // X25519MLKEM768
        group(0x11eb), // SecP256r1MLKEM768
        group(0x11ed), // SecP384r1MLKEM1024
        group(0x001d), // x25519
        group(0x0017), // secp256r1
        group(0x001e), // x448
        group(0x0019), // secp521r1
        group(0x0018), // secp384r1
        group(0x0100), // ffdhe2048
        group(0x0101), // ffdhe3072
        group(0x0102), // ffdhe4096
        group(0x0103), // ffdhe6144
        group(0x0104), // ffdhe8192
    ],
    signature_schemes: Some(&[
        scheme(0x0904), // mldsa44
        scheme(0x0905), // mldsa65
        scheme(0x0906), // mldsa87
        scheme(0x0403), // ecdsa_secp256r1_sha256
        scheme(0x0503), // ecdsa_secp384r1_sha384
        scheme(0x0603), // ecdsa_secp521r1_sha512
        scheme(0x0807), // ed25519
        scheme(0x0808), // ed448
        scheme(0x0809), // rsa_pss_pss_sha256
        scheme(0x080a), // rsa_pss_pss_sha384
        scheme(0x080b), // rsa_pss_pss_sha512
        scheme(0x0804), // rsa_pss_rsae_sha256
        scheme(0x0805), // rsa_pss_rsae_sha384
        scheme(0x0806), // rsa_pss_rsae_sha512
        scheme(0x0401), // rsa_pkcs1_sha256
        scheme(0x0501), // rsa_pkcs1_sha384
        scheme(0x0601), // rsa_pkcs1_sha512
        scheme(0x0303), // no name in the registry: ecdsa_sha224
        scheme(0x0301), // no name in the registry: rsa_pkcs1_sha224
    ]),
    certificate_signature_schemes: None,
    certificate: CertificateRules {
        scope: Scope::Chain,
        key_algorithms: None,
        min_rsa_bits: Some(2048),
        min_ec_bits: None,
        curves: None,
        signature_algorithms: None,
        max_lifetime_days: None,
        recommended_lifetime_days: None,
    },
};
