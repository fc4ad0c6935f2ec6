use super::{Document, Errors, Node, SettingsError};

/// A value that can stand in settings. [`settings!`](crate::settings!) and [`words!`](crate::words!) implement it.
pub trait Setting: Sized {
    /// Reads it, or reports everything that is wrong with it and has none.
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self>;

    /// Its JSON Schema (draft 2020-12). Not in components: the text is made natively and shipped with them.
    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value;

    /// The value as settings write it. None where there is nothing to write, or where it is not known how.
    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        None
    }
}

/// Reads settings from a JSON text.
///
/// # Errors
///
/// Everything that is wrong, each with its place and what is allowed there.
pub fn from_text<T: Setting>(text: &str) -> Result<T, Vec<SettingsError>> {
    let document = Document::parse(text)?;
    let mut errors = Errors::default();
    let value = T::read(&document.root(), &mut errors);
    if value.is_none() && errors.is_empty() {
        errors.add("$", "these settings cannot be read");
    }
    errors.into_result(value)?.ok_or_else(Vec::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is never read, and does not say why.
    struct Mute;

    impl Setting for Mute {
        fn read(_: &Node<'_>, _: &mut Errors) -> Option<Self> {
            None
        }

        fn schema() -> serde_json::Value {
            false.into()
        }
    }

    #[test]
    fn what_is_not_read_is_an_error_even_without_a_reason() {
        let errors = from_text::<Mute>("{}").err().unwrap_or_default();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].path, "$");
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        assert_eq!(from_text::<bool>("true"), Ok(true));
        assert!(from_text::<bool>("").is_err());
        assert!(from_text::<bool>("1").is_err());
    }
}
