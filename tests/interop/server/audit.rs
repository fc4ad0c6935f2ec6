//! Policies that are only listened to: a real client notices nothing of them.

use countersign::{
    policy::{Chain, Link, Mode},
    record::{Decision, Prospect},
};
use countersign_tests::{
    guest::{CODE, VetoAt},
    peers::s_client::s_client,
    policy::{policy, vetoing_policy},
    server::{Server, builder},
};

use crate::expect::{codes, parameters};

const AUDITED: &str = r#"{ "versions": ["1.3"], "groups": ["secp384r1"] }"#;

#[test]
fn an_audited_policy_narrows_nothing() {
    let chain = Chain::new(Link::enforce(policy("{}"))).and(Link::audit(policy(AUDITED)));
    let server = Server::start(builder(chain));
    let trace = s_client(server.port, &["-tls1_2", "-groups", "P-256"]);
    let record = server.only_record();
    assert!(trace.is_served(), "{}", trace.text());
    let (version, _, group) = parameters(&record);
    assert_eq!((version, group), (0x0303, Some(0x0017)));
    let audited = &record.policies[1];
    assert_eq!(audited.mode, Mode::Audit);
    let would = audited.would.as_ref().expect("an opinion");
    assert_eq!(would.decision, Prospect::Vetoed, "{would:?}");
}

#[test]
fn an_audited_veto_stops_nothing() {
    for at in [VetoAt::Parameters, VetoAt::Peer] {
        for version in ["-tls1_2", "-tls1_3"] {
            let server = Server::start(builder(Link::audit(vetoing_policy(at))));
            let trace = s_client(server.port, &[version]);
            let record = server.only_record();
            assert!(trace.is_served(), "{}", trace.text());
            assert_eq!(record.decision, Decision::Approved);
            assert_eq!(codes(&record), [""; 0]);
            let would = record.policies[0].would.as_ref().expect("an opinion");
            assert_eq!(would.decision, Prospect::Vetoed);
            assert_eq!(would.findings[0].code.as_str(), CODE);
        }
    }
}
