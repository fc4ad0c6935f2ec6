//! Random damage to real flights, in random pieces, for some seconds. Each case is made by its number alone, so a failure
//! can be run again.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::peers::{
    gate::{Client, client_with},
    guest::{Says, policy},
    pki::{CLIENT, pki},
    records::{record, split, unapproved},
    server::{Kind, TlsServer, kinds, tls13},
    wire::{Item, Manner, wire},
};
use countersign::{
    Refused,
    record::{Decision, Stage},
    rustls::{NamedGroup, ServerConfig},
};

/// How long to go on.
const TIME: Duration = Duration::from_secs(8);

/// Cases that must have been tried, however slow the machine.
const CASES_MIN: u64 = 200;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

/// Damages a flight in one way.
fn damage(random: &mut Random, bytes: &mut Vec<u8>) {
    if bytes.len() < 6 {
        return;
    }
    let at = random.below(bytes.len());
    match random.below(9) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = random.next() as u8,
        2 => bytes.truncate(at),
        3 => drop(bytes.splice(at..at, random.next().to_le_bytes())),
        4 => drop(bytes.drain(at..(at + 1 + random.below(40)).min(bytes.len()))),
        5 => bytes.extend_from_within(at..),
        6 => *bytes = with_record(random, bytes),
        7 => *bytes = shuffled(random, bytes),
        _ => *bytes = random.bytes(at),
    }
}

/// One record more, of any type, at any place.
fn with_record(random: &mut Random, bytes: &[u8]) -> Vec<u8> {
    let kind = 19 + random.below(6) as u8;
    let length = random.below(60);
    let body = random.bytes(length);
    let mut records: Vec<_> = split(bytes).into_iter().map(<[u8]>::to_vec).collect();
    records.insert(random.below(records.len() + 1), record(kind, &body));
    records.concat()
}

/// Two records changed places.
fn shuffled(random: &mut Random, bytes: &[u8]) -> Vec<u8> {
    let mut records = split(bytes);
    let (one, other) = (random.below(records.len()), random.below(records.len()));
    records.swap(one, other);
    records.concat()
}

/// A flight in pieces, and how it ends.
fn pieces(random: &mut Random, bytes: Vec<u8>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let count = match random.below(3) {
            0 => rest.len(),
            1 => 1 + random.below(rest.len()),
            _ => 1 + random.below(rest.len().min(20)),
        };
        items.push(Item::Bytes(rest[..count].to_vec()));
        rest = &rest[count..];
    }
    match random.below(12) {
        0 => items.push(Item::Error(io::ErrorKind::ConnectionReset)),
        // Silence, which costs time, but seldom.
        1 => {}
        _ => items.push(Item::End),
    }
    items
}

fn manner(random: &mut Random) -> Manner {
    Manner {
        read_max: if random.one_in(4) {
            1 + random.below(50)
        } else {
            usize::MAX
        },
        write_max: if random.one_in(4) {
            1 + random.below(50)
        } else {
            usize::MAX
        },
        hesitates: random.one_in(3),
        breaks_after: random.one_in(15).then(|| random.below(3_000)),
        blocks_after: None,
    }
}

/// Everything that stays the same from case to case.
struct World {
    servers: Vec<Arc<ServerConfig>>,
    clients: Vec<Client>,
}

impl World {
    fn new() -> Self {
        let group = Some(NamedGroup::secp384r1);
        let mut servers: Vec<Kind> = kinds().into();
        servers.push(Kind {
            group,
            client_auth: true,
            ..tls13()
        });
        servers.push(Kind {
            half_rtt: true,
            record_max: Some(100),
            ..tls13()
        });
        servers.push(Kind {
            identity: &pki().stranger,
            client_auth: true,
            ..tls13()
        });
        servers.extend(kinds().map(|kind| Kind {
            record_max: Some(64),
            ..kind
        }));
        let timeout = Duration::from_millis(60);
        let says = [
            Says::Yes,
            Says::NoToPeer,
            Says::NoToParameters,
            Says::NoToResumed,
        ];
        let client = |says| client_with(policy(says), |builder| builder.timeout(timeout));
        Self {
            servers: servers.iter().map(Kind::config).collect(),
            clients: says.into_iter().map(client).collect(),
        }
    }

    async fn run(&self, case: u64) {
        let mut random = Random(case);
        let server = &self.servers[random.below(self.servers.len())];
        let client = &self.clients[random.below(self.clients.len())];
        let manner = manner(&mut random);
        // Some are left as they are, so that there are sessions to resume.
        let damaged_flight = if random.one_in(5) {
            usize::MAX
        } else {
            random.below(3)
        };
        let damages = 1 + random.below(3);
        let tamper = Box::new(move |flight, mut bytes| match flight == damaged_flight {
            true => {
                (0..damages).for_each(|_| damage(&mut random, &mut bytes));
                pieces(&mut random, bytes)
            }
            false => vec![Item::Bytes(bytes)],
        });
        let server = TlsServer::tampered(server, tamper).saying(b"early");
        let (io, witness) = wire(server, manner);
        let began = Instant::now();
        let result = client.connect(io).await;
        assert!(began.elapsed() < Duration::from_secs(10), "case {case}");
        let record = match &result {
            Ok(approved) => &approved.record,
            Err(Refused::Veto(veto)) => &veto.record,
            Err(Refused::Failed(failure)) => &failure.record,
            Err(other) => panic!("case {case}: {other}"),
        };
        if record.stage < Stage::Finish {
            assert_ne!(record.decision, Decision::Approved, "case {case}");
            let written = witness.written();
            let broken = manner.breaks_after == Some(written.len());
            let said = unapproved(&written);
            assert!(said.is_ok() || broken, "case {case}: {said:?}");
            let marker = CLIENT.as_bytes();
            assert!(
                !written.windows(marker.len()).any(|at| at == marker),
                "case {case}"
            );
            // Who was not approved is not known, and has not been told anything.
            witness.script(|server| {
                assert!(
                    server.received.is_empty() && server.is_handshaking(),
                    "case {case}"
                )
            });
        }
    }
}

#[tokio::test]
async fn random_damage() {
    let world = World::new();
    let began = Instant::now();
    let mut case = 0;
    while case < CASES_MIN || began.elapsed() < TIME {
        world.run(case).await;
        case += 1;
    }
}
