//! What the corpus is about.

use std::collections::HashSet;

use countersign_names::Version;
use rustls::crypto::aws_lc_rs;

use super::*;
use crate::{
    facts::ChainCheck,
    offer::{ClientAuth, ClientAuthFloor},
};

fn end(role: Role) -> (Endpoint, Floor) {
    let alpn = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let client_auth = match role {
        Role::Client => ClientAuthFloor::NotAsked,
        Role::Server => ClientAuthFloor::AtLeast(ClientAuth::Request),
    };
    let floor = Floor::new(&aws_lc_rs::default_provider(), alpn, true, client_auth);
    let listener = "here".to_owned();
    (Endpoint { role, listener }, floor)
}

fn both() -> [(Endpoint, Floor, Vec<Case>); 2] {
    [Role::Client, Role::Server].map(|role| {
        let (endpoint, floor) = end(role);
        let cases = cases(&endpoint, &floor);
        (endpoint, floor, cases)
    })
}

#[test]
fn each_function_is_asked_about_all_of_the_floor_and_nothing_else_of_it() {
    for (endpoint, floor, cases) in both() {
        for function in ["judge-parameters", "judge-peer"] {
            let asked = cases.iter().filter(|case| case.function == function);
            let sessions: Vec<_> = asked.map(|case| &case.session).collect();
            assert!(sessions.iter().all(|session| session.endpoint == endpoint));
            let offer = floor.available();
            let some = |is: &dyn Fn(&Session) -> bool| sessions.iter().any(|session| is(session));
            for suite in &offer.cipher_suites {
                assert!(some(&|session| session.cipher_suite == *suite), "{suite}");
            }
            for version in &offer.versions {
                let of_version = |is: &dyn Fn(&Session) -> bool| {
                    some(&|session| session.version == *version && is(session))
                };
                for group in &offer.groups {
                    let works = floor.group_works_in(*group, *version);
                    assert_eq!(of_version(&|session| session.group == Some(*group)), works);
                }
                let is_tls13 = *version == Version::TLS_1_3;
                assert!(of_version(&|session| session.resumed));
                assert_eq!(of_version(&|session| session.retried), is_tls13);
                for name in &offer.alpn {
                    assert!(of_version(&|session| session.alpn.as_ref() == Some(name)));
                }
            }
        }
    }
}

#[test]
fn sessions_below_the_floor_are_only_looked_at_by_clients() {
    for (endpoint, floor, cases) in both() {
        let offer = floor.available();
        let is_below = |case: &&Case| !offer.versions.contains(&case.session.version);
        let below: Vec<_> = cases.iter().filter(is_below).collect();
        assert_eq!(below.is_empty(), endpoint.role == Role::Server);
        for case in below {
            assert_eq!(case.function, "judge-parameters");
            assert!(case.scene.facts.peer_certificates().is_empty());
        }
    }
}

#[test]
fn there_are_connections_with_and_without_every_fact() {
    let all = both();
    let facts = |role| {
        let of_role = all
            .iter()
            .filter(move |(endpoint, ..)| endpoint.role == role);
        of_role.flat_map(|(.., cases)| cases.iter().map(|case| &*case.scene.facts))
    };
    let seen = |role, sight: &dyn Fn(&ConnectionFacts) -> bool| -> HashSet<bool> {
        facts(role).map(sight).collect()
    };
    let (always, never) = (HashSet::from([true]), HashSet::from([false]));
    let both = HashSet::from([true, false]);
    for role in [Role::Client, Role::Server] {
        assert_eq!(seen(role, &|facts| facts.port().is_some()), both);
        assert_eq!(seen(role, &|facts| facts.peer_address().is_some()), both);
        assert_eq!(
            seen(role, &|facts| facts.peer_certificates().is_empty()),
            both
        );
        assert_eq!(seen(role, &|facts| facts.today > 0), always);
        let checks: HashSet<_> = facts(role)
            .map(|facts| facts.peer_verification().as_str())
            .collect();
        // The contract's `chain-check` with its seven failures.
        assert_eq!(checks.len(), 2 + 7, "{checks:?}");
    }
    assert_eq!(
        seen(Role::Client, &|facts| facts.server_name().is_some()),
        always
    );
    assert_eq!(
        seen(Role::Server, &|facts| facts.server_name().is_some()),
        both
    );
    assert_eq!(
        seen(Role::Client, &|facts| facts.client_hello().is_some()),
        never
    );
    assert_eq!(
        seen(Role::Server, &|facts| facts.client_hello().is_some()),
        always
    );
}

#[test]
fn its_certificates_can_be_read_but_for_the_damaged_one() {
    let certificates = |role| {
        let scenes = scenes::arrivals(role);
        let three = scenes
            .into_iter()
            .find(|scene| scene.facts.peer_certificates().len() == 3);
        three.expect("three certificates").facts
    };
    let shown = certificates(Role::Client);
    let [server, client, damaged] = shown.peer_certificates() else {
        panic!("three certificates");
    };
    assert!(server.dns_names().contains(&"server.example".to_owned()));
    assert!(!server.ip_addresses().is_empty());
    assert_eq!(client.uris(), ["spiffe://example/client"]);
    assert_eq!(damaged.subject(), "");
    assert_eq!(
        *shown.peer_verification(),
        ChainCheck::Invalid {
            failure: crate::facts::ChainFailure::Other,
            message: "other".to_owned(),
        }
    );
}

#[test]
fn no_case_is_asked_twice() {
    for (.., cases) in both() {
        let names: HashSet<_> = cases
            .iter()
            .map(|case| format!("{} {case}", case.function))
            .collect();
        assert_eq!(names.len(), cases.len());
    }
}

#[test]
fn it_is_small_enough_to_be_asked_at_every_reload() {
    let calls: usize = both().iter().map(|(.., cases)| cases.len()).sum();
    assert!((100..=600).contains(&calls), "{calls}");
}
