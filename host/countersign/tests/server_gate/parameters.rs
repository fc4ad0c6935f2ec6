//! Refusals before ServerHello: what leaves is one alert in clear, and nothing else.

use std::sync::Arc;

use crate::peers::{
    client::{Kind, TlsClient, kinds, tls12, tls13},
    gate::{Met, Server, calls, failure, server, server_with},
    pki::pki,
    puppet::{Answer as Says, Edit, Puppet, SAID, When, default_policy},
    said::only,
};
use countersign::{
    record::{Answer, Stage},
    rustls::{
        CipherSuite, NamedGroup, SupportedCipherSuite, crypto::CryptoProvider, crypto::aws_lc_rs,
        server::danger::ClientCertVerifier,
    },
};

/// What a kind of refusal comes to: alert, stage, code, answers.
pub(crate) type Refusal = (Puppet, u8, Stage, &'static str, Vec<Answer>);

/// Refusals of policies about parameters, and of policies that fail there.
pub(crate) fn of_parameters() -> Vec<Refusal> {
    use Answer::{Failed, Offer, Veto};
    let refusal = |says, alert, code, answer| {
        let puppet = Puppet::new().parameters(When::Always, says);
        (puppet, alert, Stage::Parameters, code, vec![Offer, answer])
    };
    vec![
        // Without a choice of the policy's, 71 for parameters and 49 for a peer (wit/policy.wit, `refusal`).
        refusal(Says::Veto, 71, SAID, Veto),
        refusal(Says::VetoWith(70), 70, SAID, Veto),
        refusal(Says::VetoWith(112), 112, SAID, Veto),
        refusal(Says::Trap, 80, "engine.trap", Failed),
        refusal(Says::Spin, 80, "engine.deadline", Failed),
    ]
}

/// The same about a peer.
pub(crate) fn of_peers() -> Vec<Refusal> {
    use Answer::{Approve, Failed, Offer, Veto};
    let refusal = |says, alert, code, answer| {
        let puppet = Puppet::new().peer(When::Always, says);
        let answers = vec![Offer, Approve, answer];
        (puppet, alert, Stage::Peer, code, answers)
    };
    vec![
        refusal(Says::Veto, 49, SAID, Veto),
        refusal(Says::VetoWith(46), 46, SAID, Veto),
        refusal(Says::Trap, 80, "engine.trap", Failed),
        refusal(Says::Spin, 80, "engine.deadline", Failed),
    ]
}

/// Looks at a refused connection: stage, code and answers as expected, and nothing else wrong.
pub(crate) fn assert_refusal<T: crate::peers::wire::Script>(
    met: &Met<T>,
    (_, alert, stage, code, answers): &Refusal,
    what: &str,
) {
    let record = &met.record;
    assert_eq!(
        record.alert.map(|alert| alert.code()),
        Some(*alert),
        "{what}"
    );
    assert_eq!(record.stage, *stage, "{what}");
    assert_eq!(met.codes(), [*code], "{what}");
    let given: Vec<_> = calls(record, 0).into_iter().map(|call| call.1).collect();
    assert_eq!(given, *answers, "{what}");
    assert_eq!(failure(record), None, "{what}");
}

async fn assert_all(
    refusals: &[Refusal],
    kind: &Kind,
    verifier: Option<Arc<dyn ClientCertVerifier>>,
) {
    for refusal in refusals {
        let what = format!("{kind:?} {:?} {:?}", refusal.1, refusal.3);
        let server = server_with(refusal.0.policy(), |builder| match &verifier {
            Some(verifier) => builder.client_certificates(Arc::clone(verifier)),
            None => builder,
        });
        let client = TlsClient::new(&kind.config()).saying(b"too early");
        let met = server.meet(client).await.vetoed(&what);
        assert_eq!(met.said(&what), only(refusal.1), "{what}");
        assert_eq!(met.alert_heard(), Some(refusal.1), "{what}");
        assert_refusal(&met, refusal, &what);
        assert!(!met.session().resumed, "{what}");
    }
}

#[tokio::test]
async fn of_parameters_however_the_client_is_asked_for_a_certificate() {
    for kind in kinds() {
        assert_all(&of_parameters(), &kind, None).await;
        let kind = kind.with_identity(&pki().client);
        for verifier in [pki().client_verifier(), pki().optional_client_verifier()] {
            assert_all(&of_parameters(), &kind, Some(verifier)).await;
        }
    }
}

#[tokio::test]
async fn of_a_peer_that_is_not_asked_who_it_is() {
    // There is no more to know of it, so the verdict falls before ServerHello.
    for kind in kinds() {
        assert_all(&of_peers(), &kind, None).await;
    }
}

#[tokio::test]
async fn of_peers_without_a_certificate_where_none_was_asked_for() {
    let refusing = Puppet::new().peer(When::NoCertificate, Says::VetoWith(116));
    for kind in kinds() {
        let what = format!("{kind:?}");
        let met = server(refusing.policy()).visit(&kind.config()).await;
        assert_eq!(met.vetoed(&what).said(&what), only(116), "{what}");
    }
}

#[tokio::test]
async fn where_nothing_can_be_offered() {
    let nothing: [(&str, Puppet); 4] = [
        (
            "offer.empty",
            Puppet::new().offering(Edit::Versions(vec![])),
        ),
        (
            "offer.empty",
            Puppet::new().offering(Edit::Groups(vec![0xfe00])),
        ),
        (
            "offer.client-auth",
            Puppet::new().offering(Edit::ClientAuth(1)),
        ),
        (
            "offer.client-auth",
            Puppet::new().offering(Edit::ClientAuth(2)),
        ),
    ];
    for kind in kinds() {
        for (code, puppet) in &nothing {
            let what = format!("{kind:?} {code}");
            let met = server(puppet.policy()).visit(&kind.config()).await;
            let met = met.vetoed(&what);
            // handshake_failure: no acceptable set of parameters (RFC 8446, section 6.2).
            assert_eq!(met.said(&what), only(40), "{what}");
            assert_eq!(met.record.stage, Stage::Offer, "{what}");
            assert_eq!(met.codes(), [*code], "{what}");
            assert_eq!(calls(&met.record, 0), [("constrain", Answer::Offer)]);
            assert!(met.record.offer.is_none() && met.record.session.is_none());
            // What the client said is known all the same.
            assert!(met.record.facts.client_hello().is_some(), "{what}");
        }
    }
}

#[tokio::test]
async fn where_a_policy_fails_to_say_what_to_offer() {
    for (edit, code) in [(Edit::Trap, "engine.trap"), (Edit::Spin, "engine.deadline")] {
        for kind in kinds() {
            let what = format!("{kind:?} {code}");
            let failing = Puppet::new().offering(edit.clone()).policy();
            let met = server(failing).visit(&kind.config()).await.vetoed(&what);
            assert_eq!(met.said(&what), only(80), "{what}");
            assert_eq!((met.record.stage, met.codes()), (Stage::Offer, vec![code]));
            assert_eq!(calls(&met.record, 0), [("constrain", Answer::Failed)]);
        }
    }
}

/// A server whose TLS library has only these suites and groups, where they are named.
fn with_floor(suites: Option<&[CipherSuite]>, groups: Option<&[NamedGroup]>) -> Server {
    server_with(Puppet::new().policy(), |builder| {
        builder.provider(provider(suites, groups))
    })
}

fn provider(suites: Option<&[CipherSuite]>, groups: Option<&[NamedGroup]>) -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    let has =
        |suite: &SupportedCipherSuite| suites.is_none_or(|wanted| wanted.contains(&suite.suite()));
    provider.cipher_suites.retain(has);
    provider
        .kx_groups
        .retain(|group| groups.is_none_or(|wanted| wanted.contains(&group.name())));
    provider
}

/// A client that the server has nothing in common with.
struct Stranger {
    server: Server,
    client: Kind,
    code: &'static str,
    alert: u8,
    /// A part of what the finding says.
    says: &'static str,
}

fn strangers() -> Vec<Stranger> {
    let stranger = |server, client, code, alert, says| Stranger {
        server,
        client,
        code,
        alert,
        says,
    };
    let offering = |edit| server(Puppet::new().offering(edit).policy());
    let aes128 = tls13().with_suites(&[CipherSuite::TLS13_AES_128_GCM_SHA256]);
    let aes128_tls12 = tls12().with_suites(&[CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]);
    let x25519 = |kind: Kind| kind.with_groups(&[NamedGroup::X25519]);
    let smtp = |kind: Kind| kind.with_alpn(&["smtp"]);
    let http1 = |kind: Kind| kind.with_alpn(&["http/1.1"]);
    let other_suites: &[_] = &[
        CipherSuite::TLS13_AES_256_GCM_SHA384,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    ];
    let floor = |suites, groups| with_floor(suites, groups);
    let other_groups: Option<&[_]> = Some(&[NamedGroup::secp256r1]);
    vec![
        stranger(
            offering(Edit::Versions(vec![0x0303])),
            tls13(),
            "offer.version",
            70,
            "TLSv1.3",
        ),
        stranger(
            offering(Edit::Versions(vec![0x0304])),
            tls12(),
            "offer.version",
            70,
            "TLSv1.2",
        ),
        stranger(
            offering(Edit::CipherSuites(vec![0x1302, 0xc02c])),
            aes128.clone(),
            "offer.cipher-suite",
            71,
            "TLS_AES_256_GCM_SHA384",
        ),
        stranger(
            offering(Edit::CipherSuites(vec![0x1302, 0xc02c])),
            aes128_tls12.clone(),
            "offer.cipher-suite",
            71,
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        ),
        stranger(
            offering(Edit::Groups(vec![0x0017])),
            x25519(tls13()),
            "offer.group",
            71,
            "secp256r1",
        ),
        stranger(
            offering(Edit::Groups(vec![0x0017])),
            x25519(tls12()),
            "offer.group",
            71,
            "x25519",
        ),
        stranger(
            offering(Edit::Alpn(vec!["h2"])),
            http1(tls13()),
            "offer.alpn",
            120,
            "http/1.1",
        ),
        stranger(
            offering(Edit::Alpn(vec!["h2"])),
            http1(tls12()),
            "offer.alpn",
            120,
            "h2",
        ),
        stranger(
            floor(Some(other_suites), None),
            aes128,
            "floor.cipher-suite",
            71,
            "TLS_AES_256_GCM_SHA384",
        ),
        stranger(
            floor(Some(other_suites), None),
            aes128_tls12,
            "floor.cipher-suite",
            71,
            "TLSv1.2",
        ),
        stranger(
            floor(None, other_groups),
            x25519(tls13()),
            "floor.group",
            71,
            "secp256r1",
        ),
        stranger(
            floor(None, other_groups),
            x25519(tls12()),
            "floor.group",
            71,
            "x25519",
        ),
        stranger(floor(None, None), smtp(tls13()), "floor.alpn", 120, "smtp"),
        stranger(
            floor(None, None),
            smtp(tls12()),
            "floor.alpn",
            120,
            "http/1.1",
        ),
    ]
}

#[tokio::test]
async fn where_the_peers_have_nothing_in_common() {
    for stranger in strangers() {
        let what = format!("{:?} {}", stranger.client, stranger.code);
        let client = stranger.client.config();
        let met = stranger.server.visit(&client).await.vetoed(&what);
        assert_eq!(met.said(&what), only(stranger.alert), "{what}");
        assert_eq!(met.alert_heard(), Some(stranger.alert), "{what}");
        assert_eq!(met.codes(), [stranger.code], "{what}");
        assert_eq!(met.record.stage, Stage::Handshake, "{what}");
        assert!(met.record.session.is_none(), "{what}");
        // There is no session, so nobody is asked to judge one.
        assert_eq!(calls(&met.record, 0), [("constrain", Answer::Offer)]);
        let message = &met.record.findings[0].message;
        assert!(message.contains(stranger.says), "{what}: {message}");
        let source = serde_json::to_value(&met.record.findings[0].source);
        assert_eq!(source.expect("serialises"), "host", "{what}");
    }
}

#[tokio::test]
async fn what_the_library_lacks_in_one_version_does_not_spoil_the_other() {
    // A TLS library without any suite of TLS 1.3 negotiates TLS 1.2 with a client that has both.
    let both = Kind {
        versions: [tls13().versions, tls12().versions].concat(),
        ..tls13()
    };
    let tls12_alone: &[_] = &[CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256];
    let tls13_alone: &[_] = &[CipherSuite::TLS13_AES_128_GCM_SHA256];
    for (suites, version) in [(tls12_alone, 0x0303), (tls13_alone, 0x0304)] {
        let server = with_floor(Some(suites), None);
        let met = server.visit(&both.config()).await.approved("one version");
        assert_eq!(met.session().version.code(), version);
    }
    // And ML-KEM, which TLS 1.2 does not have, is a reason to refuse only TLS 1.2.
    let server = with_floor(None, Some(&[NamedGroup::X25519MLKEM768]));
    let met = server.visit(&both.config()).await.approved("TLS 1.3");
    assert_eq!(met.session().version.code(), 0x0304);
    let met = server.visit(&tls12().config()).await.vetoed("TLS 1.2");
    assert!(met.codes()[0].starts_with("floor."), "{:?}", met.codes());
}

#[tokio::test]
async fn where_the_default_policy_refuses() {
    let settings = r#"{"versions": {"min": "TLSv1.3"}}"#;
    let met = server(default_policy(settings))
        .visit(&tls12().config())
        .await;
    let met = met.vetoed("TLS 1.2");
    assert_eq!(met.said("TLS 1.2"), only(70));
    assert_eq!(met.codes(), ["offer.version"]);
}

#[tokio::test]
async fn of_resumed_sessions() {
    let refusals = [
        (
            Puppet::new().parameters(When::Resumed, Says::Veto),
            71,
            Stage::Parameters,
        ),
        (
            Puppet::new().parameters(When::Resumed, Says::Trap),
            80,
            Stage::Parameters,
        ),
        (
            Puppet::new().peer(When::Resumed, Says::Veto),
            49,
            Stage::Peer,
        ),
        (
            Puppet::new().peer(When::Resumed, Says::Spin),
            80,
            Stage::Peer,
        ),
    ];
    for kind in kinds() {
        for authenticates in [false, true] {
            for (puppet, alert, stage) in &refusals {
                let what = format!("{kind:?} {authenticates} {alert} {stage:?}");
                let kind = match authenticates {
                    true => kind.clone().with_identity(&pki().client),
                    false => kind.clone(),
                };
                let server = server_with(puppet.policy(), |builder| match authenticates {
                    true => builder.client_certificates(pki().client_verifier()),
                    false => builder,
                });
                let config = kind.config();
                assert!(!server.visit(&config).await.approved(&what).resumed());
                let met = server.visit(&config).await.vetoed(&what);
                assert!(met.resumed(), "{what}");
                assert_eq!(met.said(&what), only(*alert), "{what}");
                assert_eq!(met.record.stage, *stage, "{what}");
                // The chain of the first handshake is known to the policy.
                let chain = met.record.facts.peer_certificates().len();
                assert_eq!(chain, usize::from(authenticates), "{what}");
            }
        }
    }
}
