//! What an operator should know.

use super::*;
use crate::Date;

fn warnings(settings: &str, today: &str) -> Vec<(String, String)> {
    let today = Date::parse(today).expect("a day");
    let warnings = explained(settings).warnings(today).into_iter();
    warnings.map(|one| (one.path, one.message)).collect()
}

const SUNSET: &str = r#"{"sunset": [
    {"groups": ["x25519"], "until": "2090-01-01"},
    {"versions": ["1.2"], "until": "2031-12-31"}
]}"#;

#[test]
fn a_day_is_in_force_from_the_next_on() {
    assert_eq!(warnings(SUNSET, "2031-12-31"), []);
    let after = warnings(SUNSET, "2032-01-01");
    assert_eq!(after.len(), 1);
    let (path, message) = &after[0];
    assert_eq!(path, "$.sunset[1]");
    assert!(
        message.starts_with("in force since 2032-01-01: TLSv1.2 "),
        "{message}"
    );
}

/// BSI TR-02102-2: ffdhe2048 until 2022; RSA with PKCS #1 v1.5 in certificates until 2025; brainpool until 2029 at least.
#[test]
fn what_a_standard_let_end_is_told_year_by_year() {
    let text = r#"{"profile": "bsi-tr-02102-2-2023"}"#;
    let messages = |today| -> Vec<String> {
        let told = warnings(text, today);
        assert!(told.iter().all(|(path, _)| path == "$.profile"), "{told:?}");
        told.into_iter().map(|(_, message)| message).collect()
    };
    assert_eq!(messages("2022-12-31"), [""; 0]);
    let told = messages("2026-01-01");
    assert!(
        told[0].starts_with("in force since 2023-01-01: "),
        "{told:?}"
    );
    assert!(told[0].contains("ffdhe2048"), "{told:?}");
    let last = told.last().expect("one");
    assert!(last.starts_with("in force since 2026-01-01: "), "{told:?}");
    assert!(
        last.contains("sha256WithRSAEncryption in certificates"),
        "{told:?}"
    );
    let told = messages("2030-01-01").pop().expect("one");
    assert!(
        told.contains("promised") && told.contains("until 2029-12-31"),
        "{told}"
    );
    let own = r#"{"profile": "bsi", "peer_certificate": {"signature_algorithms": ["sha256WithRSAEncryption"]}}"#;
    let told = warnings(own, "2026-01-01");
    assert!(
        !told
            .iter()
            .any(|(_, message)| message.contains("certificates")),
        "{told:?}"
    );
}

#[test]
fn a_rule_that_changes_nothing_is_told() {
    let text = r#"{"versions": ["1.3"], "rules": [{"when": {"port": 1}, "versions": ["1.3"]}, {"when": {"port": 2}}, {"when": {"port": 3}, "resumption": false}]}"#;
    let told = warnings(text, "2026-01-01");
    let paths: Vec<_> = told.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["$.rules[0]", "$.rules[1]"]);
}
