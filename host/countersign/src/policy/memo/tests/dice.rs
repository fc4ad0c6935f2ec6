//! Choices by chance, the same on every run.

/// Numbers that are the same on every run (xorshift).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// One of `sides`.
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % sides
    }

    pub(super) fn flip(&mut self) -> bool {
        self.roll(2) == 1
    }

    pub(super) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len() as u64) as usize].clone()
    }

    /// Up to two of these, in any order. Their encodings run into each other where lengths are left out.
    pub(super) fn some<T: Clone>(&mut self, of: &[T]) -> Vec<T> {
        (0..self.roll(3)).map(|_| self.one(of)).collect()
    }

    pub(super) fn codes<T: Clone + From<u16>>(&mut self) -> Vec<T> {
        let codes = self.some(&[1_u16, 2, 0x0101]);
        codes.into_iter().map(T::from).collect()
    }

    pub(super) fn names(&mut self) -> Vec<Vec<u8>> {
        self.some(&[b"".to_vec(), b"a".to_vec(), b"aa".to_vec(), vec![1, 0]])
    }

    pub(super) fn text(&mut self) -> String {
        self.one(&["", "a", "aa", "\u{1}\0a"]).to_owned()
    }
}
