//! What becomes of a peer's records on their way.

use std::collections::VecDeque;

use arbitrary::Arbitrary;

use crate::edit::Edit;

const HEADER: usize = 5;

/// What is to become of the records.
#[derive(Arbitrary, Clone, Debug, Default)]
pub struct Damage {
    /// So many pass as they are.
    intact: u8,
    /// What comes then.
    steps: Vec<Step>,
    /// Whether what follows passes, or the stream has ended.
    ends: bool,
    /// What is changed before a TLS 1.3 peer encrypts it, by the number of the record.
    pub sealed: Vec<(u8, Edit)>,
}

impl Damage {
    /// Whether every record passes.
    pub fn is_none(&self) -> bool {
        self.steps.is_empty() && self.sealed.is_empty() && !self.ends
    }
}

/// What is done with the next record, or between two.
#[derive(Arbitrary, Clone, Debug)]
enum Step {
    Pass,
    Drop,
    Repeat,
    /// It comes after the one that follows.
    Hold,
    /// Header and all.
    Edit(Edit),
    /// Its header fits afterwards.
    EditBody(Edit),
    /// Two records of it.
    Split(u16),
    Bytes(Vec<u8>),
    Record(u8, Vec<u8>),
    ChangeCipherSpec,
    Alert(bool, u8),
    End,
}

/// Records under way.
#[derive(Debug, Default)]
pub struct Damaged {
    intact: u8,
    steps: VecDeque<Step>,
    ends: bool,
    has_ended: bool,
    held: Vec<u8>,
}

impl Damaged {
    /// Nothing has come yet.
    pub fn new(damage: &Damage) -> Self {
        Self {
            intact: damage.intact,
            steps: damage.steps.iter().cloned().collect(),
            ends: damage.ends,
            ..Self::default()
        }
    }

    /// What comes of one record.
    pub fn record(&mut self, record: &[u8]) -> Vec<u8> {
        if self.has_ended {
            return Vec::new();
        }
        if self.intact > 0 {
            self.intact -= 1;
            return record.to_vec();
        }
        let mut bytes = self.added();
        match self.steps.pop_front() {
            Some(Step::Hold) => self.held = record.to_vec(),
            Some(Step::End) => self.has_ended = true,
            Some(step) => bytes.extend(step.on(record)),
            None if self.ends => self.has_ended = true,
            None => bytes.extend_from_slice(record),
        }
        if !matches!(self.steps.front(), Some(Step::Hold)) {
            bytes.append(&mut self.held);
        }
        bytes
    }

    /// What comes where the peer has nothing more to say.
    pub fn rest(&mut self) -> Vec<u8> {
        if self.has_ended {
            return Vec::new();
        }
        let mut bytes = std::mem::take(&mut self.held);
        self.intact = 0;
        bytes.extend(self.added());
        bytes
    }

    /// What the next steps put between two records.
    fn added(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Some(new) = self.steps.front().and_then(Step::new_bytes) {
            bytes.extend(new);
            self.steps.pop_front();
        }
        bytes
    }
}

impl Step {
    /// None if it needs a record.
    fn new_bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Some(bytes.clone()),
            Self::Record(kind, body) => Some(record(*kind, body)),
            Self::ChangeCipherSpec => Some(record(20, &[1])),
            Self::Alert(is_fatal, description) => {
                Some(record(21, &[1 + u8::from(*is_fatal), *description]))
            }
            _ => None,
        }
    }

    fn on(&self, original: &[u8]) -> Vec<u8> {
        let (kind, body) = (original[0], &original[HEADER..]);
        match self {
            Self::Drop => Vec::new(),
            Self::Repeat => original.repeat(2),
            Self::Edit(edit) => edited(edit, original),
            Self::EditBody(edit) => record(kind, &edited(edit, body)),
            Self::Split(at) => {
                let (one, other) = body.split_at(usize::from(*at) % (body.len() + 1));
                [record(kind, one), record(kind, other)].concat()
            }
            _ => original.to_vec(),
        }
    }
}

fn edited(edit: &Edit, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    edit.apply(&mut bytes);
    bytes
}

/// A record; what does not fit is left out.
fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    let body = &body[..body.len().min(0xffff)];
    [&[kind, 3, 3][..], &(body.len() as u16).to_be_bytes(), body].concat()
}

/// The whole records of `bytes`, and what follows them.
pub fn split(mut bytes: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let mut records = Vec::new();
    while let [_, _, _, high, low, body @ ..] = bytes {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if body.len() < length {
            break;
        }
        let (record, rest) = bytes.split_at(HEADER + length);
        records.push(record);
        bytes = rest;
    }
    (records, bytes)
}
