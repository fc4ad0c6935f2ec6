//! Clients whose flights are damaged, at every point of them: the outcome is an error in time, one record says so, and
//! nothing that was held back leaves.

use std::io;

use crate::peers::{
    gate::failure,
    records::{record, split},
    target::Target,
    wire::Item,
};
use countersign::record::Stage;

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
