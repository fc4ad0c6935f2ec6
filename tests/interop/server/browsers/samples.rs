//! What browsers offer: their hellos, as a listener on loopback received them, and what stands in them, in words. The first
//! line of each file says how the browser was started.

/// One browser.
pub(super) struct Browser {
    /// One record, in hexadecimal digits.
    sample: &'static str,
    /// By IANA's names, in the browser's order, without GREASE (RFC 8701).
    pub(super) cipher_suites: &'static [&'static str],
    pub(super) groups: &'static [&'static str],
    pub(super) key_shares: &'static [&'static str],
    pub(super) ja4: &'static str,
}

impl Browser {
    /// The hello.
    pub(super) fn hello(&self) -> Vec<u8> {
        let digits: String = self.sample.lines().skip(1).collect();
        let digit = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16);
        let bytes = (0..digits.len()).step_by(2).map(digit);
        bytes
            .map(|byte| byte.expect("hexadecimal digits"))
            .collect()
    }
}

/// It shuffles its extensions. The first two parts of its fingerprint are those of every Chrome since 2023, with one
/// extension more (trust_anchors); the third follows from its extensions by the rules of JA4.
pub(super) const CHROMIUM: Browser = Browser {
    sample: include_str!("../../../../host/countersign/src/hello/samples/chromium.hex"),
    cipher_suites: &[
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_256_CBC_SHA",
    ],
    groups: &["X25519MLKEM768", "x25519", "secp256r1", "secp384r1"],
    key_shares: &["X25519MLKEM768", "x25519"],
    ja4: "t13d1517h2_8daaf6152771_cb7bf5808d99",
};

/// Its fingerprint is published as that of Firefox 152.
pub(super) const FIREFOX: Browser = Browser {
    sample: include_str!("firefox.hex"),
    cipher_suites: &[
        "TLS_AES_128_GCM_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_256_CBC_SHA",
    ],
    groups: &[
        "X25519MLKEM768",
        "x25519",
        "secp256r1",
        "secp384r1",
        "secp521r1",
        "ffdhe2048",
        "ffdhe3072",
    ],
    key_shares: &["X25519MLKEM768", "x25519", "secp256r1"],
    ja4: "t13d1617h2_86a278354501_3cbfd9057e0d",
};
