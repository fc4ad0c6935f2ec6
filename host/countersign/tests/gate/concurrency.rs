//! Many connections at once, over one gate each policy: every one gets its own outcome and one record.

use std::{collections::BTreeMap, sync::Arc};

use crate::peers::{
    gate::{Client, client, client_with, failure},
    guest::{Says, policy},
    pki::{Identity, pki, server_name},
    server::{Kind, tls12, tls13},
};
use countersign::{
    Peer, Refused,
    record::{Decision, DecisionRecord},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio_rustls::TlsAcceptor;

/// Connections of one test.
const CONNECTIONS: u16 = 240;

/// The certificates, and how the check of each ends.
fn identities() -> [(&'static Identity, &'static str); 4] {
    let pki = pki();
    [
        (&pki.good, "valid"),
        (&pki.expired, "expired"),
        (&pki.stranger, "unknown-issuer"),
        (&pki.misnamed, "name-mismatch"),
    ]
}

/// What is to become of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Expected {
    decision: Decision,
    failure: Option<&'static str>,
}

/// The gates, by what is expected of a good certificate and of a bad one.
fn gates() -> Vec<(Arc<Client>, Expected, Expected)> {
    let expected = |decision, failure| Expected { decision, failure };
    let approved = expected(Decision::Approved, None);
    let untrusted = expected(Decision::Failed, Some("certificate"));
    let vetoed = expected(Decision::Vetoed, None);
    let both = expected(Decision::Vetoed, Some("certificate"));
    let accepting = client_with(policy(Says::Yes), |builder| {
        builder.accept_invalid_certificates(true)
    });
    vec![
        (Arc::new(client(policy(Says::Yes))), approved, untrusted),
        (Arc::new(client(policy(Says::NoToPeer))), vetoed, both),
        (
            Arc::new(client(policy(Says::TrapAtParameters))),
            vetoed,
            both,
        ),
        (Arc::new(accepting), approved, approved),
    ]
}

/// Accepts if it is let, echoes a byte, and answers the end.
async fn serve(kind: Kind, far: DuplexStream) {
    let Ok(mut stream) = TlsAcceptor::from(kind.config()).accept(far).await else {
        return;
    };
    let mut byte = [0];
    if stream.read_exact(&mut byte).await.is_ok() {
        let _ = stream.write_all(&byte).await;
    }
    let _ = stream.shutdown().await;
}

/// Makes one connection and sends its number's low byte there and back.
async fn visit(client: Arc<Client>, kind: Kind, port: u16) -> Arc<DecisionRecord> {
    // So small that every flight is interrupted many times.
    let (near, far) = tokio::io::duplex(113);
    let server = tokio::spawn(serve(kind, far));
    let peer = Peer::new(server_name()).port(port);
    let record = match client.gate.connect(peer, near).await {
        Ok(mut approved) => {
            let byte = [port as u8];
            approved.stream.write_all(&byte).await.expect("writes");
            let mut answer = [0];
            approved
                .stream
                .read_exact(&mut answer)
                .await
                .expect("reads");
            assert_eq!(answer, byte);
            approved.record
        }
        Err(Refused::Veto(veto)) => veto.record,
        Err(Refused::Failed(failure)) => failure.record,
        Err(other) => panic!("{other}"),
    };
    server.await.expect("no panic");
    record
}

/// All records of a gate, by the port of the connection.
fn by_port(client: &Client) -> BTreeMap<u64, usize> {
    let mut counts = BTreeMap::new();
    for record in client.published() {
        let json = serde_json::to_value(&*record).expect("serialises");
        let port = json["server.port"].as_u64().expect("a port");
        *counts.entry(port).or_default() += 1;
    }
    counts
}

async fn all_at_once() {
    let gates = gates();
    let mut visits = tokio::task::JoinSet::new();
    for number in 0..CONNECTIONS {
        let at = usize::from(number);
        let (client, of_good, of_bad) = &gates[at / 4 % gates.len()];
        let (identity, check) = identities()[at % 4];
        let version = if at % 3 == 0 { tls12() } else { tls13() };
        // Records so short that connections alternate between the check of the certificate and the verdict.
        let kind = Kind {
            identity,
            client_auth: at % 5 == 0,
            record_max: (at % 2 == 0).then_some(64),
            ..version
        };
        let expected = if check == "valid" { *of_good } else { *of_bad };
        let visit = visit(Arc::clone(client), kind, number + 1);
        visits.spawn(async move {
            let record = visit.await;
            assert_eq!(
                record.facts.peer_verification().as_str(),
                check,
                "{number} {kind:?}"
            );
            let (decision, failure) = (record.decision, failure(&record));
            assert_eq!(
                Expected { decision, failure },
                expected,
                "{number} {kind:?}"
            );
        });
    }
    while let Some(visit) = visits.join_next().await {
        visit.expect("as expected");
    }
    let counts = gates.iter().map(|(client, ..)| by_port(client));
    let counts: Vec<_> = counts.flatten().collect();
    assert_eq!(counts.len(), usize::from(CONNECTIONS));
    assert!(counts.iter().all(|(_, count)| *count == 1), "{counts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_several_threads() {
    all_at_once().await;
}

#[tokio::test]
async fn on_one_thread() {
    all_at_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_that_are_cut_off_leave_one_record_each() {
    let client = Arc::new(client(policy(Says::Yes)));
    let mut visits = tokio::task::JoinSet::new();
    for number in 0..CONNECTIONS {
        let client = Arc::clone(&client);
        let visit = visit(client, tls13(), number + 1);
        let patience = std::time::Duration::from_micros(u64::from(number) * 100);
        visits.spawn(tokio::time::timeout(patience, visit));
    }
    let mut done = 0;
    while let Some(visit) = visits.join_next().await {
        done += usize::from(visit.expect("no panic").is_ok());
    }
    let counts = by_port(&client);
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
    let approved = client.published();
    let approved = approved
        .iter()
        .filter(|record| record.decision == Decision::Approved);
    assert!(approved.count() >= done);
}
