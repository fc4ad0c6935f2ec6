use countersign_names::{CipherSuite, Group, Version};
use countersign_policy_sdk::{Endpoint, Role, Session};

use super::*;

mod certificates;
mod reads;
mod rules;
mod verdicts;
mod warnings;

fn explained(settings: &str) -> Explanation {
    Explanation::of(settings).unwrap_or_else(|errors| panic!("{settings}: {errors:?}"))
}

/// TLS 1.2 with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.
fn at(role: Role, listener: &str) -> Session {
    let listener = listener.to_owned();
    let endpoint = Endpoint { role, listener };
    Session::new(endpoint, Version::TLS_1_2, CipherSuite::new(0xc02f))
}

fn origin(effective: &Effective<'_>, key: &str) -> Vec<String> {
    let lines = effective.lines();
    let of_key = lines.into_iter().filter(|line| line.key == key);
    of_key.map(|line| line.from.to_string()).collect()
}

#[test]
fn every_line_says_where_it_comes_from() {
    let explanation = explained(
        r#"{
            "profile": "mozilla-6.0-modern", "groups": {"remove": ["secp384r1"]}, "resumption": false,
            "sunset": [{"versions": ["1.3"], "until": "2040-12-31"}],
            "rules": [
                {"when": {"port": 8443}, "profile": "mozilla-6.0-intermediate", "alpn": ["h2"]},
                {"when": {"server_name": "old.example"}, "versions": ["1.2"], "cipher_suites": ["0xc02f"]}
            ]
        }"#,
    );
    let top = explanation.top();
    assert_eq!((top.path().as_str(), top.when()), ("$", None));
    for (key, from) in [
        ("profile", "$.profile"),
        ("versions", "profile mozilla-6.0-modern"),
        ("cipher_suites", "profile mozilla-6.0-modern"),
        ("groups", "$.groups"),
        ("not_listed", "default"),
        ("resumption", "$.resumption"),
        ("sunset", "$.sunset[0]"),
    ] {
        assert_eq!(origin(&top, key), [from], "{key}");
    }
    let rules: Vec<_> = explanation.rules().collect();
    assert_eq!(rules[0].path(), "$.rules[1]", "a name comes before a port");
    assert_eq!(rules[0].when().as_deref(), Some("server name old.example"));
    assert_eq!(origin(&rules[0], "versions"), ["$.rules[1].versions"]);
    assert_eq!(origin(&rules[0], "groups"), ["$.groups"]);
    assert_eq!(origin(&rules[0], "resumption"), ["$.resumption"]);
    assert_eq!(rules[1].when().as_deref(), Some("port 8443"));
    assert_eq!(
        origin(&rules[1], "groups"),
        ["profile mozilla-6.0-intermediate"]
    );
    assert_eq!(origin(&rules[1], "alpn"), ["$.rules[0].alpn"]);
}

#[test]
fn aliases_are_shown_with_what_they_mean() {
    let explanation = explained(r#"{"profile": "mozilla-modern"}"#);
    let lines = explanation.top().lines();
    assert!(
        lines[0].value.starts_with("mozilla-6.0-modern ("),
        "{}",
        lines[0].value
    );
    assert!(
        lines[0].value.contains("mozilla-modern"),
        "{}",
        lines[0].value
    );
}

#[test]
fn a_session_shows_what_was_looked_at_and_what_decided() {
    let explanation = explained(
        r#"{"profile": "mozilla-6.0-modern", "rules": [{"when": {"listener": "legacy"}, "versions": ["1.2"], "cipher_suites": ["0xc02f"]}]}"#,
    );
    let session = |listener: &str| Session {
        group: Some(Group::X25519),
        ..at(Role::Server, listener)
    };
    let modern = explanation.session(&session(""));
    assert_eq!(modern.effective.path(), "$");
    assert_eq!(
        modern
            .checks
            .iter()
            .take(3)
            .map(|check| check.outcome)
            .collect::<Vec<_>>(),
        [Outcome::Refused, Outcome::Refused, Outcome::Allowed]
    );
    assert_eq!(
        modern.decided_by().map(|finding| finding.code.as_str()),
        Some("version.not-allowed")
    );
    let legacy = explanation.session(&session("legacy"));
    assert_eq!(legacy.effective.path(), "$.rules[0]");
    assert_eq!(legacy.decided_by(), None);
    assert!(
        legacy
            .checks
            .iter()
            .all(|check| check.outcome == Outcome::Allowed)
    );
}
