//! Every session there can be under every profile, with the verdict that follows from the source's data: a session is approved
//! if its version, its cipher suite and its group stand in the source's lists and the last day of none is over.

use std::collections::BTreeSet;

use countersign_default_policy::{DefaultPolicy, explain::Explanation};
use countersign_names::{CipherSuite, Group, Version};
use countersign_policy_sdk::{Endpoint, Policy, Role, Session, Severity, Verdict, built::Facts};
use serde_json::Value;

use crate::source::{code, each, list, source};

/// From SSL 3.0 to TLS 1.3 (RFC 8446, section 4.2.1).
const VERSIONS: std::ops::RangeInclusive<u16> = 0x0300..=0x0304;
const TLS_1_3: u16 = 0x0304;

/// Values that no source lists: RC4 and NULL, an export suite; sect163k1, and a number that is no group.
const UNLISTED_SUITES: [u16; 3] = [0x0005, 0x0002, 0x0003];
const UNLISTED_GROUPS: [u16; 2] = [0x0001, 0x7777];

/// The years that end something in a source, and one on each side of all of them.
const YEARS: std::ops::RangeInclusive<u32> = 2021..=2031;

/// What a source allows of one kind: the code point, and its last year, if that is final.
type Allowed = Vec<(u16, Option<u32>)>;

fn allowed(source: &Value, keys: [&str; 2]) -> Allowed {
    let entries = keys.into_iter().filter_map(|key| list(source, key));
    let final_year = |until: &str| until.parse().ok();
    entries
        .flatten()
        .map(|(code, _, until)| (code, final_year(&until)))
        .collect()
}

fn suites(source: &Value) -> Allowed {
    allowed(source, ["tls13_cipher_suites", "tls12_cipher_suites"])
}

fn groups(source: &Value) -> Allowed {
    allowed(source, ["groups", "groups_tls12"])
}

/// Every code point of a kind that any source lists, and some that none does.
fn everything(of: impl Fn(&Value) -> Allowed, unlisted: &[u16]) -> BTreeSet<u16> {
    let all = countersign_default_policy::profiles::all();
    let listed = all.iter().flat_map(|profile| of(&source(profile)));
    let codes = listed.map(|(code, _)| code);
    codes.chain(unlisted.iter().copied()).collect()
}

fn is_in(allowed: &Allowed, value: u16, year: u32) -> bool {
    let mut entries = allowed.iter().filter(|(code, _)| *code == value);
    entries.any(|(_, last)| last.is_none_or(|last| year <= last))
}

/// The last day of a year, in days since 1970-01-01: every fourth year from 1972 on has one more.
const fn last_day(year: u32) -> u32 {
    let years = year + 1 - 1970;
    365 * years + (years + 1) / 4 - 1
}

fn session(version: u16, suite: u16, group: u16) -> Session {
    Session {
        group: Some(Group::new(group)),
        ..Session::new(
            Endpoint::new(Role::Client),
            Version::new(version),
            CipherSuite::new(suite),
        )
    }
}

#[test]
fn days_are_counted_as_calendars_do() {
    // 1970 has 365 days; 10,957 days lie before 2000-01-01; 2024-12-31 is day 20,088.
    let days = [1970, 1999, 2024].map(last_day);
    assert_eq!(days, [364, 10_956, 20_088]);
}

#[test]
fn every_session_is_judged_as_the_source_says() {
    let every_suite = everything(suites, &UNLISTED_SUITES);
    let every_group = everything(groups, &UNLISTED_GROUPS);
    each(|profile, source| {
        let versions = source["protocols"].as_array().expect("a list");
        let versions: Vec<u16> = versions.iter().map(code).collect();
        let (suites, groups) = (suites(source), groups(source));
        let settings = format!(r#"{{"profile": "{}"}}"#, profile.name);
        let explanation = Explanation::of(&settings).expect("settings");
        let (mut approved, mut vetoed) = (0, 0);
        for year in YEARS {
            let facts = Facts {
                today: last_day(year),
                ..Facts::default()
            };
            let judge = || {
                for version in VERSIONS {
                    for &suite in every_suite.iter().filter(|suite| fits(**suite, version)) {
                        for &group in &every_group {
                            let expected = versions.contains(&version)
                                && is_in(&suites, suite, year)
                                && is_in(&groups, group, year);
                            let session = session(version, suite, group);
                            let verdict = explanation.session(&session).verdict;
                            let is_approved = matches!(verdict, Verdict::Approve(_));
                            let name = profile.name;
                            assert_eq!(
                                is_approved, expected,
                                "{name}, {year}: {version:#06x} {suite:#06x} {group:#06x}: {verdict:?}"
                            );
                            if expected {
                                approved += 1;
                            } else {
                                vetoed += 1;
                            }
                        }
                    }
                }
            };
            facts.during(judge);
        }
        assert!(approved > 0 && vetoed > 0, "{}", profile.name);
    });
}

#[test]
fn every_signature_scheme_is_judged_as_the_source_says() {
    let schemes = |source: &Value| allowed(source, ["signature_schemes", ""]);
    // RSA with SHA-1, and a number that is no scheme.
    let every_scheme = everything(schemes, &[0x0201, 0x7777]);
    each(|profile, source| {
        let states_schemes = source["signature_schemes"].is_array();
        let schemes = schemes(source);
        let settings = format!(r#"{{"profile": "{}"}}"#, profile.name);
        let policy = DefaultPolicy::configure(&settings).expect("settings");
        for (year, &scheme) in
            YEARS.flat_map(|year| every_scheme.iter().map(move |one| (year, one)))
        {
            let facts = Facts {
                today: last_day(year),
                signature_scheme: Some(scheme),
                ..Facts::default()
            };
            let (verdict, _) =
                facts.during(|| policy.judge_peer(&session(TLS_1_3, 0x1301, 0x001d)));
            let mut about_schemes = verdict.findings().iter().filter(|found| {
                let about = ["signature-scheme.", "sunset."];
                about.iter().any(|prefix| found.code.starts_with(prefix))
            });
            let is_refused = about_schemes.any(|found| found.severity == Severity::Violation);
            let expected = !states_schemes || is_in(&schemes, scheme, year);
            assert_eq!(
                !is_refused, expected,
                "{}, {year}: {scheme:#06x}",
                profile.name
            );
        }
    });
}

/// TLS 1.3 has cipher suites of its own, which no older version knows (RFC 8446, section B.4).
const fn fits(suite: u16, version: u16) -> bool {
    (suite >> 8 == 0x13) == (version == TLS_1_3)
}
