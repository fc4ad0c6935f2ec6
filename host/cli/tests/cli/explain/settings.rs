//! What settings come to.

use super::{explain, fed, in_order, names, people, told};
use crate::program::argument;

/// Mozilla's guidelines 6.0, intermediate (2026-04-06), in their order.
const SUITES: [&str; 9] = [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
];

const GROUPS: [&str; 4] = ["X25519MLKEM768", "x25519", "secp256r1", "secp384r1"];

const MOZILLA: &str = r#"{"profile": "mozilla-intermediate"}"#;

#[test]
fn a_standard_is_resolved_in_full() {
    let text = people(&["--settings", MOZILLA], 0);
    in_order(
        &text,
        &[
            "SETTINGS on the command line\n",
            "ALL CONNECTIONS\n     profile       mozilla-6.0-intermediate (what ",
            "$.profile\n",
            "     versions      TLSv1.2    ",
            "profile mozilla-6.0-intermediate\n                   TLSv1.3\n",
            "     signatures    everything ",
            "default\n",
            "     of servers    key algorithms: ecdsa, rsa ",
            "min rsa: 2048 bits\n",
            "the size of secp256r1, secp384r1\n",
            "sha256WithRSAEncryption,",
            "scope: own\n",
            "max lifetime: 366 days\n",
            "max lifetime: 90 days, as it recommends\n",
        ],
    );
    in_order(&text, &SUITES);
    in_order(&text, &GROUPS);
    assert!(
        !text.contains("WARNINGS") && !text.contains("RULES"),
        "{text}"
    );
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
}

#[test]
fn programs_are_told_the_same() {
    let report = told(&["--settings", MOZILLA], 0);
    let values = &report["top"]["values"];
    assert_eq!(names(&values["cipher_suites"]["offered"]), SUITES);
    assert_eq!(names(&values["groups"]["offered"]), GROUPS);
    let from = serde_json::json!({"kind": "profile", "name": "mozilla-6.0-intermediate"});
    assert_eq!(values["groups"]["offered"][0]["from"], from);
    let text = people(&["--settings", MOZILLA], 0);
    for line in report["top"]["lines"].as_array().expect("a list") {
        let value = line["value"].as_str().expect("words");
        let first = value.split([' ', ',']).next().expect("a word");
        assert!(text.contains(first), "{line} is not in\n{text}");
    }
    assert_eq!(report["rules"], serde_json::json!([]));
    assert_eq!(report["policy"]["name"], "default");
}

/// NIST SP 800-52: DHE and CCM, and curves that rustls does not have.
#[test]
fn what_is_allowed_and_cannot_be_spoken_is_told_as_such() {
    let report = told(&["--settings", r#"{"profile": "nist"}"#], 0);
    let of = |kind: &str, name: &str| {
        let idle = report["top"]["values"][kind]["idle"].as_array().cloned();
        let found = idle
            .expect("a list")
            .into_iter()
            .find(|one| one["name"] == name);
        found.unwrap_or_else(|| panic!("{name} is not there"))["why"].clone()
    };
    assert_eq!(
        of("cipher_suites", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"),
        "not-spoken"
    );
    assert_eq!(of("groups", "secp521r1"), "not-spoken");
    let text = people(&["--settings", r#"{"profile": "nist"}"#], 0);
    in_order(
        &text,
        &["  not spoken  ", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"],
    );
}

const CHANGED: &str = r#"
profile = "mozilla-6.0-intermediate"
groups.add = ["x448"]
groups.remove = ["secp384r1"]
post_quantum = "require"
client_certificate.required = false

[[rules]]
when = { port = 8443 }
versions = ["1.2"]
post_quantum = "allow"

[[rules]]
when = { server_name = "a.example", port = 8443 }
resumption = false

[[rules]]
when = { server_name = "*.example", role = "server" }
client_certificate.dns_names = ["b.example"]
"#;

#[test]
fn every_value_says_where_it_comes_from() {
    let settings = argument("changed.toml", CHANGED);
    let report = told(&["--settings", &settings], 0);
    let groups = &report["top"]["values"]["groups"];
    assert_eq!(names(&groups["offered"]), ["X25519MLKEM768"]);
    assert_eq!(groups["removed"][0]["from"]["path"], "$.groups.remove");
    let idle: Vec<_> = groups["idle"].as_array().expect("a list").iter().collect();
    let why = |name: &str| {
        let found = idle.iter().find(|one| one["name"] == name);
        let found = found.expect("it is there");
        (found["why"].as_str(), found["from"].to_string())
    };
    let (x25519, profile) = why("x25519");
    assert_eq!(x25519, Some("not-post-quantum"));
    assert!(profile.contains("mozilla-6.0-intermediate"));
    let (x448, added) = why("x448");
    assert_eq!(x448, Some("not-spoken"));
    assert!(added.contains("$.groups.add"), "{added}");
    assert_eq!(report["top"]["client_auth"], "request");
}

#[test]
fn rules_stand_in_their_order_with_what_they_change() {
    let settings = argument("changed.toml", CHANGED);
    let report = told(&["--settings", &settings], 0);
    let rules = report["rules"].as_array().expect("a list");
    let told: Vec<_> = rules
        .iter()
        .map(|rule| {
            (
                rule["path"].as_str().expect("a path"),
                rule["changed"].to_string(),
            )
        })
        .collect();
    let changed = [
        ("$.rules[1]", r#"["resumption"]"#),
        ("$.rules[2]", r#"["client_certificate.dns_names"]"#),
        ("$.rules[0]", r#"["versions","post_quantum"]"#),
    ];
    assert_eq!(told, changed.map(|(path, keys)| (path, keys.to_owned())));
    assert_eq!(
        rules[2]["values"]["versions"]["offered"][0]["name"],
        "TLSv1.2"
    );
    let text = people(&["--settings", &settings], 0);
    in_order(
        &text,
        &[
            "RULES  the first that holds counts",
            "  1. server name a.example, port 8443  $.rules[1]\n",
            "     order         an exact name comes before a suffix\n",
            "     resumption    not allowed ",
            "$.rules[1].resumption\n",
            "  2. server name *.example, role server  $.rules[2]\n",
            "     of clients    dns names: b.example ",
            "  3. port 8443  $.rules[0]\n",
            "     versions      TLSv1.2 ",
            "$.rules[0].versions\n",
        ],
    );
    // Its post-quantum group is of TLS 1.3 alone (draft-ietf-tls-ecdhe-mlkem).
    in_order(
        &text,
        &[
            "  3. ",
            "     groups        x25519 ",
            "unusable    X25519MLKEM768 ",
        ],
    );
    let clients = people(&["--settings", &settings, "--role=client"], 0);
    assert!(
        !clients.contains("of clients") && !clients.contains("role server"),
        "{clients}"
    );
}

const SUNSET: &str = r#"{"sunset": [{"versions": ["1.2"], "until": "2031-12-31"}]}"#;

#[test]
fn a_day_that_is_over_is_a_warning_and_nothing_more() {
    let before = told(&["--settings", SUNSET, "--today", "2031-12-31"], 0);
    assert_eq!(before["warnings"], serde_json::json!([]));
    let versions = |report: &serde_json::Value| {
        let offered = &report["top"]["values"]["versions"]["offered"];
        names(offered).join(" ")
    };
    assert_eq!(versions(&before), "TLSv1.3 TLSv1.2");
    let after = told(&["--settings", SUNSET, "--today", "2032-01-01"], 0);
    assert_eq!(versions(&after), "TLSv1.3");
    assert_eq!(after["warnings"][0]["path"], "$.sunset[0]");
    let text = people(&["--settings", SUNSET, "--today", "2032-01-01"], 0);
    in_order(
        &text,
        &[
            "today         2032-01-01 (UTC)\n",
            "WARNINGS\n     $.sunset[0]\n          in force since 2032-01-01: ",
            "versions      TLSv1.3 ",
            "  over        TLSv1.2: its last day was 2031-12-31 ",
        ],
    );
}

#[test]
fn the_facts_are_those_that_the_settings_ask_for() {
    let facts = |settings: &str| told(&["--settings", settings], 0)["facts"].clone();
    assert_eq!(facts("{}"), serde_json::json!([]));
    assert_eq!(facts(SUNSET), serde_json::json!(["today"]));
    let rule =
        r#"{"rules": [{"when": {"server_name": "a.example", "port": 1}, "resumption": false}]}"#;
    assert_eq!(facts(rule), serde_json::json!(["port", "server-name"]));
}

#[test]
fn settings_come_from_standard_input_too() {
    let (code, text) = fed(&["--settings", "-"], MOZILLA);
    assert_eq!(code, Some(0), "{text}");
    in_order(&text, &["mozilla-6.0-intermediate (what "]);
    let none = explain(&[]);
    assert_eq!((none.code, none.stderr.as_str()), (0, ""));
    in_order(
        &none.stdout,
        &["SETTINGS none\n", "TLSv1.2 and every newer version "],
    );
}
