//! ServerHello and HelloRetryRequest, decoded strictly (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3).

use super::AnswerError;
use countersign_names::{CipherSuite, Group, Version};
use tls_parser::{
    TlsExtension, TlsServerHelloContents, parse_tls_extension_unknown,
    parse_tls_handshake_server_hello,
};

/// The random by which a ServerHello says that it is a HelloRetryRequest (RFC 8446 section 4.1.3).
pub(super) const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8,
    0x91, //
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// What a server's hello settles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServerHello {
    pub(super) version: Version,
    pub(super) cipher_suite: CipherSuite,
    /// From key_share, so in TLS 1.3 alone.
    pub(super) group: Option<Group>,
    pub(super) alpn: Option<Vec<u8>>,
    pub(super) extended_master_secret: bool,
    /// The downgrade sentinel: the server speaks a higher version than this one.
    pub(super) can_do_better: bool,
}

impl ServerHello {
    /// Decodes the body of the handshake message.
    pub(super) fn parse(body: &[u8]) -> Result<Self, AnswerError> {
        let (rest, fields) =
            parse_tls_handshake_server_hello(body).map_err(|_| AnswerError::ServerHello)?;
        if fields.compression.0 != 0 {
            return Err(AnswerError::ServerHello);
        }
        let extensions = Extensions::parse(
            extension_block(&fields, rest)?,
            fields.random == RETRY_RANDOM,
        )?;
        if fields.random == RETRY_RANDOM && extensions.version.is_none() {
            return Err(AnswerError::ServerHello);
        }
        Ok(Self::new(&fields, extensions))
    }

    fn new(fields: &TlsServerHelloContents<'_>, extensions: Extensions) -> Self {
        let version = extensions.version.unwrap_or(Version::new(fields.version.0));
        Self {
            version,
            cipher_suite: CipherSuite::new(fields.cipher.0),
            group: extensions.group,
            alpn: extensions.alpn,
            extended_master_secret: extensions.extended_master_secret,
            can_do_better: version != Version::TLS_1_3 && is_downgrade(fields.random),
        }
    }
}

/// `DOWNGRD` and 1 from a TLS 1.3 server at 1.2, 0 from a TLS 1.2 server below it (RFC 8446 section 4.1.3).
fn is_downgrade(random: &[u8]) -> bool {
    random.ends_with(b"DOWNGRD\x01") || random.ends_with(b"DOWNGRD\x00")
}

/// The extensions, all of the rest and nothing beyond. The parser leaves those of an SSLv3 hello aside, which
/// answers to the renegotiation signal may carry (RFC 5746 section 3.6).
fn extension_block<'a>(
    fields: &TlsServerHelloContents<'a>,
    rest: &'a [u8],
) -> Result<&'a [u8], AnswerError> {
    match (fields.ext, rest) {
        (Some(block), []) => Ok(block),
        (None, []) => Ok(&[]),
        (None, [high, low, block @ ..])
            if fields.version.0 == Version::SSL_3.code() && is_length(*high, *low, block) =>
        {
            Ok(block)
        }
        _ => Err(AnswerError::ServerHello),
    }
}

/// The extensions that matter here.
#[derive(Default)]
struct Extensions {
    version: Option<Version>,
    group: Option<Group>,
    alpn: Option<Vec<u8>>,
    extended_master_secret: bool,
}

impl Extensions {
    fn parse(mut block: &[u8], retry: bool) -> Result<Self, AnswerError> {
        let mut known = Self::default();
        let mut seen = Vec::new();
        while !block.is_empty() {
            let (rest, number, body) = split_extension(block)?;
            // At most one of each type (RFC 8446 section 4.2).
            if seen.contains(&number) {
                return Err(AnswerError::ServerHello);
            }
            seen.push(number);
            known
                .take(number, body, retry)
                .ok_or(AnswerError::ServerHello)?;
            block = rest;
        }
        Ok(known)
    }

    /// Notes one extension; none when its body is malformed.
    fn take(&mut self, number: u16, body: &[u8], retry: bool) -> Option<()> {
        match number {
            16 => self.alpn = Some(chosen_protocol(body)?),
            23 => self.extended_master_secret = body.is_empty().then_some(true)?,
            43 => self.version = Some(Version::new(code_point(body)?)),
            51 if retry => self.group = Some(Group::new(code_point(body)?)),
            51 => self.group = Some(shared_group(body)?),
            _ => {}
        }
        Some(())
    }
}

fn split_extension(block: &[u8]) -> Result<(&[u8], u16, &[u8]), AnswerError> {
    match parse_tls_extension_unknown(block) {
        Ok((rest, TlsExtension::Unknown(number, body))) => Ok((rest, number.0, body)),
        _ => Err(AnswerError::ServerHello),
    }
}

/// RFC 7301 section 3.1: a list with exactly one name.
fn chosen_protocol(body: &[u8]) -> Option<Vec<u8>> {
    let [high, low, length, name @ ..] = body else {
        return None;
    };
    let fits = is_length(*high, *low, &body[2..]) && usize::from(*length) == name.len();
    (fits && !name.is_empty()).then(|| name.to_vec())
}

/// RFC 8446 section 4.2.8: a KeyShareEntry.
fn shared_group(body: &[u8]) -> Option<Group> {
    let [group_high, group_low, high, low, share @ ..] = body else {
        return None;
    };
    let fits = !share.is_empty() && is_length(*high, *low, share);
    fits.then(|| Group::new(u16::from_be_bytes([*group_high, *group_low])))
}

fn code_point(body: &[u8]) -> Option<u16> {
    body.try_into().ok().map(u16::from_be_bytes)
}

fn is_length(high: u8, low: u8, body: &[u8]) -> bool {
    usize::from(u16::from_be_bytes([high, low])) == body.len()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{RANDOM, server_hello_body as body};
    use super::*;

    const MALFORMED: Result<ServerHello, AnswerError> = Err(AnswerError::ServerHello);

    fn random_ending(end: &[u8; 8]) -> [u8; 32] {
        let mut random = RANDOM;
        random[24..].copy_from_slice(end);
        random
    }

    #[test]
    fn a_retry_names_suite_and_group() {
        let hello = ServerHello::parse(&body(
            0x0303,
            &RETRY_RANDOM,
            0x1302,
            b"\0\x2b\0\x02\x03\x04\0\x33\0\x02\0\x19",
        ));
        let expected = ServerHello {
            version: Version::TLS_1_3,
            cipher_suite: CipherSuite::new(0x1302),
            group: Some(Group::new(0x0019)),
            alpn: None,
            extended_master_secret: false,
            can_do_better: false,
        };
        assert_eq!(hello, Ok(expected));
    }

    #[test]
    fn a_tls13_hello_names_them_too() {
        let hello = ServerHello::parse(&body(
            0x0303,
            &RANDOM,
            0x1301,
            b"\0\x33\0\x05\0\x17\0\x01\x04\0\x2b\0\x02\x03\x04",
        ));
        assert_eq!(hello.map(|hello| hello.group), Ok(Some(Group::new(0x0017))));
    }

    #[test]
    fn a_legacy_hello_names_alpn_and_master_secret() {
        let hello = ServerHello::parse(&body(
            0x0303,
            &RANDOM,
            0xc02f,
            b"\0\x17\0\0\0\x10\0\x05\0\x03\x02h2\xff\x01\0\x01\0",
        ));
        let hello = hello.map(|hello| (hello.version, hello.alpn, hello.extended_master_secret));
        assert_eq!(hello, Ok((Version::TLS_1_2, Some(b"h2".to_vec()), true)));
    }

    #[test]
    fn extensions_may_be_missing_or_follow_in_sslv3() {
        let mut hello = body(0x0300, &RANDOM, 0x000a, b"\xff\x01\0\x01\0");
        assert_eq!(
            ServerHello::parse(&hello).map(|hello| hello.version),
            Ok(Version::SSL_3)
        );
        hello.push(0);
        assert_eq!(ServerHello::parse(&hello), MALFORMED);

        let bare = body(0x0301, &RANDOM, 0x000a, b"");
        let bare = &bare[..bare.len() - 2];
        assert_eq!(
            ServerHello::parse(bare).map(|hello| hello.version),
            Ok(Version::TLS_1_0)
        );
    }

    #[test]
    fn the_sentinel_tells_of_a_better_version() {
        for (end, better) in [
            (b"DOWNGRD\x01", true),
            (b"DOWNGRD\0", true),
            (b"DOWNGRD\x02", false),
        ] {
            let hello = ServerHello::parse(&body(0x0303, &random_ending(end), 0xc02f, b""));
            assert_eq!(hello.map(|hello| hello.can_do_better), Ok(better));
        }
    }

    #[test]
    fn there_is_nothing_better_than_tls13() {
        let share = b"\0\x2b\0\x02\x03\x04\0\x33\0\x05\0\x17\0\x01\x04";
        let hello = body(0x0303, &random_ending(b"DOWNGRD\x01"), 0x1301, share);
        let hello = ServerHello::parse(&hello);
        assert_eq!(hello.map(|hello| hello.can_do_better), Ok(false));
    }

    #[test]
    fn malformed_extensions_are_refused() {
        for extensions in [
            &b"\0\x2b\0\x01\x03"[..], // supported_versions of one byte
            b"\0\x2b\0\x02\x03\x04\0\x2b\0\x02\x03\x04", // twice
            b"\0\x33\0\x04\0\x17\0\0", // an empty share
            b"\0\x33\0\x05\0\x17\0\x02\x04", // a share cut short
            b"\0\x33\0\x02\0\x17",    // a retry's share outside a retry
            b"\0\x10\0\x06\0\x04\x01a\x01b", // two protocols
            b"\0\x10\0\x03\0\x01\0",  // an empty protocol
            b"\0\x17\0\x01\0",        // a master secret with a body
            b"\0\x17\0\x01",          // a body cut short
            b"\0\x17\0",              // a header cut short
        ] {
            assert_eq!(
                ServerHello::parse(&body(0x0303, &RANDOM, 0xc02f, extensions)),
                MALFORMED
            );
        }
    }

    #[test]
    fn a_retry_must_name_its_version() {
        assert_eq!(
            ServerHello::parse(&body(0x0303, &RETRY_RANDOM, 0x1301, b"\0\x33\0\x02\0\x19")),
            MALFORMED
        );
    }

    #[test]
    fn a_hello_cut_or_lengthened_anywhere_is_refused() {
        let whole = body(
            0x0303,
            &RETRY_RANDOM,
            0x1302,
            b"\0\x2b\0\x02\x03\x04\0\x33\0\x02\0\x19",
        );
        for end in 0..whole.len() {
            assert_eq!(ServerHello::parse(&whole[..end]), MALFORMED, "{end}");
        }
        assert_eq!(ServerHello::parse(&[&whole[..], &[0]].concat()), MALFORMED);
    }

    #[test]
    fn compression_is_refused() {
        let mut hello = body(0x0303, &RANDOM, 0xc02f, b"");
        hello[37] = 1;
        assert_eq!(ServerHello::parse(&hello), MALFORMED);
    }
}
