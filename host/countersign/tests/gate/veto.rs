//! Vetoes: nothing but hellos and one alert leaves, the server never learns who the client is, one record tells why.

use crate::peers::{
    gate::{Client, calls, client, failure, findings, peer},
    guest::{Says, default_policy, policy},
    pki::CLIENT,
    records::{Said, unapproved},
    server::{Kind, TlsServer, kinds, tls12, tls13},
    wire::{Manner, Witness, wire},
};
use countersign::{
    Refused,
    record::{Answer, Decision, DecisionRecord, Stage},
    rustls::NamedGroup,
};
use tokio::io::AsyncWriteExt;

/// Connects to such a server, which must come to a veto, and looks at what the server learnt.
async fn vetoed(
    client: &Client,
    kind: &Kind,
    server: TlsServer,
) -> (std::sync::Arc<DecisionRecord>, Said) {
    let (io, witness) = wire(server, Manner::default());
    let refused = client.connect(io).await.expect_err("vetoed");
    let said = assert_nothing_left(&witness, kind);
    assert!(witness.seen(|seen| seen.closed && seen.dropped), "{kind:?}");
    let Refused::Veto(veto) = refused else {
        panic!("{kind:?}: {refused}");
    };
    let record = veto.record;
    assert_eq!(record.decision, Decision::Vetoed);
    assert_eq!((veto.stage, veto.alert), (record.stage, record.alert));
    assert_eq!(veto.alert.map(|alert| alert.code()), said.alert, "{kind:?}");
    assert!(
        record.session.is_some(),
        "{kind:?}: vetoed after the negotiation"
    );
    (record, said)
}

/// Neither Certificate nor Finished left: not for the server's eyes, and not for those of anyone on the path.
fn assert_nothing_left(witness: &Witness<TlsServer>, kind: &Kind) -> Said {
    let written = witness.written();
    let marker = CLIENT.as_bytes();
    assert!(
        !written.windows(marker.len()).any(|at| at == marker),
        "{kind:?}"
    );
    witness.script(|server| {
        // A resumed server knows the client from the session.
        assert!(server.is_handshaking(), "{kind:?}");
        assert!(server.received.is_empty(), "{kind:?}");
    });
    unapproved(&written).unwrap_or_else(|other| panic!("{kind:?}: {other}"))
}

/// What each kind of refusal comes to: alert, stage, code, calls.
const REFUSALS: [(Says, u8, Stage, &str, &[Answer]); 6] = {
    use Answer::{Approve, Failed, Offer, Veto};
    [
        // Without a choice of the policy's, 71 for parameters and 49 for a peer (wit/policy.wit, `refusal`).
        (
            Says::NoToParameters,
            71,
            Stage::Parameters,
            "test.said",
            &[Offer, Veto],
        ),
        (
            Says::NoToVersion,
            70,
            Stage::Parameters,
            "test.said",
            &[Offer, Veto],
        ),
        (
            Says::NoToPeer,
            49,
            Stage::Peer,
            "test.said",
            &[Offer, Approve, Veto],
        ),
        (
            Says::TrapAtParameters,
            80,
            Stage::Parameters,
            "engine.trap",
            &[Offer, Failed],
        ),
        (
            Says::TrapAtPeer,
            80,
            Stage::Peer,
            "engine.trap",
            &[Offer, Approve, Failed],
        ),
        (
            Says::SpinAtPeer,
            80,
            Stage::Peer,
            "engine.deadline",
            &[Offer, Approve, Failed],
        ),
    ]
};

fn answers(record: &DecisionRecord) -> Vec<Answer> {
    calls(record)
        .into_iter()
        .map(|(_, answer)| answer)
        .collect()
}

async fn assert_refusals(kind: Kind, hellos: usize) {
    for (says, alert, stage, code, expected) in REFUSALS {
        let client = client(policy(says));
        let (record, said) = vetoed(&client, &kind, TlsServer::new(&kind.config())).await;
        let alert = Some(alert);
        assert_eq!(said, Said { hellos, alert }, "{kind:?} {says:?}");
        assert_eq!(record.stage, stage, "{kind:?} {says:?}");
        assert_eq!(findings(&record), [code], "{kind:?} {says:?}");
        assert_eq!(answers(&record), expected, "{kind:?} {says:?}");
        assert_eq!(record.failure, None, "{kind:?} {says:?}");
    }
}

#[tokio::test]
async fn of_full_handshakes() {
    for kind in kinds() {
        assert_refusals(kind, 1).await;
    }
}

#[tokio::test]
async fn of_retried_handshakes() {
    for client_auth in [false, true] {
        let group = Some(NamedGroup::secp384r1);
        let kind = Kind {
            group,
            client_auth,
            ..tls13()
        };
        assert_refusals(kind, 2).await;
        let (record, _) = vetoed(
            &client(policy(Says::NoToRetried)),
            &kind,
            TlsServer::new(&kind.config()),
        )
        .await;
        assert_eq!(
            record.session.as_ref().map(|session| session.retried),
            Some(true)
        );
    }
}

#[tokio::test]
async fn of_resumed_handshakes() {
    for kind in kinds() {
        for tickets in [true, false] {
            let kind = Kind { tickets, ..kind };
            let client = client(policy(Says::NoToResumed));
            let config = kind.config();
            let (io, _) = wire(TlsServer::new(&config), Manner::default());
            let mut approved = client.connect(io).await.expect("a full handshake");
            // In TLS 1.3 the tickets come with the first data.
            approved.stream.shutdown().await.expect("closes");
            let _ =
                tokio::io::AsyncReadExt::read_to_end(&mut approved.stream, &mut Vec::new()).await;
            let (record, said) = vetoed(&client, &kind, TlsServer::new(&config)).await;
            assert_eq!(
                said,
                Said {
                    hellos: 1,
                    alert: Some(71)
                },
                "{kind:?}"
            );
            assert_eq!(
                record.session.as_ref().map(|session| session.resumed),
                Some(true)
            );
            assert_eq!(record.facts.peer_certificates().len(), 1, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn with_data_of_the_server_in_the_same_read() {
    let kind = Kind {
        half_rtt: true,
        ..tls13()
    };
    for length in [1, 100_000] {
        let server = TlsServer::new(&kind.config()).saying(&vec![7; length]);
        let client = client(policy(Says::NoToPeer));
        let (_, said) = vetoed(&client, &kind, server).await;
        assert_eq!(
            said,
            Said {
                hellos: 1,
                alert: Some(49)
            }
        );
    }
}

#[tokio::test]
async fn nothing_is_sent_where_nothing_can_be_offered() {
    let tls11 = r#"{"versions": ["1.1"], "cipher_suites": {"deny": []}}"#;
    for policy in [policy(Says::OffersNothing), default_policy(tls11)] {
        let (io, witness) = wire(TlsServer::new(&tls13().config()), Manner::default());
        let refused = client(policy).connect(io).await.expect_err("vetoed");
        assert!(witness.written().is_empty());
        assert!(witness.seen(|seen| seen.dropped));
        let record = refused.record();
        assert_eq!(
            (record.decision, record.stage),
            (Decision::Vetoed, Stage::Offer)
        );
        assert_eq!(findings(record), ["offer.empty"]);
        assert_eq!(
            (record.alert, &record.offer, &record.session),
            (None, &None, &None)
        );
        assert_eq!(calls(record), [("constrain", Answer::Offer)]);
    }
}

#[tokio::test]
async fn a_pending_handshake_holds_everything_back() {
    for kind in kinds() {
        let client = client(policy(Says::Yes));
        let (io, witness) = wire(TlsServer::new(&kind.config()), Manner::default());
        let pending = client.gate.handshake(peer(), io).await.expect("decided");
        assert!(client.published().is_empty(), "{kind:?}");
        assert_eq!(pending.peer_certificates()[0], kind.identity.certificate);
        let said = assert_nothing_left(&witness, &kind);
        assert_eq!(
            said,
            Said {
                hellos: 1,
                alert: None
            },
            "{kind:?}"
        );
        assert!(witness.script(|server| !server.knows_client()), "{kind:?}");
        drop(pending);
        assert_abandoned(&client, Stage::Handshake);
        assert_eq!(assert_nothing_left(&witness, &kind), said, "{kind:?}");
        assert!(witness.seen(|seen| seen.dropped));
    }
}

fn assert_abandoned(client: &Client, stage: Stage) {
    let published = client.published();
    assert_eq!(published.len(), 1, "one record");
    assert_eq!(published[0].decision, Decision::Failed);
    assert_eq!(published[0].stage, stage);
    assert_eq!(failure(&published[0]), Some("abandoned"));
}

/// Polls so many times, or to the end.
fn polled<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let cx = &mut std::task::Context::from_waker(std::task::Waker::noop());
    (0..times).find_map(|_| match future.as_mut().poll(cx) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    })
}

/// A connection over a transport that makes every operation wait, dropped after so many polls. Tells whether it was done.
fn dropped_after(polls: usize, kind: &Kind, says: Says) -> bool {
    let client = client(policy(says));
    let manner = Manner {
        read_max: 300,
        hesitates: true,
        ..Manner::default()
    };
    let (io, witness) = wire(TlsServer::new(&kind.config()), manner);
    let done = polled(client.gate.connect(peer(), io), polls);
    let published = client.published();
    assert_eq!(published.len(), 1, "{kind:?} {says:?} {polls}");
    let record = &published[0];
    match &done {
        Some(Ok(approved)) => assert_eq!(approved.record.decision, Decision::Approved),
        Some(Err(refused)) => assert_eq!(refused.record().decision, Decision::Vetoed),
        // A verdict that has fallen stands, though nobody waited until the server was told.
        None if record.alert.is_some() => {
            assert_eq!(
                record.decision,
                Decision::Vetoed,
                "{kind:?} {says:?} {polls}"
            );
            assert_eq!(failure(record), None, "{kind:?} {says:?} {polls}");
        }
        None => {
            let (decision, kind_of) = (record.decision, failure(record));
            assert_eq!(decision, Decision::Failed, "{kind:?} {says:?} {polls}");
            assert_eq!(kind_of, Some("abandoned"), "{kind:?} {says:?} {polls}");
        }
    }
    if record.stage < Stage::Finish {
        let _ = assert_nothing_left(&witness, kind);
    }
    done.is_some()
}

#[tokio::test]
async fn a_future_dropped_at_any_await_leaves_one_record() {
    for kind in kinds() {
        for says in [Says::Yes, Says::NoToParameters, Says::NoToPeer] {
            let done = (1..1_000).find(|polls| dropped_after(*polls, &kind, says));
            assert!(
                done.is_some_and(|polls| polls > 5),
                "{kind:?} {says:?} {done:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_future_that_never_ran_was_no_connection() {
    let client = client(policy(Says::Yes));
    let (io, witness) = wire(TlsServer::new(&tls13().config()), Manner::default());
    drop(client.gate.connect(peer(), io));
    assert!(client.published().is_empty());
    assert!(witness.written().is_empty());
}

#[tokio::test]
async fn a_peer_that_does_not_take_the_alert_changes_nothing() {
    for kind in [tls13(), tls12()] {
        let client = client(policy(Says::NoToPeer));
        let (io, witness) = wire(TlsServer::new(&kind.config()), Manner::default());
        let pending = client.gate.handshake(peer(), io).await.expect("decided");
        let written = witness.written().len();
        witness.set_manner(Manner {
            blocks_after: Some(written),
            ..Manner::default()
        });
        let began = std::time::Instant::now();
        let refused = pending.judge().await.expect_err("vetoed");
        assert!(began.elapsed() < std::time::Duration::from_secs(5));
        assert_eq!(refused.record().decision, Decision::Vetoed);
        assert_eq!(client.published().len(), 1);
        assert_eq!(
            assert_nothing_left(&witness, &kind),
            Said {
                hellos: 1,
                alert: None
            }
        );
    }
}

#[tokio::test]
async fn the_server_is_told_over_tcp() {
    let kind = tls12();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("binds");
    let address = listener.local_addr().expect("an address");
    let near = tokio::net::TcpStream::connect(address)
        .await
        .expect("connects");
    let (far, _) = listener.accept().await.expect("accepts");
    let accept = tokio_rustls::TlsAcceptor::from(kind.config()).accept(far);
    let client = client(policy(Says::NoToParameters));
    let (refused, accepted) = tokio::join!(client.gate.connect(peer(), near), accept);
    assert_eq!(
        refused.expect_err("vetoed").record().decision,
        Decision::Vetoed
    );
    let error = accepted.expect_err("refused").to_string();
    assert!(error.contains("InsufficientSecurity"), "{error}");
    assert_eq!(client.published().len(), 1);
}
