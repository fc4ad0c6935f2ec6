use countersign_names::Version;

use super::*;

fn parsed(text: &str) -> Settings {
    Settings::parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
}

fn errors(text: &str) -> Vec<(String, String)> {
    let errors = Settings::parse(text).expect_err(text);
    errors
        .into_iter()
        .map(|error| (error.path, error.message))
        .collect()
}

fn paths(text: &str) -> Vec<String> {
    errors(text).into_iter().map(|(path, _)| path).collect()
}

fn range(min: Version, max: Option<Version>) -> Versions {
    Versions::Range { min, max }
}

#[test]
fn nothing_is_the_default() {
    assert_eq!(parsed("{}"), Settings::default());
    assert_eq!(
        parsed(r#"{"versions": {"min": "1.2"}, "resumption": true}"#),
        Settings::default()
    );
}

#[test]
fn versions_have_three_styles() {
    let versions = |text| parsed(text).versions;
    let both = Versions::Allow(vec![Version::TLS_1_3, Version::TLS_1_2]);
    assert_eq!(
        versions(r#"{"versions": {"allow": ["1.3", "TLSv1.2"]}}"#),
        both
    );
    assert_eq!(versions(r#"{"versions": ["tls1.3", "0x0303"]}"#), both);
    assert_eq!(
        versions(r#"{"versions": {"min": "1.3"}}"#),
        range(Version::TLS_1_3, None)
    );
    assert_eq!(
        versions(r#"{"versions": {"max": "1.2"}}"#),
        range(Version::TLS_1_2, Some(Version::TLS_1_2))
    );
    let older = range(Version::TLS_1_0, Some(Version::TLS_1_2));
    assert_eq!(
        versions(r#"{"versions": {"min": "1.0", "max": "1.2"}}"#),
        older
    );
    assert_eq!(
        versions(r#"{"versions": {"deny": ["1.2"]}}"#),
        Versions::Deny(vec![Version::TLS_1_2])
    );
}

#[test]
fn suites_and_groups_have_two_styles() {
    let aes = CipherSuite::new(0x1301);
    assert_eq!(
        parsed(r#"{"cipher_suites": ["TLS_AES_128_GCM_SHA256"]}"#).cipher_suites,
        Choice::Allow(vec![aes])
    );
    assert_eq!(
        parsed(r#"{"cipher_suites": {"deny": ["0x1301"]}}"#).cipher_suites,
        Choice::Deny(vec![aes])
    );
    let openssl =
        parsed(r#"{"cipher_suites": {"allow": ["ECDHE-RSA-AES128-GCM-SHA256"]}}"#).cipher_suites;
    assert_eq!(openssl, Choice::Allow(vec![CipherSuite::new(0xc02f)]));
    let groups = parsed(r#"{"groups": ["X25519MLKEM768", "prime256v1"]}"#).groups;
    assert_eq!(
        groups,
        Choice::Allow(vec![Group::X25519MLKEM768, Group::SECP256R1])
    );
    assert_eq!(
        parsed(r#"{"groups": {"deny": []}}"#).groups,
        Choice::Deny(vec![])
    );
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

#[test]
fn contradictions_are_refused() {
    let only_13 = r#""cipher_suites": ["TLS_AES_128_GCM_SHA256"]"#;
    for (text, path) in [
        (
            r#"{"versions": {"allow": []}}"#.to_owned(),
            "$.versions.allow",
        ),
        (
            r#"{"versions": {"min": "1.3", "max": "1.2"}}"#.to_owned(),
            "$.versions.max",
        ),
        (
            r#"{"versions": {"max": "1.1"}}"#.to_owned(),
            "$.versions.max",
        ),
        (r#"{"versions": ["1.1"]}"#.to_owned(), "$.versions"),
        (
            r#"{"versions": {"deny": ["ssl2", "ssl3", "1.0", "1.1", "1.2", "1.3"]}}"#.to_owned(),
            "$.versions",
        ),
        (
            format!(r#"{{"versions": ["1.2"], {only_13}}}"#),
            "$.cipher_suites",
        ),
        (
            r#"{"versions": ["1.3"], "cipher_suites": ["0xc02f"]}"#.to_owned(),
            "$.cipher_suites",
        ),
        (
            r#"{"versions": ["1.2"], "groups": ["X25519MLKEM768"]}"#.to_owned(),
            "$.groups",
        ),
        (
            r#"{"cipher_suites": ["0xc02f"], "groups": ["X25519MLKEM768"]}"#.to_owned(),
            "$.groups",
        ),
    ] {
        assert_eq!(paths(&text), [path], "{text}");
    }
}

#[test]
fn what_is_not_known_yet_is_no_contradiction() {
    parsed(r#"{"versions": ["1.2"], "cipher_suites": ["0xfafb"]}"#);
    parsed(r#"{"versions": {"deny": ["1.2"]}, "groups": ["0xfe30"]}"#);
}
