//! What the hellos offer: everything that a server might still be choosing, good or bad.
//!
//! The strong come first, because many servers take the client's order: a server that can do better than
//! its worst suite should be seen doing so. Anonymous, NULL and export suites stay out: a server that puts
//! its own order first could pick one that it would never give to an authenticating client.

/// Cipher suites for TLS 1.2 and below: ephemeral before static, AEAD before CBC, the broken ciphers last.
///
/// Never more than 64: the Schannel of Windows Server 2003 looks no further.
pub(super) const LEGACY_SUITES: &[u16] = &[
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0xcca9, // TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
    0xcca8, // TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
    0xc0ad, // TLS_ECDHE_ECDSA_WITH_AES_256_CCM
    0xc0ac, // TLS_ECDHE_ECDSA_WITH_AES_128_CCM
    0xc0af, // TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8
    0xc0ae, // TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8
    0x009f, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
    0x009e, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    0xccaa, // TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
    0xc09f, // TLS_DHE_RSA_WITH_AES_256_CCM
    0xc09e, // TLS_DHE_RSA_WITH_AES_128_CCM
    0x00a3, // TLS_DHE_DSS_WITH_AES_256_GCM_SHA384
    0x00a2, // TLS_DHE_DSS_WITH_AES_128_GCM_SHA256
    0xc024, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
    0xc028, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
    0xc023, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    0xc027, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0x006b, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
    0x0067, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
    0x0039, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
    0x0033, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
    0x0038, // TLS_DHE_DSS_WITH_AES_256_CBC_SHA
    0x0032, // TLS_DHE_DSS_WITH_AES_128_CBC_SHA
    0x0088, // TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA
    0x0045, // TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA
    0x009d, // TLS_RSA_WITH_AES_256_GCM_SHA384
    0x009c, // TLS_RSA_WITH_AES_128_GCM_SHA256
    0xc09d, // TLS_RSA_WITH_AES_256_CCM
    0xc09c, // TLS_RSA_WITH_AES_128_CCM
    0xc0a1, // TLS_RSA_WITH_AES_256_CCM_8
    0xc0a0, // TLS_RSA_WITH_AES_128_CCM_8
    0x003d, // TLS_RSA_WITH_AES_256_CBC_SHA256
    0x003c, // TLS_RSA_WITH_AES_128_CBC_SHA256
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
    0x0084, // TLS_RSA_WITH_CAMELLIA_256_CBC_SHA
    0x0041, // TLS_RSA_WITH_CAMELLIA_128_CBC_SHA
    0x0096, // TLS_RSA_WITH_SEED_CBC_SHA
    0xc100, // TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC
    0xc101, // TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC
    0xc102, // TLS_GOSTR341112_256_WITH_28147_CNT_IMIT
    0xc008, // TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA
    0xc012, // TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA
    0x0016, // TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA
    0x0013, // TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA
    0x000a, // TLS_RSA_WITH_3DES_EDE_CBC_SHA
    0xc007, // TLS_ECDHE_ECDSA_WITH_RC4_128_SHA
    0xc011, // TLS_ECDHE_RSA_WITH_RC4_128_SHA
    0x0005, // TLS_RSA_WITH_RC4_128_SHA
    0x0004, // TLS_RSA_WITH_RC4_128_MD5
    0x0015, // TLS_DHE_RSA_WITH_DES_CBC_SHA
    0x0009, // TLS_RSA_WITH_DES_CBC_SHA
    SECURE_RENEGOTIATION,
];

/// `TLS_EMPTY_RENEGOTIATION_INFO_SCSV` (RFC 5746 section 3.3): a signal, which no server can choose.
pub(super) const SECURE_RENEGOTIATION: u16 = 0x00ff;

/// Cipher suites of TLS 1.3 (RFC 8446 appendix B.4, RFC 8998).
pub(super) const TLS13_SUITES: &[u16] = &[
    0x1302, // TLS_AES_256_GCM_SHA384
    0x1303, // TLS_CHACHA20_POLY1305_SHA256
    0x1301, // TLS_AES_128_GCM_SHA256
    0x1304, // TLS_AES_128_CCM_SHA256
    0x1305, // TLS_AES_128_CCM_8_SHA256
    0x00c6, // TLS_SM4_GCM_SM3
    0x00c7, // TLS_SM4_CCM_SM3
];

/// Groups for TLS 1.2 and below.
///
/// No `ffdhe` group: a server that knows RFC 7919 and none of those offered must then give up DHE (its section 4),
/// while we want to see the prime that it really uses.
pub(super) const LEGACY_GROUPS: &[u16] = &[
    0x001d, // x25519
    0x0017, // secp256r1
    0x0018, // secp384r1
    0x0019, // secp521r1
    0x001e, // x448
    0x001a, // brainpoolP256r1
    0x001b, // brainpoolP384r1
    0x001c, // brainpoolP512r1
    0x0016, // secp256k1
];

/// Groups for TLS 1.3: hybrids first, then elliptic curves, finite fields, pure ML-KEM, regional curves.
pub(super) const TLS13_GROUPS: &[u16] = &[
    0x11ec, // X25519MLKEM768
    0x11eb, // SecP256r1MLKEM768
    0x11ed, // SecP384r1MLKEM1024
    0x001d, // x25519
    0x0017, // secp256r1
    0x0018, // secp384r1
    0x0019, // secp521r1
    0x001e, // x448
    0x0100, // ffdhe2048
    0x0101, // ffdhe3072
    0x0102, // ffdhe4096
    0x0103, // ffdhe6144
    0x0104, // ffdhe8192
    0x0201, // MLKEM768
    0x0202, // MLKEM1024
    0x0200, // MLKEM512
    0x001f, // brainpoolP256r1tls13
    0x0020, // brainpoolP384r1tls13
    0x0021, // brainpoolP512r1tls13
    0x0029, // curveSM2
];

/// Signature schemes for both hellos; a server needs one that fits its certificate.
pub(super) const SIGNATURE_SCHEMES: &[u16] = &[
    0x0403, // ecdsa_secp256r1_sha256
    0x0503, // ecdsa_secp384r1_sha384
    0x0603, // ecdsa_secp521r1_sha512
    0x0807, // ed25519
    0x0808, // ed448
    0x0804, // rsa_pss_rsae_sha256
    0x0805, // rsa_pss_rsae_sha384
    0x0806, // rsa_pss_rsae_sha512
    0x0809, // rsa_pss_pss_sha256
    0x080a, // rsa_pss_pss_sha384
    0x080b, // rsa_pss_pss_sha512
    0x0401, // rsa_pkcs1_sha256
    0x0501, // rsa_pkcs1_sha384
    0x0601, // rsa_pkcs1_sha512
    0x0904, // mldsa44
    0x0905, // mldsa65
    0x0906, // mldsa87
    0x0708, // sm2sig_sm3
    0x081a, // ecdsa_brainpoolP256r1tls13_sha256
    0x081b, // ecdsa_brainpoolP384r1tls13_sha384
    0x081c, // ecdsa_brainpoolP512r1tls13_sha512
    0x0840, // gostr34102012_256 for TLS 1.2 (RFC 9189)
    0x0841, // gostr34102012_512 for TLS 1.2 (RFC 9189)
    0x0303, // ecdsa_sha224
    0x0301, // rsa_sha224
    0x0402, // dsa_sha256
    0x0302, // dsa_sha224
    0x0203, // ecdsa_sha1
    0x0201, // rsa_pkcs1_sha1
    0x0202, // dsa_sha1
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_offered_twice() {
        for list in [
            LEGACY_SUITES,
            TLS13_SUITES,
            LEGACY_GROUPS,
            TLS13_GROUPS,
            SIGNATURE_SCHEMES,
        ] {
            let mut sorted = list.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), list.len());
        }
    }

    #[test]
    fn an_old_schannel_sees_every_suite() {
        assert!(LEGACY_SUITES.len() <= 64, "{}", LEGACY_SUITES.len());
    }

    #[test]
    fn fallback_is_never_signalled() {
        assert!(!LEGACY_SUITES.contains(&0x5600));
    }
}
