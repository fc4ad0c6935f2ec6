//! Guests that lie about themselves.

use countersign_test_guests::Guest;

use super::Case;
use crate::answer::{Answer, LONG_LIST};

pub(crate) fn cases() -> Vec<Case> {
    let deep = "[".repeat(100_000);
    let schemas = [
        ("a schema that is no JSON", "type: object"),
        ("a schema and more", "{} {}"),
        ("a schema without a bottom", &deep),
    ];
    let mut cases: Vec<Case> = schemas
        .map(|(name, schema)| {
            Case::stopped(
                name,
                with_schema(schema).guest(),
                "describe",
                &["engine.output"],
            )
        })
        .into();
    // Of 100 KB, but JSON: what it is worth is its readers' to say.
    let long = format!("[{}1]", "1,".repeat(50_000));
    cases.push(Case::approved("a long schema", with_schema(&long).guest()));
    cases.push(Case::approved(
        "describe-each-time-anew",
        Guest::named("describe-each-time-anew"),
    ));
    for version in [
        "1",
        "1.0",
        "v1.0.0",
        "1.0.0-",
        "1.0.0.0",
        "latest",
        "99999999999999999999.0.0",
    ] {
        let answer = Answer::description().list(2, LONG_LIST, version.len() as u32);
        let guest = answer.holding(LONG_LIST, version.as_bytes()).guest();
        cases.push(Case::stopped(
            format!("version {version}"),
            guest,
            "describe",
            &["engine.output"],
        ));
    }
    for name in [
        "..",
        "-rf",
        ".hidden",
        "_",
        "a b",
        "A",
        "policy\0",
        "p\u{f6}licy",
        "a:b",
        "a\\b",
    ] {
        let answer = Answer::description().list(0, LONG_LIST, name.len() as u32);
        let guest = answer.holding(LONG_LIST, name.as_bytes()).guest();
        cases.push(Case::stopped(
            format!("name {name:?}"),
            guest,
            "describe",
            &["engine.output"],
        ));
    }
    cases
}

fn with_schema(schema: &str) -> Answer {
    let answer = Answer::description().word(6, 1);
    let answer = answer.list(7, LONG_LIST, schema.len() as u32);
    answer.holding(LONG_LIST, schema.as_bytes())
}
