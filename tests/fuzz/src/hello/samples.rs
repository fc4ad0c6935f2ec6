//! Hellos of real clients, taken apart, changed and put together again.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use data_encoding::HEXLOWER;

use super::encoding::{Framing, prefix16};

/// The first line of each says where it comes from; the rest is one record.
const SAMPLES: [&str; 6] = [
    include_str!("../../../../host/countersign/src/hello/samples/openssl.hex"),
    include_str!("../../../../host/countersign/src/hello/samples/openssl_tls10.hex"),
    include_str!("../../../../host/countersign/src/hello/samples/curl.hex"),
    include_str!("../../../../host/countersign/src/hello/samples/gnutls.hex"),
    include_str!("../../../../host/countersign/src/hello/samples/rustls.hex"),
    include_str!("../../../../host/countersign/src/hello/samples/chromium.hex"),
];

/// Headers of the record and of the message.
const HEADERS: usize = 5 + 4;

static PARTS: LazyLock<Vec<Parts>> = LazyLock::new(|| SAMPLES.map(Parts::of).into());

/// A hello taken apart.
#[derive(Clone)]
struct Parts {
    /// All that stands before the extensions.
    fixed: Vec<u8>,
    extensions: Vec<(u16, Vec<u8>)>,
}

/// A sample, and what is done to it.
#[derive(Arbitrary, Debug)]
pub struct Changed<'a> {
    sample: u8,
    changes: Vec<Change<'a>>,
    framing: Framing<'a>,
    cuts: &'a [u8],
}

/// One change; places are those of extensions.
#[derive(Arbitrary, Debug)]
enum Change<'a> {
    Renumber(u8, u16),
    Remove(u8),
    Swap(u8, u8),
    Repeat(u8),
    /// The lengths stand in the first bytes.
    SetByte(u8, u8, u8),
    Truncate(u8, u8),
    Append(u8, &'a [u8]),
    Replace(u8, &'a [u8]),
    SetFixed(u8, u8),
    Add(u16, &'a [u8]),
}

impl Changed<'_> {
    /// The bytes that come in.
    pub fn stream(&self) -> Vec<u8> {
        let mut parts = PARTS[usize::from(self.sample) % PARTS.len()].clone();
        for change in &self.changes {
            parts.change(change);
        }
        self.framing.stream(&parts.body())
    }

    /// How they are cut.
    pub fn cuts(&self) -> &[u8] {
        self.cuts
    }
}

impl Parts {
    fn of(sample: &str) -> Self {
        let digits: String = sample.lines().skip(1).collect();
        let record = HEXLOWER.decode(digits.as_bytes());
        let body = &record.expect("samples are hexadecimal")[HEADERS..];
        let number = |at: usize| usize::from(u16::from_be_bytes([body[at], body[at + 1]]));
        let suites_at = 35 + usize::from(body[34]);
        let compression_at = suites_at + 2 + number(suites_at);
        let mut at = compression_at + 1 + usize::from(body[compression_at]);
        let fixed = body[..at].to_vec();
        let mut extensions = Vec::new();
        at += 2;
        while at < body.len() {
            let end = at + 4 + number(at + 2);
            extensions.push((number(at) as u16, body[at + 4..end].to_vec()));
            at = end;
        }
        Self { fixed, extensions }
    }

    fn body(&self) -> Vec<u8> {
        let extensions = self.extensions.iter();
        let encode =
            |(number, body): &(u16, Vec<u8>)| [&number.to_be_bytes()[..], &prefix16(body)].concat();
        let block: Vec<u8> = extensions.flat_map(encode).collect();
        [&self.fixed[..], &prefix16(&block)].concat()
    }

    fn change(&mut self, change: &Change<'_>) {
        let count = self.extensions.len().max(1);
        let place = |place: &u8| usize::from(*place) % count;
        match change {
            Change::SetFixed(at, byte) => {
                let at = usize::from(*at) % self.fixed.len();
                self.fixed[at] = *byte;
            }
            Change::Add(number, body) => self.extensions.push((*number, body.to_vec())),
            _ if self.extensions.is_empty() => {}
            Change::Remove(at) => drop(self.extensions.remove(place(at))),
            Change::Swap(one, other) => self.extensions.swap(place(one), place(other)),
            Change::Repeat(at) => self.extensions.extend_from_within(place(at)..=place(at)),
            Change::Renumber(at, number) => self.extensions[place(at)].0 = *number,
            Change::SetByte(at, index, byte) => {
                let body = &mut self.extensions[place(at)].1;
                if let Some(place) = body.get_mut(usize::from(*index)) {
                    *place = *byte;
                }
            }
            Change::Truncate(at, length) => {
                self.extensions[place(at)].1.truncate((*length).into());
            }
            Change::Append(at, bytes) => self.extensions[place(at)].1.extend_from_slice(bytes),
            Change::Replace(at, bytes) => self.extensions[place(at)].1 = bytes.to_vec(),
        }
    }
}
