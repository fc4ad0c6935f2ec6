/// Defines an enum whose values are written as words, and makes it a [`Setting`](crate::settings::Setting). The comments of
/// the enum and its values are what the JSON Schema says of them.
///
/// ```
/// use countersign_policy_sdk::{settings, words};
///
/// words! {
///     /// What becomes of key exchanges that a quantum computer will break.
///     #[derive(Clone, Copy, Debug, PartialEq, Eq)]
///     pub enum PostQuantum {
///         /// They are refused.
///         Require = "require",
///         /// They come last.
///         Prefer = "prefer",
///     }
/// }
///
/// assert_eq!(settings::from_text(r#""prefer""#), Ok(PostQuantum::Prefer));
/// assert_eq!(PostQuantum::Require.word(), "require");
/// let errors = settings::from_text::<PostQuantum>(r#""maybe""#).unwrap_err();
/// assert_eq!(errors[0].message, "this word is unknown; known here are require and prefer");
/// ```
#[macro_export]
macro_rules! words {
    (
        $(#[$($attribute:tt)*])*
        $visibility:vis enum $name:ident {
            $( $(#[$($about:tt)*])* $variant:ident = $word:literal ),+ $(,)?
        }
    ) => {
        $(#[$($attribute)*])*
        $visibility enum $name {
            $( $(#[$($about)*])* $variant ),+
        }

        impl $name {
            /// The word that settings write.
            $visibility const fn word(&self) -> &'static str {
                match self {
                    $( Self::$variant => $word ),+
                }
            }
        }

        impl $crate::settings::Setting for $name {
            fn read(
                node: &$crate::settings::Node<'_>,
                errors: &mut $crate::settings::Errors,
            ) -> ::core::option::Option<Self> {
                match node.text(errors)? {
                    $( $word => ::core::option::Option::Some(Self::$variant), )+
                    _ => node.unknown_word(&[$($word),+], errors),
                }
            }

            #[cfg(not(target_arch = "wasm32"))]
            fn schema() -> $crate::settings::serde_json::Value {
                $crate::settings::schema::words(
                    &[$($crate::settings!(@doc $($attribute)*)),*],
                    &[$(($word, &[$($crate::settings!(@doc $($about)*)),*])),+],
                )
            }

            #[cfg(not(target_arch = "wasm32"))]
            fn written(&self) -> ::core::option::Option<$crate::settings::serde_json::Value> {
                ::core::option::Option::Some(self.word().into())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Setting, from_text};

    crate::words! {
        /// What to do
        /// about it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Answer {
            /// It is so.
            Yes = "yes",
            No = "no",
        }
    }

    #[test]
    fn words_are_read_and_written() {
        assert_eq!(from_text(r#""yes""#), Ok(Answer::Yes));
        assert_eq!(Answer::No.word(), "no");
        assert_eq!(Answer::No.written(), Some(json!("no")));
    }

    #[test]
    fn other_words_are_refused_with_those_that_are_known() {
        let message = |text| {
            from_text::<Answer>(text).expect_err(text)[0]
                .message
                .clone()
        };
        assert_eq!(
            message(r#""Yes""#),
            "this word is unknown; known here are yes and no"
        );
        assert_eq!(
            message("true"),
            "this must be a string in quotes, not true or false"
        );
    }

    #[test]
    fn the_schema_tells_each_word() {
        let words = json!([{"const": "yes", "description": "It is so."}, {"const": "no"}]);
        assert_eq!(
            Answer::schema(),
            json!({"description": "What to do about it.", "type": "string", "oneOf": words})
        );
    }
}
