//! Certificates that do not verify: the policy is asked all the same, and the client's identity stays where it is.

use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use crate::peers::{
    gate::{calls, client, client_with, failure, findings},
    guest::{Says, default_policy, policy},
    pki::{CLIENT, Identity, pki},
    records::{Said, unapproved},
    server::{Kind, TlsServer, kinds},
    wire::{Manner, wire},
};
use countersign::{
    HandshakeError, Refused,
    facts::ChainCheck,
    record::{Answer, Decision, DecisionRecord, Stage},
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    },
};

/// Each bad certificate, the word for it, and the alert of RFC 8446, section 6.2.
fn bad() -> [(&'static Identity, &'static str, u8); 3] {
    let pki = pki();
    [
        (&pki.expired, "expired", 45),
        (&pki.stranger, "unknown-issuer", 48),
        (&pki.misnamed, "name-mismatch", 42),
    ]
}

/// Every server with every bad certificate.
fn servers() -> impl Iterator<Item = (Kind, &'static str, u8)> {
    let with = |kind| bad().map(|(identity, word, alert)| (Kind { identity, ..kind }, word, alert));
    kinds().into_iter().flat_map(with)
}

/// Connects, must be refused, and must not have shown the client's certificate.
async fn refused(says: Says, kind: &Kind) -> (Refused, Said) {
    let (io, witness) = wire(TlsServer::new(&kind.config()), Manner::default());
    let refused = client(policy(says)).connect(io).await.expect_err("refused");
    let learnt = witness.script(|server| server.knows_client() || !server.is_handshaking());
    assert!(!learnt, "{kind:?}");
    let written = witness.written();
    let marker = CLIENT.as_bytes();
    assert!(
        !written.windows(marker.len()).any(|at| at == marker),
        "{kind:?}"
    );
    let said = unapproved(&written).unwrap_or_else(|other| panic!("{kind:?}: {other}"));
    (refused, said)
}

fn check(record: &DecisionRecord) -> &'static str {
    record.facts.peer_verification().as_str()
}

#[tokio::test]
async fn a_bad_certificate_fails_where_policy_approved() {
    for (kind, word, alert) in servers() {
        let (refused, said) = refused(Says::Yes, &kind).await;
        let Refused::Failed(refusal) = refused else {
            panic!("{kind:?}: {refused}");
        };
        assert!(matches!(
            refusal.error,
            HandshakeError::Certificate(ChainCheck::Invalid { .. })
        ));
        let record = refusal.record;
        assert_eq!(record.decision, Decision::Failed);
        assert_eq!(failure(&record), Some("certificate"), "{kind:?}");
        assert_eq!(check(&record), word, "{kind:?}");
        assert_eq!(
            said,
            Said {
                hellos: 1,
                alert: Some(alert)
            },
            "{kind:?} {word}"
        );
        let judged = [
            ("constrain", Answer::Offer),
            ("judge-parameters", Answer::Approve),
            ("judge-peer", Answer::Approve),
        ];
        assert_eq!(calls(&record), judged, "{kind:?}");
        assert_eq!(
            record.facts.peer_certificates()[0].der(),
            kind.identity.certificate.as_ref()
        );
    }
}

#[tokio::test]
async fn a_veto_and_a_bad_certificate_are_both_told() {
    for (kind, word, _) in servers() {
        for (says, alert, stage) in [
            (Says::NoToParameters, 71, Stage::Parameters),
            (Says::NoToPeer, 49, Stage::Peer),
        ] {
            let (refused, said) = refused(says, &kind).await;
            let Refused::Veto(veto) = refused else {
                panic!("{kind:?}: {refused}");
            };
            assert_eq!(veto.record.decision, Decision::Vetoed);
            assert_eq!(veto.stage, stage);
            assert_eq!(findings(&veto.record), ["test.said"]);
            assert_eq!(failure(&veto.record), Some("certificate"), "{kind:?}");
            assert_eq!(check(&veto.record), word);
            assert_eq!(
                said,
                Said {
                    hellos: 1,
                    alert: Some(alert)
                },
                "{kind:?}"
            );
        }
    }
}

#[tokio::test]
async fn bad_certificates_can_be_accepted_by_the_program() {
    for (kind, word, _) in servers() {
        let accept =
            |builder: countersign::ClientGateBuilder| builder.accept_invalid_certificates(true);
        let client = client_with(policy(Says::Yes), accept);
        let (io, witness) = wire(TlsServer::new(&kind.config()), Manner::default());
        let approved = client.connect(io).await.expect("approved");
        assert_eq!(approved.record.decision, Decision::Approved);
        assert_eq!(failure(&approved.record), None);
        assert_eq!(check(&approved.record), word);
        assert_eq!(
            witness.script(|server| server.knows_client()),
            kind.client_auth
        );
        // The policy's word still counts.
        let strict = client_with(policy(Says::NoToPeer), accept);
        let (io, _) = wire(TlsServer::new(&kind.config()), Manner::default());
        let refused = strict.connect(io).await.expect_err("vetoed");
        assert_eq!(refused.record().decision, Decision::Vetoed);
        assert_eq!(failure(refused.record()), None);
    }
}

#[tokio::test]
async fn the_default_policy_changes_nothing_of_that() {
    for (kind, word, _) in servers() {
        let (io, _) = wire(TlsServer::new(&kind.config()), Manner::default());
        let refused = client(default_policy("{}"))
            .connect(io)
            .await
            .expect_err("refused");
        assert_eq!(failure(refused.record()), Some("certificate"));
        assert_eq!(check(refused.record()), word);
    }
}

#[tokio::test]
async fn the_record_says_when_the_certificate_ended() {
    let kind = Kind {
        identity: &pki().expired,
        ..kinds()[0]
    };
    let (refused, _) = refused(Says::Yes, &kind).await;
    let json = serde_json::to_value(&**refused.record()).expect("serialises");
    assert_eq!(json["tls.server.not_after"], "2001-01-01T00:00:00Z");
    assert_eq!(json["countersign.certificate.check"], "expired");
    assert_eq!(json["countersign.error"]["kind"], "certificate");
    assert_eq!(json["tls.established"], false);
    let age = refused
        .record()
        .started
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    assert!(age > Duration::from_secs(1_700_000_000));
}

/// Shows the certificate of one and signs with the key of another.
#[derive(Debug)]
struct Impostor;

impl ResolvesServerCert for Impostor {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let chain = vec![pki().good.certificate.clone()];
        let provider = aws_lc_rs::default_provider();
        let key = provider.key_provider.load_private_key(pki().misnamed.key());
        Some(Arc::new(CertifiedKey::new(chain, key.expect("a key"))))
    }
}

fn impostor(kind: &Kind) -> TlsServer {
    let mut config = ServerConfig::clone(&kind.config());
    config.cert_resolver = Arc::new(Impostor);
    TlsServer::new(&Arc::new(config))
}

#[tokio::test]
async fn a_server_that_does_not_have_the_key_is_refused_whatever_else_is_accepted() {
    for kind in kinds() {
        for lenient in [false, true] {
            let (io, witness) = wire(impostor(&kind), Manner::default());
            let client = client_with(policy(Says::Yes), |builder| {
                builder.accept_invalid_certificates(lenient)
            });
            let refused = client.connect(io).await.expect_err("refused");
            let Refused::Failed(refusal) = refused else {
                panic!("{kind:?}: {refused}");
            };
            let record = refusal.record;
            assert_eq!(failure(&record), Some("unproven"), "{kind:?}");
            assert_eq!(check(&record), "valid", "{kind:?}");
            assert!(!witness.script(|server| server.knows_client()), "{kind:?}");
            // decrypt_error: a signature does not verify (RFC 8446, section 4.4.3).
            let alert = Some(51);
            let said = unapproved(&witness.written()).expect("hello and alert");
            assert_eq!(said, Said { hellos: 1, alert }, "{kind:?}");
            let asked = calls(&record).last().copied();
            assert_eq!(asked, Some(("judge-peer", Answer::Approve)), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn what_policy_has_against_such_a_server_is_told_as_well() {
    for kind in kinds() {
        let (io, witness) = wire(impostor(&kind), Manner::default());
        let client = client(policy(Says::NoToPeer));
        let refused = client.connect(io).await.expect_err("refused");
        let record = refused.record();
        assert_eq!(record.decision, Decision::Vetoed, "{kind:?}");
        assert_eq!(findings(record), ["test.said"], "{kind:?}");
        assert_eq!(failure(record), Some("unproven"), "{kind:?}");
        // RFC 8446, section 4.4.3: not the policy's.
        let alert = Some(51);
        let said = unapproved(&witness.written()).expect("hello and alert");
        assert_eq!(said, Said { hellos: 1, alert }, "{kind:?}");
    }
}

#[tokio::test]
async fn the_scheme_that_the_server_signed_with_is_known() {
    // The key is one of P-256: TLS 1.3 has one scheme for it (RFC 8446, section 4.2.3), and in TLS 1.2 the TLS library's
    // first choice for it is the same.
    for kind in kinds() {
        let (io, _) = wire(TlsServer::new(&kind.config()), Manner::default());
        let approved = client(policy(Says::Yes)).connect(io).await;
        let record = approved.expect("approved").record;
        let scheme = record.facts.signature_scheme().map(u16::from);
        assert_eq!(scheme, Some(0x0403), "{kind:?}");
        let json = serde_json::to_value(&*record).expect("serialises");
        let told = &json["countersign.certificate.signature_scheme"];
        assert_eq!(told, "ecdsa_secp256r1_sha256", "{kind:?}");
    }
}
