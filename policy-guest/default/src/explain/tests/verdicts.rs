//! What is told of each check is what was found.

use countersign_policy_sdk::{
    built::{Certificate, Facts},
    facts::ChainCheck,
};

use super::*;
use crate::profiles;

const DAY: i64 = 86_400;

/// A certificate of 400 days with a key of 1024 bits.
fn weak() -> Certificate {
    Certificate {
        key_algorithm: "1.2.840.113549.1.1.1".into(),
        key_bits: 1024,
        signature_algorithm: "1.2.840.113549.1.1.11".into(),
        subject: "CN=a".into(),
        issuer: "CN=b".into(),
        not_before: 19_900 * DAY,
        not_after: 20_300 * DAY,
        ..Certificate::default()
    }
}

fn facts(chain: Vec<Certificate>) -> Facts {
    Facts {
        today: 20_000,
        peer_certificates: chain,
        peer_verification: ChainCheck::Valid,
        ..Facts::default()
    }
}

fn outcome(checks: &[Check], key: &str) -> Vec<Outcome> {
    let of_key = checks.iter().filter(|check| check.key == key);
    of_key.map(|check| check.outcome).collect()
}

/// Mozilla 6.0, intermediate: 2048 bits, 366 days, and these algorithms.
#[test]
fn every_rule_on_certificates_says_what_came_of_it() {
    let explanation = explained(r#"{"profile": "mozilla-6.0-intermediate"}"#);
    let session = at(Role::Client, "");
    let (peer, _) = facts(vec![weak()]).during(|| explanation.peer(&session));
    let of = |key: &str| outcome(&peer.checks, &format!("peer_certificate.{key}"));
    assert_eq!(of("key_algorithms"), [Outcome::Allowed]);
    assert_eq!(of("min_rsa_bits"), [Outcome::Refused]);
    assert_eq!(of("min_ec_bits"), [Outcome::Allowed]);
    assert_eq!(of("signature_algorithms"), [Outcome::Allowed]);
    // It is longer than both.
    assert_eq!(of("max_lifetime_days"), [Outcome::Refused; 2]);
    let decided = peer.decided_by().map(|finding| finding.code.as_str());
    assert_eq!(decided, Some("certificate.key-size"));
    let (none, _) = facts(vec![]).during(|| explanation.peer(&session));
    let (rules, missing) = none.checks.split_at(none.checks.len() - 1);
    assert!(
        rules
            .iter()
            .all(|check| check.outcome == Outcome::NotJudged)
    );
    assert_eq!(missing[0].codes, ["certificate.missing"]);
}

#[test]
fn who_may_come_is_one_question() {
    let explanation =
        explained(r#"{"client_certificate": {"dns_names": ["a.example"], "uris": ["urn:a:b"]}}"#);
    let session = at(Role::Server, "");
    let uri = Certificate {
        uris: vec!["urn:a:b".into()],
        ..weak()
    };
    let judged = |chain| {
        let (peer, _) = facts(chain).during(|| explanation.peer(&session));
        let all = ["client_certificate.required", "client_certificate"];
        all.map(|key| outcome(&peer.checks, key)[0])
    };
    assert_eq!(judged(vec![uri]), [Outcome::Allowed, Outcome::Allowed]);
    assert_eq!(judged(vec![weak()]), [Outcome::Allowed, Outcome::Refused]);
    assert_eq!(judged(vec![]), [Outcome::Refused, Outcome::NotJudged]);
}

#[test]
fn what_ends_is_a_check_of_its_own() {
    let explanation = explained(
        r#"{"sunset": [{"versions": ["1.2"], "until": "2031-12-31"}, {"profile": true, "until": "2040-12-31", "warn_days": 1}]}"#,
    );
    let session = at(Role::Client, "");
    for (today, expected) in [
        ("2031-12-31", [Outcome::Allowed, Outcome::Warned]),
        ("2032-01-01", [Outcome::Allowed, Outcome::Refused]),
        ("2041-01-01", [Outcome::Refused, Outcome::Refused]),
    ] {
        let facts = Facts {
            today: crate::Date::parse(today).expect("a day").days(),
            ..Facts::default()
        };
        let (told, _) = facts.during(|| outcome(&explanation.session(&session).checks, "sunset"));
        assert_eq!(told, expected, "{today}");
    }
}

/// Of all that is found, each finding belongs to a check, and a check is refused if and only if there is a violation.
#[test]
fn no_finding_is_lost() {
    for profile in profiles::all() {
        for more in [
            "",
            r#", "not_listed": "warn""#,
            r#", "post_quantum": "require""#,
        ] {
            let text = format!(r#"{{"profile": "{}"{more}}}"#, profile.name);
            let Ok(explanation) = Explanation::of(&text) else {
                continue;
            };
            for (version, suite) in [(0x0301, 0x002f), (0x0303, 0xc02f), (0x0304, 0x1301)] {
                let session = Session {
                    group: Some(Group::FFDHE2048),
                    ..Session::new(
                        Endpoint::new(Role::Client),
                        Version::new(version),
                        CipherSuite::new(suite),
                    )
                };
                let facts = Facts {
                    signature_scheme: Some(0x0401),
                    ..facts(vec![weak()])
                };
                facts.during(|| {
                    let (session, peer) =
                        (explanation.session(&session), explanation.peer(&session));
                    for (checks, verdict) in [
                        (&session.checks, &session.verdict),
                        (&peer.checks, &peer.verdict),
                    ] {
                        for finding in verdict.findings() {
                            let told = checks.iter().any(|one| one.codes.contains(&finding.code));
                            assert!(told, "{text}: {finding:?}");
                        }
                        let is_refused = checks.iter().any(|one| one.outcome == Outcome::Refused);
                        assert_eq!(is_refused, !verdict.is_approved(), "{text}: {checks:?}");
                    }
                });
            }
        }
    }
}
