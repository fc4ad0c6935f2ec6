use countersign_names::{CipherSuite, Group, Version};
use countersign_policy_sdk::settings::from_text;

use super::*;
use crate::terms::{Range, Rules};

mod refused;

fn parsed(text: &str) -> Settings {
    from_text(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
}

fn errors(text: &str) -> Vec<(String, String)> {
    let errors = from_text::<Settings>(text).and_then(|settings| Rules::of(&settings));
    let errors = errors.expect_err(text);
    errors
        .into_iter()
        .map(|error| (error.path, error.message))
        .collect()
}

fn paths(text: &str) -> Vec<String> {
    errors(text).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn versions_have_four_styles() {
    let versions = |text| parsed(text).versions;
    let range = |min, max| Some(Versions::Range(Range { min, max }));
    let named = |choice| Some(Versions::Named(choice));
    let both = || named(Choice::Allow(vec![Version::TLS_1_3, Version::TLS_1_2]));
    assert_eq!(
        versions(r#"{"versions": {"allow": ["1.3", "TLSv1.2"]}}"#),
        both()
    );
    assert_eq!(versions(r#"{"versions": ["tls1.3", "0x0303"]}"#), both());
    assert_eq!(
        versions(r#"{"versions": {"min": "1.3"}}"#),
        range(Version::TLS_1_3, None)
    );
    assert_eq!(
        versions(r#"{"versions": {"max": "1.2"}}"#),
        range(Version::TLS_1_2, Some(Version::TLS_1_2))
    );
    assert_eq!(
        versions(r#"{"versions": {"min": "1.0", "max": "1.2"}}"#),
        range(Version::TLS_1_0, Some(Version::TLS_1_2))
    );
    assert_eq!(
        versions(r#"{"versions": {"deny": ["1.2"]}}"#),
        named(Choice::Deny(vec![Version::TLS_1_2]))
    );
    assert_eq!(
        versions(r#"{"versions": {"add": ["1.1"], "remove": ["1.2"]}}"#),
        named(Choice::Change(Change {
            add: vec![Version::TLS_1_1],
            remove: vec![Version::TLS_1_2],
        }))
    );
}

#[test]
fn suites_and_groups_have_three_styles() {
    let suites = |text| parsed(text).cipher_suites;
    let aes = CipherSuite::new(0x1301);
    assert_eq!(
        suites(r#"{"cipher_suites": ["TLS_AES_128_GCM_SHA256"]}"#),
        Some(Choice::Allow(vec![aes]))
    );
    assert_eq!(
        suites(r#"{"cipher_suites": {"deny": ["0x1301"]}}"#),
        Some(Choice::Deny(vec![aes]))
    );
    assert_eq!(
        suites(r#"{"cipher_suites": {"allow": ["ECDHE-RSA-AES128-GCM-SHA256"]}}"#),
        Some(Choice::Allow(vec![CipherSuite::new(0xc02f)]))
    );
    assert_eq!(
        suites(r#"{"cipher_suites": {"remove": ["0x1301"]}}"#),
        Some(Choice::Change(Change {
            add: vec![],
            remove: vec![aes],
        }))
    );
    let groups = |text| parsed(text).groups;
    assert_eq!(
        groups(r#"{"groups": ["X25519MLKEM768", "prime256v1"]}"#),
        Some(Choice::Allow(vec![Group::X25519MLKEM768, Group::SECP256R1]))
    );
    assert_eq!(
        groups(r#"{"groups": {"deny": []}}"#),
        Some(Choice::Deny(vec![]))
    );
}

/// Lists are either given, or what holds anyway is changed.
#[test]
fn styles_exclude_each_other() {
    for (text, path) in [
        (
            r#"{"groups": {"allow": ["x25519"], "deny": ["x448"]}}"#,
            "$.groups",
        ),
        (
            r#"{"groups": {"allow": ["x25519"], "add": ["x448"]}}"#,
            "$.groups",
        ),
        (
            r#"{"groups": {"deny": ["x25519"], "remove": ["x448"]}}"#,
            "$.groups",
        ),
        (
            r#"{"groups": {"add": ["x448"], "remove": ["x448"]}}"#,
            "$.groups",
        ),
        (
            r#"{"versions": {"min": "1.2", "add": ["1.1"]}}"#,
            "$.versions",
        ),
    ] {
        assert_eq!(paths(text), [path], "{text}");
    }
}

#[test]
fn everything_that_is_wrong_is_reported_at_once() {
    let text = r#"{
        "versions": {"allow": ["1.2", "TLS1.9", 1.3], "min": "1.2", "max": "x"},
        "cipher_suites": {"deny": ["TLS_AES_128_GCM_SHA256", "0x1301"], "allow": []},
        "groups": 7, "resumption": "yes", "cipher": []
    }"#;
    assert_eq!(
        paths(text),
        [
            "$.cipher",
            "$.versions.allow[1]",
            "$.versions.allow[2]",
            "$.versions.max",
            "$.versions",
            "$.cipher_suites.allow",
            "$.cipher_suites.deny[1]",
            "$.cipher_suites",
            "$.groups",
            "$.resumption",
        ]
    );
}

#[test]
fn a_key_twice_is_refused() {
    let twice = |path: &str| {
        vec![(
            path.to_owned(),
            "this key is given more than once".to_owned(),
        )]
    };
    assert_eq!(
        errors(r#"{"groups": ["x25519"], "groups": ["x448"]}"#),
        twice("$.groups")
    );
    assert_eq!(
        errors(r#"{"versions": {"min": "1.2", "min": "1.3"}}"#),
        twice("$.versions.min")
    );
}

#[test]
fn unknown_names_are_answered_with_what_is_known() {
    let [(path, message)] = &errors(r#"{"cipher_suites": ["TLS_AES_128_GCM_SHA266"]}"#)[..] else {
        panic!("one error")
    };
    assert_eq!(path, "$.cipher_suites[0]");
    assert!(
        message.contains("did you mean TLS_AES_128_GCM_SHA256?"),
        "{message}"
    );
    assert!(message.contains("0x1301"), "{message}");
}

#[test]
fn many_mistakes_are_counted() {
    let keys: Vec<_> = (0..65).map(|key| format!(r#""k{key}": 1"#)).collect();
    let found = errors(&format!("{{{}}}", keys.join(",")));
    assert_eq!(found.len(), 64);
    assert_eq!(found[63], ("$".into(), "and 2 more mistakes".into()));
}

#[test]
fn long_texts_are_shortened() {
    let long = "x".repeat(5_000);
    for text in [
        format!(r#"{{"{long}": 1}}"#),
        format!(r#"{{"versions": {{"{long}": 1}}}}"#),
        format!(r#"{{"groups": ["{long}"]}}"#),
        format!(r#"{{"versions": {{"max": "{long}"}}}}"#),
    ] {
        for (path, message) in errors(&text) {
            assert!(path.len() < 200 && message.len() < 500, "{path}: {message}");
        }
    }
}

#[test]
fn lists_and_objects_are_both_named() {
    for key in ["versions", "cipher_suites", "groups"] {
        let message = "this must be a list or an object, not a string".to_owned();
        assert_eq!(
            errors(&format!(r#"{{"{key}": "1.3"}}"#)),
            [(format!("$.{key}"), message)]
        );
    }
}

#[test]
fn versions_without_a_cipher_suite_say_what_helps() {
    let message =
        "no allowed cipher suite works with an allowed version; name cipher_suites that do";
    assert_eq!(
        errors(r#"{"versions": ["1.1"]}"#),
        [("$.versions".to_owned(), message.to_owned())]
    );
}

#[test]
fn signals_are_no_cipher_suites() {
    assert_eq!(
        paths(r#"{"cipher_suites": {"deny": ["0x00ff"]}}"#),
        ["$.cipher_suites.deny[0]"]
    );
}

#[test]
fn what_is_not_settings_is_refused() {
    for text in [
        "",
        "{",
        "[]",
        "null",
        r#"{"versions": {}}"#,
        r#"{"groups": {}}"#,
        r#"{"groups": null}"#,
    ] {
        assert_eq!(errors(text).len(), 1, "{text}");
    }
}
