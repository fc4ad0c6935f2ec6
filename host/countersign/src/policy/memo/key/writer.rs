//! Bytes that can be read in one way only: what varies in length stands behind its length.

/// Writes up to a limit. What does not fit is left out, and then nothing counts as written.
pub(super) struct Writer<'a> {
    out: &'a mut Vec<u8>,
    bytes_max: usize,
    fits: bool,
}

impl<'a> Writer<'a> {
    /// Writes to an empty `out`.
    pub(super) fn new(out: &'a mut Vec<u8>, bytes_max: usize) -> Self {
        Self {
            out,
            bytes_max,
            fits: true,
        }
    }

    /// Whether this many bytes fit. If not, nothing counts as written from here on.
    pub(super) fn has_room(&mut self, bytes: usize) -> bool {
        self.fits = self.fits && bytes <= self.bytes_max - self.out.len();
        self.fits
    }

    /// Bytes that tell their length by what they are.
    pub(super) fn plain(&mut self, bytes: &[u8]) {
        if self.has_room(bytes.len()) {
            self.out.extend_from_slice(bytes);
        }
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.plain(&[byte]);
    }

    pub(super) fn code(&mut self, code: u16) {
        self.plain(&code.to_le_bytes());
    }

    pub(super) fn number(&mut self, number: u32) {
        self.plain(&number.to_le_bytes());
    }

    /// A length that 16 bits do not hold is one of something that does not fit.
    pub(super) fn length(&mut self, length: usize) {
        match u16::try_from(length) {
            Ok(length) => self.code(length),
            Err(_) => self.fits = false,
        }
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.plain(bytes);
    }

    pub(super) fn names(&mut self, names: &[Vec<u8>]) {
        self.length(names.len());
        for name in names {
            self.bytes(name);
        }
    }

    pub(super) fn codes<T: Copy + Into<u16>>(&mut self, codes: &[T]) {
        self.length(codes.len());
        if let Some(places) = self.places(codes.len()) {
            for (place, code) in places.iter_mut().zip(codes) {
                *place = (*code).into().to_le_bytes();
            }
        }
    }

    /// The same bytes for the same codes in another order.
    pub(super) fn sorted_codes(&mut self, codes: &[u16]) {
        self.length(codes.len());
        if let Some(places) = self.places(codes.len()) {
            for (place, code) in places.iter_mut().zip(codes) {
                *place = code.to_le_bytes();
            }
            places.sort_unstable_by_key(|place| u16::from_le_bytes(*place));
        }
    }

    pub(super) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.byte(value.is_some().into());
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// Everything that was written, if it fits.
    pub(super) fn written(self) -> Option<&'a [u8]> {
        self.fits.then_some(self.out)
    }

    /// Room for this many codes, to be filled in.
    fn places(&mut self, count: usize) -> Option<&mut [[u8; 2]]> {
        if !self.has_room(count.checked_mul(2)?) {
            return None;
        }
        let start = self.out.len();
        self.out.resize(start + 2 * count, 0);
        Some(self.out[start..].as_chunks_mut().0)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, iter};

    use super::*;

    const BYTES_MAX: usize = 64;

    fn written(write: impl FnOnce(&mut Writer<'_>)) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out, BYTES_MAX);
        write(&mut writer);
        writer.written().map(<[u8]>::to_vec)
    }

    /// Every list of up to two of these.
    fn lists<T: Clone>(of: &[T]) -> Vec<Vec<T>> {
        let pairs = of
            .iter()
            .flat_map(|one| of.iter().map(move |two| vec![one.clone(), two.clone()]));
        let ones = of.iter().map(|one| vec![one.clone()]);
        iter::once(Vec::new()).chain(ones).chain(pairs).collect()
    }

    /// Whether no two pairs of values are written as the same bytes.
    fn pairs_can_be_told<T>(values: &[T], write: fn(&mut Writer<'_>, &T)) -> bool {
        let mut seen = HashSet::new();
        let mut pairs = values
            .iter()
            .flat_map(|one| values.iter().map(move |two| (one, two)));
        pairs.all(|(one, two)| {
            let bytes = written(|to| {
                write(to, one);
                write(to, two);
            });
            seen.insert(bytes.expect("it fits"))
        })
    }

    #[test]
    fn what_stands_one_after_the_other_can_be_told_apart() {
        let names = [vec![], vec![0], vec![1, 0], vec![0, 0, 0]];
        assert!(pairs_can_be_told(&names, |to, name| to.bytes(name)));
        assert!(pairs_can_be_told(&lists(&names), |to, names| to.names(names)));
        let codes = lists(&[0_u16, 1, 0x0100]);
        assert!(pairs_can_be_told(&codes, |to, codes| to.codes(codes)));
        let options = [None, Some(0), Some(1), Some(0x0100)];
        assert!(pairs_can_be_told(&options, |to, option| {
            to.option(*option, Writer::code);
        }));
    }

    #[test]
    fn what_does_not_fit_leaves_nothing() {
        let fits = written(|to| to.plain(&[7; BYTES_MAX]));
        assert_eq!(fits, Some(vec![7; BYTES_MAX]));
        assert_eq!(written(|to| to.plain(&[7; BYTES_MAX + 1])), None);
        let too_long: [fn(&mut Writer<'_>); 4] = [
            |to| to.codes(&[7_u16; BYTES_MAX / 2]),
            |to| to.sorted_codes(&[7; BYTES_MAX / 2]),
            |to| to.names(&vec![Vec::new(); BYTES_MAX / 2]),
            |to| to.length(1 << 16),
        ];
        for write in too_long {
            assert_eq!(written(write), None);
            // Nor does what comes later and would fit.
            let and_more = written(|to| {
                write(to);
                to.byte(7);
            });
            assert_eq!(and_more, None);
        }
    }
}
