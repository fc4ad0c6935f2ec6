use countersign_policy_sdk::{Role, built::Facts, settings::from_text};

use super::*;
use crate::terms::testing::rules;

/// A condition, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Condition {
    name: Option<&'static str>,
    port: Option<u16>,
    listener: Option<&'static str>,
    role: Option<Role>,
}

/// Where a connection leads to, or comes from.
#[derive(Clone, Copy, Debug)]
struct Connection {
    name: Option<&'static str>,
    port: Option<u16>,
    listener: &'static str,
    role: Role,
}

const PATTERNS: [Option<&str>; 7] = [
    None,
    Some("a.example"),
    Some("x.a.example"),
    Some("::1"),
    Some("*.example"),
    Some("*.a.example"),
    Some("*.b.example"),
];
const NAMES: [Option<&str>; 7] = [
    None,
    Some("example"),
    Some("a.example"),
    Some("x.a.example"),
    Some("y.a.example"),
    Some("x.b.example"),
    Some("::1"),
];
const PORTS: [Option<u16>; 3] = [None, Some(1), Some(2)];
const ROLES: [Role; 2] = [Role::Client, Role::Server];

/// Everything that conditions can be made of, but for the one that says nothing.
fn conditions() -> Vec<Condition> {
    let mut all = Vec::new();
    for name in PATTERNS {
        for port in PORTS {
            for listener in [None, Some("l"), Some("m")] {
                for role in [None, Some(ROLES[0]), Some(ROLES[1])] {
                    all.push(Condition {
                        name,
                        port,
                        listener,
                        role,
                    });
                }
            }
        }
    }
    all.split_off(1)
}

fn connections() -> Vec<Connection> {
    let mut all = Vec::new();
    for name in NAMES {
        for port in PORTS {
            for listener in ["", "l", "m"] {
                all.extend(ROLES.map(|role| Connection {
                    name,
                    port,
                    listener,
                    role,
                }));
            }
        }
    }
    all
}

impl Condition {
    /// Whether it holds, as the documentation has it.
    fn holds(self, at: Connection) -> bool {
        let fits = |pattern: &str, name: &str| match pattern.strip_prefix('*') {
            Some(suffix) => name.len() > suffix.len() && name.ends_with(suffix),
            None => name == pattern,
        };
        self.name
            .is_none_or(|pattern| at.name.is_some_and(|name| fits(pattern, name)))
            && self.port.is_none_or(|port| at.port == Some(port))
            && self.listener.is_none_or(|listener| at.listener == listener)
            && self.role.is_none_or(|role| at.role == role)
    }

    /// Greater for what comes first, as the documentation has it.
    fn weight(self) -> impl Ord {
        let name = self.name.map(|name| (!name.starts_with('*'), name.len()));
        // One exact name is as specific as another.
        let name = name.map(|(is_exact, len)| (is_exact, if is_exact { 0 } else { len }));
        let (port, listener) = (self.port.is_some(), self.listener.is_some());
        (name, port, listener, self.role.is_some())
    }

    fn rule(self) -> serde_json::Value {
        let role = self.role.map(|role| match role {
            Role::Client => "client",
            Role::Server => "server",
        });
        let said = serde_json::json!({
            "server_name": self.name, "port": self.port, "listener": self.listener, "role": role
        });
        let said: serde_json::Map<_, _> = said.as_object().cloned().unwrap_or_default();
        let said = said.into_iter().filter(|(_, value)| !value.is_null());
        serde_json::json!({"when": serde_json::Map::from_iter(said)})
    }
}

/// Reads rules under a profile, which is the quickest.
fn read(each: &[Condition]) -> Result<Rules, Vec<SettingsError>> {
    let list: Vec<_> = each.iter().map(|condition| condition.rule()).collect();
    let settings = serde_json::json!({"profile": "mozilla-6.0-modern", "rules": list});
    Rules::of(&from_text(&settings.to_string()).expect("they are read"))
}

/// The number of the rule that counts.
fn number_at(rules: &Rules, at: Connection) -> Option<usize> {
    let facts = Facts {
        server_name: at.name.map(str::to_owned),
        port: at.port,
        ..Facts::default()
    };
    let endpoint = Endpoint {
        role: at.role,
        listener: at.listener.to_owned(),
    };
    let (number, _) = facts.during(|| rules.rule_at(&endpoint).map(|rule| rule.number));
    number
}

/// Of any two rules that hold for one connection, one is more specific, and it counts in whichever order they stand; or they are refused.
#[test]
fn two_rules_for_one_connection_are_told_apart_or_refused() {
    let (conditions, connections) = (conditions(), connections());
    let mut pairs = 0;
    for (at, &first) in conditions.iter().enumerate() {
        for &second in &conditions[at..] {
            let both = connections.iter().copied();
            let both: Vec<_> = both
                .filter(|&at| first.holds(at) && second.holds(at))
                .collect();
            let read = [read(&[first, second]), read(&[second, first])];
            if first == second {
                for refused in read {
                    let errors = refused.expect_err("they are the same");
                    assert_eq!(errors[0].path, "$.rules[1].when");
                    assert!(errors[0].message.contains("$.rules[0]"));
                }
                continue;
            }
            let [there, back] = read.map(|read| read.expect("they differ"));
            for at in both {
                assert!(first.weight() != second.weight(), "{first:?} {second:?}");
                let is_first = first.weight() > second.weight();
                let numbers = [number_at(&there, at), number_at(&back, at)];
                let expected = [usize::from(!is_first), usize::from(is_first)];
                assert_eq!(numbers, expected.map(Some), "{first:?} {second:?} {at:?}");
                pairs += 1;
            }
        }
    }
    assert!(pairs > 10_000, "{pairs} pairs hold for one connection");
}

/// A rule holds where the documentation says so, and nowhere else.
#[test]
fn a_rule_holds_where_all_of_its_condition_is_so() {
    for condition in conditions() {
        let rules = read(&[condition]).expect("it is alone");
        for at in connections() {
            let expected = condition.holds(at).then_some(0);
            assert_eq!(number_at(&rules, at), expected, "{condition:?} {at:?}");
        }
    }
}

fn refused(list: &str) -> Vec<(String, String)> {
    let settings = from_text(&format!(r#"{{"rules": [{list}]}}"#)).expect("they are read");
    let errors = Rules::of(&settings).expect_err(list);
    let pair = |error: SettingsError| (error.path, error.message);
    errors.into_iter().map(pair).collect()
}

#[test]
fn the_same_condition_is_known_however_it_is_typed() {
    for (one, other) in [
        ("A.example", "a.example."),
        ("*.A.example.", "*.a.example"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("2001:DB8::0001", "2001:db8::1"),
    ] {
        let rule = |name| format!(r#"{{"when": {{"server_name": "{name}", "role": "client"}}}}"#);
        let found = refused(&format!("{}, {}", rule(one), rule(other)));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "$.rules[1].when");
    }
}

/// There are two roles (RFC 8446, section 2): rules for each leave nothing to a third with the same condition.
#[test]
fn a_rule_that_never_counts_is_refused() {
    let found = refused(
        r#"{"when": {"port": 1, "role": "server"}}, {"when": {"port": 1}}, {"when": {"port": 1, "role": "client"}}"#,
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "$.rules[1].when");
    assert!(found[0].1.contains("$.rules[2] and $.rules[0]"));
    // For each of these three there are connections that no other takes.
    let rules = rules(
        r#"{"rules": [{"when": {"port": 1, "role": "server"}}, {"when": {"port": 1}}, {"when": {"port": 2, "role": "client"}}]}"#,
    );
    assert_eq!(rules.rules.len(), 3);
}

/// What the test above relies on: there is no other way for rules to take all connections of a third.
#[test]
fn every_rule_that_is_not_refused_counts_somewhere() {
    let connections = connections();
    // None of the names, ports and listeners: there are more than can be listed.
    let elsewhere = ROLES.map(|role| Connection {
        name: Some("z.z.a.example"),
        port: Some(9),
        listener: "z",
        role,
    });
    let conditions = conditions();
    let of_port =
        |condition: &&Condition| condition.port != Some(2) && condition.listener != Some("m");
    let few: Vec<_> = conditions.iter().filter(of_port).copied().collect();
    for &third in &few {
        for &first in &few {
            for role in ROLES {
                let second = Condition {
                    role: Some(role),
                    ..third
                };
                if first == second || first == third || second == third {
                    continue;
                }
                let Ok(rules) = read(&[first, second, third]) else {
                    continue;
                };
                let mut at = connections.iter().chain(&elsewhere);
                assert!(
                    at.any(|&at| number_at(&rules, at) == Some(2)),
                    "{first:?} {second:?} {third:?}"
                );
            }
        }
    }
}

#[test]
fn clients_are_no_matter_of_a_clients_rule() {
    let found = refused(r#"{"when": {"role": "client"}, "client_certificate": {}}"#);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "$.rules[0].client_certificate");
    rules(r#"{"rules": [{"when": {"role": "server"}, "client_certificate": {}}]}"#);
    rules(r#"{"client_certificate": {}, "rules": [{"when": {"role": "client"}}]}"#);
}
