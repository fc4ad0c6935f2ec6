use std::fmt::Display;
use std::str::FromStr;

use countersign_names::{CipherSuite, Group, Version};
use countersign_policy_sdk::settings::{Errors, Node};

/// A value that is written by name.
pub(crate) trait Named: Copy + PartialEq + Display + FromStr {
    /// What is allowed where such a name stands.
    const ALLOWED: &str;

    /// The known name that is most like this text.
    fn nearest(text: &str) -> Option<Self>;

    /// Why it cannot be used in settings, although it has a name.
    fn unusable(self) -> Option<&'static str> {
        None
    }
}

impl Named for Version {
    const ALLOWED: &str = "TLSv1.2 (also written 1.2 or tls1.2), TLSv1.3, and older ones alike";

    fn nearest(text: &str) -> Option<Self> {
        Self::nearest(text)
    }
}

impl Named for CipherSuite {
    const ALLOWED: &str = "the IANA name, such as TLS_AES_128_GCM_SHA256, OpenSSL's name, or the code, such as 0x1301";

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

    fn nearest(text: &str) -> Option<Self> {
        Self::nearest(text)
    }
}

/// Reads a name, or reports what is wrong with it.
pub(super) fn read<T: Named>(node: &Node<'_>, errors: &mut Errors) -> Option<T> {
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

/// Reads an array of names, each given once, or reports everything that is wrong with it.
pub(super) fn read_list<T: Named>(node: &Node<'_>, errors: &mut Errors) -> Option<Vec<T>> {
    let mut list = Vec::new();
    for item in node.items(errors)? {
        match read::<T>(&item, errors) {
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

    use countersign_policy_sdk::settings::Document;

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
}
