//! Clients and transports that do something else than a handshake, at every point of it: the outcome is an error in time,
//! one record says so, and nothing that was held back leaves.

use std::{
    io,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use crate::peers::{
    client::{Kind, TlsClient, in_need_of_retry, kinds, tls13},
    gate::{Met, Server, calls, failure, origin, server, server_with},
    pki::pki,
    puppet::{Answer as Says, Edit, Puppet, When, approving},
    records::{record, split},
    said::{before_server_hello, is_one_sealed_alert},
    wire::{Item, Manner, wire},
};
use countersign::{
    HandshakeLimits,
    policy::Policy,
    record::{Answer, Decision, Stage},
    rustls::ClientConfig,
};

/// Short, so that silence costs little; long enough for a handshake on a busy machine.
const TIMEOUT: Duration = Duration::from_millis(400);

/// What a goodbye may add, and then some for a busy machine.
const SLACK: Duration = Duration::from_secs(10);

/// A server and a client with one flight of its to damage.
#[derive(Clone)]
struct Target {
    kind: Kind,
    flight: usize,
}

impl Target {
    /// Every flight of clients with and without a certificate, in both versions, and after a HelloRetryRequest.
    fn all() -> Vec<Self> {
        let [tls13, tls12] = kinds();
        let known = |kind: &Kind| kind.clone().with_identity(&pki().client);
        let target = |kind: Kind, flights: usize| {
            (0..flights).map(move |flight| Self {
                kind: kind.clone(),
                flight,
            })
        };
        [
            target(known(&tls13), 2),
            target(known(&tls12), 2),
            target(known(&in_need_of_retry()), 3),
            target(tls13, 2),
            target(tls12, 2),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Which flight of the client follows the server's.
    fn answer(&self) -> usize {
        1 + usize::from(self.kind.groups.is_some())
    }

    fn authenticates(&self) -> bool {
        self.kind.identity.is_some()
    }

    fn puppet(&self) -> Puppet {
        match self.kind.groups {
            Some(_) => Puppet::new().offering(Edit::Groups(vec![0x0018])),
            None => Puppet::new(),
        }
    }

    fn server(&self, limits: HandshakeLimits) -> Server {
        self.server_of(self.puppet().policy(), limits)
    }

    fn server_of(&self, policy: Policy, limits: HandshakeLimits) -> Server {
        server_with(policy, |builder| {
            let builder = builder.timeout(TIMEOUT).handshake_limits(limits);
            match self.authenticates() {
                true => builder.client_certificates(pki().client_verifier()),
                false => builder,
            }
        })
    }

    /// A client whose flight is replaced.
    fn client(
        &self,
        config: &Arc<ClientConfig>,
        replaced: impl Fn(Vec<u8>) -> Vec<Item> + Send + 'static,
    ) -> TlsClient {
        let target = self.flight;
        TlsClient::new(config).tampered(Box::new(move |flight, bytes| match flight == target {
            true => replaced(bytes),
            false => vec![Item::Bytes(bytes)],
        }))
    }

    /// What the client says in that flight, if nobody interferes.
    async fn sample(&self) -> Vec<u8> {
        let (send, receive) = std::sync::mpsc::channel();
        let client = self.client(&self.kind.config(), move |bytes| {
            let _ = send.send(bytes.clone());
            vec![Item::Bytes(bytes)]
        });
        let server = self.server(HandshakeLimits::default());
        server.meet(client).await.approved("undisturbed");
        receive.recv().expect("the flight")
    }

    /// Meets such a client, and checks everything that holds whatever it did.
    async fn meet(
        &self,
        what: &str,
        replaced: impl Fn(Vec<u8>) -> Vec<Item> + Send + 'static,
    ) -> Met<TlsClient> {
        let client = self.client(&self.kind.config(), replaced);
        let server = self.server(HandshakeLimits::default());
        let (io, witness) = wire(client, Manner::default());
        let began = Instant::now();
        let result = server.accept(io).await;
        let what = format!("{what}: flight {} of {:?}", self.flight, self.kind);
        assert!(began.elapsed() < TIMEOUT + SLACK, "{what}");
        let met = Met {
            received: None,
            record: Arc::clone(&server.published()[0]),
            refused: result.err(),
            witness,
        };
        assert_contained(&met, self, &what);
        met
    }
}

/// The server's flight could leave: its parameters were approved, and the client was asked who it is.
fn flight_may_leave(met: &Met<TlsClient>, target: &Target) -> bool {
    let approved = ("judge-parameters", Answer::Approve);
    target.authenticates() && calls(&met.record, 0).contains(&approved)
}

/// Without an approval, nothing of the server's left but what may.
fn assert_contained(met: &Met<TlsClient>, target: &Target, what: &str) {
    let record = &met.record;
    match &met.refused {
        None => return assert_eq!(record.decision, Decision::Approved, "{what}"),
        Some(_) => assert_ne!(record.decision, Decision::Approved, "{what}"),
    }
    if record.stage >= Stage::Finish {
        return;
    }
    met.witness
        .script(|client| assert!(client.received.is_empty(), "{what}"));
    let alert = record.alert.map(|alert| alert.code());
    match (
        before_server_hello(&met.witness.written()),
        flight_may_leave(met, target),
    ) {
        (Ok(said), _) => return assert_eq!(said.alert, alert, "{what}"),
        (Err(other), false) => panic!("{what}: {other}"),
        (Err(_), true) => {}
    }
    let answered = met
        .witness
        .script(|client| client.heard_before.len() > target.answer());
    let words = match answered {
        true => met.words_after(target.answer()),
        false => return,
    };
    match alert {
        None => assert!(words.is_empty(), "{what}: {words:02x?}"),
        Some(_) if target.kind.is_tls13() => {
            assert!(is_one_sealed_alert(&words), "{what}: {words:02x?}");
            assert_eq!(met.alert_heard(), alert, "{what}");
        }
        Some(alert) => assert_eq!(words, [21, 3, 3, 0, 2, 2, alert], "{what}"),
    }
}

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
async fn every_byte_flipped() {
    for target in Target::all() {
        let length = target.sample().await.len() - 8;
        let mut approved = 0;
        for at in (0..length).step_by(7) {
            let flipped = move |mut bytes: Vec<u8>| {
                bytes[at] ^= 0x40;
                vec![Item::Bytes(bytes), Item::End]
            };
            approved += usize::from(target.meet("flip", flipped).await.refused.is_none());
        }
        // The transcript is in Finished (RFC 8446, section 4.4.4; RFC 5246, section 7.4.9). Only the versions in record
        // headers are not, which are ignored (RFC 8446, section 5.1): one or two bytes a record.
        assert!(approved <= 4, "{approved} {:?}", target.kind);
    }
}

type Change = fn(&mut Vec<Vec<u8>>, usize);

const DAMAGES: [(&str, Change); 9] = [
    ("a fatal alert", |records, at| {
        records.insert(at, record(21, &[2, 40]));
    }),
    ("a warning", |records, at| {
        records.insert(at, record(21, &[1, 112]));
    }),
    ("a close_notify", |records, at| {
        records.insert(at, record(21, &[1, 0]));
    }),
    ("a ChangeCipherSpec", |records, at| {
        records.insert(at, record(20, &[1]));
    }),
    ("application data", |records, at| {
        records.insert(at, record(23, &[7; 40]));
    }),
    ("a record of an unknown type", |records, at| {
        records.insert(at, record(99, b"x"));
    }),
    ("an oversized record", |records, at| {
        records.insert(at, [&[23, 3, 3, 0xff, 0xff][..], &[7; 100]].concat());
    }),
    ("the record twice", |records, at| {
        records.insert(at, records[at].clone());
    }),
    ("the record left out", |records, at| {
        records.remove(at);
    }),
];

#[tokio::test]
async fn damage_at_every_record() {
    for target in Target::all() {
        let sample = target.sample().await;
        for at in 0..split(&sample).len() {
            for (name, damage) in DAMAGES {
                let damaged = move |bytes: Vec<u8>| {
                    let mut records: Vec<_> =
                        split(&bytes).into_iter().map(<[u8]>::to_vec).collect();
                    damage(&mut records, at);
                    vec![Item::Bytes(records.concat()), Item::End]
                };
                let met = target.meet(&format!("{name} at {at}"), damaged).await;
                let readable = target.kind.is_tls13() || is_before_keys(&sample, at);
                if name == "a fatal alert" && readable && met.record.stage < Stage::Finish {
                    let kind = failure(&met.record);
                    assert_eq!(kind, Some("alert-received"), "{at} {:?}", target.kind);
                }
            }
        }
    }
}

/// Whether the record at this place stands before the ChangeCipherSpec, after which TLS 1.2 reads nothing in clear.
fn is_before_keys(flight: &[u8], at: usize) -> bool {
    split(flight)[..at].iter().all(|record| record[0] != 20)
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end as u64) as usize
    }
}

/// The same bytes with some places changed, cut somewhere, in pieces.
fn disturbed(random: &mut Random, mut bytes: Vec<u8>) -> Vec<Item> {
    for _ in 0..random.below(3) {
        let at = random.below(bytes.len());
        match random.below(3) {
            0 => bytes[at] = random.below(256) as u8,
            1 => drop(bytes.drain(at..(at + 1 + random.below(40)).min(bytes.len()))),
            _ => drop(bytes.splice(at..at, record(19 + random.below(6) as u8, &[0; 9]))),
        }
        if bytes.is_empty() {
            break;
        }
    }
    let mut items = Vec::new();
    while !bytes.is_empty() {
        let rest = bytes.split_off(1 + random.below(bytes.len()));
        items.push(Item::Bytes(std::mem::replace(&mut bytes, rest)));
    }
    match random.below(4) {
        0 => items.push(Item::Error(io::ErrorKind::ConnectionReset)),
        _ => items.push(Item::End),
    }
    items
}

#[tokio::test]
async fn random_damage() {
    // Each case is made by its number alone, so a failure can be run again.
    const CASES: u64 = 600;
    let targets = Target::all();
    for case in 0..CASES {
        let target = &targets[case as usize % targets.len()];
        let disturb = move |bytes| disturbed(&mut Random(case), bytes);
        target.meet(&format!("case {case}"), disturb).await;
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
