use std::fmt::Display;
use std::str::FromStr;

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};

use super::{Errors, Node, Setting};

/// A value that is written by name.
pub trait Named: Copy + PartialEq + Display + FromStr {
    /// What is allowed where such a name stands.
    const ALLOWED: &str;

    /// A few names, for the JSON Schema.
    const EXAMPLES: &[&str];

    /// The known name that is most like this text.
    fn nearest(text: &str) -> Option<Self>;

    /// Why it cannot be used in settings, although it has a name.
    fn unusable(self) -> Option<&'static str> {
        None
    }
}

impl Named for Version {
    const ALLOWED: &str = "TLSv1.2 (also written 1.2 or tls1.2), TLSv1.3, and older ones alike";
    const EXAMPLES: &[&str] = &["TLSv1.2", "TLSv1.3"];

    fn nearest(text: &str) -> Option<Self> {
        Self::nearest(text)
    }
}

impl Named for CipherSuite {
    const ALLOWED: &str = "the IANA name, such as TLS_AES_128_GCM_SHA256, OpenSSL's name, or the code, such as 0x1301";
    const EXAMPLES: &[&str] = &[
        "TLS_AES_128_GCM_SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "0x1301",
    ];

    fn nearest(text: &str) -> Option<Self> {
        Self::nearest(text)
    }

    fn unusable(self) -> Option<&'static str> {
        self.is_signalling()
            .then_some("this is a signal between peers, not a cipher suite that can be negotiated")
    }
}

impl Named for Group {
    const ALLOWED: &str = "the IANA name, such as X25519MLKEM768 or secp256r1, OpenSSL's name, or the code, such as 0x11ec";
    const EXAMPLES: &[&str] = &["X25519MLKEM768", "x25519", "P-256"];

    fn nearest(text: &str) -> Option<Self> {
        Self::nearest(text)
    }
}

impl Named for SignatureScheme {
    const ALLOWED: &str = "the IANA name, such as ecdsa_secp256r1_sha256, OpenSSL's name, or the code, such as 0x0403";
    const EXAMPLES: &[&str] = &["ecdsa_secp256r1_sha256", "RSA+SHA256", "0x0804"];

    fn nearest(text: &str) -> Option<Self> {
        Self::nearest(text)
    }
}

impl<T: Named> Setting for T {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        read_named(node, errors)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "minLength": 1, "examples": T::EXAMPLES})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        Some(self.to_string().into())
    }
}

/// Reads a name, or reports what is wrong with it.
pub fn read_named<T: Named>(node: &Node<'_>, errors: &mut Errors) -> Option<T> {
    let text = node.text(errors)?;
    let Ok(value) = text.parse::<T>() else {
        // What is only counted is not worth the search for a name like it.
        let nearest = if errors.is_full() {
            None
        } else {
            T::nearest(text)
        };
        node.refuse(unknown(nearest), errors);
        return None;
    };
    if let Some(reason) = value.unusable() {
        node.refuse(reason, errors);
        return None;
    }
    Some(value)
}

/// Reads an array of names, each given once, or reports everything that is wrong with it and has those that are right;
/// none if it is no array.
pub fn read_list<T: Named>(node: &Node<'_>, errors: &mut Errors) -> Option<Vec<T>> {
    let items = node.items(errors)?;
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        match read_named::<T>(&item, errors) {
            Some(value) if list.contains(&value) => {
                item.refuse(format!("{value} is already in this list"), errors)
            }
            Some(value) => list.push(value),
            None => {}
        }
    }
    Some(list)
}

fn unknown<T: Named>(nearest: Option<T>) -> String {
    match nearest {
        Some(nearest) => format!(
            "this name is unknown; did you mean {nearest}? Allowed is {}",
            T::ALLOWED
        ),
        None => format!("this name is unknown; allowed is {}", T::ALLOWED),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fmt;

    use super::super::{Document, from_text};
    use super::*;

    thread_local! {
        static SEARCHES: Cell<usize> = const { Cell::new(0) };
    }

    /// A name that no text spells.
    #[derive(Clone, Copy, PartialEq)]
    struct Unspoken;

    impl Display for Unspoken {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("unspoken")
        }
    }

    impl FromStr for Unspoken {
        type Err = ();

        fn from_str(_: &str) -> Result<Self, ()> {
            Err(())
        }
    }

    impl Named for Unspoken {
        const ALLOWED: &str = "nothing";
        const EXAMPLES: &[&str] = &[];

        fn nearest(_: &str) -> Option<Self> {
            SEARCHES.set(SEARCHES.get() + 1);
            Some(Self)
        }
    }

    #[test]
    fn nothing_is_searched_for_a_mistake_that_is_only_counted() {
        let text = format!("[{}]", [r#""a""#; 100].join(","));
        let document = Document::parse(&text).expect("it is JSON");
        let mut errors = Errors::default();
        read_list::<Unspoken>(&document.root(), &mut errors);
        assert_eq!(SEARCHES.get(), 64);
        assert!(errors.is_full());
    }

    #[test]
    fn names_of_every_kind_are_read() {
        assert_eq!(from_text(r#""tls1.2""#), Ok(Version::TLS_1_2));
        assert_eq!(from_text(r#""0x1301""#), Ok(CipherSuite::new(0x1301)));
        assert_eq!(from_text(r#""P-256""#), Ok(Group::SECP256R1));
        assert_eq!(
            from_text(r#""RSA+SHA256""#),
            Ok(SignatureScheme::new(0x0401))
        );
    }

    #[test]
    fn what_is_no_name_or_no_suite_is_refused() {
        let message = |text: &str| {
            let errors = from_text::<CipherSuite>(text).expect_err(text);
            errors[0].message.clone()
        };
        let slip = message(r#""TLS_AES_128_GCM_SHA266""#);
        assert!(
            slip.contains("did you mean TLS_AES_128_GCM_SHA256?"),
            "{slip}"
        );
        let signal = message(r#""TLS_EMPTY_RENEGOTIATION_INFO_SCSV""#);
        assert!(signal.contains("a signal between peers"), "{signal}");
    }

    #[test]
    fn lists_name_everything_once() {
        let document = Document::parse(r#"["1.2", "x", "TLSv1.2", 7]"#).expect("it is JSON");
        let mut errors = Errors::default();
        let list = read_list::<Version>(&document.root(), &mut errors);
        assert_eq!(list, Some(vec![Version::TLS_1_2]));
        let errors = errors.into_result(()).expect_err("three mistakes");
        let paths: Vec<_> = errors.iter().map(|error| error.path.as_str()).collect();
        assert_eq!(paths, ["$[1]", "$[2]", "$[3]"]);
    }

    fn check<T: Named + fmt::Debug>() {
        for example in T::EXAMPLES {
            assert!(from_text::<T>(&format!("{example:?}")).is_ok(), "{example}");
        }
        let schema = T::schema();
        assert_eq!(schema["examples"][0], T::EXAMPLES[0]);
        assert_eq!(schema["type"], "string");
    }

    #[test]
    fn examples_are_names() {
        check::<Version>();
        check::<CipherSuite>();
        check::<Group>();
        check::<SignatureScheme>();
    }
}
