use countersign_policy_sdk::settings::{Errors, Fields, Node};

use super::names::{Named, read_list};
use crate::objection::Objection;

/// Which values of a kind are allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Choice<T> {
    /// Those that the policy considers safe.
    #[default]
    Default,
    /// These and no others, the most wanted first. There is at least one.
    Allow(Vec<T>),
    /// Everything but these.
    Deny(Vec<T>),
}

impl<T: Named> Choice<T> {
    /// Reads `{"allow": […]}`, `{"deny": […]}` or `[…]`, which is short for allow.
    pub(super) fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        if node.is_array() {
            return read_allowed(node, errors).map(Self::Allow);
        }
        let fields = read_styles(node, &["allow", "deny"], errors)?;
        let allow = fields
            .field("allow")
            .map(|allow| read_allowed(&allow, errors));
        let deny = fields.field("deny").map(|deny| read_list(&deny, errors));
        match (allow, deny) {
            (Some(allow), None) => allow.map(Self::Allow),
            (None, Some(deny)) => deny.map(Self::Deny),
            (Some(_), Some(_)) => refuse(
                node,
                "allow and deny exclude each other; say one of them",
                errors,
            ),
            (None, None) => refuse(node, "say what to allow or what to deny", errors),
        }
    }

    /// What the lists say against a value. Without lists, that is for `default` to say.
    pub(super) fn objection(
        &self,
        value: T,
        default: impl FnOnce(T) -> Option<&'static str>,
    ) -> Option<Objection<'_, T>> {
        match self {
            Self::Default => default(value).map(Objection::Because),
            Self::Allow(allowed) => {
                (!allowed.contains(&value)).then_some(Objection::NotListed(allowed))
            }
            Self::Deny(denied) => denied.contains(&value).then_some(Objection::Denied),
        }
    }
}

/// Reads the object that stands where a list could stand too.
pub(super) fn read_styles<'a>(
    node: &Node<'a>,
    styles: &[&str],
    errors: &mut Errors,
) -> Option<Fields<'a>> {
    if !node.is_object() {
        return node.mistyped("a list or an object", errors);
    }
    node.fields(styles, errors)
}

/// Reads an array of names of which there must be one.
pub(super) fn read_allowed<T: Named>(node: &Node<'_>, errors: &mut Errors) -> Option<Vec<T>> {
    let items = node.items(errors)?;
    if items.is_empty() {
        return refuse(
            node,
            "this list is empty, so nothing would be allowed; name at least one",
            errors,
        );
    }
    read_list(node, errors)
}

/// Reports that a value is not allowed, and has none instead.
pub(super) fn refuse<T>(node: &Node<'_>, message: &str, errors: &mut Errors) -> Option<T> {
    node.refuse(message, errors);
    None
}
