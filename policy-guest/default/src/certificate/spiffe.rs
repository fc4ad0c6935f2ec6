use countersign_policy_sdk::settings::{Errors, Node, Setting};

/// The longest SPIFFE ID (SPIFFE-ID, section 2.3).
const ID_BYTES_MAX: usize = 2_048;

/// The longest name of a trust domain (SPIFFE-ID, section 2.1).
const TRUST_DOMAIN_BYTES_MAX: usize = 255;

const SCHEME: &str = "spiffe://";

/// SPIFFE IDs: one, or all of a trust domain, or all below a path of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SpiffePattern {
    /// This one alone.
    Exact(String),
    /// All below this, whose last character is a slash.
    Below(String),
}

impl SpiffePattern {
    /// Whether an ID is meant.
    pub(super) fn matches(&self, id: SpiffeId<'_>) -> bool {
        match self {
            Self::Exact(exact) => id.0 == exact,
            Self::Below(start) => id.0.starts_with(start.as_str()),
        }
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        if let Some(start) = text.strip_suffix("/*") {
            check(start)?;
            return Ok(Self::Below(format!("{start}/")));
        }
        check(text)?;
        Ok(Self::Exact(text.to_owned()))
    }
}

/// A valid SPIFFE ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SpiffeId<'a>(&'a str);

impl<'a> SpiffeId<'a> {
    /// The ID of a certificate, by its URIs: a certificate with more than one must be rejected (X509-SVID, section 2).
    pub(super) fn of(uris: &'a [String]) -> Option<Self> {
        match uris {
            [only] => check(only).is_ok().then_some(Self(only)),
            _ => None,
        }
    }
}

/// What makes a SPIFFE ID (SPIFFE-ID, section 2).
fn check(text: &str) -> Result<(), &'static str> {
    if text.len() > ID_BYTES_MAX {
        return Err("no ID is longer than 2048 bytes");
    }
    let rest = text
        .strip_prefix(SCHEME)
        .ok_or("it begins with spiffe:// in lower case")?;
    let (trust_domain, path) = match rest.split_once('/') {
        Some((trust_domain, path)) => (trust_domain, Some(path)),
        None => (rest, None),
    };
    if trust_domain.is_empty() || trust_domain.len() > TRUST_DOMAIN_BYTES_MAX {
        return Err("the name of its trust domain has 1 to 255 characters");
    }
    let is_of_name = |byte: u8| byte.is_ascii_lowercase() || is_common(byte);
    if !trust_domain.bytes().all(is_of_name) {
        return Err(
            "the name of its trust domain has lower-case letters, digits, dots, hyphens and underscores, and no port",
        );
    }
    for segment in path.into_iter().flat_map(|path| path.split('/')) {
        if segment.is_empty() || matches!(segment, "." | "..") {
            return Err(
                "no part of its path is empty, `.` or `..`, and no slash stands at its end",
            );
        }
        let is_of_path = |byte: u8| byte.is_ascii_alphabetic() || is_common(byte);
        if !segment.bytes().all(is_of_path) {
            return Err(
                "its path has letters, digits, dots, hyphens and underscores; a star stands alone behind the last slash",
            );
        }
    }
    Ok(())
}

const fn is_common(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_')
}

impl Setting for SpiffePattern {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        match Self::parse(node.text(errors)?) {
            Ok(pattern) => Some(pattern),
            Err(why) => {
                node.refuse(format!("no workload has this SPIFFE ID: {why}"), errors);
                None
            }
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({
            "type": "string", "pattern": "^spiffe://[a-z0-9._-]+(/[A-Za-z0-9._-]+)*(/\\*)?$",
            "examples": ["spiffe://example.org/ns/prod/sa/backup", "spiffe://example.org/ns/prod/*"],
        })
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        Some(match self {
            Self::Exact(exact) => exact.as_str().into(),
            Self::Below(start) => format!("{start}*").into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, uris: &[&str]) -> bool {
        let pattern =
            SpiffePattern::parse(pattern).unwrap_or_else(|why| panic!("{pattern}: {why}"));
        let uris: Vec<String> = uris.iter().map(|uri| (*uri).to_owned()).collect();
        SpiffeId::of(&uris).is_some_and(|id| pattern.matches(id))
    }

    #[test]
    fn patterns_match_by_whole_segments() {
        let id = "spiffe://td.example/ns/prod/sa/a";
        for (pattern, is_match) in [
            (id, true),
            ("spiffe://td.example/*", true),
            ("spiffe://td.example/ns/prod/*", true),
            ("spiffe://td.example/ns/prod/sa/*", true),
            ("spiffe://td.example", false),
            ("spiffe://td.example/ns/prod", false),
            ("spiffe://td.example/ns/pro/*", false),
            ("spiffe://td/*", false),
            ("spiffe://td.example/ns/prod/sa/a/*", false),
            ("spiffe://td.example/ns/prod/sa/A", false),
        ] {
            assert_eq!(matches(pattern, &[id]), is_match, "{pattern}");
        }
        assert!(matches("spiffe://td", &["spiffe://td"]));
        assert!(!matches("spiffe://td/*", &["spiffe://td"]));
    }

    /// X509-SVID, section 2: exactly one URI.
    #[test]
    fn a_certificate_with_another_uri_has_no_id() {
        assert!(!matches(
            "spiffe://td/*",
            &["spiffe://td/a", "https://a.example/"]
        ));
        assert!(!matches(
            "spiffe://td/*",
            &["spiffe://td/a", "spiffe://td/b"]
        ));
        assert!(!matches("spiffe://td/*", &[]));
    }

    /// The examples of what is not valid are those of SPIFFE-ID, section 2.
    #[test]
    fn what_is_no_id_is_neither_a_pattern_nor_matched() {
        let long = format!("spiffe://td/{}", "a".repeat(2_048));
        let long_domain = format!("spiffe://{}/a", "a".repeat(256));
        for text in [
            "",
            "spiffe://",
            "spiffe:///a",
            "SPIFFE://td/a",
            "https://td/a",
            "spiffe://TD/a",
            "spiffe://td:80/a",
            "spiffe://user@td/a",
            "spiffe://td/",
            "spiffe://td/a/",
            "spiffe://td//a",
            "spiffe://td/./a",
            "spiffe://td/a/..",
            "spiffe://td/%41",
            "spiffe://td/a?b",
            "spiffe://td/a#b",
            "spiffe://td/ä",
            "spiffe://td%3a/a",
            &long,
            &long_domain,
        ] {
            assert!(SpiffePattern::parse(text).is_err(), "{text}");
            assert_eq!(SpiffeId::of(&[text.to_owned()]), None, "{text}");
        }
        for text in [
            "spiffe://*",
            "spiffe://td*",
            "spiffe://*/a",
            "spiffe://td/a*",
            "spiffe://td/*/a",
            "spiffe://td//*",
            "/*",
        ] {
            assert!(SpiffePattern::parse(text).is_err(), "{text}");
        }
    }
}
