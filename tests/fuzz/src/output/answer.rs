//! Answers that are almost right, as bytes in memory.

use arbitrary::Arbitrary;

use super::{IMAGE_AT, IMAGE_BYTES_MAX};

/// What the guest answers: a value of one of the contract's types, with words changed.
#[derive(Arbitrary, Debug)]
pub struct Answer<'a> {
    value: Value<'a>,
    words: Vec<(u16, u32)>,
    bytes: Vec<(u16, u8)>,
    pointer: Option<u32>,
}

/// The types that functions return. Which one a function gets is not said: each is wrong for the others.
#[derive(Arbitrary, Debug)]
enum Value<'a> {
    Verdict {
        tag: u8,
        alert: (u8, u8),
        findings: List<Finding<'a>>,
    },
    Description {
        name: Text<'a>,
        version: Text<'a>,
        summary: Text<'a>,
        schema: (u8, Text<'a>),
        findings: List<Finding<'a>>,
    },
    Errors(u8, List<(Text<'a>, Text<'a>)>),
    Offer {
        versions: List<u16>,
        suites: List<u16>,
        groups: List<u16>,
        alpn: List<Text<'a>>,
        resumption: u8,
        client_auth: u8,
    },
    Bytes(&'a [u8]),
}

#[derive(Arbitrary, Debug)]
struct Finding<'a> {
    code: Text<'a>,
    severity: u8,
    message: Text<'a>,
}

/// Its items, and perhaps another number of them than there are.
#[derive(Arbitrary, Debug)]
struct List<T> {
    items: Vec<T>,
    count: Option<u32>,
}

#[derive(Arbitrary, Debug)]
enum Text<'a> {
    /// One that somebody looks at closely.
    Known(u8),
    Bytes(&'a [u8]),
    /// The same over and over again.
    Long(u8, u8),
}

/// Codes, names, versions, schemas, and what is almost one.
const KNOWN: [&str; 28] = [
    "version.not-allowed",
    "a",
    "good",
    "1.0.0",
    "{}",
    "engine.trap",
    "floor",
    "offer.empty",
    "offers.few",
    "a..b",
    "-a",
    "a-",
    "A.b",
    "1.2",
    "01.0.0",
    "1.0.0-rc.1+build.5",
    "1.0.0-01",
    "18446744073709551616.0.0",
    "",
    "{",
    "[1e999]",
    "\u{1b}[31m",
    "\u{202e}evil",
    "\u{200b}",
    "Bücher, 書",
    "h2",
    "..",
    "a_b.c",
];

const UNITS: [&str; 5] = ["a", "é", "\u{1b}", "a.", "1"];

impl Answer<'_> {
    /// What stands at [`IMAGE_AT`]: the place of the answer, and the answer.
    pub fn image(&self) -> Vec<u8> {
        let mut image = Image(vec![0; 4]);
        let root = self.value.words(&mut image);
        let at = self.pointer.unwrap_or(image.put(&root));
        let Image(mut bytes) = image;
        bytes[..4].copy_from_slice(&at.to_le_bytes());
        for (at, word) in &self.words {
            let words = bytes.chunks_exact_mut(4);
            let at = usize::from(*at) % words.len();
            if let Some(place) = words.into_iter().nth(at) {
                place.copy_from_slice(&word.to_le_bytes());
            }
        }
        for (at, byte) in &self.bytes {
            let at = usize::from(*at) % bytes.len();
            bytes[at] = *byte;
        }
        bytes.truncate(IMAGE_BYTES_MAX);
        bytes
    }
}

/// The part of the memory that is written so far.
struct Image(Vec<u8>);

impl Image {
    /// Puts bytes behind the others, where anything may stand, and says where.
    fn put(&mut self, bytes: &[u8]) -> u32 {
        let at = self.0.len().next_multiple_of(4);
        self.0.resize(at, 0);
        self.0.extend_from_slice(bytes);
        word(IMAGE_AT + at)
    }

    fn text(&mut self, text: &Text<'_>) -> Vec<u8> {
        let bytes = text.bytes();
        pair(self.put(&bytes), word(bytes.len()))
    }

    fn list<T>(&mut self, list: &List<T>, item: impl Fn(&mut Self, &T) -> Vec<u8>) -> Vec<u8> {
        let items: Vec<_> = list.items.iter().map(|it| item(self, it)).collect();
        let at = self.put(&items.concat());
        pair(at, list.count.unwrap_or(word(items.len())))
    }

    fn findings(&mut self, findings: &List<Finding<'_>>) -> Vec<u8> {
        self.list(findings, |image, it| {
            let (code, message) = (image.text(&it.code), image.text(&it.message));
            [code, vec![it.severity % 4, 0, 0, 0], message].concat()
        })
    }

    fn numbers(&mut self, numbers: &List<u16>) -> Vec<u8> {
        self.list(numbers, |_, it| it.to_le_bytes().to_vec())
    }
}

impl Value<'_> {
    /// The value itself, when all that it points to is written.
    fn words(&self, image: &mut Image) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.to_vec(),
            Self::Verdict {
                tag,
                alert,
                findings,
            } => {
                let findings = image.findings(findings);
                let tag = tag % 3;
                let alert = match tag {
                    0 => Vec::new(),
                    _ => vec![alert.0 % 3, alert.1, 0, 0],
                };
                [vec![tag, 0, 0, 0], alert, findings].concat()
            }
            Self::Description {
                name,
                version,
                summary,
                schema,
                findings,
            } => [
                image.text(name),
                image.text(version),
                image.text(summary),
                vec![schema.0 % 3, 0, 0, 0],
                image.text(&schema.1),
                image.findings(findings),
            ]
            .concat(),
            Self::Errors(tag, errors) => {
                let errors = image.list(errors, |image, (path, message)| {
                    [image.text(path), image.text(message)].concat()
                });
                [vec![tag % 3, 0, 0, 0], errors].concat()
            }
            Self::Offer {
                versions,
                suites,
                groups,
                alpn,
                resumption,
                client_auth,
            } => [
                image.numbers(versions),
                image.numbers(suites),
                image.numbers(groups),
                image.list(alpn, Image::text),
                vec![*resumption, client_auth % 4, 0, 0],
            ]
            .concat(),
        }
    }
}

impl Text<'_> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Known(number) => KNOWN[usize::from(*number) % KNOWN.len()].into(),
            Self::Bytes(bytes) => bytes.to_vec(),
            Self::Long(unit, times) => {
                let unit = UNITS[usize::from(*unit) % UNITS.len()];
                unit.repeat((*times).into()).into()
            }
        }
    }
}

fn pair(one: u32, other: u32) -> Vec<u8> {
    [one.to_le_bytes(), other.to_le_bytes()].concat()
}

/// Lengths and places here are small.
fn word(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
