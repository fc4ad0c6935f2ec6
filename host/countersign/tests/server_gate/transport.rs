//! Transports that end, stall, break or block, and connections that are dropped, at every point: the outcome is an error in
//! time, one record says so, and nothing that was held back leaves.

use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Instant,
};

use crate::peers::{
    client::{TlsClient, kinds, tls13},
    gate::{Met, failure, origin, server, server_with},
    pki::pki,
    puppet::{Answer as Says, Puppet, When, approving},
    records::split,
    said::before_server_hello,
    target::{SLACK, TIMEOUT, Target, assert_contained, flight_may_leave},
    wire::{Item, Manner, wire},
};
use countersign::{
    HandshakeLimits,
    record::{Decision, Stage},
};

#[tokio::test]
async fn an_end_at_any_byte() {
    for target in Target::all() {
        // Signatures differ in length by a few bytes.
        let length = target.sample().await.len() - 8;
        for at in (0..length).step_by(13) {
            let met = target
                .meet("end", move |bytes| {
                    vec![Item::Bytes(bytes[..at].to_vec()), Item::End]
                })
                .await;
            assert!(met.refused.is_some(), "{at} {:?}", target.kind);
            assert_eq!(
                failure(&met.record),
                Some("closed"),
                "{at} {:?}",
                target.kind
            );
        }
    }
}

#[tokio::test]
async fn silence_at_any_byte() {
    for target in Target::all() {
        let length = target.sample().await.len() - 8;
        let mut cases = tokio::task::JoinSet::new();
        for at in (0..length).step_by(97) {
            let target = target.clone();
            cases.spawn(async move {
                let silent = move |bytes: Vec<u8>| vec![Item::Bytes(bytes[..at].to_vec())];
                let met = target.meet("silence", silent).await;
                assert_eq!(
                    failure(&met.record),
                    Some("timeout"),
                    "{at} {:?}",
                    target.kind
                );
            });
        }
        while let Some(case) = cases.join_next().await {
            case.expect("a timeout");
        }
    }
}

/// How a silent client is told, by where it fell silent: in TLS 1.3 only the TLS library could seal an alert, and it
/// has none for this.
#[tokio::test]
async fn silence_instead_of_a_certificate() {
    for kind in kinds().map(|kind| kind.with_identity(&pki().client)) {
        let target = Target { kind, flight: 1 };
        let met = target.meet("silence", |_| Vec::new()).await;
        assert_eq!(failure(&met.record), Some("timeout"));
        assert_eq!(met.record.stage, Stage::Parameters);
        let alert = met.record.alert.map(|alert| alert.code());
        let expected = (!target.kind.is_tls13()).then_some(90);
        assert_eq!(alert, expected, "{:?}", target.kind);
    }
}

#[tokio::test]
async fn silence_after_the_approval_is_a_timeout_too() {
    for kind in kinds() {
        let target = Target { kind, flight: 1 };
        let met = target.meet("silence", |_| Vec::new()).await;
        assert_eq!(failure(&met.record), Some("timeout"));
        assert_eq!(met.record.stage, Stage::Finish);
    }
}

#[tokio::test]
async fn limits_hold_from_both_sides() {
    for target in Target::all() {
        if target.flight != target.answer() || !target.authenticates() {
            continue;
        }
        // All flights: what came before the one of this target, too.
        let (send, receive) = std::sync::mpsc::channel();
        let client = TlsClient::new(&target.kind.config()).tampered(Box::new(move |_, bytes| {
            let _ = send.send(bytes.clone());
            vec![Item::Bytes(bytes)]
        }));
        let unlimited = target.server(HandshakeLimits::default());
        unlimited.meet(client).await.approved("unlimited");
        let flights: Vec<_> = receive.iter().take(target.answer() + 1).collect();
        let records = split(&flights.concat()).len();
        let bytes = flights.concat().len();
        // Signatures differ in length by a few bytes.
        for (bytes_max, records_max, obeyed) in [
            (bytes + 16, records, true),
            (bytes - 100, records, false),
            (bytes + 16, records - 1, false),
        ] {
            let limits = HandshakeLimits {
                bytes_max,
                records_max,
            };
            let met = target.server(limits).visit(&target.kind.config()).await;
            let expected = (!obeyed).then_some("too-large");
            assert_eq!(
                failure(&met.record),
                expected,
                "{:?} {limits:?}",
                target.kind
            );
            assert_contained(&met, &target, "limits");
        }
    }
}

#[tokio::test]
async fn a_transport_that_breaks_or_blocks_while_the_server_speaks() {
    for kind in kinds() {
        let whole = server(approving())
            .visit(&kind.config())
            .await
            .approved("whole");
        let length = whole.witness.written().len();
        for at in [0, 1, 5, 100, length / 2] {
            for blocks in [false, true] {
                let what = format!("{kind:?} {at} {blocks}");
                let manner = Manner {
                    blocks_after: blocks.then_some(at),
                    breaks_after: (!blocks).then_some(at),
                    ..Manner::default()
                };
                let server = server_with(approving(), |builder| builder.timeout(TIMEOUT));
                let client = TlsClient::new(&kind.config());
                let met = server.meet_as(origin(), client, manner).await;
                let met = met.failed(if blocks { "timeout" } else { "io" }, &what);
                assert_eq!(met.record.stage, Stage::Finish, "{what}");
                assert_eq!(met.record.alert, None, "{what}");
                assert_eq!(met.witness.written().len(), at, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn an_alert_never_stands_in_the_middle_of_a_flight() {
    // The transport takes a part of the flight, then nothing until the time is over: an alert would be read as the
    // flight's rest.
    const TAKEN: usize = 100;
    for kind in kinds().map(|kind| kind.with_identity(&pki().client)) {
        let target = Target { kind, flight: 9 };
        let server = target.server(HandshakeLimits::default());
        let manner = Manner {
            write_max: 40,
            blocks_after: Some(TAKEN),
            ..Manner::default()
        };
        let (io, witness) = wire(TlsClient::new(&target.kind.config()), manner);
        let mut accept = pin!(server.accept(io));
        let cx = &mut Context::from_waker(Waker::noop());
        assert!(accept.as_mut().poll(cx).is_pending());
        assert_eq!(witness.written().len(), TAKEN);
        tokio::time::sleep(TIMEOUT).await;
        let result = match accept.as_mut().poll(cx) {
            Poll::Ready(result) => result,
            // It waits for room for a goodbye.
            Poll::Pending => {
                witness.set_manner(Manner::default());
                accept.await
            }
        };
        let refused = result.expect_err("too late");
        assert_eq!(failure(refused.record()), Some("timeout"));
        assert_eq!(refused.record().alert, None);
        assert_eq!(witness.written().len(), TAKEN, "{:?}", target.kind);
    }
}

#[tokio::test]
async fn a_peer_that_does_not_take_the_alert_changes_nothing() {
    for kind in kinds() {
        let refusing = Puppet::new().parameters(When::Always, Says::Veto).policy();
        let manner = Manner {
            blocks_after: Some(0),
            ..Manner::default()
        };
        let began = Instant::now();
        let client = TlsClient::new(&kind.config());
        let met = server(refusing).meet_as(origin(), client, manner).await;
        met.vetoed("unheard");
        assert!(began.elapsed() < SLACK);
    }
}

#[tokio::test]
async fn what_a_refused_client_still_sends_is_thrown_away() {
    // A socket that is closed with unread bytes in it is reset, and the client might never see the alert.
    let refusing = Puppet::new().parameters(When::Always, Says::Veto).policy();
    for kind in kinds() {
        for closes in [true, false] {
            let what = format!("{kind:?} {closes}");
            let client = TlsClient::new(&kind.config()).tampered(Box::new(move |_, bytes| {
                let mut items = vec![Item::Bytes(bytes), Item::Bytes(vec![7; 100_000])];
                items.extend(closes.then_some(Item::End));
                items
            }));
            let began = Instant::now();
            let met = server(refusing.clone()).meet(client).await.vetoed(&what);
            // One that does not hang up is not waited for.
            assert!(began.elapsed() < SLACK, "{what}");
            assert!(met.witness.seen(|seen| seen.read) > 100_000, "{what}");
            assert_eq!(met.said(&what).alert, Some(71), "{what}");
        }
    }
}

/// Polls so many times, or to the end.
fn polled<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let cx = &mut Context::from_waker(Waker::noop());
    (0..times).find_map(|_| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}

/// A connection over a transport that makes every operation wait, dropped after so many polls. Tells whether it was done.
fn dropped_after(polls: usize, target: &Target, puppet: &Puppet) -> bool {
    let what = format!("{polls} {:?}", target.kind);
    let server = target.server_of(puppet.policy(), HandshakeLimits::default());
    let manner = Manner {
        read_max: 300,
        hesitates: true,
        ..Manner::default()
    };
    let (io, witness) = wire(TlsClient::new(&target.kind.config()), manner);
    let done = polled(server.gate.accept(origin(), io), polls);
    let published = server.published();
    assert_eq!(published.len(), 1, "{what}");
    let is_done = done.is_some();
    let met = Met {
        received: None,
        record: Arc::clone(&published[0]),
        refused: done.and_then(Result::err),
        witness,
    };
    // The verdict is known once it was said, though the client may still be hanging up.
    let decisions = match met.record.alert {
        _ if is_done => [Decision::Approved, Decision::Vetoed],
        Some(_) => [Decision::Vetoed; 2],
        None => [Decision::Failed; 2],
    };
    assert!(decisions.contains(&met.record.decision), "{what}");
    if !is_done {
        let abandoned = met.record.alert.is_none().then_some("abandoned");
        assert_eq!(failure(&met.record), abandoned, "{what}");
        assert!(met.witness.seen(|seen| seen.dropped), "{what}");
        if met.record.stage < Stage::Finish && !flight_may_leave(&met, target) {
            let said = before_server_hello(&met.witness.written());
            assert!(said.is_ok(), "{what}: {said:?}");
        }
    }
    is_done
}

#[tokio::test]
async fn a_future_dropped_at_any_await_leaves_one_record() {
    for target in Target::all()
        .into_iter()
        .filter(|target| target.flight == 0)
    {
        for puppet in [
            target.puppet(),
            target.puppet().parameters(When::Always, Says::Veto),
            target.puppet().peer(When::Always, Says::Veto),
        ] {
            let done = (1..1_000).find(|polls| dropped_after(*polls, &target, &puppet));
            assert!(
                done.is_some_and(|polls| polls > 3),
                "{:?} {done:?}",
                target.kind
            );
        }
    }
}

#[tokio::test]
async fn a_future_that_never_ran_was_no_connection() {
    let server = server(approving());
    let (io, witness) = wire(TlsClient::new(&tls13().config()), Manner::default());
    drop(server.gate.accept(origin(), io));
    assert!(server.published().is_empty());
    assert!(witness.written().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_side_by_side_do_not_mix() {
    // One gate; good, strange and absent certificates at once: each record says what its own client showed.
    let server = Arc::new(server_with(approving(), |builder| {
        builder.client_certificates(pki().optional_client_verifier())
    }));
    let mut cases = tokio::task::JoinSet::new();
    for case in 0..120 {
        let kind = kinds()[case % 2].clone();
        let (kind, expected) = match case / 2 % 3 {
            0 => (kind, "not-made"),
            1 => (kind.with_identity(&pki().client), "valid"),
            _ => (kind.with_identity(&pki().strange_client), "unknown-issuer"),
        };
        let gate = server.gate.clone();
        cases.spawn(async move {
            let manner = Manner {
                hesitates: true,
                ..Manner::default()
            };
            let (io, _witness) = wire(TlsClient::new(&kind.config()), manner);
            let record = match gate.accept(origin(), io).await {
                Ok(approved) => approved.record,
                Err(refused) => Arc::clone(refused.record()),
            };
            let check = record.facts.peer_verification().as_str();
            assert_eq!(check, expected, "{kind:?}");
            let approved = record.decision == Decision::Approved;
            assert_eq!(approved, expected != "unknown-issuer", "{kind:?}");
        });
    }
    while let Some(case) = cases.join_next().await {
        case.expect("its own record");
    }
    assert_eq!(server.published().len(), 120);
}
