//! Ten thousand connections at the same time, and a hundred thousand one after the other: what is left of them?

use std::{fs, time::Duration};

use crate::{
    load::Load,
    pki::Pki,
    systems::{Kind, System},
    usage,
};

/// Held at the same time, if there may be so many files: each connection has two in the gateway and two here.
const HELD: usize = 10_000;
/// Files that are no connections.
const OTHER_FILES: usize = 200;
/// One after the other, eight at a time.
const JUDGED: usize = 100_000;

/// Prints what became of memory and of the log. Fails if a connection was not served, or has not exactly one line.
#[expect(clippy::print_stdout, reason = "it is a bench's report")]
pub(crate) async fn soak(pki: &Pki, load: &Load, backend: u16) {
    let log = pki.path("connections.log");
    let system = System::start_with_log(Kind::Ours, pki, backend, &log).await;
    let system = system.expect("it starts");
    let request = system.kind.request();
    let held_at_once = HELD.min((usage::file_limit() - OTHER_FILES) / 2);
    let memory = || system.usage().memory as f64 / 1024.0 / 1024.0;
    // The look whether it listens is a connection, too.
    let mut connections = 1;
    let mut rounds = Vec::new();
    println!("MiB at the start: {:.1}", memory());
    for round in 1..=2 {
        let idle = load.idle(system.port, request, held_at_once).await;
        let held = memory();
        drop(idle);
        tokio::time::sleep(Duration::from_secs(2)).await;
        let released = memory();
        load.connections(system.port, request, JUDGED / 2, 8).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let after = memory();
        connections += held_at_once + JUDGED / 2;
        println!(
            "round {round}: MiB with {held_at_once} connections {held:.1}, without them {released:.1}, after {} more {after:.1}",
            JUDGED / 2
        );
        rounds.push(after);
    }
    println!(
        "memory after the second round ÷ after the first: {:.3}",
        rounds[1] / rounds[0]
    );
    drop(system);
    let lines = fs::read_to_string(&log).expect("a log").lines().count();
    println!("connections: {connections}; lines in the log: {lines}");
    assert_eq!(lines, connections, "each connection has one line");
}
