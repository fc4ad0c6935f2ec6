use countersign_names::{CipherSuite, Group, Version};
use countersign_policy_sdk::{ClientAuth, Role};

use super::*;
use crate::terms::testing::top;

fn offer() -> Offer {
    Offer {
        versions: [0x0304, 0x0303, 0x0302].map(Version::new).into(),
        cipher_suites: [0x1302, 0x1301, 0xc02f, 0x009e, 0x002f, 0x00ff]
            .map(CipherSuite::new)
            .into(),
        groups: [0x001d, 0x0017, 0x11ec, 0x0100].map(Group::new).into(),
        alpn: vec![b"h2".into()],
        resumption: true,
        client_auth: ClientAuth::Request,
    }
}

fn constrained(settings: &str) -> Offer {
    constrain(&top(settings), Role::Server, offer())
}

fn codes<T: Into<u16>>(values: Vec<T>) -> Vec<u16> {
    values.into_iter().map(Into::into).collect()
}

#[test]
fn without_settings_what_is_safe_is_left() {
    let left = constrained("{}");
    assert_eq!(codes(left.versions), [0x0304, 0x0303]);
    assert_eq!(codes(left.cipher_suites), [0x1302, 0x1301, 0xc02f]);
    assert_eq!(codes(left.groups), [0x11ec, 0x001d, 0x0017]);
    assert!(left.resumption);
}

#[test]
fn what_is_listed_stands_in_its_order() {
    let left = constrained(
        r#"{"cipher_suites": ["0xc02f", "0x1304", "0x1301"], "groups": ["secp256r1", "x25519"]}"#,
    );
    assert_eq!(codes(left.cipher_suites), [0xc02f, 0x1301]);
    assert_eq!(codes(left.groups), [0x0017, 0x001d]);
}

#[test]
fn what_is_not_denied_keeps_its_order() {
    let denied = r#"{"versions": {"deny": ["1.2"]}, "cipher_suites": {"deny": ["0x1302"]}, "groups": {"deny": ["x25519"]}}"#;
    let left = constrained(denied);
    assert_eq!(codes(left.versions), [0x0304, 0x0302]);
    assert_eq!(codes(left.cipher_suites), [0x1301, 0xc02f, 0x009e, 0x002f]);
    assert_eq!(codes(left.groups), [0x0017, 0x11ec, 0x0100]);
}

#[test]
fn resumption_is_only_turned_off() {
    assert!(!constrained(r#"{"resumption": false}"#).resumption);
    let mut off = offer();
    off.resumption = false;
    assert!(!constrain(&top("{}"), Role::Server, off).resumption);
}

#[test]
fn the_rest_is_left_alone() {
    let left = constrained("{}");
    assert_eq!(
        (left.alpn, left.client_auth),
        (offer().alpn, offer().client_auth)
    );
}

#[test]
fn a_server_asks_its_clients_as_strictly_as_the_terms_want() {
    let asked = |settings, role| constrain(&top(settings), role, offer()).client_auth;
    let required = r#"{"client_certificate": {"dns_names": ["a.example"]}}"#;
    assert_eq!(asked(required, Role::Server), ClientAuth::Require);
    assert_eq!(asked(required, Role::Client), ClientAuth::Request);
    let optional = r#"{"client_certificate": {"required": false}}"#;
    assert_eq!(asked(optional, Role::Server), ClientAuth::Request);
}
