//! A hello is read by one gate, and answered by the one that its name is for.

use std::time::Duration;

use crate::peers::{
    client::{TlsClient, kinds, tls13},
    gate::{calls, failure, origin, server, server_with},
    pki::{ELSEWHERE, SERVER, pki},
    puppet::{Answer, Puppet, When, approving},
    wire::{Manner, wire},
};
use countersign::record::{Answer as Answered, Decision, Stage};

#[tokio::test]
async fn each_name_can_have_its_own_policies() {
    let listener = server(approving());
    let refusing = Puppet::new().parameters(When::Always, Answer::Veto);
    let strict = server_with(refusing.policy(), |builder| builder.listener("strict"));
    let lax = server_with(approving(), |builder| builder.listener("lax"));
    for kind in kinds() {
        let what = format!("{kind:?}");
        let client = TlsClient::of(&kind.config(), ELSEWHERE);
        let met = listener.hand_over(&strict, client).await.vetoed(&what);
        assert_eq!(met.record.endpoint.listener, "strict", "{what}");
        assert_eq!(met.record.facts.server_name(), Some(ELSEWHERE), "{what}");
        assert_eq!(met.record.policies.len(), 1, "{what}");
        let client = TlsClient::of(&kind.config(), SERVER).saying(b"ping");
        let met = listener.hand_over(&lax, client).await.approved(&what);
        assert_eq!(met.record.endpoint.listener, "lax", "{what}");
        assert_eq!(met.received.as_deref(), Some(&b"ping"[..]), "{what}");
        let shown = met.witness.script(|client| client.server_certificate());
        assert_eq!(shown.as_deref(), Some(&pki().good.certificate[..]));
        let asked = [
            ("constrain", Answered::Offer),
            ("judge-parameters", Answered::Approve),
            ("judge-peer", Answered::Approve),
        ];
        assert_eq!(calls(&met.record, 0), asked, "{what}");
    }
}

#[tokio::test]
async fn a_gate_can_answer_the_hello_that_it_read() {
    let server = server(approving());
    let (io, _) = wire(TlsClient::new(&tls13().config()), Manner::default());
    let greeted = server.gate.greet(origin(), io).await.expect("a hello");
    assert_eq!(greeted.hello().server_name.as_deref(), Some(SERVER));
    assert!(server.published().is_empty(), "nothing is decided yet");
    let approved = greeted.accept().await.expect("approved");
    assert_eq!(approved.record.decision, Decision::Approved);
    assert_eq!(server.published().len(), 1);
}

#[tokio::test]
async fn tickets_of_one_gate_open_nothing_at_another() {
    for kind in kinds() {
        let what = format!("{kind:?}");
        let listener = server(approving());
        let (one, other) = (server(approving()), server(approving()));
        let config = kind.config();
        let visit = async |to, resumed| {
            let met = listener.hand_over(to, TlsClient::new(&config)).await;
            let met = met.approved(&what);
            assert_eq!(met.resumed(), resumed, "{what}");
        };
        visit(&one, false).await;
        visit(&one, true).await;
        visit(&other, false).await;
    }
}

#[tokio::test]
async fn a_hello_that_nobody_answers_is_an_abandoned_connection() {
    let server = server(approving());
    let (io, witness) = wire(TlsClient::new(&tls13().config()), Manner::default());
    drop(server.gate.greet(origin(), io).await.expect("a hello"));
    let [record] = &server.published()[..] else {
        panic!("one record a connection");
    };
    assert_eq!(record.decision, Decision::Failed);
    assert_eq!(failure(record), Some("abandoned"));
    assert_eq!(record.facts.server_name(), Some(SERVER));
    assert!(witness.written().is_empty());
    assert!(witness.seen(|seen| seen.dropped));
}

#[tokio::test]
async fn time_counts_from_the_beginning() {
    let listener = server(approving());
    let hasty = server_with(approving(), |builder| builder.timeout(Duration::ZERO));
    let client = TlsClient::new(&tls13().config());
    let met = listener.hand_over(&hasty, client).await;
    let met = met.failed("timeout", "no time is left");
    assert_ne!(met.record.stage, Stage::Established);
    // And it is the second gate's time that counts, where that is longer.
    let listener = server_with(approving(), |builder| {
        builder.timeout(Duration::from_secs(2))
    });
    let patient = server(approving());
    let (io, _) = wire(TlsClient::new(&tls13().config()), Manner::default());
    let greeted = listener.gate.greet(origin(), io).await.expect("a hello");
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    greeted.accept_by(&patient.gate).await.expect("approved");
}
