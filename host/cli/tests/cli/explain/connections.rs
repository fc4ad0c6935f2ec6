//! Connections that are made, judged by the component and explained beside it.

use serde_json::Value;

use super::{explain, in_order, outcomes, people, told};
use crate::{
    identity::Authority,
    peers::{self, MODERN, ONLY_TLS12},
    program::{argument, check},
};

/// A server with a certificate of this authority: P-256, signed with ECDSA and SHA-256, valid for ages.
fn server(versions: &[&'static rustls::SupportedProtocolVersion]) -> (String, u16) {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    (ca, peers::tls(&authority.localhost(), versions))
}

#[test]
fn an_approved_connection_is_told_as_by_check_and_explained() {
    let (ca, port) = server(MODERN);
    let target = format!("localhost:{port}");
    let settings = format!(
        r#"{{"versions": ["1.2"], "rules": [{{"when": {{"server_name": "localhost", "port": {port}}}, "versions": ["1.3"]}}]}}"#
    );
    let text = people(
        &["--connect", &target, "--ca", &ca, "--settings", &settings],
        0,
    );
    in_order(
        &text,
        &[
            &format!("OK {target} TLSv1.3 TLS_AES_256_GCM_SHA384 X25519MLKEM768\n"),
            "     certificate  CN=localhost",
            "     policy       default ",
            "APPROVED",
            &format!("$.rules[0]    holds        server name localhost, port {port}\n"),
            "$             not reached  ",
            "versions      ok       TLSv1.3 ",
            "$.rules[0].versions\n",
        ],
    );
}

#[test]
fn rules_on_certificates_are_explained_with_the_real_chain() {
    let (ca, port) = server(MODERN);
    let target = format!("localhost:{port}");
    let settings = r#"{"peer_certificate": {"key_algorithms": ["ecdsa"], "min_ec_bits": 256, "max_lifetime_days": 90,
        "names": ["localhost"], "verification": "require-valid", "signature_algorithms": ["ecdsa-with-SHA384"]}}"#;
    let words = ["--connect", &target, "--ca", &ca, "--settings", settings];
    let report = told(&words, 1);
    let of =
        |report: &Value, key: &str| outcomes(report, &format!("peer_certificate.{key}")).join(" ");
    for (key, outcome) in [
        ("key_algorithms", "allowed"),
        ("min_ec_bits", "allowed"),
        ("max_lifetime_days", "refused"),
        ("names", "allowed"),
        ("verification", "allowed"),
        ("signature_algorithms", "refused"),
    ] {
        assert_eq!(of(&report, key), outcome, "{key}");
    }
    assert_eq!(report["verdict"]["function"], "judge-peer");
    assert_eq!(report["record"]["countersign.decision"], "vetoed");
    let of_component = &report["record"]["countersign.findings"];
    let codes = |findings: &Value| {
        let findings = findings.as_array().expect("a list").iter();
        findings
            .map(|one| one["code"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(of_component), codes(&report["verdict"]["findings"]));

    // What was told can be explained again.
    let saved = argument("saved.json", report["session"].to_string());
    let again = told(&["--session", &saved, "--settings", settings], 1);
    assert_eq!(again["verdict"], report["verdict"]);
    assert_eq!(again["checks"], report["checks"]);
    assert_eq!(again["session"], report["session"]);
}

#[test]
fn a_record_of_check_can_be_explained() {
    let (ca, port) = server(MODERN);
    let target = format!("localhost:{port}");
    let run = check(&[&target, "--ca", &ca, "--format=json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let saved = argument("record.json", &run.stdout);
    let approved = people(&["--session", &saved], 0);
    in_order(
        &approved,
        &[&format!("OK {target} TLSv1.3 "), "nothing is asked of it"],
    );
    let settings = r#"{"peer_certificate": {"max_lifetime_days": 90}}"#;
    let report = told(&["--session", &saved, "--settings", settings], 1);
    assert_eq!(report["verdict"]["decided_by"], "certificate.lifetime");
    let keys = r#"{"peer_certificate": {"min_rsa_bits": 2048}}"#;
    let report = told(&["--session", &saved, "--settings", keys], 0);
    let why = report["not_judged"].as_str().expect("a sentence");
    assert!(why.contains("certificate.key-algorithm"), "{why}");
}

#[test]
fn what_a_server_would_choose_is_explained_too() {
    let (ca, port) = server(ONLY_TLS12);
    let target = format!("localhost:{port}");
    let words = ["--ca", &ca, "--settings", r#"{"versions": ["1.3"]}"#];
    let text = people(&[&["--connect", &target], &words[..]].concat(), 1);
    in_order(
        &text,
        &[
            &format!("VETO {target} TLSv1.2 "),
            "seen by      a look at plain hello bytes",
            "DECIDED BY  version.not-allowed, in judge-parameters\n",
            "versions      refused  TLSv1.2 ",
            "$.versions\n",
        ],
    );
    let run = check(&[&[target.as_str(), "--format=json"], &words[..]].concat());
    let saved = argument("record.json", &run.stdout);
    let report = told(&["--session", &saved, "--settings", words[3]], 1);
    assert_eq!(report["session"]["observed"], true);
    assert_eq!(report["verdict"]["decided_by"], "version.not-allowed");
}

#[test]
fn where_nothing_is_judged_there_is_nothing_to_explain() {
    let target = format!("127.0.0.1:{}", peers::nobody());
    let text = people(&["--connect", &target], 3);
    in_order(
        &text,
        &[&format!("FAIL {target} cannot connect"), "EXPLANATION  "],
    );
    let report = told(&["--connect", &target], 3);
    assert_eq!(
        (&report["verdict"], &report["session"]),
        (&Value::Null, &Value::Null)
    );
    // A certificate that is not accepted is no verdict of the policy: that is explained, and the code is check's.
    let (_, port) = server(MODERN);
    let other = argument("other.pem", Authority::named("Another Authority").pem);
    let run = explain(&["--connect", &format!("localhost:{port}"), "--ca", &other]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    in_order(
        &run.stdout,
        &["FAIL ", "APPROVED", "versions      ok       TLSv1.3 "],
    );
}
