//! Transports that end, stall, break or carry something else than TLS, and servers that say too much: the outcome is an
//! error in time, and nothing that was held back leaves.

use std::{io, sync::Arc, time::Duration};

use crate::peers::{
    gate::{client_with, failure, peer},
    guest::{Says, policy},
    outcome::{TIMEOUT, outcome, sample, tampered, targets},
    server::{Kind, TlsServer, tls12, tls13},
    wire::{Item, Manner, Reciter, wire},
};
use countersign::{
    HandshakeError, HandshakeLimits,
    record::{DecisionRecord, Stage},
};

#[tokio::test]
async fn an_end_at_any_byte() {
    for (kind, flight) in targets() {
        let config = kind.config();
        let length = sample(&config, flight).await.concat().len();
        for at in (0..length - 20).step_by(7) {
            let what = format!("end at {at} of flight {flight}: {kind:?}");
            let outcome = tampered(&what, &kind, &config, flight, move |bytes| {
                vec![Item::Bytes(bytes[..at].to_vec()), Item::End]
            })
            .await;
            assert!(
                matches!(outcome.error, Some(HandshakeError::Closed)),
                "{what}: {:?}",
                outcome.error
            );
            assert_eq!(outcome.record.stage, Stage::Handshake, "{what}");
        }
    }
}

#[tokio::test]
async fn silence_at_any_byte() {
    for (kind, flight) in targets() {
        let config = kind.config();
        let length = sample(&config, flight).await.concat().len();
        let mut cases = tokio::task::JoinSet::new();
        for at in (0..length - 20).step_by(61) {
            let config = Arc::clone(&config);
            cases.spawn(async move {
                let what = format!("silence at {at} of flight {flight}: {kind:?}");
                let outcome = tampered(&what, &kind, &config, flight, move |bytes| {
                    vec![Item::Bytes(bytes[..at].to_vec())]
                })
                .await;
                assert!(
                    matches!(outcome.error, Some(HandshakeError::Timeout { .. })),
                    "{what}: {:?}",
                    outcome.error
                );
            });
        }
        while let Some(case) = cases.join_next().await {
            case.expect("a timeout");
        }
    }
}

#[tokio::test]
async fn silence_after_the_approval_is_a_timeout_too() {
    // A TLS 1.2 client still waits for the server's Finished.
    let kind = tls12();
    let outcome = tampered("silence", &kind, &kind.config(), 1, |_| Vec::new()).await;
    assert_eq!(failure(&outcome.record), Some("timeout"));
    assert_eq!(outcome.record.stage, Stage::Finish);
}

#[tokio::test]
async fn limits_hold_from_both_sides() {
    for (kind, _) in [(tls13(), 0), (tls12(), 0)] {
        let kind = Kind {
            client_auth: true,
            ..kind
        };
        let config = kind.config();
        let records = sample(&config, 0).await;
        let (bytes, count) = (records.concat().len(), records.len());
        // Signatures differ in length by a few bytes.
        let cases = [
            (bytes + 16, count, None),
            (bytes - 100, count, Some("too-large")),
            (bytes + 16, count - 1, Some("too-large")),
            (0, count, Some("too-large")),
            (bytes + 16, 0, Some("too-large")),
        ];
        for (bytes_max, records_max, expected) in cases {
            let limits = HandshakeLimits {
                bytes_max,
                records_max,
            };
            let server = TlsServer::new(&config);
            let (outcome, _) = outcome("limits", server, Manner::default(), limits).await;
            assert_eq!(failure(&outcome.record), expected, "{kind:?} {limits:?}");
        }
    }
}

#[tokio::test]
async fn other_protocols_are_named() {
    let greetings = [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "HTTP"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "SSH"),
        (b"220 mail.test ESMTP\r\n", "SMTP or FTP"),
        (b"\0\0\0\x01", "an unknown protocol"),
    ];
    for (greeting, name) in greetings {
        for read_max in [usize::MAX, 1] {
            let script = Reciter::new(vec![Item::Bytes(greeting.to_vec()), Item::End]);
            let manner = Manner {
                read_max,
                ..Manner::default()
            };
            let (outcome, _) = outcome(name, script, manner, HandshakeLimits::default()).await;
            assert_eq!(failure(&outcome.record), Some("not-tls"));
            let message = &outcome.record.failure.as_ref().expect("a failure").message;
            assert!(message.ends_with(name), "{message}");
        }
    }
}

#[tokio::test]
async fn a_transport_whose_reads_fail() {
    for (says, kind) in [
        (vec![Item::Error(io::ErrorKind::ConnectionReset)], "io"),
        (
            vec![Item::Bytes(vec![22, 3]), Item::Error(io::ErrorKind::Other)],
            "io",
        ),
        (vec![Item::End], "closed"),
        (vec![], "timeout"),
    ] {
        let (outcome, _) = outcome(
            kind,
            Reciter::new(says),
            Manner::default(),
            HandshakeLimits::default(),
        )
        .await;
        assert_eq!(failure(&outcome.record), Some(kind));
    }
}

/// A transport that takes so many bytes and then breaks, or blocks.
async fn cut_after(bytes: usize, blocks: bool, kind: &Kind) -> (Arc<DecisionRecord>, Vec<u8>) {
    let manner = match blocks {
        true => Manner {
            blocks_after: Some(bytes),
            ..Manner::default()
        },
        false => Manner {
            breaks_after: Some(bytes),
            ..Manner::default()
        },
    };
    let client = client_with(policy(Says::Yes), |builder| builder.timeout(TIMEOUT));
    let (io, witness) = wire(TlsServer::new(&kind.config()), manner);
    let record = match client.connect(io).await {
        Ok(approved) => approved.record,
        Err(refused) => Arc::clone(refused.record()),
    };
    (record, witness.written())
}

#[tokio::test]
async fn a_transport_whose_writes_fail() {
    for kind in [tls13(), tls12()] {
        for bytes in [0, 1, 5, 100] {
            let (record, written) = cut_after(bytes, false, &kind).await;
            assert_eq!(failure(&record), Some("io"), "{kind:?} {bytes}");
            assert_eq!((record.stage, written.len()), (Stage::Handshake, bytes));
        }
        for bytes in [0, 100] {
            let (record, written) = cut_after(bytes, true, &kind).await;
            assert_eq!(failure(&record), Some("timeout"), "{kind:?} {bytes}");
            assert_eq!((record.stage, written.len()), (Stage::Handshake, bytes));
        }
        // The hello is through, what was held back is not.
        let (io, witness) = wire(Reciter::new(vec![Item::End]), Manner::default());
        let client = client_with(policy(Says::Yes), |builder| builder.timeout(TIMEOUT));
        let _ = client.connect(io).await;
        let hello = witness.written().len();
        for (blocks, expected) in [(false, "io"), (true, "timeout")] {
            let (record, written) = cut_after(hello + 3, blocks, &kind).await;
            assert_eq!(failure(&record), Some(expected), "{kind:?}");
            assert_eq!(
                (record.stage, written.len()),
                (Stage::Finish, hello + 3),
                "{kind:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_alert_never_stands_in_the_middle_of_a_hello() {
    // The transport takes a part of the hello, and the rest only when it is too late.
    const TAKEN: usize = 100;
    let client = client_with(policy(Says::Yes), |builder| builder.timeout(TIMEOUT));
    let (near, mut far) = tokio::io::duplex(TAKEN);
    let late = async {
        tokio::time::sleep(TIMEOUT + Duration::from_millis(100)).await;
        let mut seen = Vec::new();
        let end = tokio::io::AsyncReadExt::read_to_end(&mut far, &mut seen).await;
        end.expect("an end");
        seen.len()
    };
    let (result, seen) = tokio::join!(client.gate.connect(peer(), near), late);
    assert_eq!(
        failure(result.expect_err("too late").record()),
        Some("timeout")
    );
    assert_eq!(seen, TAKEN);
}
