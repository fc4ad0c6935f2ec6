//! Which rule comes first, which holds, and what it changes.

use countersign_policy_sdk::built::Facts;

use super::*;

const RULES: &str = r#"{"versions": {"min": "1.2"}, "rules": [
    {"when": {"port": 8443}, "versions": ["1.3"]},
    {"when": {"server_name": "*.example"}, "resumption": false},
    {"when": {"server_name": "*.a.example"}, "alpn": ["h2"]},
    {"when": {"server_name": "b.a.example"}, "post_quantum": "require"},
    {"when": {"server_name": "b.a.example", "port": 8443}, "versions": ["1.3"]},
    {"when": {"listener": "front"}, "resumption": false},
    {"when": {"role": "server"}, "resumption": true}
]}"#;

#[test]
fn rules_stand_in_the_order_of_the_documentation_and_say_why() {
    let explanation = explained(RULES);
    let rules: Vec<_> = explanation.rules().collect();
    let paths: Vec<_> = rules.iter().map(Effective::path).collect();
    let order = [4, 3, 2, 1, 0, 5, 6].map(|number| format!("$.rules[{number}]"));
    assert_eq!(paths, order);
    let whys: Vec<_> = rules.windows(2).map(|two| two[0].before(&two[1])).collect();
    assert_eq!(
        whys,
        [
            "a port comes before none, where names are of one rank",
            "an exact name comes before a suffix",
            "a longer suffix comes before a shorter one",
            "a server name comes before none",
            "a port comes before none, where names are of one rank",
            "a listener comes before none, where names and ports are of one rank",
        ]
    );
    let last = rules[6].before(&explanation.top());
    assert_eq!(last, "every rule comes before what stands at the top");
}

#[test]
fn every_rule_says_why_it_holds_or_not() {
    let explanation = explained(RULES);
    let tried = |name: Option<&str>, port| {
        let facts = Facts {
            server_name: name.map(str::to_owned),
            port: Some(port),
            ..Facts::default()
        };
        let endpoint = Endpoint::new(Role::Client);
        let (tried, _) = facts.during(|| explanation.tried(&endpoint));
        tried
    };
    let attempts = tried(Some("c.a.example"), 443);
    let fails = |number: usize| match &attempts[number].tried {
        Tried::Fails(reasons) => reasons.join("; "),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        fails(0),
        "the server name is c.a.example, not b.a.example; the port is 443, not 8443"
    );
    assert_eq!(attempts[2].tried, Tried::Holds);
    assert_eq!(attempts[2].path, "$.rules[2]");
    assert!(
        attempts[3..]
            .iter()
            .all(|one| one.tried == Tried::NotReached)
    );
    let attempts = tried(None, 443);
    assert_eq!(attempts.last().map(|one| &one.tried), Some(&Tried::Holds));
    assert_eq!(
        attempts[5].tried,
        Tried::Fails(vec!["the listener has no name, and it is for front".into()])
    );
    assert_eq!(
        attempts[6].tried,
        Tried::Fails(vec!["the role is client, not server".into()])
    );
}

#[test]
fn a_rule_tells_what_it_changes_and_what_it_takes_away() {
    let explanation = explained(
        r#"{"profile": "mozilla-6.0-modern", "sunset": [{"versions": ["1.3"], "until": "2090-12-31"}],
            "rules": [{"when": {"port": 1}, "resumption": false, "sunset": []}, {"when": {"port": 2}, "profile": "mozilla-6.0-intermediate"}]}"#,
    );
    let rules: Vec<_> = explanation.rules().collect();
    let keys = |lines: &[Line]| lines.iter().map(|line| line.key).collect::<Vec<_>>();
    let first = explanation.changes(&rules[0]);
    assert_eq!(keys(&first.new), ["resumption"]);
    assert_eq!(keys(&first.gone), ["sunset"]);
    let second = explanation.changes(&rules[1]);
    assert_eq!(keys(&second.new)[..2], ["profile", "versions"]);
    assert!(!keys(&second.new).contains(&"resumption"));
    assert_eq!(second.gone, []);
}

#[test]
fn with_a_profile_of_its_own_a_rule_has_no_lists_of_the_top() {
    let explanation = explained(
        r#"{"groups": ["x25519"], "signature_schemes": {"deny": ["rsa_pkcs1_sha1"]},
            "rules": [{"when": {"port": 1}, "profile": "mozilla-6.0-modern", "groups": {"remove": ["secp384r1"]}}]}"#,
    );
    let rules: Vec<_> = explanation.rules().collect();
    let of = |group| rules[0].standing_of_group(group).from.to_string();
    assert_eq!(of(Group::X25519), "profile mozilla-6.0-modern");
    assert_eq!(of(Group::SECP384R1), "$.rules[0].groups.remove");
    assert_eq!(origin(&rules[0], "signature_schemes"), ["default"]);
    let scheme = countersign_names::SignatureScheme::new(0x0201);
    let of = |effective: &Effective<'_>| effective.standing_of_signature_scheme(scheme);
    assert_eq!(of(&rules[0]).from, Origin::Default);
    let top = explanation.top();
    assert_eq!(of(&top).from.to_string(), "$.signature_schemes.deny");
    assert!(matches!(of(&top).state, State::Refused(_)));
}
