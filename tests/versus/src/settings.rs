//! What the rule allows: what an operator would write as settings. Each engine gets it as its users would pass it.

/// TLS 1.2.
pub(crate) const VERSION_MIN: u16 = 0x0303;

/// The three of TLS 1.3, and ECDHE with AES-GCM or ChaCha20-Poly1305 of TLS 1.2.
pub(crate) const CIPHER_SUITES: [u16; 9] = [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9,
];

/// X25519MLKEM768, X25519, P-256, P-384.
pub(crate) const GROUPS: [u16; 4] = [0x11ec, 0x001d, 0x0017, 0x0018];
