use countersign_names::Version;
use countersign_policy_sdk::settings::{Errors, Fields, Node, Setting, read_named};

use super::choice::{Choice, read_allowed, read_lists, read_styles, refuse};
use crate::terms::Range;

/// What is said about versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Versions {
    /// A list, as for other values.
    Named(Choice<Version>),
    /// Those from the minimum on, up to the maximum if there is one.
    Range(Range),
}

/// The oldest version that is allowed unless something else is said.
pub(crate) const MIN_DEFAULT: Version = Version::TLS_1_2;

impl Setting for Versions {
    /// Reads the styles of lists, or `{"min": …, "max": …}`.
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        if node.is_array() {
            let allowed = read_allowed(node, errors)?;
            return Some(Self::Named(Choice::Allow(allowed)));
        }
        let keys = ["allow", "min", "max", "deny", "add", "remove"];
        let fields = read_styles(node, &keys, errors)?;
        let has = |keys: &[&str]| keys.iter().any(|key| fields.has(key));
        let lists = has(&["allow", "deny", "add", "remove"]);
        match (lists, has(&["min", "max"])) {
            (false, true) => read_range(&fields, errors).map(Self::Range),
            (true, false) => read_lists(node, &fields, errors).map(Self::Named),
            (true, true) => {
                // All of it is read, so that all that is wrong is reported.
                read_lists::<Version>(node, &fields, errors);
                read_range(&fields, errors);
                refuse(node, "min and max exclude lists; say either", errors)
            }
            (false, false) => refuse(
                node,
                "say what to allow, what to deny, what to add and remove, or min and max",
                errors,
            ),
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        use super::choice::schema::{choice, object};
        use serde_json::json;
        let version = <Version as Setting>::schema();
        let range = object(json!({"min": version, "max": version}), 1);
        choice::<Version>(&[range])
    }
}

fn read_range(fields: &Fields<'_>, errors: &mut Errors) -> Option<Range> {
    let bound = |key, errors: &mut Errors| match fields.field(key) {
        Some(node) => read_named::<Version>(&node, errors).map(|version| Some((node, version))),
        None => Some(None),
    };
    // Both are read before either is given up, so that both are reported.
    let (min, max) = (bound("min", errors), bound("max", errors));
    let (min, max) = (min?, max?);
    let oldest = min.as_ref().map_or(MIN_DEFAULT, |(_, version)| *version);
    if let Some((node, newest)) = &max
        && newest.code() < oldest.code()
    {
        let hint = if min.is_none() {
            ", which holds unless min says otherwise"
        } else {
            ""
        };
        return refuse(
            node,
            &format!("the maximum {newest} is older than the minimum {oldest}{hint}"),
            errors,
        );
    }
    Some(Range {
        min: oldest,
        max: max.map(|(_, version)| version),
    })
}
