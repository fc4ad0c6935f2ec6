use super::{Errors, Fields, Setting};

/// Defines a struct that is read from an object, and makes it a [`Setting`](crate::settings::Setting) with a `Default`. The name
/// of a field is its key, the comments are what the JSON Schema says. A field may be left out: then it has the value after
/// its `=`, or its type's default. A key that is unknown or given twice is refused.
///
/// ```
/// use countersign_names::Version;
/// use countersign_policy_sdk::settings;
///
/// settings! {
///     /// What is asked of a session.
///     #[derive(Clone, Debug, PartialEq, Eq)]
///     pub struct Rules {
///         /// The oldest version that is allowed.
///         pub oldest: Version = Version::TLS_1_2,
///         /// How many days a certificate may be valid. Without it: any number.
///         pub lifetime_days_max: Option<u32>,
///     }
/// }
///
/// let rules: Rules = settings::from_text(r#"{"lifetime_days_max": 398}"#).expect("they are valid");
/// assert_eq!(rules, Rules { lifetime_days_max: Some(398), ..Rules::default() });
/// let errors = settings::from_text::<Rules>(r#"{"oldest": "1.9", "newest": "1.3"}"#).unwrap_err();
/// assert_eq!((&*errors[0].path, &*errors[1].path), ("$.newest", "$.oldest"));
/// ```
#[macro_export]
macro_rules! settings {
    (@doc doc = $text:expr) => { $text };
    (@doc $($other:tt)*) => { "" };
    (@default) => { ::core::default::Default::default() };
    (@default $value:expr) => { $value };
    (@has_default) => { false };
    (@has_default $value:expr) => { true };
    (
        $(#[$($attribute:tt)*])*
        $visibility:vis struct $name:ident {
            $( $(#[$($about:tt)*])* $shown:vis $field:ident: $type:ty $(= $default:expr)? ),* $(,)?
        }
    ) => {
        $(#[$($attribute)*])*
        $visibility struct $name {
            $( $(#[$($about)*])* $shown $field: $type ),*
        }

        impl ::core::default::Default for $name {
            fn default() -> Self {
                Self {
                    $( $field: $crate::settings!(@default $($default)?) ),*
                }
            }
        }

        impl $crate::settings::Setting for $name {
            fn read(
                node: &$crate::settings::Node<'_>,
                errors: &mut $crate::settings::Errors,
            ) -> ::core::option::Option<Self> {
                $crate::settings::read_object(node, &[$(stringify!($field)),*], errors, |fields, errors| Self {
                    $( $field: $crate::settings::read_field(fields, stringify!($field), errors)
                        .unwrap_or_else(|| $crate::settings!(@default $($default)?)) ),*
                })
            }

            #[cfg(not(target_arch = "wasm32"))]
            fn schema() -> $crate::settings::serde_json::Value {
                let default = Self::default();
                $crate::settings::schema::object(
                    &[$($crate::settings!(@doc $($attribute)*)),*],
                    [$(
                        $crate::settings::schema::property(
                            stringify!($field),
                            &[$($crate::settings!(@doc $($about)*)),*],
                            &default.$field,
                            $crate::settings!(@has_default $($default)?),
                        )
                    ),*],
                )
            }

            #[cfg(not(target_arch = "wasm32"))]
            fn written(&self) -> ::core::option::Option<$crate::settings::serde_json::Value> {
                $crate::settings::schema::written([
                    $( (stringify!($field), $crate::settings::Setting::written(&self.$field)) ),*
                ])
            }
        }
    };
}

/// Reads an object by its fields. None if anything in it is wrong.
#[doc(hidden)]
pub fn read_object<T>(
    node: &super::Node<'_>,
    keys: &[&str],
    errors: &mut Errors,
    read: impl FnOnce(&Fields<'_>, &mut Errors) -> T,
) -> Option<T> {
    let before = errors.count();
    let fields = node.fields(keys, errors)?;
    let value = read(&fields, errors);
    (errors.count() == before).then_some(value)
}

/// Reads a field, if it is there.
#[doc(hidden)]
pub fn read_field<T: Setting>(fields: &Fields<'_>, key: &str, errors: &mut Errors) -> Option<T> {
    T::read(&fields.field(key)?, errors)
}

#[cfg(test)]
mod tests {
    use countersign_names::Version;
    use serde_json::json;

    use super::super::{Setting, from_text};

    crate::settings! {
        /// Everything that
        /// can be said.
        #[derive(Clone, Debug, PartialEq, Eq)]
        struct Everything {
            /// Whether it is so.
            so: bool = true,
            /// From when
            /// on.
            oldest: Version = Version::TLS_1_2,
            days: Option<u32>,
            /// What is in it.
            inner: Inner,
            parts: Vec<Inner>,
        }
    }

    crate::settings! {
        /// A part.
        #[derive(Clone, Debug, PartialEq, Eq)]
        struct Inner { name: Option<String> }
    }

    fn paths(text: &str) -> Vec<String> {
        let errors = from_text::<Everything>(text).expect_err(text);
        errors.into_iter().map(|error| error.path).collect()
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let everything = Everything {
            so: true,
            oldest: Version::TLS_1_2,
            days: None,
            inner: Inner { name: None },
            parts: Vec::new(),
        };
        assert_eq!(Everything::default(), everything);
        assert_eq!(from_text("{}"), Ok(everything));
    }

    #[test]
    fn what_is_given_is_read() {
        let text = r#"{"so": false, "oldest": "1.3", "days": 7, "inner": {"name": "a"}, "parts": [{}, {"name": "b"}]}"#;
        let named = |name: &str| Inner {
            name: Some(name.into()),
        };
        let everything = Everything {
            so: false,
            oldest: Version::TLS_1_3,
            days: Some(7),
            inner: named("a"),
            parts: vec![Inner::default(), named("b")],
        };
        assert_eq!(from_text(text), Ok(everything));
    }

    #[test]
    fn everything_that_is_wrong_is_reported_with_its_place() {
        let text = r#"{"so": 1, "days": null, "inner": {"nam": "a"}, "parts": [{"name": ""}, 7], "x": 1, "so": true}"#;
        assert_eq!(
            paths(text),
            [
                "$.x",
                "$.so",
                "$.so",
                "$.days",
                "$.inner.nam",
                "$.parts[0].name",
                "$.parts[1]"
            ]
        );
        assert_eq!(paths("[]"), ["$"]);
    }

    #[test]
    fn an_object_with_an_unknown_key_is_none() {
        assert_eq!(paths(r#"{"inner": {"x": 1}}"#), ["$.inner.x"]);
        let document = super::super::Document::parse(r#"{"x": 1}"#).expect("it is JSON");
        let inner = Inner::read(&document.root(), &mut super::Errors::default());
        assert_eq!(inner, None);
    }

    #[test]
    fn the_schema_has_the_comments_and_the_defaults() {
        let name = json!({"type": "string", "minLength": 1});
        let inner = |description| {
            json!({
                "description": description, "type": "object", "additionalProperties": false,
                "properties": {"name": name},
            })
        };
        let expected = json!({
            "description": "Everything that can be said.", "type": "object", "additionalProperties": false,
            "properties": {
                "so": {"description": "Whether it is so.", "type": "boolean", "default": true},
                "oldest": {
                    "description": "From when on.", "type": "string", "minLength": 1,
                    "examples": ["TLSv1.2", "TLSv1.3"], "default": "TLSv1.2",
                },
                "days": {"type": "integer", "minimum": 0, "maximum": u32::MAX},
                "inner": inner("What is in it."),
                "parts": {"type": "array", "items": inner("A part.")},
            },
        });
        assert_eq!(Everything::schema(), expected);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = r#"{"days": 7, "parts": [{"name": "b"}]}"#;
        let everything = from_text::<Everything>(text).expect(text);
        let written = everything.written().expect("it can be written");
        assert_eq!(
            written,
            json!({"so": true, "oldest": "TLSv1.2", "days": 7, "inner": {}, "parts": [{"name": "b"}]})
        );
        assert_eq!(from_text(&written.to_string()), Ok(everything));
    }
}
