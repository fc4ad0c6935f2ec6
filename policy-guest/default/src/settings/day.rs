use countersign_policy_sdk::settings::{Errors, Node, Setting};

use crate::date::Date;

/// A day, written as `2031-12-31`.
impl Setting for Date {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let date = Self::parse(node.text(errors)?);
        if date.is_none() {
            node.refuse(
                "this is no day of the calendar; write year, month and day as in 2031-12-31",
                errors,
            );
        }
        date
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "format": "date", "examples": ["2031-12-31"]})
    }
}
