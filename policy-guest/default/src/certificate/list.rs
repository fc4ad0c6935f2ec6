use std::fmt::Debug;

use countersign_policy_sdk::settings::{Errors, Node, Setting};

/// A list that is not empty and names everything once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OneOrMore<T>(Vec<T>);

impl<T> OneOrMore<T> {
    /// What is in it.
    pub(crate) fn items(&self) -> &[T] {
        &self.0
    }

    /// The same, as a plain list.
    pub(crate) fn into_items(self) -> Vec<T> {
        self.0
    }
}

impl<T: Setting + PartialEq> Setting for OneOrMore<T> {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        read_unique(node, errors).and_then(|list| {
            if list.is_empty() {
                node.refuse(
                    "this list is empty; name at least one, or leave it out",
                    errors,
                );
                return None;
            }
            Some(Self(list))
        })
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        let mut schema = Vec::<T>::schema();
        schema["minItems"] = 1.into();
        schema["uniqueItems"] = true.into();
        schema
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        self.0.written()
    }
}

/// Reads a list, each of whose items is given once. None if anything of it is wrong.
pub(super) fn read_unique<T: Setting + PartialEq>(
    node: &Node<'_>,
    errors: &mut Errors,
) -> Option<Vec<T>> {
    let items = node.items(errors)?;
    let wanted = items.len();
    let mut list = Vec::with_capacity(wanted);
    for item in items {
        match T::read(&item, errors) {
            Some(value) if list.contains(&value) => {
                item.refuse("this is already in the list", errors);
            }
            value => list.extend(value),
        }
    }
    (list.len() == wanted).then_some(list)
}

#[cfg(test)]
mod tests {
    use countersign_policy_sdk::settings::from_text;

    use super::*;

    #[test]
    fn a_list_names_at_least_one_and_each_once() {
        let read = |text| from_text::<OneOrMore<String>>(text);
        let list = read(r#"["a", "b"]"#).expect("two");
        assert_eq!(list.items(), ["a", "b"]);
        for (text, path) in [
            ("[]", "$"),
            (r#"["a", "b", "a"]"#, "$[2]"),
            (r#"["a", ""]"#, "$[1]"),
            (r#""a""#, "$"),
        ] {
            let errors = read(text).expect_err(text);
            assert_eq!((errors.len(), &*errors[0].path), (1, path), "{text}");
        }
    }
}
