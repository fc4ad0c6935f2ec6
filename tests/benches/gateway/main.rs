//! What the gateway costs beside others that do its work: Envoy, Caddy, HAProxy, nginx and stunnel, all in one run.
//!
//! Each terminates TLS 1.3 for the same backend, with the same P-256 certificate and one worker where that can be said. The
//! client does X25519 and resumes nothing. What is counted is the servers' processor time and memory, as the kernel has them; the
//! load is made by this process, which is not counted. Rounds go from one to the next, so that whatever else the machine does
//! meets all of them alike; of each figure the median counts.
//!
//! `-- --quick` makes it short, for a look whether all of it works; `-- --only nginx` measures the systems so named alone.
//! `-- --soak` holds ten thousand connections of ours instead. `tests/benches/gateway/install` brings Envoy and Caddy.

mod backend;
mod load;
mod pki;
mod soak;
mod systems;
mod table;
mod usage;

use std::time::Duration;

use backend::Backend;
use load::Load;
use pki::Pki;
use systems::{Kind, System};
use table::{Figure, Table};

/// How much is done.
#[derive(Clone, Copy)]
struct Effort {
    rounds: usize,
    connections: usize,
    idle: usize,
    mebibytes: u64,
    one_by_one: usize,
}

const WHOLE: Effort = Effort {
    rounds: 3,
    connections: 2_000,
    idle: 1_000,
    mebibytes: 512,
    one_by_one: 300,
};

const QUICK: Effort = Effort {
    rounds: 1,
    connections: 200,
    idle: 100,
    mebibytes: 32,
    one_by_one: 50,
};

fn main() {
    let asked = |word| std::env::args().any(|argument| argument == word);
    let (quick, soak) = (asked("--quick"), asked("--soak"));
    let only = std::env::args().skip_while(|it| it != "--only").nth(1);
    let effort = if quick { QUICK } else { WHOLE };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    usage::raise_file_limit();
    runtime.block_on(async {
        let pki = Pki::new();
        let backend = Backend::start().await;
        let load = Load::new(&pki);
        if soak {
            return soak::soak(&pki, &load, backend.port).await;
        }
        let mut table = Table::default();
        for round in 0..effort.rounds {
            for kind in Kind::in_turn(round)
                .filter(|it| only.as_deref().is_none_or(|name| it.is_called(name)))
            {
                match System::start(kind, &pki, backend.port).await {
                    Ok(system) => measure(&system, &load, effort, &mut table).await,
                    Err(why) => table.missing(kind, &why),
                }
            }
        }
        table.print(effort.idle);
    });
}

async fn measure(system: &System, load: &Load, effort: Effort, table: &mut Table) {
    let kind = system.kind;
    let request = kind.request();
    let many = |count| load.connections(system.port, request, count, 8);
    many(effort.connections / 10).await;

    let before = system.usage();
    many(effort.connections).await;
    let spent = system.usage().cpu - before.cpu;
    table.note(
        kind,
        Figure::Connection,
        micros(spent) / effort.connections as f64,
    );

    let mut latencies = load
        .one_by_one(system.port, request, effort.one_by_one)
        .await;
    latencies.sort_unstable();
    let at = |share: usize| micros(latencies[latencies.len() * share / 100]);
    table.note(kind, Figure::Median, at(50));
    table.note(kind, Figure::Slowest, at(99));

    if kind.relays() {
        for (figure, to_client) in [(Figure::ToClient, true), (Figure::FromClient, false)] {
            let before = system.usage();
            load.relay(system.port, effort.mebibytes, to_client).await;
            let spent = system.usage().cpu - before.cpu;
            table.note(
                kind,
                figure,
                micros(spent) / 1e3 * 1024.0 / effort.mebibytes as f64,
            );
        }
    }

    tokio::time::sleep(Duration::from_millis(300)).await;
    let before = system.usage();
    let idle = load.idle(system.port, request, effort.idle).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let grown = system.usage().memory.saturating_sub(before.memory);
    table.note(
        kind,
        Figure::Idle,
        grown as f64 / 1024.0 / effort.idle as f64,
    );
    drop(idle);
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
