//! Several policies before the server gate: all that enforce must approve, audited ones are only listened to.

use crate::peers::{
    client::{Kind, TlsClient, kinds, tls12, tls13},
    gate::{Met, calls, server, server_with},
    pki::pki,
    puppet::{Answer as Says, Edit, Puppet, SAID, WARNED, When, default_policy},
    said::only,
};
use countersign::{
    offer::ClientAuth,
    policy::{Chain, Link, Mode},
    record::{Answer, Prospect, Stage, Would},
    verdict::Finding,
};

const OFFER: (&str, Answer) = ("constrain", Answer::Offer);
const PARAMETERS: (&str, Answer) = ("judge-parameters", Answer::Approve);
const PEER: (&str, Answer) = ("judge-peer", Answer::Approve);

/// Two policies that enforce, `frst` and `scnd`.
fn both(first: Puppet, second: Puppet) -> Chain {
    let first = Link::enforce(first.named("frst").policy());
    Chain::new(first).and(Link::enforce(second.named("scnd").policy()))
}

/// A policy that enforces and approves everything, `frst`, and one that is audited, `scnd`.
fn with_audited(second: Puppet) -> Chain {
    let first = Link::enforce(Puppet::new().named("frst").policy());
    Chain::new(first).and(Link::audit(second.named("scnd").policy()))
}

/// Who said what.
fn said(findings: &[Finding]) -> Vec<(String, &str)> {
    let source = |finding: &Finding| {
        let source = serde_json::to_value(&finding.source).expect("serialises");
        source.as_str().expect("a string").to_owned()
    };
    let said = findings.iter();
    said.map(|finding| (source(finding), finding.code.as_str()))
        .collect()
}

fn by_first(code: &str) -> (String, &str) {
    ("policy:frst".to_owned(), code)
}

fn by_second(code: &str) -> (String, &str) {
    ("policy:scnd".to_owned(), code)
}

async fn meet(chain: Chain, kind: &Kind) -> Met<TlsClient> {
    server(chain).visit(&kind.config()).await
}

#[tokio::test]
async fn what_is_offered_is_what_all_leave_in_the_order_of_the_first() {
    let first = Puppet::new()
        .offering(Edit::CipherSuites(vec![0x1303, 0x1301, 0x1302, 0xc02b]))
        .offering(Edit::Groups(vec![0x0018, 0x001d, 0x0017]))
        .offering(Edit::Alpn(vec!["http/1.1", "h2"]));
    let second = Puppet::new()
        .offering(Edit::Versions(vec![0x0304]))
        .offering(Edit::CipherSuites(vec![0x1301, 0x1302, 0x1303]))
        .offering(Edit::Groups(vec![0x0017, 0x0018, 0x11ec]));
    let kind = tls13().with_alpn(&["h2", "http/1.1"]);
    let met = meet(both(first, second), &kind).await.approved("both");
    let offer = met.record.offer.clone().expect("an offer");
    let versions: Vec<_> = offer.versions.iter().map(|it| it.code()).collect();
    let suites: Vec<_> = offer.cipher_suites.iter().map(|it| it.code()).collect();
    let groups: Vec<_> = offer.groups.iter().map(|it| it.code()).collect();
    assert_eq!(versions, [0x0304]);
    assert_eq!(suites, [0x1303, 0x1301, 0x1302]);
    assert_eq!(groups, [0x0018, 0x0017]);
    assert_eq!(offer.alpn, [b"http/1.1".to_vec(), b"h2".to_vec()]);
    let settled = met.witness.script(|client| client.negotiated());
    assert_eq!((settled.0, settled.1), (0x0304, 0x1303));
    assert_eq!(met.session().alpn.as_deref(), Some(&b"http/1.1"[..]));
    for at in [0, 1] {
        assert_eq!(calls(&met.record, at), [OFFER, PARAMETERS, PEER]);
        assert_eq!(met.record.policies[at].mode, Mode::Enforce);
        assert!(met.record.policies[at].would.is_none());
    }
}

#[tokio::test]
async fn each_alone_would_leave_something_together_nothing() {
    let version = |version| Puppet::new().offering(Edit::Versions(vec![version]));
    for kind in kinds() {
        let met = meet(both(version(0x0303), version(0x0304)), &kind).await;
        let met = met.vetoed("nothing");
        assert_eq!(met.said("nothing"), only(40));
        assert_eq!(
            (met.record.stage, met.codes()),
            (Stage::Offer, vec!["offer.empty"])
        );
        // The one that left nothing is named.
        let message = &met.record.findings[0].message;
        assert!(message.contains("scnd"), "{message}");
    }
}

#[tokio::test]
async fn resumption_and_client_certificates_are_the_strictest_ones() {
    let no_resumption = || Puppet::new().offering(Edit::NoResumption);
    let required = || Puppet::new().offering(Edit::ClientAuth(2));
    for chain in [
        both(no_resumption(), required()),
        both(required(), no_resumption()),
    ] {
        let server = server_with(chain, |builder| {
            builder.client_certificates(pki().optional_client_verifier())
        });
        let met = server.visit(&tls13().config()).await;
        met.failed("certificate", "required");
        let config = tls13().with_identity(&pki().client).config();
        for _ in 0..2 {
            let met = server.visit(&config).await.approved("strict");
            let offer = met.record.offer.as_ref().expect("an offer");
            assert_eq!(offer.client_auth, ClientAuth::Require);
            assert!(!offer.resumption && !met.resumed());
        }
    }
}

#[tokio::test]
async fn one_veto_is_enough_and_the_first_ones_alert_is_sent() {
    let vetoing = |alert| Puppet::new().parameters(When::Always, Says::VetoWith(alert));
    let warning = || Puppet::new().parameters(When::Always, Says::Warn);
    let cases = [
        (
            both(vetoing(70), vetoing(40)),
            70,
            vec![by_first(SAID), by_second(SAID)],
        ),
        (
            both(vetoing(40), vetoing(70)),
            40,
            vec![by_first(SAID), by_second(SAID)],
        ),
        (both(Puppet::new(), vetoing(70)), 70, vec![by_second(SAID)]),
        (both(vetoing(70), Puppet::new()), 70, vec![by_first(SAID)]),
        (
            both(vetoing(70), warning()),
            70,
            vec![by_first(SAID), by_second(WARNED)],
        ),
        (
            both(warning(), vetoing(70)),
            70,
            vec![by_first(WARNED), by_second(SAID)],
        ),
    ];
    for (chain, alert, findings) in cases {
        for kind in kinds() {
            let what = format!("{kind:?} {alert} {findings:?}");
            let met = meet(chain.clone(), &kind).await.vetoed(&what);
            assert_eq!(met.said(&what), only(alert), "{what}");
            assert_eq!(said(&met.record.findings), findings, "{what}");
            assert_eq!(met.record.stage, Stage::Parameters, "{what}");
            // All were asked about the parameters, nobody about the peer.
            for at in [0, 1] {
                let asked: Vec<_> = calls(&met.record, at).iter().map(|call| call.0).collect();
                assert_eq!(asked, ["constrain", "judge-parameters"], "{what}");
            }
        }
    }
}

#[tokio::test]
async fn a_policy_that_fails_is_a_veto_whatever_the_other_says() {
    let failing = || Puppet::new().parameters(When::Always, Says::Trap);
    let vetoing = || Puppet::new().parameters(When::Always, Says::VetoWith(70));
    let engine = || ("host".to_owned(), "engine.trap");
    let cases = [
        (both(Puppet::new(), failing()), 80, vec![engine()]),
        (both(failing(), Puppet::new()), 80, vec![engine()]),
        (
            both(failing(), vetoing()),
            80,
            vec![engine(), by_second(SAID)],
        ),
        (
            both(vetoing(), failing()),
            70,
            vec![by_first(SAID), engine()],
        ),
    ];
    for (chain, alert, findings) in cases {
        let met = meet(chain, &tls13()).await.vetoed("a failure");
        assert_eq!(met.said("a failure"), only(alert));
        assert_eq!(said(&met.record.findings), findings);
    }
    let chain = both(Puppet::new().offering(Edit::Trap), Puppet::new());
    let met = meet(chain, &tls13()).await.vetoed("at constrain");
    assert_eq!(
        (met.said("at constrain"), met.record.stage),
        (only(80), Stage::Offer)
    );
}

#[tokio::test]
async fn what_approving_policies_find_is_recorded() {
    let warning = || {
        Puppet::new()
            .parameters(When::Always, Says::Warn)
            .peer(When::Always, Says::Warn)
    };
    let met = meet(both(warning(), warning()), &tls13())
        .await
        .approved("warned");
    let found = [by_first(WARNED), by_second(WARNED)];
    assert_eq!(said(&met.record.findings), [found.clone(), found].concat());
}

#[tokio::test]
async fn identity_vetoes_of_a_chain() {
    let vetoing = |alert| Puppet::new().peer(When::Always, Says::VetoWith(alert));
    for kind in kinds() {
        for (chain, alert) in [
            (both(Puppet::new(), vetoing(46)), 46),
            (both(vetoing(42), vetoing(46)), 42),
        ] {
            let server = server_with(chain, |builder| {
                builder.client_certificates(pki().client_verifier())
            });
            let config = kind.clone().with_identity(&pki().client).config();
            let met = server.visit(&config).await.vetoed("identity");
            assert_eq!(met.alert_heard(), Some(alert));
            assert_eq!(met.record.stage, Stage::Peer);
        }
    }
}

/// What the audited policy would have done.
fn would(met: &Met<TlsClient>, at: usize) -> &Would {
    let policy = &met.record.policies[at];
    assert_eq!(policy.mode, Mode::Audit);
    policy.would.as_ref().expect("it was asked")
}

/// Audited policies that stop nothing: what is recorded of them, and what they were asked.
struct Audited {
    puppet: Puppet,
    decision: Prospect,
    findings: Vec<(String, &'static str)>,
    calls: Vec<(&'static str, Answer)>,
}

fn audited() -> Vec<Audited> {
    use Answer::{Failed, Veto};
    let engine = |code| vec![("host".to_owned(), code)];
    let case = |puppet, decision, findings, calls| Audited {
        puppet,
        decision,
        findings,
        calls,
    };
    let puppet = Puppet::new;
    vec![
        case(
            puppet(),
            Prospect::Approved,
            vec![],
            vec![OFFER, PARAMETERS, PEER],
        ),
        case(
            puppet().peer(When::Always, Says::Warn),
            Prospect::Approved,
            vec![by_second(WARNED)],
            vec![OFFER, PARAMETERS, PEER],
        ),
        case(
            puppet().parameters(When::Always, Says::Veto),
            Prospect::Vetoed,
            vec![by_second(SAID)],
            vec![OFFER, ("judge-parameters", Veto)],
        ),
        case(
            puppet().peer(When::Always, Says::VetoWith(46)),
            Prospect::Vetoed,
            vec![by_second(SAID)],
            vec![OFFER, PARAMETERS, ("judge-peer", Veto)],
        ),
        case(
            puppet().parameters(When::Always, Says::Trap),
            Prospect::Vetoed,
            engine("engine.trap"),
            vec![OFFER, ("judge-parameters", Failed)],
        ),
        case(
            puppet().peer(When::Always, Says::Spin),
            Prospect::Vetoed,
            engine("engine.deadline"),
            vec![OFFER, PARAMETERS, ("judge-peer", Failed)],
        ),
        case(
            puppet().offering(Edit::Trap),
            Prospect::Vetoed,
            engine("engine.trap"),
            vec![("constrain", Failed)],
        ),
        case(
            puppet().offering(Edit::Versions(vec![])),
            Prospect::Vetoed,
            engine("offer.empty"),
            vec![OFFER],
        ),
        case(
            puppet().offering(Edit::ClientAuth(2)),
            Prospect::Vetoed,
            engine("offer.client-auth"),
            vec![OFFER],
        ),
    ]
}

#[tokio::test]
async fn an_audited_policy_stops_nothing_and_is_recorded() {
    for case in audited() {
        for kind in kinds() {
            let what = format!("{kind:?} {:?} {:?}", case.findings, case.calls);
            let met = meet(with_audited(case.puppet.clone()), &kind).await;
            let met = met.approved(&what);
            assert!(met.record.findings.is_empty(), "{what}");
            assert!(met.record.policies[0].would.is_none(), "{what}");
            assert_eq!(calls(&met.record, 0), [OFFER, PARAMETERS, PEER], "{what}");
            let would = would(&met, 1);
            assert_eq!(would.decision, case.decision, "{what}");
            assert_eq!(said(&would.findings), case.findings, "{what}");
            assert!(would.offer.is_none(), "{what}");
            assert_eq!(calls(&met.record, 1), case.calls, "{what}");
            let json = serde_json::to_value(&*met.record).expect("serialises");
            let policies = &json["countersign.policies"];
            assert_eq!(policies[0]["mode"], "enforce");
            assert_eq!(policies[1]["mode"], "audit");
            let vetoed = case.decision == Prospect::Vetoed;
            let word = if vetoed { "vetoed" } else { "approved" };
            assert_eq!(policies[1]["would"]["decision"], word, "{what}");
            assert!(policies[0].get("would").is_none(), "{what}");
        }
    }
}

#[tokio::test]
async fn an_audited_policy_narrows_nothing_and_its_narrower_offer_is_recorded() {
    let narrow = Puppet::new()
        .offering(Edit::Versions(vec![0x0303]))
        .offering(Edit::Groups(vec![0x0017]))
        .offering(Edit::Alpn(vec![]))
        .offering(Edit::NoResumption);
    let config = tls13().config();
    let whole = server(with_audited(Puppet::new())).visit(&config).await;
    let whole = whole.approved("whole").record.offer.clone();
    let server = server(with_audited(narrow));
    for resumed in [false, true] {
        let met = server.visit(&config).await.approved("not narrowed");
        assert_eq!(met.session().version.code(), 0x0304);
        assert_eq!(met.resumed(), resumed);
        assert_eq!(met.record.offer, whole);
        let would = would(&met, 1);
        // This client speaks TLS 1.3 alone.
        assert_eq!(would.decision, Prospect::Vetoed);
        assert_eq!(would.findings[0].code.as_str(), "offer.version");
        let offer = would.offer.as_ref().expect("a narrower one");
        let codes: Vec<_> = offer.versions.iter().map(|it| it.code()).collect();
        assert_eq!(codes, [0x0303]);
        let codes: Vec<_> = offer.groups.iter().map(|it| it.code()).collect();
        assert_eq!(codes, [0x0017]);
        assert!(offer.alpn.is_empty() && !offer.resumption);
        let json = serde_json::to_value(&*met.record).expect("serialises");
        let would = &json["countersign.policies"][1]["would"];
        assert_eq!(would["offer"]["versions"][0], "TLSv1.2");
    }
}

#[tokio::test]
async fn an_audited_policy_is_measured_against_what_is_left_wherever_it_stands() {
    // What the enforcing one takes, the audited one takes nothing from any more.
    let enforcing = || Link::enforce(default_policy(r#"{"versions": {"min": "TLSv1.3"}}"#));
    let audit = |version| {
        let puppet = Puppet::new().offering(Edit::Versions(version));
        Link::audit(puppet.policy())
    };
    for audit_first in [true, false] {
        let chain = |version| match audit_first {
            true => Chain::new(audit(version)).and(enforcing()),
            false => Chain::new(enforcing()).and(audit(version)),
        };
        let at = usize::from(!audit_first);
        let met = meet(chain(vec![0x0304]), &tls13()).await.approved("same");
        assert!(would(&met, at).offer.is_none(), "{audit_first}");
        assert_eq!(would(&met, at).decision, Prospect::Approved);
        let met = meet(chain(vec![0x0303]), &tls13()).await.approved("empty");
        assert_eq!(would(&met, at).decision, Prospect::Vetoed, "{audit_first}");
        assert_eq!(would(&met, at).findings[0].code.as_str(), "offer.empty");
    }
}

/// A client that speaks everything.
fn able() -> Kind {
    Kind {
        versions: [tls13().versions, tls12().versions].concat(),
        ..tls13()
    }
}

#[tokio::test]
async fn what_an_audited_policy_would_have_led_to_is_not_guessed() {
    let would_be = async |enforced: Puppet, audited: Puppet| {
        let chain = Chain::new(Link::enforce(enforced.policy())).and(Link::audit(audited.policy()));
        let met = meet(chain, &able()).await;
        would(&met, 1).decision
    };
    let plain = Puppet::new;
    assert_eq!(would_be(plain(), plain()).await, Prospect::Approved);
    // Another session would have come about, in TLS 1.2, or with another suite.
    for other in [
        Edit::Versions(vec![0x0303]),
        Edit::CipherSuites(vec![0x1303, 0xc02b]),
    ] {
        let audited = plain().offering(other);
        assert_eq!(would_be(plain(), audited).await, Prospect::Unknown);
    }
    // What is left of the offer leads to the same session.
    let audited = plain().offering(Edit::Versions(vec![0x0304]));
    assert_eq!(would_be(plain(), audited).await, Prospect::Approved);
    // It was not asked about the client.
    let enforced = plain().parameters(When::Always, Says::Veto);
    assert_eq!(would_be(enforced, plain()).await, Prospect::Unknown);
    // Neither leaves anything.
    let nothing = || plain().offering(Edit::Versions(vec![]));
    assert_eq!(would_be(nothing(), nothing()).await, Prospect::Vetoed);
}

#[tokio::test]
async fn an_audited_policy_first_in_the_chain_gives_no_order() {
    let audited = Puppet::new().offering(Edit::CipherSuites(vec![0x1303, 0x1301]));
    let enforcing = Puppet::new().offering(Edit::CipherSuites(vec![0x1301, 0x1303]));
    let chain = Chain::new(Link::audit(audited.policy())).and(Link::enforce(enforcing.policy()));
    let met = meet(chain, &tls13()).await.approved("ordered");
    let offer = met.record.offer.clone().expect("an offer");
    let suites: Vec<_> = offer.cipher_suites.iter().map(|it| it.code()).collect();
    assert_eq!(suites, [0x1301, 0x1303]);
}

#[tokio::test]
async fn a_chain_of_audited_policies_alone_approves() {
    for says in [Says::Veto, Says::Trap, Says::Spin] {
        let refusing = || Link::audit(Puppet::new().parameters(When::Always, says).policy());
        for kind in [tls13(), tls12()] {
            let chain = Chain::new(refusing()).and(refusing());
            let met = meet(chain, &kind).await.approved("audited");
            for at in [0, 1] {
                assert_eq!(would(&met, at).decision, Prospect::Vetoed);
            }
            assert!(met.record.findings.is_empty());
        }
    }
}

#[tokio::test]
async fn an_audited_policy_is_heard_beside_a_veto() {
    let vetoing = Link::enforce(Puppet::new().parameters(When::Always, Says::Veto).policy());
    let audited = Link::audit(
        Puppet::new()
            .named("scnd")
            .parameters(When::Always, Says::VetoWith(40))
            .policy(),
    );
    for chain in [
        Chain::new(vetoing.clone()).and(audited.clone()),
        Chain::new(audited).and(vetoing),
    ] {
        let met = meet(chain, &tls13())
            .await
            .vetoed("by the one that enforces");
        assert_eq!(met.said("71"), only(71));
        assert_eq!(met.codes(), [SAID]);
        let audited = met.record.policies.iter().find(|it| it.mode == Mode::Audit);
        let would = audited.and_then(|it| it.would.as_ref()).expect("asked");
        assert_eq!(said(&would.findings), [by_second(SAID)]);
    }
}

#[tokio::test]
async fn an_audited_policy_learns_of_the_client_certificate_too() {
    let audited = Link::audit(Puppet::new().peer(When::Certificate, Says::Veto).policy());
    for kind in kinds() {
        let server = server_with(audited.clone(), |builder| {
            builder.client_certificates(pki().optional_client_verifier())
        });
        let without = server.visit(&kind.config()).await.approved("without");
        assert_eq!(would(&without, 0).decision, Prospect::Approved);
        let config = kind.with_identity(&pki().client).config();
        let with = server.visit(&config).await.approved("with");
        assert_eq!(would(&with, 0).decision, Prospect::Vetoed);
    }
}
