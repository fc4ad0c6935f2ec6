//! A ClientHello (RFC 8446, section 4.1.2) made from a description.

use arbitrary::{Arbitrary, Unstructured};

use super::encoding::{Framing, prefix8, prefix16};
use super::meaning::Meaning;
use super::reading::Read;
use countersign::hello::{HelloError, HelloLimits};

/// A hello, how it stands in records, and how these come in.
#[derive(Arbitrary, Debug)]
pub struct Description<'a> {
    hello: Hello<'a>,
    framing: Framing<'a>,
    cuts: &'a [u8],
}

/// The fields, in their order.
#[derive(Arbitrary, Debug)]
pub struct Hello<'a> {
    pub legacy_version: Code,
    pub session_id: &'a [u8],
    pub cipher_suites: Vec<Code>,
    pub compression_methods: &'a [u8],
    pub extensions: Option<Vec<Extension<'a>>>,
}

/// A code point: one that means something, one of RFC 8701, or any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(pub u16);

/// An extension.
#[derive(Arbitrary, Debug)]
pub enum Extension<'a> {
    ServerName(Name),
    Groups(Vec<Code>),
    SignatureAlgorithms(Vec<Code>),
    Alpn(Vec<&'a [u8]>),
    Versions(Vec<Code>),
    KeyShares(Vec<(Code, &'a [u8])>),
    PreSharedKey(&'a [u8]),
    EarlyData,
    Other(Code, &'a [u8]),
}

/// One of [`NAMES`].
#[derive(Arbitrary, Debug)]
pub struct Name(u8);

/// Host names as they are sent, and as policies know them: in lower case, without the final dot, and no addresses
/// (RFC 6066, section 3). The last are none.
const NAMES: [(&str, Result<Option<&str>, ()>); 8] = [
    ("example.com", Ok(Some("example.com"))),
    ("WWW.Example.COM", Ok(Some("www.example.com"))),
    ("example.com.", Ok(Some("example.com"))),
    ("192.0.2.1", Ok(None)),
    ("2001:db8::1", Ok(None)),
    ("", Err(())),
    ("a..example", Err(())),
    ("caf\u{e9}.example", Err(())),
];

/// Versions, suites, groups, schemes.
const KNOWN: [u16; 16] = [
    0x0304, 0x0303, 0x0302, 0x0300, 0x1301, 0x1302, 0xc02b, 0xc02f, 0x00ff, 0x11ec, 0x001d, 0x0017,
    0x0403, 0x0804, 0x0807, 0x0401,
];

impl<'a> Arbitrary<'a> for Code {
    fn arbitrary(input: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let choice: u8 = input.arbitrary()?;
        let value = u16::from(choice & 15);
        Ok(Self(match choice >> 4 {
            0..=7 => KNOWN[usize::from(value)],
            8..=11 => value << 12 | 0x0a00 | value << 4 | 0x000a,
            _ => input.arbitrary()?,
        }))
    }
}

impl Name {
    /// As it is read; none if it is no host name.
    pub fn meaning(&self) -> Option<Option<&'static str>> {
        self.entry().1.ok()
    }

    fn entry(&self) -> (&'static str, Result<Option<&'static str>, ()>) {
        NAMES[usize::from(self.0) % NAMES.len()]
    }
}

impl Extension<'_> {
    /// The number of the IANA registry. Those of the others are not among those that are read.
    pub fn number(&self) -> u16 {
        match self {
            Self::ServerName(_) => 0,
            Self::Groups(_) => 10,
            Self::SignatureAlgorithms(_) => 13,
            Self::Alpn(_) => 16,
            Self::PreSharedKey(_) => 41,
            Self::EarlyData => 42,
            Self::Versions(_) => 43,
            Self::KeyShares(_) => 51,
            Self::Other(Code(0 | 10 | 13 | 16 | 41 | 42 | 43 | 51), _) => 0xfe00,
            Self::Other(number, _) => number.0,
        }
    }

    fn encode(&self) -> Vec<u8> {
        let body = match self {
            Self::ServerName(name) => {
                let host_name = prefix16(name.entry().0.as_bytes());
                prefix16(&[&[0], &host_name[..]].concat())
            }
            Self::Groups(list) | Self::SignatureAlgorithms(list) => prefix16(&codes(list)),
            Self::Alpn(names) => prefix16(&joined(names, |name| prefix8(name))),
            Self::Versions(list) => prefix8(&codes(list)),
            Self::KeyShares(shares) => prefix16(&joined(shares, share)),
            Self::EarlyData => Vec::new(),
            Self::PreSharedKey(body) | Self::Other(_, body) => body.to_vec(),
        };
        [&self.number().to_be_bytes()[..], &prefix16(&body)].concat()
    }
}

fn joined<T>(items: &[T], encode: impl Fn(&T) -> Vec<u8>) -> Vec<u8> {
    items.iter().flat_map(encode).collect()
}

fn codes(list: &[Code]) -> Vec<u8> {
    list.iter().flat_map(|code| code.0.to_be_bytes()).collect()
}

fn share((group, share): &(Code, &[u8])) -> Vec<u8> {
    [&group.0.to_be_bytes()[..], &prefix16(share)].concat()
}

impl Hello<'_> {
    fn body(&self) -> Vec<u8> {
        let extensions = self.extensions.as_ref();
        let block = extensions.map(|extensions| prefix16(&joined(extensions, Extension::encode)));
        [
            &self.legacy_version.0.to_be_bytes()[..],
            &[0x5a; 32],
            &prefix8(self.session_id),
            &prefix16(&codes(&self.cipher_suites)),
            &prefix8(self.compression_methods),
            &block.unwrap_or_default(),
        ]
        .concat()
    }
}

impl Description<'_> {
    /// The bytes that come in.
    pub fn stream(&self) -> Vec<u8> {
        self.framing.stream(&self.hello.body())
    }

    /// How they are cut.
    pub fn cuts(&self) -> &[u8] {
        self.cuts
    }

    /// Holds what was read against what was meant.
    ///
    /// # Panics
    ///
    /// If they differ.
    pub fn check(&self, read: &Read) {
        if !self.framing.is_clean() {
            return;
        }
        let expected = Meaning::of(&self.hello);
        match &read.answer {
            Ok(hello) => {
                assert_eq!(Some(Meaning::of_read(hello)), expected);
                assert_eq!(read.bytes, self.framing.hello(&self.hello.body()).len());
            }
            Err(error) => assert!(
                expected.is_none() || self.exceeds_limits(error),
                "{error}: {expected:?}"
            ),
        }
    }

    fn exceeds_limits(&self, error: &HelloError) -> bool {
        let HelloLimits {
            bytes_max,
            records_max,
        } = HelloLimits::default();
        let hello = self.framing.hello(&self.hello.body()).len();
        match error {
            HelloError::TooManyBytes { .. } => hello > bytes_max,
            // A record has more than five bytes.
            HelloError::TooManyRecords { .. } => hello > 6 * records_max,
            _ => false,
        }
    }
}
