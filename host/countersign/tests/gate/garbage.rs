//! Servers whose flight is damaged: the outcome is an error in time, one record says so, and nothing that was held back
//! leaves.

use std::sync::Arc;

use crate::peers::{
    gate::failure,
    outcome::{sample, tampered, targets},
    records::{CHANGE_CIPHER_SPEC, in_single_bytes, record, split},
    server::{Kind, kinds, tls12, tls13},
    wire::Item,
};
use countersign::{HandshakeError, record::Stage, rustls::ServerConfig};

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
