use countersign_names::{CipherSuite, Group, Version};
use countersign_policy_sdk::{
    ClientAuth, Endpoint, Offer, Role, Session, Severity, Verdict, built, settings::from_text,
};

use super::{
    Rules, Terms,
    testing::{rules, top},
};
use crate::{Date, constrain::constrain, judge::judge, profiles, settings::Settings};

fn session(version: u16, suite: u16, group: u16) -> Session {
    Session {
        endpoint: endpoint(Role::Client, ""),
        version: Version::new(version),
        cipher_suite: CipherSuite::new(suite),
        group: Some(Group::new(group)),
        alpn: None,
        resumed: false,
        retried: false,
    }
}

fn endpoint(role: Role, listener: &str) -> Endpoint {
    Endpoint {
        role,
        listener: listener.to_owned(),
    }
}

fn codes(terms: &Terms, session: &Session) -> Vec<String> {
    let verdict = judge(terms, session);
    let findings = verdict.findings().iter();
    findings.map(|finding| finding.code.clone()).collect()
}

/// TLS_AES_128_GCM_SHA256 over X25519, and TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, which no profile of Mozilla's but "old" lists.
const NEW: (u16, u16, u16) = (0x0304, 0x1301, 0x001d);
const CBC: (u16, u16, u16) = (0x0303, 0xc013, 0x0017);

fn new() -> Session {
    session(NEW.0, NEW.1, NEW.2)
}

fn cbc() -> Session {
    session(CBC.0, CBC.1, CBC.2)
}

#[test]
fn a_profile_is_a_whole_policy() {
    let modern = top(r#"{"profile": "mozilla-modern"}"#);
    assert_eq!(judge(&modern, &new()), Verdict::approve());
    assert_eq!(
        codes(&modern, &session(0x0303, 0xc02f, 0x001d)),
        ["version.not-allowed", "cipher-suite.not-allowed"]
    );
    let old = top(r#"{"profile": "mozilla-5.8-old"}"#);
    assert_eq!(judge(&old, &cbc()), Verdict::approve());
}

#[test]
fn what_is_not_listed_is_told_from_what_is_forbidden() {
    let settings =
        r#"{"profile": "mozilla-6.0-intermediate", "cipher_suites": {"remove": ["0xc02f"]}}"#;
    let terms = top(settings);
    assert_eq!(codes(&terms, &cbc()), ["cipher-suite.not-allowed"]);
    let removed = session(0x0303, 0xc02f, 0x001d);
    assert_eq!(codes(&terms, &removed), ["cipher-suite.forbidden"]);
    let warning = settings.replacen('{', r#"{"not_listed": "warn","#, 1);
    let terms = top(&warning);
    assert_eq!(codes(&terms, &cbc()), ["cipher-suite.not-listed"]);
    assert!(matches!(judge(&terms, &cbc()), Verdict::Approve(_)));
    assert_eq!(codes(&terms, &removed), ["cipher-suite.forbidden"]);
}

#[test]
fn what_is_weak_is_no_question_of_lists() {
    let terms = top(r#"{"not_listed": "warn"}"#);
    assert_eq!(codes(&terms, &cbc()), ["cipher-suite.not-allowed"]);
    assert_eq!(
        codes(&terms, &session(0x0302, 0xc02f, 0x001d)),
        ["version.not-allowed"]
    );
}

#[test]
fn additions_and_removals_change_what_holds_anyway() {
    let terms = top(
        r#"{"versions": {"add": ["1.1"], "remove": ["1.3"]}, "cipher_suites": {"add": ["0xc013"]}}"#,
    );
    assert_eq!(
        codes(&terms, &session(0x0302, 0xc013, 0x001d)),
        Vec::<String>::new()
    );
    assert_eq!(
        codes(&terms, &session(0x0303, 0xc02f, 0x001d)),
        Vec::<String>::new()
    );
    assert_eq!(codes(&terms, &new()), ["version.forbidden"]);
}

#[test]
fn post_quantum_can_be_required() {
    let terms = top(r#"{"post_quantum": "require"}"#);
    assert_eq!(codes(&terms, &new()), ["group.not-post-quantum"]);
    assert_eq!(
        judge(&terms, &session(0x0304, 0x1301, 0x11ec)),
        Verdict::approve()
    );
    let without = Session {
        group: None,
        ..new()
    };
    assert!(codes(&terms, &without).contains(&"group.not-post-quantum".to_owned()));
}

#[test]
fn application_protocols_are_limited_and_required() {
    let with = |alpn: Option<&[u8]>| Session {
        alpn: alpn.map(<[u8]>::to_vec),
        ..new()
    };
    let listed = top(r#"{"alpn": ["h2"]}"#);
    assert_eq!(judge(&listed, &with(Some(b"h2"))), Verdict::approve());
    assert_eq!(judge(&listed, &with(None)), Verdict::approve());
    assert_eq!(
        codes(&listed, &with(Some(b"http/1.1"))),
        ["alpn.not-allowed"]
    );
    let required = top(r#"{"alpn": {"allow": ["h2"], "required": true}}"#);
    assert_eq!(codes(&required, &with(None)), ["alpn.not-allowed"]);
}

#[test]
fn the_most_specific_rule_counts_whatever_the_order() {
    let text = |order: [usize; 3]| {
        let each = [
            r#"{"when": {"listener": "a", "role": "server"}, "versions": ["1.2"]}"#,
            r#"{"when": {"listener": "a"}, "versions": ["1.3"]}"#,
            r#"{"when": {"role": "server"}, "versions": ["1.2", "1.3"]}"#,
        ];
        format!(r#"{{"rules": [{}]}}"#, order.map(|at| each[at]).join(","))
    };
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let rules = rules(&text(order));
        let number = |role, listener| {
            rules
                .rule_at(&endpoint(role, listener))
                .map(|rule| order[rule.number])
        };
        assert_eq!(number(Role::Server, "a"), Some(0));
        assert_eq!(number(Role::Client, "a"), Some(1));
        assert_eq!(number(Role::Server, "b"), Some(2));
        assert_eq!(number(Role::Client, "b"), None);
    }
}

#[test]
fn a_rule_with_a_profile_begins_anew() {
    let rules = rules(
        r#"{"groups": ["secp521r1"], "resumption": false,
            "rules": [{"when": {"listener": "a"}, "profile": "mozilla-6.0-intermediate"},
                      {"when": {"listener": "b"}, "versions": ["1.3"]}]}"#,
    );
    let at = |listener| rules.at(&endpoint(Role::Server, listener));
    assert!(at("a").groups.allows(Group::X25519) && !at("a").groups.allows(Group::SECP521R1));
    assert!(!at("a").resumption);
    assert!(at("b").groups.allows(Group::SECP521R1) && !at("b").groups.allows(Group::X25519));
}

/// Every profile, as published: what its source lists is approved, and nothing else.
#[test]
fn profiles_approve_what_they_list_and_nothing_else() {
    for profile in profiles::all() {
        let terms = top(&format!(r#"{{"profile": "{}"}}"#, profile.name));
        for suite in CipherSuite::all() {
            let listed = profile
                .cipher_suites
                .iter()
                .any(|listed| listed.value == suite);
            assert_eq!(
                terms.cipher_suites.allows(suite),
                listed,
                "{} {suite}",
                profile.name
            );
        }
        for group in Group::all() {
            let listed = profile.groups.iter().any(|listed| listed.value == group);
            assert_eq!(
                terms.groups.allows(group),
                listed,
                "{} {group}",
                profile.name
            );
        }
        for version in Version::all() {
            let listed = profile.versions.contains(&version);
            assert_eq!(
                terms.versions.allows(version),
                listed,
                "{} {version}",
                profile.name
            );
        }
    }
}

/// What is found on a day, and which facts were read for it.
fn on(day: &str, settings: &str, session: &Session) -> (Vec<String>, Vec<&'static str>) {
    let rules = rules(settings);
    let facts = built::Facts {
        today: Date::parse(day).expect(day).days(),
        ..built::Facts::default()
    };
    facts.during(|| codes(rules.at(&session.endpoint), session))
}

#[test]
fn a_sunset_warns_before_and_vetoes_after() {
    let tls12 = session(0x0303, 0xc02f, 0x001d);
    let settings = r#"{"sunset": [{"versions": ["1.2"], "until": "2031-12-31"}]}"#;
    let found = |day| on(day, settings, &tls12).0;
    assert_eq!(found("2026-01-01"), ["sunset.ahead"]);
    assert_eq!(found("2031-12-31"), ["sunset.ahead"]);
    assert_eq!(found("2032-01-01"), ["sunset.passed"]);
    let with_days = settings.replace(r#""until""#, r#""warn_days": 30, "until""#);
    let found = |day| on(day, &with_days, &tls12).0;
    assert!(found("2031-11-30").is_empty());
    assert_eq!(found("2031-12-01"), ["sunset.ahead"]);
    assert_eq!(found("2032-01-01"), ["sunset.passed"]);
    // What has no sunset does not even ask for the day.
    assert_eq!(on("2032-01-01", settings, &new()), (vec![], vec![]));
}

#[test]
fn of_several_sunsets_the_first_counts() {
    let settings = r#"{"sunset": [
        {"cipher_suites": ["0x1301"], "until": "2031-12-31"}, {"cipher_suites": ["0x1301", "0x1302"], "until": "2027-06-30"},
        {"groups": ["x25519"], "until": "2030-01-01", "warn_days": 0}, {"profile": true, "until": "2040-01-01", "warn_days": 0}]}"#;
    assert_eq!(on("2027-06-30", settings, &new()).0, ["sunset.ahead"]);
    assert_eq!(on("2027-07-01", settings, &new()).0, ["sunset.passed"]);
    assert_eq!(
        on("2030-01-01", settings, &new()).0,
        ["sunset.passed", "sunset.ahead"]
    );
    assert_eq!(on("2030-01-02", settings, &new()).0, ["sunset.passed"; 2]);
    assert_eq!(on("2040-01-02", settings, &new()).0, ["sunset.passed"; 3]);
}

/// BSI TR-02102-2 (2023) lists TLS_AES_128_GCM_SHA256 with "2029+", and ffdhe2048 with 2022.
#[test]
fn the_years_of_a_profile_are_judged_by_the_day() {
    let settings = r#"{"profile": "bsi-tr-02102-2-2023"}"#;
    let curve = session(0x0304, 0x1301, 0x0017);
    assert!(on("2029-12-31", settings, &curve).0.is_empty());
    assert_eq!(on("2030-01-01", settings, &curve).0, ["sunset.review"; 2]);
    let field = session(0x0304, 0x1301, 0x0100);
    assert!(on("2021-12-30", settings, &field).0.is_empty());
    assert_eq!(on("2022-06-01", settings, &field).0, ["sunset.ahead"]);
    assert_eq!(on("2023-01-01", settings, &field).0, ["sunset.passed"]);
    let kept = r#"{"profile": "bsi-tr-02102-2-2023", "groups": {"add": ["ffdhe2048"]}}"#;
    assert!(on("2023-01-01", kept, &field).0.is_empty());
}

#[test]
fn rules_find_names_and_ports_and_read_no_more() {
    let rules = rules(
        r#"{"rules": [{"when": {"server_name": "a.example"}, "versions": ["1.2"]},
                      {"when": {"server_name": "*.example", "port": 8443}, "versions": ["1.2"]},
                      {"when": {"server_name": "*.example"}, "versions": ["1.2"]},
                      {"when": {"listener": "l", "port": 1}, "versions": ["1.2"]}]}"#,
    );
    let found = |name: Option<&str>, port, listener| {
        let facts = built::Facts {
            server_name: name.map(str::to_owned),
            port: Some(port),
            ..built::Facts::default()
        };
        let rule = || {
            rules
                .rule_at(&endpoint(Role::Server, listener))
                .map(|rule| rule.number)
        };
        facts.during(rule)
    };
    assert_eq!(
        found(Some("a.example"), 8443, ""),
        (Some(0), vec!["server-name"])
    );
    assert_eq!(found(Some("b.example"), 8443, "").0, Some(1));
    assert_eq!(found(Some("b.example"), 443, "").0, Some(2));
    assert_eq!(found(Some("example"), 1, "l").0, Some(3));
    assert_eq!(found(None, 8443, ""), (None, vec!["port", "server-name"]));
}

#[test]
fn rules_for_the_same_connections_are_refused() {
    let text = r#"{"rules": [{"when": {"port": 1}}, {"when": {"port": 1}, "versions": ["1.3"]}, {"when": {}}, {"versions": ["1.3"]}]}"#;
    let settings: Settings = from_text(text).expect("they are read");
    let errors = Rules::of(&settings).expect_err("they contradict each other");
    let paths: Vec<_> = errors.iter().map(|error| error.path.as_str()).collect();
    assert_eq!(
        paths,
        ["$.rules[1].when", "$.rules[2].when", "$.rules[3].when"]
    );
}

/// What constrain leaves, judge approves; what it removes, judge vetoes: under every profile, before and after its years.
#[test]
fn constrain_and_judge_agree_under_every_profile() {
    let offer = || Offer {
        versions: Version::all().collect(),
        cipher_suites: CipherSuite::all().collect(),
        groups: Group::all().collect(),
        alpn: vec![],
        resumption: true,
        client_auth: ClientAuth::None,
    };
    for profile in profiles::all() {
        for (more, today) in [
            ("", 20_000),
            (r#", "not_listed": "warn""#, 20_000),
            (r#", "post_quantum": "prefer""#, 24_000),
        ] {
            let terms = top(&format!(r#"{{"profile": "{}"{more}}}"#, profile.name));
            let facts = || built::Facts {
                today,
                ..built::Facts::default()
            };
            let (left, _) = facts().during(|| constrain(&terms, Role::Client, offer()));
            let vetoed = |session: &Session, of: &str| {
                let (verdict, _) = facts().during(|| judge(&terms, session));
                verdict.findings().iter().any(|finding| {
                    finding.severity == Severity::Violation
                        && (finding.code.starts_with(of) || finding.message.starts_with(of))
                })
            };
            for suite in CipherSuite::all() {
                let session = session(0x0304, suite.code(), 0x11ec);
                let is_out =
                    vetoed(&session, "cipher-suite.") || vetoed(&session, &suite.to_string());
                assert_eq!(
                    left.cipher_suites.contains(&suite),
                    !is_out,
                    "{} {suite}",
                    profile.name
                );
            }
            for group in Group::all() {
                let session = session(0x0304, 0x1301, group.code());
                let is_out = vetoed(&session, "group.") || vetoed(&session, &group.to_string());
                assert_eq!(
                    left.groups.contains(&group),
                    !is_out,
                    "{} {group}",
                    profile.name
                );
            }
        }
    }
}
