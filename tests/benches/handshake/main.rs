//! What judging costs: the judged handshake against the same handshake without policy, and the calls alone.
//!
//! Everything runs in turns on one thread, so that whatever else the machine does meets all of it alike. A
//! handshake is both ends of it, over a pipe in memory, with a P-256 certificate that is verified, and never resumed.

mod handshakes;
mod table;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use countersign::{
    facts::ConnectionFacts,
    offer::{ClientAuthFloor, Floor, Offer},
    policy::Policy,
    session::{Endpoint, Role, Session},
};
use countersign_names::{CipherSuite, Group, Version};
use countersign_tests::policy::policy as load;
use handshakes::{Pair, Way};
use rustls::version::{TLS12, TLS13};
use table::{Column, Table};

const ROUNDS: usize = 2_000;
const ROUNDS_OF_WARMING: usize = 50;
const TIME_MAX: Duration = Duration::from_secs(45);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tls13, tls12) = (Pair::new(&TLS13), Pair::new(&TLS12));
    let calls = Calls::new();
    let mut table = Table::default();
    let began = Instant::now();
    for round in 0..ROUNDS_OF_WARMING + ROUNDS {
        if round == ROUNDS_OF_WARMING {
            table = Table::default();
        }
        for (name, pair) in [("TLS 1.3", &tls13), ("TLS 1.2", &tls12)] {
            // Who goes first changes: the second finds its caches warmed by the first.
            for way in Way::in_turn(round) {
                pair.measure(name, way, &mut table).await;
            }
        }
        calls.measure(&mut table);
        if began.elapsed() > TIME_MAX {
            break;
        }
    }
    table.print();
}

/// The calls of the default policy, each with a fresh instance, as a handshake makes them.
struct Calls {
    policy: Policy,
    available: Offer,
    session: Session,
    facts: Arc<ConnectionFacts>,
}

impl Calls {
    fn new() -> Self {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let floor = Floor::new(&provider, Vec::new(), true, ClientAuthFloor::NotAsked);
        let endpoint = Endpoint {
            role: Role::Client,
            listener: String::new(),
        };
        Self {
            policy: load("{}"),
            available: floor.available().clone(),
            session: Session {
                endpoint,
                version: Version::TLS_1_3,
                cipher_suite: CipherSuite::new(0x1301),
                group: Some(Group::X25519MLKEM768),
                alpn: None,
                resumed: false,
                retried: false,
            },
            facts: Arc::new(ConnectionFacts::default()),
        }
    }

    fn measure(&self, table: &mut Table) {
        let Self {
            policy,
            available,
            session,
            facts,
        } = self;
        let facts = || Arc::clone(facts);
        table.time("constrain", Column::Judged, || {
            let called = policy.constrain(&session.endpoint, available, facts());
            assert!(called.result.is_ok());
        });
        table.time("judge-parameters", Column::Judged, || {
            let called = policy.judge_parameters(session, facts());
            assert!(called.result.is_ok());
        });
        table.time("judge-peer", Column::Judged, || {
            let called = policy.judge_peer(session, facts());
            assert!(called.result.is_ok());
        });
    }
}
