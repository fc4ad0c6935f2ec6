use std::net::IpAddr;

use countersign_policy_sdk::settings::{Errors, Node, Setting};

use crate::settings::NamePattern;

/// A name of which a certificate must have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CertificateName {
    /// A dNSName, taken as it is written: `*.example.com` in a certificate is below `example.com`, and is not `www.example.com`.
    Dns(NamePattern),
    /// An iPAddress, in the text form of the contract.
    Address(String),
}

/// A name of which a client's certificate must have one. A name with a star is no client's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientName(NamePattern);

impl CertificateName {
    /// Whether it is to be looked for among the dNSNames.
    pub(super) const fn is_dns(&self) -> bool {
        matches!(self, Self::Dns(_))
    }

    /// Whether an entry of a certificate is such a name.
    pub(super) fn is_in(&self, dns_names: &[String], addresses: &[String]) -> bool {
        match self {
            Self::Dns(pattern) => dns_names.iter().any(|name| matches(pattern, name)),
            Self::Address(address) => addresses.contains(address),
        }
    }
}

impl ClientName {
    /// Whether a certificate has such a name.
    pub(super) fn is_in(&self, dns_names: &[String]) -> bool {
        let own = dns_names.iter().filter(|name| !name.contains('*'));
        own.into_iter().any(|name| matches(&self.0, name))
    }
}

/// Whether a dNSName is one that the pattern is for. What is in no host's name may be anything up to the suffix, and is none.
fn matches(pattern: &NamePattern, name: &str) -> bool {
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'*');
    let name = name.strip_suffix('.').unwrap_or(name);
    name.bytes().all(is_part) && pattern.matches(&name.to_ascii_lowercase())
}

impl Setting for CertificateName {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        match node.text(errors)?.parse::<IpAddr>() {
            Ok(address) => Some(Self::Address(address.to_string())),
            Err(_) => NamePattern::read(node, errors).map(Self::Dns),
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        NamePattern::schema()
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        match self {
            Self::Dns(pattern) => pattern.written(),
            Self::Address(address) => Some(address.as_str().into()),
        }
    }
}

impl Setting for ClientName {
    fn read(node: &Node<'_>, errors: &mut Errors) -> Option<Self> {
        if node.text(errors)?.parse::<IpAddr>().is_ok() {
            node.refuse(
                "this is an address, which is no DNS name of a certificate",
                errors,
            );
            return None;
        }
        NamePattern::read(node, errors).map(Self)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "minLength": 1, "examples": ["backup.example.com", "*.clients.example.com"]})
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn written(&self) -> Option<serde_json::Value> {
        self.0.written()
    }
}

#[cfg(test)]
mod tests {
    use countersign_policy_sdk::settings::from_text;

    use super::*;

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn has(pattern: &str, dns_names: &[&str], addresses: &[&str]) -> bool {
        let name: CertificateName = from_text(&format!("{pattern:?}")).expect(pattern);
        name.is_in(&strings(dns_names), &strings(addresses))
    }

    fn client_has(pattern: &str, dns_names: &[&str]) -> bool {
        let name: ClientName = from_text(&format!("{pattern:?}")).expect(pattern);
        name.is_in(&strings(dns_names))
    }

    #[test]
    fn names_of_a_certificate_are_taken_as_written() {
        assert!(has("a.example", &["b.example", "A.Example"], &[]));
        assert!(has("*.example", &["a.b.example"], &[]));
        assert!(has("*.example", &["*.example"], &[]));
        assert!(!has("a.example", &["*.example"], &[]));
        assert!(!has("*.example", &["example"], &[]));
        assert!(!has("a.example", &[], &["192.0.2.1"]));
        assert!(has("a.example.", &["a.example."], &[]));
    }

    #[test]
    fn addresses_are_compared_as_addresses() {
        assert!(has("2001:DB8:0:0::1", &[], &["192.0.2.1", "2001:db8::1"]));
        assert!(!has("192.0.2.1", &["192.0.2.1"], &["192.0.2.2"]));
    }

    #[test]
    fn names_that_no_host_has_match_nothing() {
        for odd in [
            "a\0.example",
            "a b.example",
            "a/.example",
            "ä.example",
            "x@y.example",
        ] {
            assert!(!has("*.example", &[odd], &[]), "{odd}");
            assert!(!client_has("*.example", &[odd]), "{odd}");
        }
    }

    #[test]
    fn no_client_is_a_star() {
        assert!(client_has("*.example", &["a.example"]));
        assert!(!client_has("*.example", &["*.example", "*.a.example"]));
        assert!(from_text::<ClientName>(r#""192.0.2.1""#).is_err());
        assert!(from_text::<ClientName>(r#""a.*.example""#).is_err());
    }
}
