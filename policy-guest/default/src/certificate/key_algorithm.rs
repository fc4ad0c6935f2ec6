use countersign_policy_sdk::settings::{Errors, Node, Setting};

use crate::profiles::KeyAlgorithm;

const WORDS: [&str; KeyAlgorithm::ALL.len()] = {
    let mut words = [""; KeyAlgorithm::ALL.len()];
    let mut place = 0;
    while place < words.len() {
        words[place] = KeyAlgorithm::ALL[place].name();
        place += 1;
    }
    words
};

impl Setting for KeyAlgorithm {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let text = node.text(errors)?;
        let is_meant = |kind: &Self| text.eq_ignore_ascii_case(kind.name());
        match Self::ALL.into_iter().find(is_meant) {
            Some(kind) => Some(kind),
            None => node.unknown_word(&WORDS, errors),
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "enum": WORDS})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        Some(self.name().into())
    }
}

/// The kind with this object identifier, if it has a name.
pub(super) fn kind_of(oid: &str) -> Option<KeyAlgorithm> {
    KeyAlgorithm::ALL.into_iter().find(|kind| kind.oid() == oid)
}

#[cfg(test)]
mod tests {
    use countersign_policy_sdk::settings::from_text;

    use super::*;

    #[test]
    fn kinds_are_read_by_name() {
        for kind in KeyAlgorithm::ALL {
            assert_eq!(from_text(&format!("{:?}", kind.name())), Ok(kind));
            assert_eq!(kind_of(kind.oid()), Some(kind));
        }
        assert_eq!(from_text(r#""ECDSA""#), Ok(KeyAlgorithm::Ecdsa));
        let errors = from_text::<KeyAlgorithm>(r#""dsa""#).expect_err("not offered");
        assert!(
            errors[0].message.contains("rsa, rsa-pss, ecdsa"),
            "{}",
            errors[0].message
        );
    }
}
