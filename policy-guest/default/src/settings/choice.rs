use countersign_policy_sdk::settings::{Errors, Fields, Named, Node, Setting, read_list};

/// What is said about values of a kind that is written by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Choice<T> {
    /// These and no others, the most wanted first. There is at least one.
    Allow(Vec<T>),
    /// Everything but these.
    Deny(Vec<T>),
    /// What holds anyway, with some more and some less.
    Change(Change<T>),
}

/// What is allowed and forbidden by name, beside what holds anyway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change<T> {
    pub(crate) add: Vec<T>,
    pub(crate) remove: Vec<T>,
}

impl<T: Named> Setting for Choice<T> {
    /// Reads `[…]`, which is short for `{"allow": […]}`, `{"deny": […]}`, or `{"add": […], "remove": […]}`.
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        if node.is_array() {
            return read_allowed(node, errors).map(Self::Allow);
        }
        let fields = read_styles(node, &["allow", "deny", "add", "remove"], errors)?;
        read_lists(node, &fields, errors)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        schema::choice::<T>(&[])
    }
}

/// Reads the styles that versions have, too.
pub(super) fn read_lists<T: Named>(
    node: &Node<'_>,
    fields: &Fields<'_>,
    errors: &mut Errors,
) -> Option<Choice<T>> {
    let allow = fields
        .field("allow")
        .map(|allow| read_allowed(&allow, errors));
    let mut list = |key| {
        let node = fields.field(key)?;
        Some(read_list::<T>(&node, errors))
    };
    let (deny, add, remove) = (list("deny"), list("add"), list("remove"));
    match (allow, deny, add, remove) {
        (Some(allow), None, None, None) => allow.map(Choice::Allow),
        (None, Some(deny), None, None) => deny.map(Choice::Deny),
        (None, None, None, None) => refuse(
            node,
            "say what to allow, what to deny, or what to add and remove",
            errors,
        ),
        (None, None, add, remove) => {
            let add = add.unwrap_or_else(|| Some(Vec::new()))?;
            let remove = remove.unwrap_or_else(|| Some(Vec::new()))?;
            match add.iter().find(|added| remove.contains(added)) {
                Some(both) => refuse(
                    node,
                    &format!("{both} is both added and removed; say one of them"),
                    errors,
                ),
                None => Some(Choice::Change(Change { add, remove })),
            }
        }
        (Some(_), Some(_), _, _) => refuse(
            node,
            "allow and deny exclude each other; say one of them",
            errors,
        ),
        _ => refuse(
            node,
            "add and remove change what holds anyway; they exclude allow and deny",
            errors,
        ),
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
    if node.items(errors)?.len() == 0 {
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

#[cfg(not(target_arch = "wasm32"))]
pub(super) mod schema {
    use countersign_policy_sdk::settings::{Named, Setting};
    use serde_json::{Value, json};

    /// The styles of lists, and others.
    pub(in super::super) fn choice<T: Named>(others: &[Value]) -> Value {
        let allowed = list::<T>("These and no others, the most wanted first.", 1);
        let denied = list::<T>(
            "Everything but these; defaults and profile no longer apply.",
            0,
        );
        let added = list::<T>("Allowed beside what holds anyway.", 0);
        let removed = list::<T>("Forbidden, whatever else is said.", 0);
        let mut styles = vec![
            allowed.clone(),
            object(json!({"allow": allowed}), 1),
            object(json!({"deny": denied}), 1),
            object(json!({"add": added, "remove": removed}), 1),
        ];
        styles.extend_from_slice(others);
        json!({"oneOf": styles})
    }

    /// An object with at least so many of these properties, and no others.
    pub(in super::super) fn object(properties: Value, least: usize) -> Value {
        json!({"type": "object", "additionalProperties": false, "minProperties": least, "properties": properties})
    }

    fn list<T: Named>(about: &str, least: usize) -> Value {
        json!({"description": about, "type": "array", "items": <T as Setting>::schema(), "minItems": least, "uniqueItems": true})
    }
}
