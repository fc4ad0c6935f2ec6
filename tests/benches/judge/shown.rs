//! What it costs to judge a peer by its certificates: `judge-peer` about a server that showed three of them.
//!
//! *In a row* the certificates are those of one connection, of which the host remembers what the policy has read. *In a handshake* the
//! host takes them apart anew each time, and the call finds cold caches.

mod chain;

use std::{sync::Arc, time::Duration};

use countersign::{
    ClientGate, Peer,
    policy::{Engine, Policy, PolicyOptions, PolicySource, Way},
    record::{Decision, DecisionRecord},
    verdict::Verdict,
};
use rustls::pki_types::ServerName;

use crate::{WINDOW, ours, table, window};
use chain::{SERVER, Server};

const PIPE_BYTES: usize = 64 * 1024;
const ROUNDS: usize = 60;

/// Handshakes of each way in one round.
const HANDSHAKES: usize = 10;

/// What is measured of one way.
struct Measured {
    name: &'static str,
    policy: Policy,
    gate: ClientGate,
    in_a_row: Vec<f64>,
    in_a_handshake: Vec<f64>,
}

/// Measures all ways in turns, and prints the table.
pub(crate) fn measure() {
    let server = Server::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    let connect = |gate: &ClientGate| runtime.block_on(approved(gate, &server));
    let engine = Engine::new(ours::limits()).expect("an engine");
    let unpinned = Measured::new("", &engine, Way::Rewound, false, "{}", &server);
    let facts = Arc::clone(&connect(&unpinned.gate).facts);
    let settings = settings(facts.peer_certificates()[0].spki_sha256());
    let mut ways = [
        ("memo", Way::Rewound, true),
        ("rewound", Way::Rewound, false),
        ("snapshot, pool", Way::Snapshot, false),
    ]
    .map(|(name, way, memo)| Measured::new(name, &engine, way, memo, &settings, &server));
    for _ in 0..ROUNDS {
        for way in &mut ways {
            let Measured { policy, gate, .. } = way;
            let records: Vec<_> = (0..HANDSHAKES).map(|_| connect(gate)).collect();
            let one = records[0].clone();
            let session = one.session.as_ref().expect("it was negotiated");
            let row = window::run(1, WINDOW, &[()], |()| {
                let called = policy.judge_peer(session, Arc::clone(&one.facts));
                let verdict = called.result.expect("it answers");
                assert!(matches!(verdict, Verdict::Approve(_)));
            });
            way.in_a_row.push(1e6 / row.rate());
            let took = records
                .iter()
                .map(|record| took(record).as_secs_f64() * 1e6);
            way.in_a_handshake.extend(took);
        }
    }
    table::note("");
    table::note(
        "| judge-peer, three certificates | µs in a row, median | best | µs in a handshake, median | memory, KiB |",
    );
    table::note("|---|--:|--:|--:|--:|");
    for way in &mut ways {
        let memory = way.policy.execution().memory_bytes / 1024;
        table::note(&format!(
            "| {} | {:.3} | {:.3} | {:.3} | {memory} |",
            way.name,
            table::quantile(&mut way.in_a_row, 0.5),
            table::quantile(&mut way.in_a_row, 0.0),
            table::quantile(&mut way.in_a_handshake, 0.5),
        ));
    }
}

/// A standard with rules for certificates, and what an operator adds: names, and the server's pin with a backup.
fn settings(pin: &[u8]) -> String {
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    serde_json::json!({
        "profile": "mozilla-6.0-intermediate",
        "peer_certificate": {
            "scope": "chain",
            "names": ["*.example.com", SERVER],
            "expires_within_days": 14,
            "verification": "require-valid",
            "pins": [hex(&[0; 32]), hex(pin)],
        },
    })
    .to_string()
}

impl Measured {
    fn new(
        name: &'static str,
        engine: &Engine,
        way: Way,
        memo: bool,
        settings: &str,
        server: &Server,
    ) -> Self {
        let options = PolicyOptions::new().settings(settings).way(way).memo(memo);
        let policy = Policy::load_with(engine, &PolicySource::Default, &options);
        let policy = policy.expect("it loads");
        assert_eq!(policy.execution().way, way);
        let gate = ClientGate::builder(policy.clone(), server.verifier());
        Self {
            name,
            gate: gate.resumption(false).build(),
            policy,
            in_a_row: Vec::new(),
            in_a_handshake: Vec::new(),
        }
    }
}

/// Makes one handshake, which is approved.
async fn approved(gate: &ClientGate, server: &Server) -> Arc<DecisionRecord> {
    let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
    let name = ServerName::try_from(SERVER).expect("a name");
    let connect = gate.connect(Peer::new(name), ours);
    // The server stays until the end.
    let (connected, _server) = tokio::join!(connect, server.accept(theirs));
    let record = connected.expect("an approval").record;
    assert_eq!(record.decision, Decision::Approved);
    assert_eq!(record.facts.peer_certificates().len(), 3);
    record
}

/// How long the last call took.
fn took(record: &DecisionRecord) -> Duration {
    let mut calls = record.policies.iter().flat_map(|policy| &policy.calls);
    let call = calls.rfind(|call| call.function == "judge-peer");
    call.expect("it was asked").duration
}
