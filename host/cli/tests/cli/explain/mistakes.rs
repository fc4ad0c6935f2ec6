//! What cannot be explained: exit code 2, and where it is wrong.

use super::{explain, fed};
use crate::program::argument;

fn refused(words: &[&str], parts: &[&str]) -> String {
    let run = explain(words);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words:?}");
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    for part in parts {
        assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
    }
    run.stderr
}

#[test]
fn settings_are_refused_as_by_other_commands() {
    let file = argument(
        "bad.toml",
        "profile = \"mozila-modern\"\n\nversions = [\"1.4\"]\n",
    );
    refused(
        &["--settings", &file],
        &[
            &format!("{file}:1:1: $.profile: "),
            "did you mean mozilla-modern?",
            &format!("{file}:3:13: $.versions[0]: "),
        ],
    );
    refused(
        &["--settings", r#"{"profile": "cnsa"}"#],
        &["name cnsa-1.0,"],
    );
    refused(&["--settings", "/no/such.json"], &["cannot be read"]);
    refused(&["--settings", "{"], &["not JSON that can be read"]);
}

#[test]
fn mistakes_of_a_session_have_lines_and_names_like_them() {
    let text = "{\"version\": \"1.2\",\n \"cipher_suite\": \"ECDHE-RSA-AES128-GCM-SHA257\",\n\n  \"groupe\": 1, \"port\": 0}";
    let file = argument("session.json", text);
    refused(
        &["--session", &file],
        &[
            &format!("session {file}: it cannot be explained\n"),
            &format!("{file}:2:2: $.cipher_suite: "),
            "did you mean TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256?",
            &format!("{file}:4:3: $.groupe: this key is unknown; known here are version, "),
            &format!("{file}:4:16: $.port: "),
        ],
    );
    let run = explain(&["--format=json", "--session", &file]);
    assert_eq!(run.code, 2);
    let error = &run.json()[0]["countersign.error"];
    assert_eq!(error["kind"], "session");
    assert_eq!(error["errors"][0]["line"], 4, "{error}");
}

#[test]
fn what_is_no_session_is_refused() {
    let says = |text: &str, part: &str| {
        let file = argument("session.json", text);
        refused(&["--session", &file], &[part]);
    };
    says("", "begins with {");
    says("[]", "begins with {");
    says("{\"version\": \"1.2\"\n \"x\": 1}", ":2:2: ");
    says("{}", "version is missing, or tls.protocol.version");
    says(
        r#"{"countersign.record.version": 1}"#,
        "the connection of this record did not come to a session",
    );
    says(
        r#"{"version": "1.2", "tls.protocol.version": "1.2", "cipher_suite": "0xc02f"}"#,
        "tls.protocol.version says the same: say one of them",
    );
    says(
        r#"{"version": "1.2", "cipher_suite": "0xc02f", "today": "2026-02-30"}"#,
        "this is no day",
    );
    says(
        r#"{"version": "1.2", "cipher_suite": "0xc02f", "certificates": [{"key_bits": -1, "not_after": "soon"}]}"#,
        "$.certificates[0].not_after: write a time in UTC",
    );
    refused(
        &["--session", "/no/such.json"],
        &["session file /no/such.json: cannot be read"],
    );
    refused(&["--session", "/dev/zero"], &["larger than"]);
    let (code, text) = fed(&["--session", "-"], "\u{feff}{}");
    assert_eq!(code, Some(2), "{text}");
}

#[test]
fn only_the_built_in_policy_can_be_explained() {
    refused(
        &["--policy", "policy.wasm"],
        &["only the built-in policy can be explained"],
    );
}

#[test]
fn arguments_that_say_nothing_together_are_refused() {
    refused(
        &["--session", "a.json", "--connect", "a.example"],
        &["cannot be used with"],
    );
    refused(&["--ca", "ca.pem"], &["--connect"]);
    refused(&["--today", "2026-02-30"], &["2031-12-31"]);
    refused(&["--role", "both"], &["client", "server"]);
}
