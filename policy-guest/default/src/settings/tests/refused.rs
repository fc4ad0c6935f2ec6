//! What is read, and cannot be.

use super::*;

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
fn what_is_demanded_and_cannot_be_is_refused_where_it_is_said() {
    // The groups of CNSA 1.0 and BSI TR-02102-2 (2023) are older than ML-KEM; hybrids need TLS 1.3.
    for (text, path) in [
        (
            r#"{"versions": ["1.2"], "post_quantum": "require"}"#,
            "$.post_quantum",
        ),
        (
            r#"{"groups": ["x25519"], "post_quantum": "require"}"#,
            "$.post_quantum",
        ),
        (
            r#"{"groups": {"deny": ["0x11eb", "0x11ec", "0x11ed", "0x0200", "0x0201", "0x0202", "0x11ee", "0x6399", "0x639a"]}, "versions": ["1.2"], "post_quantum": "require"}"#,
            "$.post_quantum",
        ),
        (
            r#"{"profile": "cnsa-1.0", "post_quantum": "require"}"#,
            "$.post_quantum",
        ),
        (
            r#"{"profile": "bsi", "post_quantum": "require"}"#,
            "$.post_quantum",
        ),
        (
            r#"{"post_quantum": "require", "rules": [{"when": {"port": 1}, "versions": ["1.2"]}]}"#,
            "$.rules[0].versions",
        ),
        (
            r#"{"post_quantum": "require", "rules": [{"when": {"port": 1}, "groups": ["x25519"]}]}"#,
            "$.rules[0].groups",
        ),
        (
            r#"{"post_quantum": "require", "rules": [{"when": {"port": 1}, "profile": "cnsa-1.0"}]}"#,
            "$.rules[0].profile",
        ),
        (
            r#"{"profile": "mozilla-modern", "versions": ["1.2"]}"#,
            "$.versions",
        ),
        (
            r#"{"profile": "mozilla-modern", "versions": {"remove": ["1.3"]}}"#,
            "$.versions",
        ),
        (
            r#"{"cipher_suites": ["0x1301"], "rules": [{"when": {"port": 1}, "versions": ["1.2"]}]}"#,
            "$.rules[0].versions",
        ),
    ] {
        assert_eq!(paths(text), [path], "{text}");
    }
    let [(_, message)] = &errors(r#"{"versions": ["1.2"], "post_quantum": "require"}"#)[..] else {
        panic!("one error")
    };
    assert!(message.contains("TLSv1.3"), "{message}");
}

/// A rule that inherits a contradiction does not repeat it.
#[test]
fn a_contradiction_is_told_once() {
    let text = r#"{"versions": ["1.1"], "rules": [{"when": {"port": 1}, "resumption": false}]}"#;
    assert_eq!(paths(text), ["$.versions"]);
}

#[test]
fn a_warning_about_every_certificate_is_refused() {
    for (text, path) in [
        (
            r#"{"peer_certificate": {"max_lifetime_days": 30, "expires_within_days": 30}}"#,
            "$.peer_certificate",
        ),
        (
            r#"{"profile": "mozilla-6.0-modern", "peer_certificate": {"expires_within_days": 90}}"#,
            "$.peer_certificate",
        ),
        (
            r#"{"peer_certificate": {"expires_within_days": 30},
                "rules": [{"when": {"port": 1}, "peer_certificate": {"max_lifetime_days": 30}}]}"#,
            "$.rules[0].peer_certificate",
        ),
        (
            r#"{"peer_certificate": {"expires_within_days": 100}, "rules": [{"when": {"port": 1}, "profile": "mozilla-6.0-modern"}]}"#,
            "$.rules[0].profile",
        ),
    ] {
        assert_eq!(paths(text), [path], "{text}");
    }
    for text in [
        r#"{"peer_certificate": {"max_lifetime_days": 30, "expires_within_days": 29}}"#,
        r#"{"peer_certificate": {"expires_within_days": 100}}"#,
        r#"{"profile": "mozilla-6.0-modern", "peer_certificate": {"expires_within_days": 89}}"#,
    ] {
        Rules::of(&parsed(text)).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    }
}

#[test]
fn a_last_day_for_what_is_not_allowed_is_refused() {
    for (text, path) in [
        (
            r#"{"sunset": [{"versions": ["1.2", "1.1"], "until": "2031-12-31"}]}"#,
            "$.sunset[0].versions[1]",
        ),
        (
            r#"{"cipher_suites": {"remove": ["0x1301"]}, "sunset": [{"cipher_suites": ["0x1301"], "until": "2031-12-31"}]}"#,
            "$.sunset[0].cipher_suites[0]",
        ),
        (
            r#"{"groups": ["x25519"], "sunset": [{"profile": true, "until": "2031-12-31"}, {"groups": ["x448"], "until": "2031-12-31"}]}"#,
            "$.sunset[1].groups[0]",
        ),
        (
            r#"{"rules": [{"when": {"port": 1}, "versions": ["1.3"], "sunset": [{"versions": ["1.2"], "until": "2031-12-31"}]}]}"#,
            "$.rules[0].sunset[0].versions[0]",
        ),
        (
            r#"{"versions": ["1.3"], "sunset": [{"versions": ["1.2"], "until": "2031-12-31"}],
                "rules": [{"when": {"port": 1}, "versions": ["1.2"], "sunset": []}]}"#,
            "$.sunset[0].versions[0]",
        ),
    ] {
        assert_eq!(paths(text), [path], "{text}");
    }
    for text in [
        // The day at the top is for what a rule allows.
        r#"{"versions": ["1.3"], "sunset": [{"versions": ["1.2"], "until": "2031-12-31"}],
            "rules": [{"when": {"port": 1}, "versions": ["1.2", "1.3"]}]}"#,
        // What is not listed passes for now.
        r#"{"profile": "mozilla-modern", "not_listed": "warn", "sunset": [{"versions": ["1.2"], "until": "2031-12-31"}]}"#,
    ] {
        Rules::of(&parsed(text)).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    }
}

#[test]
fn names_twice_and_days_that_are_none_are_refused() {
    for (text, path) in [
        (r#"{"alpn": ["h2", "http/1.1", "h2"]}"#, "$.alpn[2]"),
        (r#"{"alpn": {"allow": ["h2", "h2"]}}"#, "$.alpn.allow[1]"),
        (r#"{"alpn": []}"#, "$.alpn"),
        (r#"{"alpn": {"allow": []}}"#, "$.alpn.allow"),
        (r#"{"alpn": {"required": true}}"#, "$.alpn"),
        (r#"{"alpn": [""]}"#, "$.alpn[0]"),
        (
            r#"{"resumption": true, "resumption": true}"#,
            "$.resumption",
        ),
        (
            r#"{"sunset": [{"versions": ["1.2", "TLSv1.2"], "until": "2031-12-31"}]}"#,
            "$.sunset[0].versions[1]",
        ),
        (
            r#"{"sunset": [{"groups": [], "until": "2031-12-31"}]}"#,
            "$.sunset[0]",
        ),
        (
            r#"{"sunset": [{"versions": ["1.2"], "until": "2026-02-30"}]}"#,
            "$.sunset[0].until",
        ),
        (
            r#"{"sunset": [{"profile": true, "until": "2027-02-29"}]}"#,
            "$.sunset[0].until",
        ),
        (
            r#"{"rules": [{"when": {"port": 0}}]}"#,
            "$.rules[0].when.port",
        ),
        (
            r#"{"rules": [{"when": {"server_name": "*"}}]}"#,
            "$.rules[0].when.server_name",
        ),
        (
            r#"{"rules": [{"when": {"server_name": "[::1]"}}]}"#,
            "$.rules[0].when.server_name",
        ),
        (
            r#"{"peer_certificate": {"names": ["::1", "0:0:0:0:0:0:0:1"]}}"#,
            "$.peer_certificate.names[1]",
        ),
        (
            r#"{"peer_certificate": {"names": ["A.example", "a.example."]}}"#,
            "$.peer_certificate.names[1]",
        ),
        (
            r#"{"client_certificate": {"dns_names": ["bücher.example"]}}"#,
            "$.client_certificate.dns_names[0]",
        ),
    ] {
        assert_eq!(paths(text), [path], "{text}");
    }
    // Protocols are told apart by their bytes (RFC 7301, section 3.1).
    parsed(r#"{"alpn": ["h2", "H2"]}"#);
    parsed(r#"{"sunset": [{"profile": true, "until": "2028-02-29"}]}"#);
}

#[test]
fn what_is_not_known_yet_is_no_contradiction() {
    parsed(r#"{"versions": ["1.2"], "cipher_suites": ["0xfafb"]}"#);
    parsed(r#"{"versions": {"deny": ["1.2"]}, "groups": ["0xfe30"]}"#);
}
