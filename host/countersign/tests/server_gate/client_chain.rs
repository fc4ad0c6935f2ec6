//! Several policies before the client gate.

use crate::peers::{
    client_gate::{client, findings},
    puppet::{Answer as Says, Edit, Puppet, SAID, When},
    records::{Said, unapproved},
    server::{Kind, TlsServer, kinds, tls13},
    wire::{Manner, wire},
};
use countersign::{
    Refused,
    policy::{Chain, Link, Mode},
    record::{Decision, DecisionRecord, Prospect, Stage},
};
use std::sync::Arc;

fn enforced(puppet: Puppet) -> Link {
    Link::enforce(puppet.policy())
}

fn audited(puppet: Puppet) -> Link {
    Link::audit(puppet.policy())
}

/// Connects, and says what came of it and what was written.
async fn met(chain: Chain, kind: &Kind) -> (Arc<DecisionRecord>, Vec<u8>) {
    let (io, witness) = wire(TlsServer::new(&kind.config()), Manner::default());
    let record = match client(chain).connect(io).await {
        Ok(approved) => approved.record,
        Err(Refused::Veto(veto)) => veto.record,
        Err(other) => panic!("{kind:?}: {other}"),
    };
    (record, witness.written())
}

#[tokio::test]
async fn what_is_offered_is_what_all_leave() {
    let first = Puppet::new().offering(Edit::CipherSuites(vec![0x1303, 0x1302, 0xc02b]));
    let second = Puppet::new().offering(Edit::CipherSuites(vec![0x1302, 0x1303, 0x1301]));
    let chain = Chain::new(enforced(first)).and(enforced(second));
    let (record, _) = met(chain, &tls13()).await;
    assert_eq!(record.decision, Decision::Approved);
    let offer = record.offer.as_ref().expect("an offer");
    let suites: Vec<_> = offer.cipher_suites.iter().map(|it| it.code()).collect();
    assert_eq!(suites, [0x1303, 0x1302]);
    let versions: Vec<_> = offer.versions.iter().map(|it| it.code()).collect();
    assert_eq!(versions, [0x0304]);
}

#[tokio::test]
async fn where_together_they_leave_nothing_not_a_byte_leaves() {
    let version = |version| enforced(Puppet::new().offering(Edit::Versions(vec![version])));
    let chain = Chain::new(version(0x0303)).and(version(0x0304));
    let (record, written) = met(chain, &tls13()).await;
    assert_eq!(
        (record.decision, record.stage),
        (Decision::Vetoed, Stage::Offer)
    );
    assert_eq!(findings(&record), ["offer.empty"]);
    assert!(written.is_empty());
}

#[tokio::test]
async fn one_veto_is_enough_and_the_first_ones_alert_is_sent() {
    let vetoing = |alert| enforced(Puppet::new().peer(When::Always, Says::VetoWith(alert)));
    for kind in kinds() {
        for (chain, alert, codes) in [
            (
                Chain::new(vetoing(42)).and(vetoing(46)),
                42,
                vec![SAID, SAID],
            ),
            (
                Chain::new(enforced(Puppet::new())).and(vetoing(46)),
                46,
                vec![SAID],
            ),
            (
                Chain::new(vetoing(46)).and(enforced(Puppet::new())),
                46,
                vec![SAID],
            ),
        ] {
            let (record, written) = met(chain, &kind).await;
            assert_eq!(record.decision, Decision::Vetoed, "{kind:?}");
            assert_eq!(findings(&record), codes, "{kind:?}");
            let said = Said {
                hellos: 1,
                alert: Some(alert),
            };
            assert_eq!(unapproved(&written), Ok(said), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn audited_policies_stop_and_narrow_nothing() {
    let puppets = [
        Puppet::new().parameters(When::Always, Says::Veto),
        Puppet::new().peer(When::Always, Says::Trap),
        Puppet::new().offering(Edit::Trap),
        Puppet::new().offering(Edit::Versions(vec![])),
    ];
    for kind in kinds() {
        for puppet in &puppets {
            let alone = Chain::new(audited(puppet.clone()));
            let beside = alone.clone().and(enforced(Puppet::new()));
            for chain in [alone, beside] {
                let (record, _) = met(chain, &kind).await;
                assert_eq!(record.decision, Decision::Approved, "{kind:?}");
                assert!(record.findings.is_empty(), "{kind:?}");
                let policy = &record.policies[0];
                assert_eq!(policy.mode, Mode::Audit);
                let would = policy.would.as_ref().expect("it was asked");
                assert_eq!(would.decision, Prospect::Vetoed, "{kind:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_audited_policys_narrower_offer_is_recorded_and_not_sent() {
    let narrow = Puppet::new().offering(Edit::Versions(vec![0x0303]));
    let chain = Chain::new(enforced(Puppet::new())).and(audited(narrow));
    let (record, _) = met(chain, &tls13()).await;
    assert_eq!(record.decision, Decision::Approved);
    let would = record.policies[1].would.as_ref().expect("it was asked");
    let offer = would.offer.as_ref().expect("a narrower one");
    let versions: Vec<_> = offer.versions.iter().map(|it| it.code()).collect();
    assert_eq!(versions, [0x0303]);
}

#[tokio::test]
async fn a_policy_of_a_client_is_not_asked_about_client_certificates() {
    // wit/policy.wit, `client-auth`: a client-side host does not decide.
    let wanting = enforced(Puppet::new().offering(Edit::ClientAuth(2)));
    let (record, _) = met(Chain::new(wanting), &tls13()).await;
    assert_eq!(record.decision, Decision::Approved);
}
