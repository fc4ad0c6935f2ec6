use countersign_policy_sdk::settings::{Errors, Node, Setting};

/// A whole number within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whole<const MIN: u32, const MAX: u32>(u32);

/// How long the modulus of an RSA key must be. Shorter ones than the least no library takes any more, longer ones than the most
/// nobody makes.
pub(crate) type RsaBits = Whole<1_024, 16_384>;

/// How large the field of an elliptic curve must be: from the smallest that TLS ever had (secp160k1, RFC 4492, section 5.1.1) to the
/// largest that it still has (secp521r1).
pub(crate) type EcBits = Whole<160, 521>;

/// A number of days, up to a hundred years.
pub(crate) type Days = Whole<1, 36_525>;

impl<const MIN: u32, const MAX: u32> Whole<MIN, MAX> {
    /// The number.
    pub(crate) const fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> Setting for Whole<MIN, MAX> {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let number = node.number(errors)?;
        // Exact: a double holds every number of 32 bits, and the cast back of any other does not equal it.
        let whole = number as u32;
        if f64::from(whole) == number && (MIN..=MAX).contains(&whole) {
            return Some(Self(whole));
        }
        node.refuse(
            format!("this must be a whole number from {MIN} to {MAX}"),
            errors,
        );
        None
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "integer", "minimum": MIN, "maximum": MAX})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        Some(self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use countersign_policy_sdk::settings::from_text;

    use super::*;

    #[test]
    fn numbers_are_read_within_their_bounds() {
        for (text, is_read) in [
            ("159", false),
            ("160", true),
            ("256.5", false),
            ("521", true),
            ("522", false),
            ("4294967552", false),
            ("-256", false),
            (r#""256""#, false),
        ] {
            assert_eq!(from_text::<EcBits>(text).is_ok(), is_read, "{text}");
        }
        assert_eq!(from_text::<EcBits>("256").map(Whole::get), Ok(256));
        assert!(from_text::<Days>("0").is_err());
        assert!(from_text::<RsaBits>("512").is_err());
    }
}
