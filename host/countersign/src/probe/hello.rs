//! The bytes of a ClientHello (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2), built but never continued.

use super::encode::{code_points, prefix8, prefix16, prefix24};
use super::offer::{LEGACY_SUITES, SECURE_RENEGOTIATION, TLS13_SUITES};
use super::{Target, extensions};
use countersign_names::{CipherSuite, Version};

/// The record type and the message type (RFC 8446 sections 5.1 and 4).
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;

/// 32 bytes of client random and 32 of legacy session id.
pub(super) type Random = [u8; 64];

/// Handshake messages of these lengths hang some F5 load balancers (RFC 7685 section 1).
const HANGING_BYTES: std::ops::Range<usize> = 256..512;

/// The kinds of hello that a probe sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// TLS 1.3 alone, with an empty key_share: the server names suite and group by a HelloRetryRequest.
    Tls13,
    /// At most this version, with extensions, but without supported_versions: the server chooses its highest.
    Extended(Version),
    /// At most this version, without extensions, for servers that stumble over them.
    Bare(Version),
}

/// A built hello, and what it offered.
#[derive(Debug)]
pub(super) struct Hello {
    shape: Shape,
    record: Vec<u8>,
}

impl Hello {
    /// Builds the hello of this shape for `target`.
    pub(super) fn new(shape: Shape, target: &Target<'_>, random: &Random) -> Self {
        let record = [
            &[HANDSHAKE][..],
            &shape.record_version().code().to_be_bytes(),
            &prefix16(&message(shape, target, random)),
        ];
        Self {
            shape,
            record: record.concat(),
        }
    }

    /// The record to send.
    pub(super) fn record(&self) -> &[u8] {
        &self.record
    }

    /// Whether a server may choose this version and suite in answer.
    pub(super) fn admits(&self, version: Version, suite: CipherSuite) -> bool {
        let version_fits = match self.shape {
            Shape::Tls13 => version == Version::TLS_1_3,
            Shape::Extended(max) | Shape::Bare(max) => version.code() <= max.code(),
        };
        version_fits
            && suite.code() != SECURE_RENEGOTIATION
            && self.shape.suites().contains(&suite.code())
    }
}

impl Shape {
    /// `legacy_version`, which TLS 1.3 froze at 1.2 (RFC 8446 section 4.1.2).
    fn legacy_version(self) -> Version {
        match self {
            Self::Tls13 => Version::TLS_1_2,
            Self::Extended(version) | Self::Bare(version) => version,
        }
    }

    /// 0x0301 for a first flight, whatever it offers (RFC 8446 section 5.1); SSLv3 servers may insist on their own.
    fn record_version(self) -> Version {
        if self.legacy_version() == Version::SSL_3 {
            Version::SSL_3
        } else {
            Version::TLS_1_0
        }
    }

    fn suites(self) -> &'static [u16] {
        if self == Self::Tls13 {
            TLS13_SUITES
        } else {
            LEGACY_SUITES
        }
    }

    /// Filled in TLS 1.3's middlebox compatibility mode (RFC 8446 appendix D.4), else empty: nothing is resumed.
    fn session_id(self, random: &Random) -> &[u8] {
        if self == Self::Tls13 {
            &random[32..]
        } else {
            &[]
        }
    }

    /// None where the shape has no extension block.
    fn extensions(self, target: &Target<'_>) -> Option<Vec<u8>> {
        match self {
            Self::Tls13 => Some(extensions::tls13(target)),
            Self::Extended(version) => Some(extensions::legacy(version, target)),
            Self::Bare(_) => None,
        }
    }
}

/// The whole handshake message, padded past the lengths that hang.
fn message(shape: Shape, target: &Target<'_>, random: &Random) -> Vec<u8> {
    let Some(extensions) = shape.extensions(target) else {
        return client_hello(shape, random, &[]);
    };
    let plain = client_hello(shape, random, &prefix16(&extensions));
    if !HANGING_BYTES.contains(&plain.len()) {
        return plain;
    }
    let padding = extensions::padding(HANGING_BYTES.end - plain.len());
    client_hello(shape, random, &prefix16(&[extensions, padding].concat()))
}

fn client_hello(shape: Shape, random: &Random, extensions: &[u8]) -> Vec<u8> {
    let body = [
        &shape.legacy_version().code().to_be_bytes()[..],
        &random[..32],
        &prefix8(shape.session_id(random)),
        &prefix16(&code_points(shape.suites())),
        &prefix8(&[0]), // the null compression
        extensions,
    ]
    .concat();
    [&[CLIENT_HELLO], &prefix24(&body)[..]].concat()
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    reason = "a hello that does not parse back fails its test"
)]
mod tests;
