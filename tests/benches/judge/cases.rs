//! The cases, which all sides share.

use countersign::session::{Endpoint, Role, Session};
use countersign_names::{CipherSuite, Group, Version};
use serde_json::Value;

/// Where they are.
pub(crate) const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/versus/cases.json");

/// What the built-in policy has to be told to have the same rule as the other engines: `settings` in `tests/versus`.
pub(crate) const SETTINGS: &str = r#"{
    "versions": { "min": "TLSv1.2" },
    "cipher_suites": [
        "0x1301", "0x1302", "0x1303", "0xc02b", "0xc02c", "0xc02f", "0xc030", "0xcca8", "0xcca9"
    ],
    "groups": ["X25519MLKEM768", "x25519", "secp256r1", "secp384r1"]
}"#;

/// A session and what follows from the rule.
pub(crate) struct Case {
    pub(crate) about: String,
    pub(crate) session: Session,
    /// The session as text, for the other engines.
    pub(crate) json: String,
    pub(crate) expect: String,
}

pub(crate) fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(FILE).expect("the cases are there");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("they are JSON");
    cases.iter().map(case).collect()
}

fn case(case: &Value) -> Case {
    let text = |value: &Value| value.as_str().expect("it is text").to_owned();
    Case {
        about: text(&case["about"]),
        session: session(&case["session"]),
        json: case["session"].to_string(),
        expect: text(&case["expect"]),
    }
}

fn session(session: &Value) -> Session {
    let code = |key: &str| {
        let digits = session[key].as_str()?.strip_prefix("0x")?;
        u16::from_str_radix(digits, 16).ok()
    };
    Session {
        endpoint: Endpoint {
            role: Role::Server,
            listener: String::new(),
        },
        version: Version::new(code("version").expect("it has a version")),
        cipher_suite: CipherSuite::new(code("cipher_suite").expect("it has a suite")),
        group: code("group").map(Group::new),
        alpn: session["alpn"]
            .as_str()
            .map(|alpn| alpn.as_bytes().to_vec()),
        resumed: session["resumed"].as_bool().unwrap_or(false),
        retried: false,
    }
}
