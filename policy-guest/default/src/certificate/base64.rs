//! Base64 of 32 bytes (RFC 4648, section 4).

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The 32 bytes that this stands for: 43 characters and one for padding.
pub(super) fn decoded(text: &str) -> Option<[u8; 32]> {
    let characters: &[u8; 43] = text.strip_suffix('=')?.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    let (mut bits, mut held, mut place) = (0_u32, 0, 0);
    for character in characters {
        let value = ALPHABET.iter().position(|known| known == character)?;
        bits = bits << 6 | value as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes[place] = (bits >> held) as u8;
            place += 1;
            bits &= (1 << held) - 1;
        }
    }
    // What is left over stands for nothing, and must be zero.
    (bits == 0).then_some(bytes)
}

/// The base64 of any bytes.
pub(super) fn encoded(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let byte = |place: usize| u32::from(group.get(place).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            text.push(if place > group.len() {
                '='
            } else {
                char::from(ALPHABET[(bits >> (18 - 6 * place)) as usize & 63])
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 4648, section 10.
    #[test]
    fn bytes_are_encoded_as_the_standard_shows() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encoded(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn what_was_encoded_is_decoded() {
        for seed in 0..=255_u8 {
            let bytes =
                std::array::from_fn(|place| seed.wrapping_mul(31).wrapping_add(place as u8 * 7));
            assert_eq!(decoded(&encoded(&bytes)), Some(bytes));
        }
        assert_eq!(decoded(&encoded(&[0; 31])), None);
        assert_eq!(decoded(&encoded(&[0; 33])), None);
    }

    #[test]
    fn bits_that_stand_for_nothing_are_zero() {
        let zeros = encoded(&[0; 32]);
        assert_eq!(decoded(&zeros), Some([0; 32]));
        assert_eq!(decoded(&zeros.replace("A=", "B=")), None);
        assert_eq!(decoded(&zeros.replace("A=", "A")), None);
    }
}
