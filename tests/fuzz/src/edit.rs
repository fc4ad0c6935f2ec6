//! Changes of bytes.

use arbitrary::Arbitrary;

/// One change. A place behind the end counts on from the start.
#[derive(Arbitrary, Clone, Debug)]
pub enum Edit {
    Set(u16, u8),
    Flip(u16, u8),
    Insert(u16, Vec<u8>),
    Overwrite(u16, Vec<u8>),
    Remove(u16, u8),
    Truncate(u16),
    Append(Vec<u8>),
    Repeat(u16, u8),
    Replace(Vec<u8>),
}

impl Edit {
    /// Makes the change.
    pub fn apply(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len();
        let place = |at: &u16| usize::from(*at) % (length + 1);
        let after = |start: usize, count: usize| (start + count).min(length);
        match self {
            Self::Set(at, value) => {
                if let Some(byte) = bytes.get_mut(place(at)) {
                    *byte = *value;
                }
            }
            Self::Flip(at, bit) => {
                if let Some(byte) = bytes.get_mut(place(at)) {
                    *byte ^= 1 << (bit & 7);
                }
            }
            Self::Insert(at, new) => drop(bytes.splice(place(at)..place(at), new.iter().copied())),
            Self::Overwrite(at, new) => {
                let start = place(at);
                bytes.splice(start..after(start, new.len()), new.iter().copied());
            }
            Self::Remove(at, count) => {
                let start = place(at);
                bytes.drain(start..after(start, (*count).into()));
            }
            Self::Truncate(at) => bytes.truncate(place(at)),
            Self::Append(new) => bytes.extend_from_slice(new),
            Self::Repeat(at, count) => {
                let start = place(at);
                bytes.extend_from_within(start..after(start, (*count).into()));
            }
            Self::Replace(new) => bytes.clone_from(new),
        }
    }
}
