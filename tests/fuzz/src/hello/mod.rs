//! The facts of a ClientHello: bytes of three kinds go through the reader, and what it says of them is held against itself,
//! against what was meant, and against what rustls says.

mod description;
mod encoding;
mod meaning;
mod reading;
mod rustls_view;
mod samples;

use arbitrary::{Arbitrary, Unstructured};

pub use self::description::Description;
use self::samples::Changed;

/// The bytes to be read, by the first byte of the input.
enum Input<'a> {
    /// As they are, behind one more byte, which says how they are cut.
    Raw(u8, &'a [u8]),
    /// A hello of a real client, changed.
    Changed(Changed<'a>),
    /// A hello built from a description.
    Described(Description<'a>),
}

impl<'a> Input<'a> {
    fn new(data: &'a [u8]) -> Option<Self> {
        let (kind, rest) = data.split_first()?;
        let described = Unstructured::new(rest);
        match kind % 3 {
            0 => rest
                .split_first()
                .map(|(cut, stream)| Self::Raw(*cut, stream)),
            1 => Changed::arbitrary_take_rest(described)
                .ok()
                .map(Self::Changed),
            _ => Description::arbitrary_take_rest(described)
                .ok()
                .map(Self::Described),
        }
    }
}

/// One case.
///
/// # Panics
///
/// If the reader breaks a rule.
pub fn run(data: &[u8]) {
    match Input::new(data) {
        None => {}
        Some(Input::Raw(cut, stream)) => drop(both(stream, &[cut])),
        Some(Input::Changed(changed)) => drop(both(&changed.stream(), changed.cuts())),
        Some(Input::Described(described)) => {
            let read = both(&described.stream(), described.cuts());
            described.check(&read);
        }
    }
}

/// What the reader says, once it has been seen to be consistent, and not to differ from rustls where it must not.
fn both(stream: &[u8], cuts: &[u8]) -> reading::Read {
    let read = reading::consistent(stream, cuts);
    rustls_view::check(stream, &read);
    read
}
