use std::{fmt, num::NonZeroU16};

use countersign_policy_sdk::settings::{Errors, Node, Setting};

/// A TCP port that a connection can have: 0 stands for none (RFC 6335, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Port(NonZeroU16);

impl Port {
    /// The number.
    pub(crate) const fn get(self) -> u16 {
        self.0.get()
    }
}

impl fmt::Display for Port {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Setting for Port {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let port = NonZeroU16::new(u16::read(node, errors)?).map(Self);
        if port.is_none() {
            node.refuse("no connection has port 0", errors);
        }
        port
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "integer", "minimum": 1, "maximum": u16::MAX})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        Some(self.get().into())
    }
}

#[cfg(test)]
mod tests {
    use countersign_policy_sdk::settings::from_text;

    use super::*;

    #[test]
    fn there_is_no_port_0() {
        assert_eq!(from_text("1").map(Port::get), Ok(1));
        assert_eq!(from_text("65535").map(Port::get), Ok(65_535));
        for text in ["0", "-1", "65536", "443.5", "\"443\""] {
            assert!(from_text::<Port>(text).is_err(), "{text}");
        }
    }
}
