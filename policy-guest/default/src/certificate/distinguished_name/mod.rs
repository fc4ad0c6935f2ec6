//! Names of subjects and issuers (RFC 4514), brought into the one form in which the contract writes them.

mod attribute;
mod value;

use std::fmt;

use countersign_policy_sdk::settings::{Errors, Node, Setting};

/// A subject or an issuer, such as `CN=example.com,O=Example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DistinguishedName(String);

impl DistinguishedName {
    /// Whether a certificate's subject or issuer is this one.
    pub(super) fn is(&self, found: &str) -> bool {
        self.0 == found
    }

    /// Reads a name that may be written in any of the ways that RFC 4514 allows.
    fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("an empty name is nobody's");
        }
        let mut name = String::new();
        let mut rest = text;
        loop {
            let (part, behind) = value::split(rest);
            name.push_str(&attribute::canonical(part)?);
            let mut behind = behind.chars();
            let Some(separator) = behind.next() else {
                return Ok(Self(name));
            };
            name.push(separator);
            rest = behind.as_str();
        }
    }
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::shown::Shown(&self.0).fmt(formatter)
    }
}

impl Setting for DistinguishedName {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        match Self::parse(node.text(errors)?) {
            Ok(name) => Some(name),
            Err(why) => {
                let message = format!(
                    "no certificate has this name: {why}; write it as in CN=example.com,O=Example (RFC 4514)"
                );
                node.refuse(message, errors);
                None
            }
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "minLength": 1, "examples": ["CN=example.com,O=Example"]})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        Some(self.0.as_str().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> Option<String> {
        DistinguishedName::parse(text).ok().map(|name| name.0)
    }

    /// The examples of RFC 4514, section 4.
    #[test]
    fn the_examples_of_the_standard_are_names() {
        for name in [
            "UID=jsmith,DC=example,DC=net",
            "OU=Sales+CN=J.  Smith,DC=example,DC=net",
            r#"CN=James \"Jim\" Smith\, III,DC=example,DC=net"#,
            "1.3.6.1.4.1.1466.0=#04024869",
        ] {
            assert_eq!(canonical(name).as_deref(), Some(name));
        }
        assert_eq!(
            canonical(r"CN=Before\0dAfter,DC=example,DC=net").as_deref(),
            Some("CN=Before\rAfter,DC=example,DC=net")
        );
        assert_eq!(
            canonical(r"CN=Lu\C4\8Di\C4\87").as_deref(),
            Some("CN=Lučić")
        );
    }

    /// What the contract writes: special characters behind a backslash, short names in capitals, digits in lower case.
    #[test]
    fn other_ways_to_write_a_name_are_the_same() {
        for (written, expected) in [
            ("cn=a,o=b", "CN=a,O=b"),
            ("2.5.4.3=a", "CN=a"),
            ("OID.2.5.4.3=a", "CN=a"),
            (r"CN=a\2Cb", r"CN=a\,b"),
            (r"CN=a\=b", "CN=a=b"),
            (r"CN=\20a\20", r"CN=\ a\ "),
            (r"CN=a#b", "CN=a#b"),
            (r"CN=\23a", r"CN=\#a"),
            (r"CN=\00", r"CN=\00"),
            ("1.2.3=#04FF", "1.2.3=#04ff"),
            (
                "1.2.840.113549.1.9.1=a@b.example",
                "1.2.840.113549.1.9.1=a@b.example",
            ),
            ("CN=", "CN="),
            ("CN=a b", "CN=a b"),
        ] {
            assert_eq!(canonical(written).as_deref(), Some(expected), "{written}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            "a",
            "=a",
            "CN",
            ",CN=a",
            "CN=a,",
            "CN=a,,O=b",
            "CN=a, O=b",
            "CN=a ,O=b",
            "CN= a",
            "CN=a+",
            "/C=US/O=b",
            "C N=a",
            "emailAddress=a@b.example",
            "1=a",
            "CN=a;O=b",
            "CN=a<b",
            "CN=\"a\"",
            r"CN=a\",
            r"CN=a\q",
            r"CN=a\f",
            r"CN=\ff",
            "CN=#",
            "CN=#0",
            "CN=#0g",
            "CN=a\0b",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_compared_exactly() {
        let name = DistinguishedName::parse("cn=a,o=b").expect("a name");
        assert!(name.is("CN=a,O=b"));
        assert!(!name.is("CN=A,O=b") && !name.is("O=b,CN=a") && !name.is("CN=a") && !name.is(""));
    }
}
