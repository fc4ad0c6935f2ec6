//! Servers that send something else than a handshake: the outcome is an error in time, one record says so, and nothing
//! that was held back leaves.

pub mod peers;

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use countersign::{
    HandshakeError, HandshakeLimits, Refused,
    record::{Decision, DecisionRecord, Stage},
    rustls::{NamedGroup, ServerConfig},
};
use peers::{
    gate::{client_with, failure, peer},
    guest::{Says, policy},
    records::{CHANGE_CIPHER_SPEC, in_single_bytes, record, split, unapproved},
    server::{Kind, TlsServer, kinds, tls12, tls13},
    wire::{Item, Manner, Reciter, Script, Witness, wire},
};

/// Short, so that silence costs little; long enough for a handshake on a busy machine.
const TIMEOUT: Duration = Duration::from_millis(400);

/// What a goodbye may add, and then some for a busy machine.
const SLACK: Duration = Duration::from_secs(5);

/// What became of a connection that may have failed.
struct Outcome {
    record: Arc<DecisionRecord>,
    error: Option<HandshakeError>,
}

/// Connects, and checks everything that holds whatever the server did.
async fn outcome<T: Script>(
    what: &str,
    script: T,
    manner: Manner,
    limits: HandshakeLimits,
) -> (Outcome, Witness<T>) {
    let change =
        |builder: countersign::ClientGateBuilder| builder.timeout(TIMEOUT).handshake_limits(limits);
    let client = client_with(policy(Says::Yes), change);
    let (io, witness) = wire(script, manner);
    let began = Instant::now();
    let result = client.connect(io).await;
    assert!(
        began.elapsed() < TIMEOUT + SLACK,
        "{what}: {:?}",
        began.elapsed()
    );
    let (record, error) = match result {
        Ok(approved) => (approved.record, None),
        Err(Refused::Failed(failure)) => (failure.record, Some(failure.error)),
        Err(other) => panic!("{what}: {other}"),
    };
    if record.stage < Stage::Finish {
        let said = unapproved(&witness.written()).unwrap_or_else(|other| panic!("{what}: {other}"));
        assert_eq!(said.alert, record.alert.map(|alert| alert.code()), "{what}");
    }
    let decision = match &error {
        Some(_) => Decision::Failed,
        None => Decision::Approved,
    };
    assert_eq!(record.decision, decision, "{what}");
    (Outcome { record, error }, witness)
}

/// The same for a TLS server whose first flight of `flight` is replaced.
async fn tampered(
    what: &str,
    kind: &Kind,
    config: &Arc<ServerConfig>,
    flight: usize,
    tamper: impl Fn(Vec<u8>) -> Vec<Item> + Send + 'static,
) -> Outcome {
    let server = TlsServer::tampered(
        config,
        Box::new(move |number, bytes| match number == flight {
            true => tamper(bytes),
            false => vec![Item::Bytes(bytes)],
        }),
    );
    let (outcome, witness) =
        outcome(what, server, Manner::default(), HandshakeLimits::default()).await;
    if outcome.record.stage < Stage::Finish {
        let learnt = witness.script(|server| server.knows_client() || !server.is_handshaking());
        assert!(!learnt, "{what}: {kind:?}");
    }
    outcome
}

/// Servers whose flight comes in many small records, with a demand for the client's certificate.
fn targets() -> Vec<(Kind, usize)> {
    let in_records = |kind| Kind {
        record_max: Some(200),
        client_auth: true,
        ..kind
    };
    let group = Some(NamedGroup::secp384r1);
    vec![
        (in_records(tls13()), 0),
        (in_records(tls12()), 0),
        // The HelloRetryRequest, and the flight after it.
        (
            Kind {
                group,
                ..in_records(tls13())
            },
            0,
        ),
        (
            Kind {
                group,
                ..in_records(tls13())
            },
            1,
        ),
    ]
}

/// The flight of such a server, to know how many records it has.
async fn sample(config: &Arc<ServerConfig>, flight: usize) -> Vec<Vec<u8>> {
    let (send, receive) = std::sync::mpsc::channel();
    let server = TlsServer::tampered(
        config,
        Box::new(move |number, bytes| {
            let _ = send.send((number, bytes.clone()));
            vec![Item::Bytes(bytes)]
        }),
    );
    let _ = outcome(
        "sample",
        server,
        Manner::default(),
        HandshakeLimits::default(),
    )
    .await;
    let bytes = receive
        .into_iter()
        .find(|(number, _)| *number == flight)
        .expect("a flight")
        .1;
    split(&bytes).into_iter().map(<[u8]>::to_vec).collect()
}

/// Does something to the record at an index.
type Damage = fn(&mut Vec<Vec<u8>>, usize);

/// Whether the standard lets a client go on, for this record as it is on the wire.
type Harmless = fn(&Kind, &[u8]) -> bool;

fn never(_: &Kind, _: &[u8]) -> bool {
    false
}

fn is_tls13(kind: &Kind) -> bool {
    kind.version_code() == 0x0304
}

/// RFC 8446, section 5: a TLS 1.3 peer drops ChangeCipherSpecs in the handshake, so one may be lost, too.
fn only_change_cipher_spec(kind: &Kind, record: &[u8]) -> bool {
    is_tls13(kind) && record[0] == 20
}

const DAMAGES: [(&str, Damage, Harmless); 14] = [
    (
        "garbage in the body",
        |records, at| records[at][5..].fill(0xaa),
        never,
    ),
    (
        "garbage instead",
        |records, at| records[at].fill(0xaa),
        never,
    ),
    (
        "first byte flipped",
        |records, at| records[at][5] ^= 1,
        never,
    ),
    (
        "last byte flipped",
        |records, at| *records[at].last_mut().expect("not empty") ^= 0x80,
        never,
    ),
    (
        "a byte too much",
        |records, at| {
            let body = [&records[at][5..], &[0]].concat();
            records[at] = record(records[at][0], &body);
        },
        never,
    ),
    (
        "a byte too little",
        |records, at| {
            let body = records[at][5..records[at].len() - 1].to_vec();
            records[at] = record(records[at][0], &body);
        },
        never,
    ),
    (
        "a fatal alert",
        |records, at| records.insert(at, record(21, &[2, 40])),
        never,
    ),
    // RFC 5246, section 7.2: warnings do not end a TLS 1.2 handshake. Before ServerHello the version is not known.
    (
        "a warning",
        |records, at| records.insert(at, record(21, &[1, 112])),
        |kind, record| !is_tls13(kind) || record[0] == 22,
    ),
    (
        "a ChangeCipherSpec",
        |records, at| records.insert(at, CHANGE_CIPHER_SPEC.to_vec()),
        |kind, _| is_tls13(kind),
    ),
    (
        "application data",
        |records, at| records.insert(at, record(23, &[7; 40])),
        never,
    ),
    (
        "a record of an unknown type",
        |records, at| records.insert(at, record(99, b"x")),
        never,
    ),
    (
        "an oversized record",
        |records, at| {
            let mut header = vec![records[at][0], 3, 3, 0xff, 0xff];
            header.extend_from_slice(&[7; 100]);
            records.insert(at, header);
        },
        never,
    ),
    (
        "the record twice",
        |records, at| records.insert(at, records[at].clone()),
        only_change_cipher_spec,
    ),
    (
        "the record left out",
        |records, at| drop(records.remove(at)),
        only_change_cipher_spec,
    ),
];

/// One record of one flight of one server.
#[derive(Clone)]
struct Place {
    kind: Kind,
    config: Arc<ServerConfig>,
    flight: usize,
    at: usize,
    is_last: bool,
    original: Vec<u8>,
}

async fn damaged(place: Place, which: usize) {
    let (name, damage, harmless) = DAMAGES[which];
    let Place {
        kind,
        config,
        flight,
        at,
        is_last,
        original,
    } = place;
    let what = format!("{name} at record {at} of flight {flight}: {kind:?}");
    let outcome = tampered(&what, &kind, &config, flight, move |bytes| {
        let mut records = split(&bytes).into_iter().map(<[u8]>::to_vec).collect();
        damage(&mut records, at);
        vec![Item::Bytes(records.concat())]
    })
    .await;
    // What follows a TLS 1.3 server's Finished is the stream's matter.
    let behind = is_tls13(&kind) && is_last && name == "the record twice";
    if outcome.error.is_none() {
        assert!(behind || harmless(&kind, &original), "{what}: approved");
    }
    if is_tls13(&kind) && outcome.error.is_some() {
        // Everything that a TLS 1.3 server says before its Finished is in the transcript that this covers.
        assert!(outcome.record.stage < Stage::Finish, "{what}");
    }
    if name == "a fatal alert" && at == 0 {
        let alert = outcome.error.as_ref().map(HandshakeError::kind);
        assert_eq!(alert, Some("alert-received"), "{what}");
    }
}

#[tokio::test]
async fn damage_at_every_record() {
    for (kind, flight) in targets() {
        let config = kind.config();
        let records = sample(&config, flight).await;
        let last = records.len() - 1;
        let mut cases = tokio::task::JoinSet::new();
        for (at, original) in records.into_iter().enumerate() {
            let (config, is_last) = (Arc::clone(&config), at == last);
            let place = Place {
                kind,
                config,
                flight,
                at,
                is_last,
                original,
            };
            for which in 0..DAMAGES.len() {
                cases.spawn(damaged(place.clone(), which));
            }
        }
        assert!(cases.len() >= DAMAGES.len(), "{kind:?}");
        while let Some(case) = cases.join_next().await {
            case.expect("as the standard says");
        }
    }
}

#[tokio::test]
async fn every_byte_flipped() {
    for (kind, flight) in targets() {
        let config = kind.config();
        let length = sample(&config, flight).await.concat().len();
        let mut cases = tokio::task::JoinSet::new();
        for at in (0..length).step_by(3) {
            let config = Arc::clone(&config);
            cases.spawn(async move {
                let what = format!("byte {at} of flight {flight}: {kind:?}");
                let outcome = tampered(&what, &kind, &config, flight, move |mut bytes| {
                    flip(&mut bytes, at);
                    vec![Item::Bytes(bytes), Item::End]
                })
                .await;
                assert!(outcome.error.is_some(), "{what}: approved");
            });
        }
        while let Some(case) = cases.join_next().await {
            case.expect("an error");
        }
    }
}

/// Flips a bit of the byte there; in a header, whose version a client ignores (RFC 8446, section 5.1), of the byte after it.
fn flip(bytes: &mut [u8], at: usize) {
    let mut start = 0;
    for record in split(bytes) {
        if start + record.len() > at {
            break;
        }
        start += record.len();
    }
    let last = bytes.len() - 1;
    bytes[at.max(start + 5).min(last)] ^= 0x40;
}

#[tokio::test]
async fn an_end_at_any_byte() {
    for (kind, flight) in targets() {
        let config = kind.config();
        let length = sample(&config, flight).await.concat().len();
        for at in (0..length - 20).step_by(7) {
            let what = format!("end at {at} of flight {flight}: {kind:?}");
            let outcome = tampered(&what, &kind, &config, flight, move |bytes| {
                vec![Item::Bytes(bytes[..at].to_vec()), Item::End]
            })
            .await;
            assert!(
                matches!(outcome.error, Some(HandshakeError::Closed)),
                "{what}: {:?}",
                outcome.error
            );
            assert_eq!(outcome.record.stage, Stage::Handshake, "{what}");
        }
    }
}

#[tokio::test]
async fn silence_at_any_byte() {
    for (kind, flight) in targets() {
        let config = kind.config();
        let length = sample(&config, flight).await.concat().len();
        let mut cases = tokio::task::JoinSet::new();
        for at in (0..length - 20).step_by(61) {
            let config = Arc::clone(&config);
            cases.spawn(async move {
                let what = format!("silence at {at} of flight {flight}: {kind:?}");
                let outcome = tampered(&what, &kind, &config, flight, move |bytes| {
                    vec![Item::Bytes(bytes[..at].to_vec())]
                })
                .await;
                assert!(
                    matches!(outcome.error, Some(HandshakeError::Timeout { .. })),
                    "{what}: {:?}",
                    outcome.error
                );
            });
        }
        while let Some(case) = cases.join_next().await {
            case.expect("a timeout");
        }
    }
}

#[tokio::test]
async fn silence_after_the_approval_is_a_timeout_too() {
    // A TLS 1.2 client still waits for the server's Finished.
    let kind = tls12();
    let outcome = tampered("silence", &kind, &kind.config(), 1, |_| Vec::new()).await;
    assert_eq!(failure(&outcome.record), Some("timeout"));
    assert_eq!(outcome.record.stage, Stage::Finish);
}

#[tokio::test]
async fn garbage_after_the_approval_is_an_error_too() {
    let kind = tls12();
    let outcome = tampered("garbage", &kind, &kind.config(), 1, |bytes| {
        let finished = bytes.len() - 1;
        let mut bytes = bytes;
        bytes[finished] ^= 1;
        vec![Item::Bytes(bytes)]
    })
    .await;
    assert_eq!(failure(&outcome.record), Some("tls"));
    assert_eq!(outcome.record.stage, Stage::Finish);
}

#[tokio::test]
async fn fragments_of_one_byte_are_no_damage() {
    // RFC 8446, section 5.1, and RFC 5246, section 6.2.1: messages may be fragmented over records.
    for kind in kinds() {
        let outcome = tampered("fragments", &kind, &kind.config(), 0, |bytes| {
            let single = |record: &&[u8]| match record[0] {
                22 => in_single_bytes(record),
                _ => record.to_vec(),
            };
            vec![Item::Bytes(split(&bytes).iter().flat_map(single).collect())]
        })
        .await;
        assert!(outcome.error.is_none(), "{kind:?}: {:?}", outcome.error);
    }
}

#[tokio::test]
async fn limits_hold_from_both_sides() {
    for (kind, _) in [(tls13(), 0), (tls12(), 0)] {
        let kind = Kind {
            client_auth: true,
            ..kind
        };
        let config = kind.config();
        let records = sample(&config, 0).await;
        let (bytes, count) = (records.concat().len(), records.len());
        // Signatures differ in length by a few bytes.
        let cases = [
            (bytes + 16, count, None),
            (bytes - 100, count, Some("too-large")),
            (bytes + 16, count - 1, Some("too-large")),
            (0, count, Some("too-large")),
            (bytes + 16, 0, Some("too-large")),
        ];
        for (bytes_max, records_max, expected) in cases {
            let limits = HandshakeLimits {
                bytes_max,
                records_max,
            };
            let server = TlsServer::new(&config);
            let (outcome, _) = outcome("limits", server, Manner::default(), limits).await;
            assert_eq!(failure(&outcome.record), expected, "{kind:?} {limits:?}");
        }
    }
}

#[tokio::test]
async fn a_flight_without_end_is_cut() {
    // A message announces 16 MiB, and comes a byte a record; another comes in the largest records there are.
    let header = [11, 0xff, 0xff, 0xff];
    let small = [record(22, &header), record(22, &[0]).repeat(20_000)].concat();
    let large = [record(22, &header), record(22, &[0; 16_384]).repeat(64)].concat();
    for endless in [small, large] {
        for kind in [tls13(), tls12()] {
            let endless = endless.clone();
            let outcome = tampered("endless", &kind, &kind.config(), 0, move |bytes| {
                let hello = split(&bytes)[0].to_vec();
                vec![Item::Bytes(hello), Item::Bytes(endless.clone())]
            })
            .await;
            assert!(outcome.error.is_some());
        }
    }
}

#[tokio::test]
async fn other_protocols_are_named() {
    let greetings = [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "HTTP"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "SSH"),
        (b"220 mail.test ESMTP\r\n", "SMTP or FTP"),
        (b"\0\0\0\x01", "an unknown protocol"),
    ];
    for (greeting, name) in greetings {
        for read_max in [usize::MAX, 1] {
            let script = Reciter::new(vec![Item::Bytes(greeting.to_vec()), Item::End]);
            let manner = Manner {
                read_max,
                ..Manner::default()
            };
            let (outcome, _) = outcome(name, script, manner, HandshakeLimits::default()).await;
            assert_eq!(failure(&outcome.record), Some("not-tls"));
            let message = &outcome.record.failure.as_ref().expect("a failure").message;
            assert!(message.ends_with(name), "{message}");
        }
    }
}

#[tokio::test]
async fn a_transport_whose_reads_fail() {
    for (says, kind) in [
        (vec![Item::Error(io::ErrorKind::ConnectionReset)], "io"),
        (
            vec![Item::Bytes(vec![22, 3]), Item::Error(io::ErrorKind::Other)],
            "io",
        ),
        (vec![Item::End], "closed"),
        (vec![], "timeout"),
    ] {
        let (outcome, _) = outcome(
            kind,
            Reciter::new(says),
            Manner::default(),
            HandshakeLimits::default(),
        )
        .await;
        assert_eq!(failure(&outcome.record), Some(kind));
    }
}

/// A transport that takes so many bytes and then breaks, or blocks.
async fn cut_after(bytes: usize, blocks: bool, kind: &Kind) -> (Arc<DecisionRecord>, Vec<u8>) {
    let manner = match blocks {
        true => Manner {
            blocks_after: Some(bytes),
            ..Manner::default()
        },
        false => Manner {
            breaks_after: Some(bytes),
            ..Manner::default()
        },
    };
    let client = client_with(policy(Says::Yes), |builder| builder.timeout(TIMEOUT));
    let (io, witness) = wire(TlsServer::new(&kind.config()), manner);
    let record = match client.connect(io).await {
        Ok(approved) => approved.record,
        Err(refused) => Arc::clone(refused.record()),
    };
    (record, witness.written())
}

#[tokio::test]
async fn a_transport_whose_writes_fail() {
    for kind in [tls13(), tls12()] {
        for bytes in [0, 1, 5, 100] {
            let (record, written) = cut_after(bytes, false, &kind).await;
            assert_eq!(failure(&record), Some("io"), "{kind:?} {bytes}");
            assert_eq!((record.stage, written.len()), (Stage::Handshake, bytes));
        }
        for bytes in [0, 100] {
            let (record, written) = cut_after(bytes, true, &kind).await;
            assert_eq!(failure(&record), Some("timeout"), "{kind:?} {bytes}");
            assert_eq!((record.stage, written.len()), (Stage::Handshake, bytes));
        }
        // The hello is through, what was held back is not.
        let (io, witness) = wire(Reciter::new(vec![Item::End]), Manner::default());
        let client = client_with(policy(Says::Yes), |builder| builder.timeout(TIMEOUT));
        let _ = client.connect(io).await;
        let hello = witness.written().len();
        for (blocks, expected) in [(false, "io"), (true, "timeout")] {
            let (record, written) = cut_after(hello + 3, blocks, &kind).await;
            assert_eq!(failure(&record), Some(expected), "{kind:?}");
            assert_eq!(
                (record.stage, written.len()),
                (Stage::Finish, hello + 3),
                "{kind:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_alert_never_stands_in_the_middle_of_a_hello() {
    // The transport takes a part of the hello, and the rest only when it is too late.
    const TAKEN: usize = 100;
    let client = client_with(policy(Says::Yes), |builder| builder.timeout(TIMEOUT));
    let (near, mut far) = tokio::io::duplex(TAKEN);
    let late = async {
        tokio::time::sleep(TIMEOUT + Duration::from_millis(100)).await;
        let mut seen = Vec::new();
        let end = tokio::io::AsyncReadExt::read_to_end(&mut far, &mut seen).await;
        end.expect("an end");
        seen.len()
    };
    let (result, seen) = tokio::join!(client.gate.connect(peer(), near), late);
    assert_eq!(
        failure(result.expect_err("too late").record()),
        Some("timeout")
    );
    assert_eq!(seen, TAKEN);
}
