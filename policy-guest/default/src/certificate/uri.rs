use countersign_policy_sdk::settings::{Errors, Node, Setting};

/// URIs of certificates (RFC 5280, section 4.2.1.6): one, or all that begin alike. They are compared as they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UriPattern {
    /// This one alone.
    Exact(String),
    /// All that begin with this, and go on. It ends where a part of a URI ends.
    Below(String),
}

impl UriPattern {
    /// Whether a URI is meant. Behind a star nothing leads back up.
    pub(super) fn matches(&self, uri: &str) -> bool {
        match self {
            Self::Exact(exact) => uri == exact,
            Self::Below(start) => uri
                .strip_prefix(start.as_str())
                .is_some_and(|rest| !rest.is_empty() && !leads_up(rest)),
        }
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let (start, has_star) = match text.strip_suffix('*') {
            Some(start) => (start, true),
            None => (text, false),
        };
        check(start)?;
        if !has_star {
            return Ok(Self::Exact(text.to_owned()));
        }
        if !ends_with_a_part(start) {
            return Err(
                "a star stands at the end, behind a part that is whole, as in https://example.com/* or urn:example:*",
            );
        }
        Ok(Self::Below(start.to_owned()))
    }
}

/// What every URI has (RFC 3986, sections 2 and 3): a scheme, and no character that is not allowed.
fn check(text: &str) -> Result<(), &'static str> {
    let (scheme, rest) = text
        .split_once(':')
        .ok_or("it begins with a scheme, as in https: or urn:")?;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    if !scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        || !scheme.bytes().all(is_part)
    {
        return Err("it begins with a scheme, as in https: or urn:");
    }
    if scheme.eq_ignore_ascii_case("spiffe") {
        return Err("what begins with spiffe: stands under spiffe, where its own rules hold");
    }
    if rest.is_empty() {
        return Err("there is more behind the scheme");
    }
    let is_never = |byte: u8| !byte.is_ascii_graphic() || b"\"<>\\^`{|}".contains(&byte);
    if rest.bytes().any(is_never) {
        return Err("it has only letters and signs of ASCII, and neither spaces nor quotes");
    }
    if rest.contains('*') {
        return Err("a star stands at the end alone");
    }
    Ok(())
}

/// Whether what follows cannot change a part that is already there: least of all the host.
fn ends_with_a_part(start: &str) -> bool {
    let Some((_, rest)) = start.split_once(':') else {
        return false;
    };
    let behind_host = match rest.strip_prefix("//") {
        Some(rest) => rest
            .split_once('/')
            .is_some_and(|(host, _)| !host.is_empty()),
        None => !rest.is_empty() && rest != "/",
    };
    behind_host && rest.ends_with(['/', ':', '?', '#', '=', '&'])
}

/// Whether a path goes up, or may once it is decoded.
fn leads_up(rest: &str) -> bool {
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|segment| {
        let mut bytes = segment.as_bytes();
        let mut is_dots = !bytes.is_empty();
        while let (true, Some(first)) = (is_dots, bytes.first()) {
            bytes = match (first, bytes) {
                (b'.', [_, rest @ ..]) => rest,
                (b'%', [_, b'2', b'e' | b'E', rest @ ..]) => rest,
                _ => {
                    is_dots = false;
                    bytes
                }
            };
        }
        is_dots
    })
}

impl Setting for UriPattern {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        match Self::parse(node.text(errors)?) {
            Ok(pattern) => Some(pattern),
            Err(why) => {
                node.refuse(format!("no certificate has this URI: {why}"), errors);
                None
            }
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "minLength": 1, "examples": ["urn:example:backup", "https://example.com/clients/*"]})
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

    fn pattern(text: &str) -> UriPattern {
        UriPattern::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"))
    }

    #[test]
    fn an_exact_uri_matches_itself() {
        assert!(pattern("urn:a:b").matches("urn:a:b"));
        for other in ["urn:a:b:c", "urn:a", "URN:a:b", "urn:a:B", ""] {
            assert!(!pattern("urn:a:b").matches(other), "{other}");
        }
    }

    #[test]
    fn a_star_stands_for_what_follows() {
        let below = pattern("https://a.example/x/*");
        for (uri, matches) in [
            ("https://a.example/x/1", true),
            ("https://a.example/x/1/2?3", true),
            ("https://a.example/x/..1", true),
            ("https://a.example/x/1?../2", true),
            ("https://a.example/x/", false),
            ("https://a.example/x", false),
            ("https://a.example/xy/1", false),
            ("https://a.example.org/x/1", false),
            ("https://a.example/x/../y", false),
            ("https://a.example/x/%2e%2E/y", false),
            ("https://a.example/x/.", false),
        ] {
            assert_eq!(below.matches(uri), matches, "{uri}");
        }
        assert!(pattern("urn:a:*").matches("urn:a:b:c"));
        assert!(!pattern("urn:a:*").matches("urn:ab:c"));
    }

    #[test]
    fn what_can_match_nothing_or_too_much_is_refused() {
        for text in [
            "",
            "*",
            "a.example",
            "https:",
            "https:*",
            "https:/*",
            "https://*",
            "https:///*",
            "https://a.example*",
            "https://a.example/x*",
            "https://*.example/",
            "urn:*",
            "urn:a*",
            "urn:a:*:b",
            "1urn:a",
            "urn:a b",
            "urn:ä",
            "urn:a\u{7f}",
            "urn:\"a\"",
            "spiffe://a/b",
            "SPIFFE://a/*",
        ] {
            assert!(UriPattern::parse(text).is_err(), "{text}");
        }
    }
}
