//! Sessions in files.

use serde_json::{Value, json};

use super::{fed, in_order, outcomes, people, told};
use crate::program::argument;

fn session(text: &str) -> String {
    argument("session.json", text)
}

const RULES: &str = r#"{"versions": {"min": "1.2"}, "rules": [
    {"when": {"server_name": "a.example", "port": 8443}, "versions": ["1.3"]},
    {"when": {"server_name": "*.example"}, "resumption": false}
]}"#;

fn with(port: u16) -> String {
    session(&format!(
        r#"{{"version": "TLSv1.2", "cipher_suite": "ECDHE-RSA-AES128-GCM-SHA256", "group": "P-256", "server_name": "A.example.", "port": {port}}}"#
    ))
}

#[test]
fn the_rule_that_holds_is_told_and_why_the_others_do_not() {
    let vetoed = people(&["--settings", RULES, "--session", &with(8443)], 1);
    in_order(
        &vetoed,
        &[
            "VETO a.example:8443 TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 secp256r1\n",
            "     version.not-allowed  TLSv1.2 is not allowed",
            "DECIDED BY  version.not-allowed, in judge-parameters\n",
            "     $.rules[0]    holds        server name a.example, port 8443\n",
            "     $.rules[1]    not reached  ",
            "PARAMETERS  under $.rules[0]\n     versions      refused  TLSv1.2 ",
            "$.rules[0].versions\n",
            "groups        ok       secp256r1 ",
        ],
    );
    let approved = people(&["--settings", RULES, "--session", &with(443)], 0);
    in_order(
        &approved,
        &[
            "OK a.example:443 ",
            "APPROVED",
            "$.rules[0]    no           the port is 443, not 8443\n",
            "$.rules[1]    holds ",
            "$             not reached  ",
            "resumption    ok       a full handshake ",
            "$.rules[1].resumption\n",
            "PEER\n     nothing is asked of it\n",
        ],
    );
}

#[test]
fn people_and_programs_are_told_the_same_verdict() {
    let report = told(&["--settings", RULES, "--session", &with(8443)], 1);
    assert_eq!(report["verdict"]["decision"], "vetoed");
    assert_eq!(report["verdict"]["decided_by"], "version.not-allowed");
    assert_eq!(report["verdict"]["rule"], "$.rules[0]");
    assert_eq!(outcomes(&report, "versions"), ["refused"]);
    assert_eq!(outcomes(&report, "groups"), ["allowed"]);
    let text = people(&["--settings", RULES, "--session", &with(8443)], 1);
    for finding in report["verdict"]["findings"].as_array().expect("a list") {
        let message = finding["message"].as_str().expect("words");
        assert!(text.contains(message), "{message} is not in\n{text}");
    }
    let tried = report["rules"].as_array().expect("a list").iter();
    let tried: Vec<_> = tried.map(|one| one["tried"].as_str()).collect();
    assert_eq!(
        tried,
        [Some("holds"), Some("not-reached"), Some("not-reached")]
    );
}

#[test]
fn a_session_is_judged_on_its_day_unless_another_is_named() {
    let settings = r#"{"sunset": [{"versions": ["1.2"], "until": "2031-12-31"}]}"#;
    let file = session(
        r#"{"tls.protocol.version": "1.2", "tls.cipher": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "tls.curve": "x25519",
            "timestamp": "2031-12-31T23:59:59.9Z", "tls.resumed": false, "something.new": [1]}"#,
    );
    let words = ["--settings", settings, "--session", &file];
    assert_eq!(outcomes(&told(&words, 0), "sunset"), ["warned"]);
    let later = [&words[..], &["--today", "2032-01-01"]].concat();
    let report = told(&later, 1);
    assert_eq!(outcomes(&report, "sunset"), ["refused"]);
    assert_eq!(report["verdict"]["decided_by"], "sunset.passed");
    let early = [&words[..], &["--today", "2030-01-01"]].concat();
    assert_eq!(told(&early, 0)["today"], "2030-01-01");
}

#[test]
fn without_certificates_rules_on_them_are_not_judged() {
    let settings = r#"{"peer_certificate": {"min_rsa_bits": 3072}}"#;
    let text = people(&["--settings", settings, "--session", &with(443)], 0);
    in_order(
        &text,
        &["PEER\n     not judged: the session file has no certificates\n"],
    );
    let report = told(&["--settings", settings, "--session", &with(443)], 0);
    assert_eq!(report["not_judged"], "the session file has no certificates");
    assert_eq!(outcomes(&report, "peer_certificate.min_rsa_bits"), [""; 0]);
}

fn certified(certificate: &Value) -> String {
    let session = json!({
        "version": "1.3", "cipher_suite": "0x1301", "group": "x25519", "today": "2026-06-01",
        "verification": "valid", "certificates": [certificate],
    });
    session_of(&session)
}

fn session_of(value: &Value) -> String {
    session(&value.to_string())
}

#[test]
fn certificates_are_judged_rule_by_rule() {
    let settings = r#"{"peer_certificate": {"min_rsa_bits": 3072, "max_lifetime_days": 90, "names": ["a.example"]}}"#;
    let mut certificate = json!({
        "subject": "CN=a", "issuer": "CN=b", "key_algorithm": "rsa", "key_bits": 2048,
        "dns_names": ["a.example"], "ip_addresses": [],
        "not_before": "2026-01-01", "not_after": "2026-04-01T00:00:00Z",
    });
    let report = told(
        &[
            "--settings",
            settings,
            "--session",
            &certified(&certificate),
        ],
        1,
    );
    assert_eq!(report["verdict"]["function"], "judge-peer");
    assert_eq!(report["verdict"]["decided_by"], "certificate.key-size");
    let of =
        |report: &Value, key: &str| outcomes(report, &format!("peer_certificate.{key}")).join(" ");
    assert_eq!(of(&report, "min_rsa_bits"), "refused");
    // January, February and March of 2026 have 90 days.
    assert_eq!(of(&report, "max_lifetime_days"), "allowed");
    assert_eq!(of(&report, "names"), "allowed");
    certificate["key_bits"] = json!(3072);
    certificate["not_after"] = json!("2026-04-01T00:00:01Z");
    let report = told(
        &[
            "--settings",
            settings,
            "--session",
            &certified(&certificate),
        ],
        1,
    );
    assert_eq!(report["verdict"]["decided_by"], "certificate.lifetime");
    // What is not said of it cannot be judged.
    certificate
        .as_object_mut()
        .expect("an object")
        .remove("key_bits");
    let report = told(
        &[
            "--settings",
            settings,
            "--session",
            &certified(&certificate),
        ],
        0,
    );
    assert_eq!(
        report["not_judged"],
        "the session file does not say certificate.key-bits"
    );
    let lifetime = r#"{"peer_certificate": {"max_lifetime_days": 90}}"#;
    told(
        &[
            "--settings",
            lifetime,
            "--session",
            &certified(&certificate),
        ],
        1,
    );
}

#[test]
fn clients_are_judged_where_this_end_is_the_server() {
    let settings = r#"{"client_certificate": {"spiffe": ["spiffe://example.org/ns/prod/*"]}}"#;
    let of = |uri: &str| {
        let certificate = json!({"subject": "", "issuer": "CN=b", "uris": [uri]});
        certified(&certificate)
    };
    let words = |file: &str, code| {
        let words = [
            "--settings",
            settings,
            "--role",
            "server",
            "--session",
            file,
        ];
        told(&words, code)
    };
    let report = words(&of("spiffe://example.org/ns/prod/a"), 0);
    assert_eq!(outcomes(&report, "client_certificate"), ["allowed"]);
    let report = words(&of("spiffe://example.org/ns/test/a"), 1);
    assert_eq!(
        report["verdict"]["decided_by"],
        "client-certificate.identity"
    );
}

#[test]
fn a_session_comes_from_standard_input_too() {
    let text = r#"{"version": "SSLv3", "cipher_suite": "TLS_RSA_WITH_RC4_128_SHA"}"#;
    let (code, text) = fed(&["--session", "-"], text);
    assert_eq!(code, Some(1), "{text}");
    in_order(&text, &["VETO a server SSLv3 TLS_RSA_WITH_RC4_128_SHA\n"]);
}
