use std::fmt;

use countersign_policy_sdk::{
    settings,
    settings::{Errors, Node, Setting},
};

use super::choice::refuse;
use crate::certificate::OneOrMore;

/// The longest name of a protocol (RFC 7301, section 3.1).
const NAME_BYTES_MAX: usize = 255;

/// The application protocols that are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alpn {
    /// At least one, the most wanted first.
    pub(crate) allow: Vec<Protocol>,
    /// Whether a session without one is refused.
    pub(crate) required: bool,
}

/// The name of an application protocol (RFC 7301), such as `h2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Protocol(pub(crate) String);

impl fmt::Display for Protocol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Alpn {
    /// The names that are allowed, as they go over the wire.
    pub(crate) fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.allow.iter().map(|protocol| protocol.0.as_bytes())
    }
}

settings! {
    /// Protocols, and whether there must be one.
    #[derive(Clone, Debug)]
    struct Long {
        /// These and no others, the most wanted first.
        allow: Option<OneOrMore<Protocol>>,
        /// Whether a session for which no protocol was agreed on is refused.
        required: bool = false,
    }
}

impl Setting for Alpn {
    /// Reads `[…]`, which is short for `{"allow": […]}`, or that with `"required"`.
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let Long { allow, required } = match (node.is_array(), node.is_object()) {
            (true, _) => Long {
                allow: Some(OneOrMore::read(node, errors)?),
                required: false,
            },
            (_, true) => Long::read(node, errors)?,
            _ => return node.mistyped("a list or an object", errors),
        };
        let Some(allow) = allow else {
            return refuse(node, "say which protocols to allow", errors);
        };
        Some(Self {
            allow: allow.into_items(),
            required,
        })
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        let mut long = Long::schema();
        long["required"] = serde_json::json!(["allow"]);
        serde_json::json!({"oneOf": [OneOrMore::<Protocol>::schema(), long]})
    }
}

impl Setting for Protocol {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let name = node.text(errors)?;
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            return refuse(
                node,
                "a protocol's name has 1 to 255 bytes, such as h2",
                errors,
            );
        }
        Some(Self(name.to_owned()))
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "minLength": 1, "maxLength": NAME_BYTES_MAX, "examples": ["h2", "http/1.1"]})
    }
}
