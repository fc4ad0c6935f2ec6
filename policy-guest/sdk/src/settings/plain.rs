//! The settings that need no name: truth values, whole numbers, texts, lists.

use super::{Errors, Node, Setting};

#[cfg(not(target_arch = "wasm32"))]
use serde_json::{Value, json};

impl Setting for bool {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        node.bool(errors)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> Value {
        json!({"type": "boolean"})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<Value> {
        Some((*self).into())
    }
}

impl Setting for u16 {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        Self::try_from(whole(node, Self::MAX.into(), errors)?).ok()
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> Value {
        json!({"type": "integer", "minimum": 0, "maximum": Self::MAX})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<Value> {
        Some((*self).into())
    }
}

impl Setting for u32 {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        whole(node, Self::MAX, errors)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> Value {
        json!({"type": "integer", "minimum": 0, "maximum": Self::MAX})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<Value> {
        Some((*self).into())
    }
}

/// Reads a whole number that is not over this one, or reports what is wrong with it.
fn whole(node: &Node<'_>, max: u32, errors: &mut Errors) -> Option<u32> {
    let number = node.number(errors)?;
    // Exact: a double holds every number of 32 bits, and the cast back of any other does not equal it.
    let whole = number as u32;
    if f64::from(whole) == number && whole <= max {
        return Some(whole);
    }
    node.refuse(
        format!("this must be a whole number from 0 to {max}"),
        errors,
    );
    None
}

/// A text that is not empty.
impl Setting for String {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let text = node.text(errors)?;
        if text.is_empty() {
            node.refuse("this must not be empty", errors);
            return None;
        }
        Some(text.into())
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> Value {
        json!({"type": "string", "minLength": 1})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<Value> {
        Some(self.as_str().into())
    }
}

/// A list, of which every item is read, so that all that is wrong is reported.
impl<T: Setting> Setting for Vec<T> {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        let items = node.items(errors)?;
        let wanted = items.len();
        let mut list = Self::with_capacity(wanted);
        for item in items {
            list.extend(T::read(&item, errors));
        }
        (list.len() == wanted).then_some(list)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> Value {
        json!({"type": "array", "items": T::schema()})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<Value> {
        self.iter().map(T::written).collect()
    }
}

/// What may be left out. Where it stands, it is a value: `null` is none.
impl<T: Setting> Setting for Option<T> {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        T::read(node, errors).map(Some)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> Value {
        T::schema()
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<Value> {
        self.as_ref()?.written()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::super::from_text;
    use super::*;

    fn refused<T: Setting + Debug>(text: &str) -> Vec<(String, String)> {
        let errors = from_text::<T>(text).expect_err(text);
        errors
            .into_iter()
            .map(|error| (error.path, error.message))
            .collect()
    }

    #[test]
    fn whole_numbers_are_read_up_to_their_bounds() {
        assert_eq!(from_text("0"), Ok(0_u16));
        assert_eq!(from_text("65535"), Ok(65_535_u16));
        assert_eq!(from_text("4294967295"), Ok(4_294_967_295_u32));
        assert_eq!(from_text("1.0e3"), Ok(1_000_u32));
    }

    #[test]
    fn other_numbers_are_refused_with_the_bounds() {
        for text in ["65536", "-1", "1.5", "1e300", "4294967295"] {
            let message = "this must be a whole number from 0 to 65535".to_owned();
            assert_eq!(refused::<u16>(text), [("$".to_owned(), message)], "{text}");
        }
        for text in ["4294967296", "-1", "0.1"] {
            let message = "this must be a whole number from 0 to 4294967295".to_owned();
            assert_eq!(refused::<u32>(text), [("$".to_owned(), message)], "{text}");
        }
        assert_eq!(refused::<u32>("true").len(), 1);
    }

    #[test]
    fn texts_are_not_empty() {
        assert_eq!(from_text(r#""a""#), Ok("a".to_owned()));
        assert_eq!(refused::<String>(r#""""#).len(), 1);
        assert_eq!(refused::<String>("1").len(), 1);
    }

    #[test]
    fn every_wrong_item_of_a_list_is_reported() {
        assert_eq!(from_text("[]"), Ok(Vec::<bool>::new()));
        assert_eq!(from_text("[1, 1]"), Ok(vec![1_u16, 1]));
        let paths: Vec<_> = refused::<Vec<u16>>(r#"[1, "x", 2, 1e6]"#)
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        assert_eq!(paths, ["$[1]", "$[3]"]);
        assert_eq!(refused::<Vec<bool>>("{}").len(), 1);
    }

    #[test]
    fn what_may_be_left_out_is_not_null() {
        assert_eq!(from_text("true"), Ok(Some(true)));
        assert_eq!(refused::<Option<bool>>("null").len(), 1);
    }

    #[test]
    fn schemas_say_what_is_read() {
        assert_eq!(
            Vec::<Option<u16>>::schema(),
            json!({"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 65535}})
        );
        assert_eq!(
            u32::schema(),
            json!({"type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32})
        );
        assert_eq!(String::schema(), json!({"type": "string", "minLength": 1}));
        assert_eq!(bool::schema(), json!({"type": "boolean"}));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let value = vec!["a".to_owned(), "b".to_owned()];
        let text = value.written().expect("a list of texts").to_string();
        assert_eq!(from_text(&text), Ok(value));
        assert_eq!(7_u32.written(), Some(json!(7)));
        assert_eq!(None::<bool>.written(), None);
    }
}
