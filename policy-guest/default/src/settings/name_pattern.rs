use std::{fmt, net::IpAddr};

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

    /// Reads a pattern as it is typed, or says why it can match no name. What is left is written as the contract writes names: in lower
    /// case, without a final dot, addresses of version 6 in the form of RFC 5952.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Exact(address.to_string()));
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let Some(suffix) = name.strip_prefix('*') else {
            check_name(&name)?;
            return Ok(Self::Exact(name));
        };
        let labels = match suffix.strip_prefix('.') {
            Some(labels) => labels,
            None if suffix.is_empty() => {
                return Err("a star alone says nothing: leave it out, or name what it is below");
            }
            None => {
                return Err("a star stands for whole labels at the beginning, as in *.example.com");
            }
        };
        check_name(labels)?;
        if labels.len() + "x.".len() > NAME_BYTES_MAX {
            return Err(TOO_LONG);
        }
        Ok(Self::Below(suffix.to_owned()))
    }
}

const TOO_LONG: &str = "no name is longer than 253 characters";

/// Says why no host has this name (RFC 952, RFC 1123, section 2.1), but for the underscores that some have.
fn check_name(name: &str) -> Result<(), &'static str> {
    if name.len() > NAME_BYTES_MAX {
        return Err(TOO_LONG);
    }
    if !name.is_ascii() {
        return Err(
            "international names are compared in their ASCII form: write the A-label, which begins with xn--",
        );
    }
    if name.contains('[') {
        return Err("an address stands without brackets and without a port");
    }
    if name.contains([':', '/', '%']) {
        return Err(
            "a name or address stands alone, without a scheme, a port, a path or a zone of addresses",
        );
    }
    let mut last = name;
    for label in name.split('.') {
        check_label(label)?;
        last = label;
    }
    match is_number(last) {
        true => Err("its last label is a number, as in an address, but it is no address"),
        false => Ok(()),
    }
}

fn check_label(label: &str) -> Result<(), &'static str> {
    if label.is_empty() || label.len() > LABEL_BYTES_MAX {
        return Err("between its dots a name has 1 to 63 characters");
    }
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !label.bytes().all(is_part) {
        return Err(
            "a name has letters, digits, hyphens and dots; a star only as its whole first label",
        );
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err("no label of a name begins or ends with a hyphen");
    }
    Ok(())
}

/// Whether a label reads as a part of an address of version 4. No name ends in one (RFC 1123, section 2.1; the URL standard, "ends
/// in a number").
fn is_number(label: &str) -> bool {
    match label.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
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
                node.refuse(format!("no host has this name: {why}"), errors);
                None
            }
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "minLength": 1, "examples": ["example.com", "*.example.com", "192.0.2.1"]})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        Some(self.to_string().into())
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
        assert!(pattern("a_b.xn--bcher-kva.example").matches("a_b.xn--bcher-kva.example"));
    }

    /// RFC 5952, sections 4 and 5: how an address of version 6 is written.
    #[test]
    fn addresses_are_compared_as_the_contract_writes_them() {
        for (typed, written) in [
            ("::1", "::1"),
            ("0:0:0:0:0:0:0:1", "::1"),
            ("0000:0000:0000:0000:0000:0000:0000:0001", "::1"),
            ("2001:DB8::1", "2001:db8::1"),
            ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("::FFFF:192.0.2.1", "::ffff:192.0.2.1"),
            ("::ffff:c000:201", "::ffff:192.0.2.1"),
            ("192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(
                pattern(typed),
                NamePattern::Exact(written.into()),
                "{typed}"
            );
            assert_eq!(pattern(typed).to_string(), written);
        }
        assert!(!pattern("*.example").matches("::1"));
    }

    #[test]
    fn however_it_is_typed_it_is_one_pattern() {
        assert_eq!(pattern("*.Example.COM."), pattern("*.example.com"));
        assert_eq!(pattern("WWW.example.com."), pattern("www.Example.com"));
        // RFC 1035, section 2.3.4: at most 253 characters, of which the star stands for one at least.
        let long = format!("*.{}a", "a.".repeat(125));
        assert_eq!(long.len(), 253);
        assert_eq!(pattern(&long).to_string(), long);
        assert!(NamePattern::parse(&format!("{long}a")).is_err());
    }

    #[test]
    fn what_is_refused_says_what_helps() {
        for (text, hint) in [
            ("*", "leave it out"),
            ("bücher.example", "xn--"),
            ("*.bücher.example", "xn--"),
            ("bücher。example", "xn--"),
            ("[::1]", "without brackets"),
            ("[::1]:443", "without brackets"),
            ("example.com:443", "a port"),
            ("fe80::1%eth0", "a zone"),
            ("https://example.com/", "a scheme"),
            ("256.0.2.1", "no address"),
            ("127.1", "no address"),
            ("*.0.2.1", "no address"),
            ("a.0x7f", "no address"),
            ("-a.example", "hyphen"),
            ("a-.example", "hyphen"),
            ("www.*.example", "first label"),
            ("*www.example", "whole labels"),
        ] {
            let why = NamePattern::parse(text).expect_err(text);
            assert!(why.contains(hint), "{text}: {why}");
        }
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
