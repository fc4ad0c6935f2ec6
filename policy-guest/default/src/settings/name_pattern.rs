use std::fmt;

use countersign_policy_sdk::settings::{Errors, Node, Setting};

/// The longest name in the text form of DNS (RFC 1035, section 2.3.4), without the final dot.
const NAME_BYTES_MAX: usize = 253;

/// The longest label (RFC 1035, section 2.3.4).
const LABEL_BYTES_MAX: usize = 63;

/// Server names: an exact one, or all that end alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NamePattern {
    /// This name or address alone.
    Exact(String),
    /// `*.example.com`: every name below this one, at any depth; not the name itself. It is held with its leading dot.
    Below(String),
}

impl NamePattern {
    /// Whether a name matches. The host gives it in lower case and without a final dot.
    pub(crate) fn matches(&self, name: &str) -> bool {
        match self {
            Self::Exact(exact) => name == exact,
            Self::Below(suffix) => name.len() > suffix.len() && name.ends_with(suffix.as_str()),
        }
    }

    /// Higher for patterns that fewer names match: an exact name first, then the longer suffix.
    pub(crate) fn rank(&self) -> usize {
        match self {
            Self::Exact(_) => usize::MAX,
            Self::Below(suffix) => suffix.len(),
        }
    }

    /// Reads a pattern as it is typed, or says why it can match no name.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if let Some(suffix) = name.strip_prefix('*') {
            let labels = suffix
                .strip_prefix('.')
                .ok_or("a star stands for whole labels at the beginning, as in *.example.com")?;
            check_name(labels)?;
            return Ok(Self::Below(suffix.to_owned()));
        }
        if name.parse::<std::net::IpAddr>().is_err() {
            check_name(&name)?;
        }
        Ok(Self::Exact(name))
    }
}

fn check_name(name: &str) -> Result<(), &'static str> {
    if name.len() > NAME_BYTES_MAX {
        return Err("no name is longer than 253 characters");
    }
    if !name.is_ascii() {
        return Err("international names are compared in their ASCII form, which begins with xn--");
    }
    for label in name.split('.') {
        if label.is_empty() || label.len() > LABEL_BYTES_MAX {
            return Err("between its dots a name has 1 to 63 characters");
        }
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !label.bytes().all(is_part) {
            return Err(
                "a name has letters, digits, hyphens and dots; a star only as its whole first label",
            );
        }
    }
    Ok(())
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(name) => f.write_str(name),
            Self::Below(suffix) => write!(f, "*{suffix}"),
        }
    }
}

impl Setting for NamePattern {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        match Self::parse(node.text(errors)?) {
            Ok(pattern) => Some(pattern),
            Err(why) => {
                node.refuse(format!("no server has this name: {why}"), errors);
                None
            }
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "minLength": 1, "examples": ["example.com", "*.example.com", "192.0.2.1"]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> NamePattern {
        NamePattern::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"))
    }

    #[test]
    fn exact_names_match_themselves() {
        assert!(pattern("Example.COM.").matches("example.com"));
        assert!(!pattern("example.com").matches("www.example.com"));
        assert!(pattern("192.0.2.1").matches("192.0.2.1"));
        assert!(pattern("2001:DB8::1").matches("2001:db8::1"));
    }

    #[test]
    fn suffixes_match_what_is_below_them() {
        let below = pattern("*.example.com");
        for (name, matches) in [
            ("www.example.com", true),
            ("a.b.example.com", true),
            ("example.com", false),
            (".example.com", false),
            ("wwwexample.com", false),
            ("www.example.com.org", false),
        ] {
            assert_eq!(below.matches(name), matches, "{name}");
        }
    }

    #[test]
    fn fewer_names_rank_higher() {
        let ranks = ["a.b.example", "*.b.example", "*.example"].map(|text| pattern(text).rank());
        assert!(ranks[0] > ranks[1] && ranks[1] > ranks[2]);
    }

    #[test]
    fn what_can_match_nothing_is_refused() {
        let long = format!("{}.example", "a".repeat(64));
        for text in [
            "",
            ".",
            "*",
            "*.",
            "**.example",
            "*example.com",
            "www.*.example",
            "a..b",
            "a b",
            "ä.example",
            "https://example.com",
            "example.com:443",
            &long,
            &"a.".repeat(150),
        ] {
            assert!(NamePattern::parse(text).is_err(), "{text}");
        }
    }
}
