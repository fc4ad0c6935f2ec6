//! What judging costs: the judged handshake against the same handshake without policy, and the calls alone.
//!
//! Everything runs in turns on one thread, so that whatever else the machine does meets all of it alike. Handshakes run over
//! a pipe in memory, with a P-256 certificate that is verified, and are never resumed. Of some both ends are measured, of which
//! the client judges; of others the server's end alone, which judges: the time of its own polls.

#[path = "../parts/calls.rs"]
mod calls;
mod clock;
mod handshakes;
#[path = "../parts/plain.rs"]
mod plain;
#[path = "../parts/policies.rs"]
mod policies;
mod server;
mod table;
mod way;

use std::time::{Duration, Instant};

use calls::Calls;
use handshakes::Pair;
use policies::Answers;
use rustls::version::{TLS12, TLS13};
use server::Server;
use table::Table;
use way::{Took, Way};

const ROUNDS: usize = 2_000;
const ROUNDS_OF_WARMING: usize = 50;
const TIME_MAX: Duration = Duration::from_secs(45);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tls13, tls12) = (Pair::new(&TLS13), Pair::new(&TLS12));
    let server = Server::new();
    let calls = Answers::ALL.map(|answers| (answers, Calls::new(answers)));
    let mut table = Table::default();
    let began = Instant::now();
    for round in 0..ROUNDS_OF_WARMING + ROUNDS {
        if round == ROUNDS_OF_WARMING {
            table = Table::default();
        }
        for way in Way::in_turn(round) {
            table.note("server's end, TLS 1.3", way, server.measure(way).await);
        }
        for (name, pair) in [
            ("both ends, TLS 1.3", &tls13),
            ("both ends, TLS 1.2", &tls12),
        ] {
            for way in Way::in_turn(round) {
                table.note(name, way, pair.measure(way).await);
            }
        }
        for (answers, calls) in &calls {
            calls.each(|name, call| {
                let began = Instant::now();
                call();
                table.note(name, Way::Gate(*answers), Took::call(began.elapsed()));
            });
        }
        if began.elapsed() > TIME_MAX {
            break;
        }
    }
    table.print();
}
