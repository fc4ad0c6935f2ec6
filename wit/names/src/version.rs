//! Protocol versions.

use crate::code_point::code_point;
use crate::nearest::nearest;

/// All versions in order, as OpenSSL (`SSL_get_version`) and nginx (`$ssl_protocol`) write them.
const NAMES: [(u16, &str); 6] = [
    (Version::SSL_2.0, "SSLv2"),
    (Version::SSL_3.0, "SSLv3"),
    (Version::TLS_1_0.0, "TLSv1"),
    (Version::TLS_1_1.0, "TLSv1.1"),
    (Version::TLS_1_2.0, "TLSv1.2"),
    (Version::TLS_1_3.0, "TLSv1.3"),
];

code_point! {
    /// A version of TLS, or of SSL before it (ProtocolVersion: RFC 8446, section 4.2.1). They compare by age.
    ///
    /// `Display` writes `SSLv2`, `SSLv3`, `TLSv1`, `TLSv1.1`, `TLSv1.2` or `TLSv1.3`. `FromStr` takes, in upper
    /// or lower case, what people write for them: with or without `v`, with `.`, `-`, `_`, a space or nothing
    /// between the parts, with or without a final `.0`. So it takes the spellings of OpenSSL, nginx and Java
    /// (`TLSv1.2`), HAProxy (`TLSv12`), rustls and Envoy (`TLSv1_2`), Go (`VersionTLS12`, `TLS 1.2`) and .NET
    /// (`Tls12`); beyond that a bare `1.2` (TLS, from 1.0) and `0x0303`. DTLS is another protocol.
    Version, "a TLS version such as TLSv1.3 or 0x0304"
}

impl Version {
    /// SSL 2.0 (prohibited by RFC 6176).
    pub const SSL_2: Self = Self(0x0002);
    /// SSL 3.0 (RFC 6101; prohibited by RFC 7568).
    pub const SSL_3: Self = Self(0x0300);
    /// TLS 1.0 (RFC 2246; prohibited by RFC 8996).
    pub const TLS_1_0: Self = Self(0x0301);
    /// TLS 1.1 (RFC 4346; prohibited by RFC 8996).
    pub const TLS_1_1: Self = Self(0x0302);
    /// TLS 1.2 (RFC 5246).
    pub const TLS_1_2: Self = Self(0x0303);
    /// TLS 1.3 (RFC 8446).
    pub const TLS_1_3: Self = Self(0x0304);

    /// Every version, the oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.into_iter().map(|(code, _)| Self(code))
    }

    /// The version with the name most like `input`, if one is much like it.
    #[must_use]
    pub fn nearest(input: &str) -> Option<Self> {
        nearest(input, NAMES.into_iter()).map(Self)
    }

    /// The name that `Display` writes, if this is a version of SSL or TLS.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        NAMES
            .into_iter()
            .find(|(code, _)| *code == self.0)
            .map(|(_, name)| name)
    }

    /// `ssl` or `tls`, as OpenTelemetry has it in `tls.protocol.name`.
    #[must_use]
    pub const fn protocol_name(self) -> &'static str {
        if self.0 <= Self::SSL_3.0 {
            "ssl"
        } else {
            "tls"
        }
    }

    /// The number in the name, as OpenTelemetry has it in `tls.protocol.version`: `1.2`, and `3` for SSL 3.0.
    /// TLS 1.0 is `1.0`.
    #[must_use]
    pub const fn protocol_version(self) -> Option<&'static str> {
        match self {
            Self::SSL_2 => Some("2"),
            Self::SSL_3 => Some("3"),
            Self::TLS_1_0 => Some("1.0"),
            Self::TLS_1_1 => Some("1.1"),
            Self::TLS_1_2 => Some("1.2"),
            Self::TLS_1_3 => Some("1.3"),
            _ => None,
        }
    }

    fn canonical(self) -> Option<&'static str> {
        self.name()
    }

    fn lookup(input: &str) -> Option<u16> {
        let mut all = Self::all();
        // Only with its dot is a bare number certain to be a version.
        let bare = |version: &Self| {
            version.protocol_name() == "tls" && version.protocol_version() == Some(input)
        };
        all.find(bare).or_else(|| spelled(input)).map(Self::code)
    }
}

/// Reads `SSL` or `TLS`, then the number.
fn spelled(input: &str) -> Option<Version> {
    let (buffer, length) = letters(input)?;
    let text = buffer.get(..length)?;
    let text = text.strip_prefix(b"version").unwrap_or(text);
    let (protocol, number) = text.split_at_checked(3)?;
    match (protocol, number.strip_prefix(b"v").unwrap_or(number)) {
        (b"ssl", b"2" | b"20") => Some(Version::SSL_2),
        (b"ssl", b"3" | b"30") => Some(Version::SSL_3),
        (b"tls", b"1" | b"10") => Some(Version::TLS_1_0),
        (b"tls", b"11") => Some(Version::TLS_1_1),
        (b"tls", b"12") => Some(Version::TLS_1_2),
        (b"tls", b"13") => Some(Version::TLS_1_3),
        _ => None,
    }
}

/// The text in lower case without separators, and its length. None if it is longer than `versiontlsv12`.
fn letters(input: &str) -> Option<([u8; 13], usize)> {
    let mut buffer = [0; 13];
    let mut length = 0;
    for byte in input
        .bytes()
        .filter(|byte| !matches!(byte, b' ' | b'.' | b'-' | b'_'))
    {
        *buffer.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    Some((buffer, length))
}
