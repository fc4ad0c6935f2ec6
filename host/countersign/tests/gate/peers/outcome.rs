//! Connections to servers that do something else than a handshake.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use countersign::{
    ClientGateBuilder, HandshakeError, HandshakeLimits, Refused,
    record::{Decision, DecisionRecord, Stage},
    rustls::{NamedGroup, ServerConfig},
};

use super::{
    gate::client_with,
    guest::{Says, policy},
    records::{split, unapproved},
    server::{Kind, TlsServer, tls12, tls13},
    wire::{Item, Manner, Script, Witness, wire},
};

/// Short, so that silence costs little; long enough for a handshake on a busy machine.
pub const TIMEOUT: Duration = Duration::from_millis(400);

/// What a goodbye may add, and then some for a busy machine.
const SLACK: Duration = Duration::from_secs(5);

/// What became of a connection that may have failed.
pub struct Outcome {
    /// Its record.
    pub record: Arc<DecisionRecord>,
    /// Why it failed, if it did.
    pub error: Option<HandshakeError>,
}

/// Connects, and checks everything that holds whatever the server did.
pub async fn outcome<T: Script>(
    what: &str,
    script: T,
    manner: Manner,
    limits: HandshakeLimits,
) -> (Outcome, Witness<T>) {
    let change = |builder: ClientGateBuilder| builder.timeout(TIMEOUT).handshake_limits(limits);
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
pub async fn tampered(
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
pub fn targets() -> Vec<(Kind, usize)> {
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
pub async fn sample(config: &Arc<ServerConfig>, flight: usize) -> Vec<Vec<u8>> {
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
