//! Cipher suites: the registry "TLS Cipher Suites".

use crate::code_point::code_point;
use crate::nearest::Nearest;
use crate::registry::{Registry, row};
use crate::tables;

static REGISTRY: Registry = Registry {
    codes: &tables::CIPHER_SUITE_CODES,
    iana: tables::CIPHER_SUITE_IANA_NAMES,
    openssl: tables::CIPHER_SUITE_OPENSSL_NAMES,
    alias_codes: &tables::CIPHER_SUITE_ALIAS_CODES,
    aliases: tables::CIPHER_SUITE_ALIASES,
};

code_point! {
    /// A cipher suite: what protects the data, and before TLS 1.3 also how keys are agreed on and who proves
    /// who they are (RFC 8446, section 4.1.2, and appendix B.4; IANA "TLS Cipher Suites").
    ///
    /// `Display` writes the IANA name. `FromStr` takes, in upper or lower case, the IANA name, the OpenSSL
    /// name (also `EDH-` of OpenSSL 1.0 for `DHE-`), the name that rustls writes for a suite of TLS 1.3
    /// (`TLS13_AES_128_GCM_SHA256`), and `0xc02f`.
    CipherSuite, "a cipher suite such as TLS_AES_128_GCM_SHA256, ECDHE-RSA-AES128-GCM-SHA256 or 0x1301"
}

impl CipherSuite {
    /// Every registered cipher suite, signalling values included, in the order of the code points.
    pub fn all() -> impl Iterator<Item = Self> {
        REGISTRY.codes.iter().copied().map(Self)
    }

    /// The registered cipher suite with the name most like `input`, if one is much like it.
    #[must_use]
    pub fn nearest(input: &str) -> Option<Self> {
        let mut nearest = Nearest::to(input);
        for (code, name) in REGISTRY.names() {
            nearest.consider(code, name);
            // Without its prefix a TLS 1.3 suite is less like its own name than like one with static RSA.
            if let Some(name) = name.strip_prefix("TLS_") {
                nearest.consider(code, name);
            }
        }
        nearest.found().map(Self)
    }

    /// The name in the IANA registry.
    #[must_use]
    pub fn iana_name(self) -> Option<&'static str> {
        REGISTRY.iana_name(self.0)
    }

    /// The name in OpenSSL 3.0, or in the last version that had the suite.
    #[must_use]
    pub fn openssl_name(self) -> Option<&'static str> {
        REGISTRY.openssl_name(self.0)
    }

    /// Whether this suite can be used in TLS 1.3 and in no other version: its name says nothing of a key
    /// exchange (RFC 8446, appendix B.4; RFC 8998; RFC 9150), or it is one of the four GOST suites with MGM
    /// (RFC 9367).
    #[must_use]
    pub fn is_tls13(self) -> bool {
        self.has(tables::TLS13)
    }

    /// Whether traffic that was recorded stays secret when a long-term key is stolen later, and the peer is
    /// authenticated: the suites of TLS 1.3, and before it `DHE` and `ECDHE` with a certificate or with a
    /// pre-shared key (`DHE_PSK`, `ECDHE_PSK`).
    ///
    /// False for anonymous suites (ephemeral, but nobody knows with whom), for suites that do not encrypt
    /// (`NULL`; `TLS_SHA256_SHA256`), for `EXPORT` suites (weak keys), for static `RSA`, `DH`, `ECDH`, plain
    /// `PSK` and `RSA_PSK`, for key exchanges outside this list (`SRP`, `KRB5`, `ECCPWD`, GOST before
    /// TLS 1.3), and for what is not registered.
    ///
    /// A TLS 1.3 session resumed without a new key exchange (`psk_ke`, RFC 8446, section 4.2.9) is not
    /// forward secret whatever its suite is; the suite cannot tell.
    #[must_use]
    pub fn is_forward_secret(self) -> bool {
        self.has(tables::FORWARD_SECRET)
    }

    /// Whether data is encrypted and authenticated in one step (RFC 5116): GCM, CCM, CCM_8, Poly1305, MGM
    /// (RFC 9058), Ascon-AEAD128 and AEGIS.
    #[must_use]
    pub fn is_aead(self) -> bool {
        self.has(tables::AEAD)
    }

    /// Whether the "Recommended" column of the registry says `Y` (RFC 9847, section 3). The others, `N` and
    /// `D` for discouraged, are not told apart.
    #[must_use]
    pub fn is_recommended(self) -> bool {
        self.has(tables::RECOMMENDED)
    }

    /// Whether this is no cipher suite but a signal of the client that stands in its list:
    /// TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746, section 3.3) or TLS_FALLBACK_SCSV (RFC 7507).
    #[must_use]
    pub const fn is_signalling(self) -> bool {
        matches!(self.0, 0x00ff | 0x5600)
    }

    fn has(self, property: u8) -> bool {
        let row = row(&tables::CIPHER_SUITE_CODES, self.0);
        row.is_some_and(|row| tables::CIPHER_SUITE_PROPERTIES[row] & property != 0)
    }

    fn canonical(self) -> Option<&'static str> {
        self.iana_name()
    }

    fn lookup(input: &str) -> Option<u16> {
        REGISTRY
            .find(&|name| name.eq_ignore_ascii_case(input))
            .or_else(|| Self::lookup_rustls(input))
    }

    /// rustls writes `TLS13_` where the registry has `TLS_`.
    fn lookup_rustls(input: &str) -> Option<u16> {
        let (prefix, rest) = input.split_at_checked(6)?;
        let same = |name: &str| {
            name.strip_prefix("TLS_")
                .is_some_and(|name| name.eq_ignore_ascii_case(rest))
        };
        let code = prefix
            .eq_ignore_ascii_case("TLS13_")
            .then(|| REGISTRY.find(&same))??;
        Self(code).is_tls13().then_some(code)
    }
}
