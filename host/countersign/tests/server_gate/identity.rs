//! The stage in which a client says who it is: approvals, vetoes with the very alert that was chosen, and refusals of the
//! host for the certificate's sake.

use std::sync::Arc;

use crate::parameters::{assert_refusal, of_peers};
use crate::peers::{
    client::{Kind, TlsClient, in_need_of_retry, kinds, tls13},
    gate::{Met, Server, failure, server_with},
    pki::{CLIENT, Identity, pki},
    puppet::{Answer, Edit, Puppet, SAID, When, approving},
    records::split,
    said::{is_one_sealed_alert, plain_alert},
};
use countersign::{
    offer::ClientAuth,
    policy::Policy,
    record::{Decision, Stage},
    rustls::{
        ClientConfig, SignatureScheme,
        client::ResolvesClientCert,
        crypto::aws_lc_rs,
        server::{WebPkiClientVerifier, danger::ClientCertVerifier},
        sign::CertifiedKey,
    },
};

/// A server with a policy, asking more or less strictly.
type Ask = fn(Policy) -> Server;

fn requiring(policy: Policy) -> Server {
    with_verifier(policy, pki().client_verifier())
}

fn asking(policy: Policy) -> Server {
    with_verifier(policy, pki().optional_client_verifier())
}

fn with_verifier(policy: Policy, verifier: Arc<dyn ClientCertVerifier>) -> Server {
    server_with(policy, |builder| builder.client_certificates(verifier))
}

/// After the client's last flight, one alert came: encrypted in TLS 1.3, in clear before. No ticket, and in TLS 1.2
/// neither ChangeCipherSpec nor Finished.
fn assert_only_alert(met: &Met<TlsClient>, kind: &Kind, alert: u8, what: &str) {
    let words = met.last_words();
    match kind.is_tls13() {
        true => assert!(is_one_sealed_alert(&words), "{what}: {words:02x?}"),
        false => assert_eq!(words, plain_alert(alert), "{what}"),
    }
    assert_eq!(met.alert_heard(), Some(alert), "{what}");
    let recorded = met.record.alert.map(|alert| alert.code());
    assert_eq!(recorded, Some(alert), "{what}");
    met.witness.script(|client| {
        assert_eq!(client.tickets(), 0, "{what}");
        assert!(client.received.is_empty(), "{what}");
        // In TLS 1.2 the server has the last word of the handshake.
        assert_eq!(client.is_handshaking(), !kind.is_tls13(), "{what}");
    });
}

/// Kinds of clients that show who they are, one of which needs a second hello.
fn authenticating(identity: &'static Identity) -> Vec<(Kind, Puppet)> {
    let [tls13, tls12] = kinds().map(|kind| kind.with_identity(identity));
    let retried = Puppet::new().offering(Edit::Groups(vec![0x0018]));
    vec![
        (tls13, Puppet::new()),
        (tls12, Puppet::new()),
        (in_need_of_retry().with_identity(identity), retried),
    ]
}

#[tokio::test]
async fn a_vetoed_client_hears_the_chosen_alert_and_gets_nothing_else() {
    for (kind, _) in authenticating(&pki().client) {
        for refusal in of_peers() {
            let what = format!("{kind:?} {:?} {:?}", refusal.1, refusal.3);
            let puppet = match kind.groups {
                Some(_) => refusal.0.clone().offering(Edit::Groups(vec![0x0018])),
                None => refusal.0.clone(),
            };
            for ask in [requiring as Ask, asking] {
                let client = TlsClient::new(&kind.config()).saying(b"not for you");
                let met = ask(puppet.policy()).meet(client).await.vetoed(&what);
                assert_only_alert(&met, &kind, refusal.1, &what);
                assert_refusal(&met, &refusal, &what);
                assert_eq!(met.record.facts.peer_certificates().len(), 1, "{what}");
                assert_eq!(met.session().retried, kind.groups.is_some(), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn every_suite_of_tls13_can_seal_the_alert() {
    use countersign::rustls::CipherSuite as S;
    let refusing = Puppet::new().peer(When::Always, Answer::Veto).policy();
    for suite in [
        S::TLS13_AES_128_GCM_SHA256,
        S::TLS13_AES_256_GCM_SHA384,
        S::TLS13_CHACHA20_POLY1305_SHA256,
    ] {
        let kind = tls13().with_identity(&pki().client).with_suites(&[suite]);
        let what = format!("{suite:?}");
        let met = requiring(refusing.clone()).visit(&kind.config()).await;
        assert_only_alert(&met.vetoed(&what), &kind, 49, &what);
    }
}

#[tokio::test]
async fn the_flight_leaves_before_the_client_is_judged_and_the_rest_does_not() {
    let refusing = Puppet::new().peer(When::Always, Answer::Veto).policy();
    for kind in kinds() {
        let what = format!("{kind:?}");
        let config = kind.clone().with_identity(&pki().client).config();
        let met = requiring(refusing.clone())
            .visit(&config)
            .await
            .vetoed(&what);
        let (written, last) = (met.witness.written(), met.last_words());
        let flight = &written[..written.len() - last.len()];
        let types: Vec<u8> = split(flight).iter().map(|record| record[0]).collect();
        match kind.is_tls13() {
            // ServerHello, ChangeCipherSpec, and the rest encrypted.
            true => assert!(types.starts_with(&[22, 20, 23]), "{types:?}"),
            false => assert!(types.iter().all(|kind| *kind == 22), "{types:?}"),
        }
    }
}

#[tokio::test]
async fn a_client_without_a_certificate_is_judged_as_an_empty_list() {
    for kind in kinds() {
        let what = format!("{kind:?}");
        let (without, with) = (
            kind.config(),
            kind.clone().with_identity(&pki().client).config(),
        );
        let wanting = Puppet::new().peer(When::NoCertificate, Answer::VetoWith(116));
        let server = asking(wanting.policy());
        let met = server.visit(&without).await.vetoed(&what);
        assert_only_alert(&met, &kind, 116, &what);
        assert_eq!((met.record.stage, met.codes()), (Stage::Peer, vec![SAID]));
        assert!(met.record.facts.peer_certificates().is_empty(), "{what}");
        server.visit(&with).await.approved(&what);

        let shy = Puppet::new().peer(When::Certificate, Answer::Veto);
        let server = asking(shy.policy());
        let met = server.visit(&without).await.approved(&what);
        assert_eq!(met.record.facts.peer_verification().as_str(), "not-made");
        let met = server.visit(&with).await.vetoed(&what);
        assert_only_alert(&met, &kind, 49, &what);
    }
}

#[tokio::test]
async fn a_verifier_that_asks_nobody_is_as_good_as_none() {
    let server = with_verifier(approving(), WebPkiClientVerifier::no_client_auth());
    for kind in kinds() {
        let met = server.visit(&kind.config()).await.approved("not asked");
        let offer = met.record.offer.as_ref().expect("an offer");
        assert_eq!(offer.client_auth, ClientAuth::None);
    }
}

#[tokio::test]
async fn a_client_without_a_required_certificate_is_refused() {
    // certificate_required (RFC 8446, section 6.2), which the TLS library sends in TLS 1.2, too.
    let asking_strictly = Puppet::new().offering(Edit::ClientAuth(2)).policy();
    for kind in kinds() {
        for server in [requiring(approving()), asking(asking_strictly.clone())] {
            let what = format!("{kind:?}");
            let met = server
                .visit(&kind.config())
                .await
                .failed("certificate", &what);
            assert_only_alert(&met, &kind, 116, &what);
            assert!(met.record.facts.peer_certificates().is_empty(), "{what}");
            let offered = met.record.offer.as_ref().expect("an offer").client_auth;
            assert_eq!(offered, ClientAuth::Require, "{what}");
        }
    }
}

#[tokio::test]
async fn a_policy_cannot_ask_less_strictly_than_the_host() {
    let lax = Puppet::new().offering(Edit::ClientAuth(0)).policy();
    for kind in kinds() {
        let what = format!("{kind:?}");
        let met = requiring(lax.clone()).visit(&kind.config()).await;
        met.failed("certificate", &what);
        let config = kind.with_identity(&pki().client).config();
        let met = asking(lax.clone()).visit(&config).await.approved(&what);
        assert_eq!(met.record.facts.peer_certificates().len(), 1, "{what}");
    }
}

/// Clients whose chain is not accepted: what the check says, and the alert (RFC 8446, section 6.2).
fn distrusted() -> [(&'static Identity, &'static str, u8); 2] {
    [
        (&pki().expired_client, "expired", 45),
        (&pki().strange_client, "unknown-issuer", 48),
    ]
}

#[tokio::test]
async fn a_chain_that_is_not_accepted_is_refused_though_policy_approves() {
    for (identity, check, alert) in distrusted() {
        for (kind, puppet) in authenticating(identity) {
            for ask in [requiring as Ask, asking] {
                let what = format!("{kind:?} {check}");
                let client = TlsClient::new(&kind.config()).saying(b"not for you");
                let met = ask(puppet.policy()).meet(client).await;
                let met = met.failed("certificate", &what);
                assert_only_alert(&met, &kind, alert, &what);
                assert_eq!(met.record.stage, Stage::Peer, "{what}");
                let facts = &met.record.facts;
                assert_eq!(facts.peer_verification().as_str(), check, "{what}");
                assert_eq!(facts.peer_certificates().len(), 1, "{what}");
                // The policy was asked as well.
                let calls = crate::peers::gate::calls(&met.record, 0);
                assert_eq!(calls.last().map(|call| call.0), Some("judge-peer"));
            }
        }
    }
}

#[tokio::test]
async fn where_certificate_and_policy_both_speak_against_it_both_are_recorded() {
    for (identity, check, _) in distrusted() {
        for (kind, puppet) in authenticating(identity) {
            let what = format!("{kind:?} {check}");
            let puppet = puppet.peer(When::Always, Answer::VetoWith(46));
            let met = requiring(puppet.policy()).visit(&kind.config()).await;
            let met = met.vetoed(&what);
            assert_only_alert(&met, &kind, 46, &what);
            assert_eq!(met.codes(), [SAID], "{what}");
            assert_eq!(failure(&met.record), Some("certificate"), "{what}");
            assert_eq!(met.record.decision, Decision::Vetoed, "{what}");
        }
    }
}

/// Shows the certificate of one and signs with the key of another.
#[derive(Debug)]
struct Impostor;

impl ResolvesClientCert for Impostor {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let chain = vec![pki().client.certificate.clone()];
        let provider = aws_lc_rs::default_provider();
        let key = provider.key_provider.load_private_key(pki().good.key());
        Some(Arc::new(CertifiedKey::new(chain, key.expect("a key"))))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn a_client_that_does_not_have_the_key_is_refused() {
    for kind in kinds() {
        for ask in [requiring as Ask, asking] {
            let what = format!("{kind:?}");
            let mut config = ClientConfig::clone(&kind.config());
            config.client_auth_cert_resolver = Arc::new(Impostor);
            let met = ask(approving()).visit(&Arc::new(config)).await;
            let met = met.failed("unproven", &what);
            // decrypt_error: a signature does not verify (RFC 8446, section 6.2).
            assert_only_alert(&met, &kind, 51, &what);
            let calls = crate::peers::gate::calls(&met.record, 0);
            assert_eq!(calls.last().map(|call| call.0), Some("judge-peer"));
            let facts = &met.record.facts;
            assert_eq!(facts.peer_certificates().len(), 1, "{what}");
            assert_eq!(facts.peer_verification().as_str(), "valid", "{what}");
        }
    }
}

#[tokio::test]
async fn what_policy_has_against_an_impostor_is_told_as_well() {
    let refusing = Puppet::new().peer(When::Certificate, Answer::VetoWith(46));
    for kind in kinds() {
        let what = format!("{kind:?}");
        let mut config = ClientConfig::clone(&kind.config());
        config.client_auth_cert_resolver = Arc::new(Impostor);
        let met = requiring(refusing.policy()).visit(&Arc::new(config)).await;
        let met = met.vetoed(&what);
        // RFC 8446, section 4.4.3: not the policy's.
        assert_only_alert(&met, &kind, 51, &what);
        assert_eq!(failure(&met.record), Some("unproven"), "{what}");
    }
}

#[tokio::test]
async fn the_scheme_that_a_client_signed_with_is_known() {
    // The key is one of P-256: TLS 1.3 has one scheme for it (RFC 8446, section 4.2.3), and in TLS 1.2 the TLS library's
    // first choice for it is the same.
    for kind in kinds() {
        let config = kind.clone().with_identity(&pki().client).config();
        let met = requiring(approving()).visit(&config).await;
        let met = met.approved("a client with a certificate");
        let scheme = met.record.facts.signature_scheme().map(u16::from);
        assert_eq!(scheme, Some(0x0403), "{kind:?}");
        let met = asking(approving()).visit(&kind.config()).await;
        let met = met.approved("a client without one");
        assert_eq!(met.record.facts.signature_scheme(), None, "{kind:?}");
    }
}

#[tokio::test]
async fn a_tls13_client_stays_hidden_from_who_only_listens() {
    // RFC 8446: the certificate is encrypted. Here: nothing of it comes back in clear either.
    let refusing = Puppet::new().peer(When::Always, Answer::Veto).policy();
    let config = tls13().with_identity(&pki().client).config();
    let met = requiring(refusing).visit(&config).await.vetoed("hidden");
    let written = met.witness.written();
    let marker = CLIENT.as_bytes();
    assert!(!written.windows(marker.len()).any(|at| at == marker));
    let json = serde_json::to_value(&*met.record).expect("serialises");
    let subject = json["tls.client.subject"].as_str().unwrap_or_default();
    assert!(subject.contains(CLIENT), "{subject}");
}
