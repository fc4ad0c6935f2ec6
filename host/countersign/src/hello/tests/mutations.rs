//! Damage of every kind: no bytes make the reader panic, and how they are cut never changes what it says.

use crate::hello::samples::*;
use crate::hello::{ClientHello, MalformedHello};

/// Numbers that are the same in every run (xorshift64*).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).map_or(0, |number| number % end.max(1))
    }

    pub(super) fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or_default()
    }
}

/// A body that ends where the extensions would begin is that of a hello without any.
#[test]
fn cut_anywhere_but_before_the_extensions_a_body_is_malformed() {
    for sample in REAL {
        let body = sample_body(sample);
        let suites_at = 35 + usize::from(body[34]);
        let suites_bytes = usize::from(u16::from_be_bytes([body[suites_at], body[suites_at + 1]]));
        let extensions_at = suites_at + 2 + suites_bytes + 2;
        for end in 0..body.len() {
            let hello = ClientHello::parse(&body[..end]);
            let expected = (end != extensions_at).then_some(MalformedHello::Fields);
            assert_eq!(hello.err(), expected, "{end}");
        }
        let longer = [&body[..], &[0]].concat();
        assert_eq!(ClientHello::parse(&longer), Err(MalformedHello::Fields));
    }
}

#[test]
fn every_change_of_a_byte_is_survived() {
    for sample in REAL {
        let mut stream = bytes(sample);
        // Shares and padding are long, and no place in them is special.
        for place in 0..stream.len().min(600) {
            let original = stream[place];
            for value in 0..=u8::MAX {
                stream[place] = value;
                if let Ok(hello) = read(&stream, usize::MAX) {
                    assert_eq!(hello.ja4().len(), 36);
                }
            }
            stream[place] = original;
        }
    }
}

#[test]
fn cuts_do_not_change_what_damage_is_called() {
    let mut random = Random::new(7);
    for round in 0..4_000 {
        let mut stream = records(
            22,
            &sample_message(REAL[round % REAL.len()]),
            1 + random.below(900),
        );
        for _ in 0..=random.below(3) {
            let place = random.below(stream.len());
            stream[place] = random.byte();
        }
        stream.truncate(1 + random.below(2 * stream.len()));
        let expected = read(&stream, usize::MAX);
        for piece_bytes in [1, 1 + random.below(40)] {
            assert_eq!(read(&stream, piece_bytes), expected, "{stream:02x?}");
        }
    }
}

#[test]
fn noise_is_survived() {
    let mut random = Random::new(11);
    for _ in 0..20_000 {
        let noise: Vec<u8> = (0..random.below(200)).map(|_| random.byte()).collect();
        let _ = ClientHello::parse(&noise);
        let _ = ClientHello::parse(&body_with(&noise));
        assert_eq!(read(&noise, 1), read(&noise, usize::MAX));
        let framed = records(22, &message(1, &noise), 50);
        assert_eq!(read(&framed, 1), read(&framed, usize::MAX));
    }
}
