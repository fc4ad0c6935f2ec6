use std::fmt;

use countersign_policy_sdk::settings::{Errors, Node, Setting};

use super::{base64, list::read_unique};

/// The SHA-256 of a SubjectPublicKeyInfo (RFC 7469, section 2.4): it stands for one key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pin([u8; 32]);

/// Keys, of which the peer has one and another is kept for the day on which that is lost. There are two at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pins(Vec<Pin>);

impl Pins {
    /// Whether a key is among them, by the SHA-256 of its SubjectPublicKeyInfo.
    pub(super) fn have(&self, spki_sha256: &[u8]) -> bool {
        self.0.iter().any(|pin| pin.0 == spki_sha256)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

impl Pin {
    /// Reads `sha256/` and base64, base64 alone, or hexadecimal digits.
    fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix("sha256/").unwrap_or(text);
        hexadecimal(text)
            .or_else(|| base64::decoded(text))
            .map(Self)
    }
}

/// 64 digits: no base64 of 32 bytes is as long.
fn hexadecimal(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

impl fmt::Display for Pin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Spki(&self.0).fmt(formatter)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The SHA-256 of a SubjectPublicKeyInfo, shown as a pin.
pub(super) struct Spki<'a>(pub(super) &'a [u8]);

impl fmt::Display for Spki<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("sha256/")?;
        formatter.write_str(&base64::encoded(self.0))
    }
}

impl Setting for Pin {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let pin = Self::parse(node.text(errors)?);
        if pin.is_none() {
            let message = "this is no pin; it must be the SHA-256 of a SubjectPublicKeyInfo, which has 32 bytes, as sha256/ and \
                           44 characters of base64, or as 64 hexadecimal digits";
            node.refuse(message, errors);
        }
        pin
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        let pattern = "^((sha256/)?[A-Za-z0-9+/]{43}=|(sha256/)?[0-9A-Fa-f]{64})$";
        serde_json::json!({"type": "string", "pattern": pattern})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        Some(self.to_string().into())
    }
}

impl Setting for Pins {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let pins: Vec<Pin> = read_unique(node, errors)?;
        if pins.len() < 2 {
            let message = "pin two keys at least, one of which is kept as a backup: if the only one is lost, nobody can connect any more";
            node.refuse(message, errors);
            return None;
        }
        Some(Self(pins))
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        let mut schema = Vec::<Pin>::schema();
        schema["minItems"] = 2.into();
        schema
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        self.0.written()
    }
}

#[cfg(test)]
mod tests {
    use countersign_policy_sdk::settings::from_text;

    use super::*;

    /// A pin of RFC 7469, section 2.1.5, and what `openssl base64 -d` makes of it.
    const EXAMPLE: &str = "d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM=";
    const EXAMPLE_HEX: &str = "77aab346ef7338409bf7451ecf6ef15a5b4db23d1ed4c77b1a4618915a195a63";

    #[test]
    fn every_way_to_write_a_pin_is_the_same() {
        let pin = Pin::parse(EXAMPLE).expect("the example");
        for text in [
            format!("sha256/{EXAMPLE}"),
            EXAMPLE_HEX.to_owned(),
            EXAMPLE_HEX.to_uppercase(),
            format!("sha256/{EXAMPLE_HEX}"),
        ] {
            assert_eq!(Pin::parse(&text), Some(pin), "{text}");
        }
        assert_eq!(pin.to_string(), format!("sha256/{EXAMPLE}"));
    }

    #[test]
    fn what_has_not_32_bytes_is_no_pin() {
        for text in [
            "",
            "sha256/",
            "sha1/d6qzRu9zOECb90Uez27xWltNsj0=",
            &EXAMPLE[..43],
            &EXAMPLE_HEX[..62],
            &format!("{EXAMPLE_HEX}00"),
            &EXAMPLE.replace('d', "-"),
            &EXAMPLE.replace("mM=", "mN="),
            &EXAMPLE_HEX.replace('7', "g"),
        ] {
            assert_eq!(Pin::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_pin_needs_a_backup() {
        let errors = |text: &str| from_text::<Pins>(text).expect_err(text);
        let one = errors(&format!("[{EXAMPLE:?}]"));
        assert_eq!((one.len(), &*one[0].path), (1, "$"));
        assert!(one[0].message.contains("backup"));
        let same = errors(&format!("[{EXAMPLE:?}, {EXAMPLE_HEX:?}]"));
        assert_eq!((same.len(), &*same[0].path), (1, "$[1]"));
        assert_eq!(errors("[]")[0].path, "$");
        let backup = "00".repeat(32);
        let pins: Pins = from_text(&format!("[{EXAMPLE:?}, {backup:?}]")).expect("two");
        assert!(pins.have(&[0; 32]) && !pins.have(&[1; 32]) && !pins.have(&[]));
        assert_eq!(pins.count(), 2);
    }
}
