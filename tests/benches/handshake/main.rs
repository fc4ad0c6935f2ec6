//! What judging costs: the judged handshake against the same handshake without policy, and the calls alone.
//!
//! Everything runs in turns on one thread, so that whatever else the machine does meets all of it alike. A
//! handshake is both ends of it, over a pipe in memory, with a P-256 certificate that is verified, and never resumed.

#[path = "../parts/calls.rs"]
mod calls;
mod handshakes;
#[path = "../parts/plain.rs"]
mod plain;
mod table;

use std::time::{Duration, Instant};

use calls::Calls;
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
        calls.each(|name, call| table.time(name, Column::Judged, call));
        if began.elapsed() > TIME_MAX {
            break;
        }
    }
    table.print();
}
