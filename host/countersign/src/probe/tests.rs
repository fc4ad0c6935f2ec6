//! Whole probes against servers that play one part.

use super::samples::{
    RANDOM, message, records, retry, server_hello, server_hello_body, tls12_flight,
};
use super::*;
use crate::verdict::Alert;
use std::cell::RefCell;
use std::io::ErrorKind;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;

const TARGET: Target<'_> = Target {
    server_name: Some("example.com"),
    alpn: &[],
};

/// How a server treats one hello.
enum Part {
    Says(Vec<u8>),
    Hangs,
    IsGone,
}

use Part::{Hangs, IsGone, Says};

/// Probes a server that plays these parts in turn; also how many connections that took.
async fn play(parts: Vec<Part>) -> (Outcome, usize) {
    let count = parts.len();
    // Short only where it is waited for.
    let hangs = parts.iter().any(|part| matches!(part, Hangs));
    let patience = Duration::from_secs(if hangs { 1 } else { 30 });
    let parts = RefCell::new(parts.into_iter());
    let kept = RefCell::new(Vec::new());
    let servers = RefCell::new(Vec::new());
    let connect = async || match parts
        .borrow_mut()
        .next()
        .expect("no more connections than parts")
    {
        Says(bytes) => {
            let (ours, server) = server_saying(bytes);
            servers.borrow_mut().push(server);
            Ok(ours)
        }
        Hangs => {
            let (ours, theirs) = duplex(4096);
            kept.borrow_mut().push(theirs);
            Ok(ours)
        }
        IsGone => Err(ErrorKind::ConnectionRefused.into()),
    };
    let deadline = Instant::now() + patience;
    let outcome = probe(
        &connect,
        TARGET,
        |bytes| bytes.copy_from_slice(&RANDOM.repeat(2)),
        deadline,
    )
    .await;
    assert!(Instant::now() <= deadline);
    for server in servers.take() {
        server.await.expect("a server heard more than a hello");
    }
    let sent = count - parts.borrow().len();
    (outcome, sent)
}

/// The client's end of a connection to a server that reads a hello, says this, closes, and must hear nothing more.
fn server_saying(bytes: Vec<u8>) -> (DuplexStream, JoinHandle<()>) {
    let (ours, mut theirs) = duplex(4096);
    let server = tokio::spawn(async move {
        let mut header = [0; 5];
        theirs
            .read_exact(&mut header)
            .await
            .expect("a record header");
        let mut body = vec![0; usize::from(u16::from_be_bytes([header[3], header[4]]))];
        theirs.read_exact(&mut body).await.expect("a hello");
        let _ = theirs.write_all(&bytes).await;
        let _ = theirs.shutdown().await;
        assert_eq!(theirs.read(&mut [0]).await.unwrap_or(0), 0);
    });
    (ours, server)
}

fn alert(code: u8) -> Part {
    Says(records(21, &[2, code], 2))
}

fn refused(code: u8) -> Outcome {
    let alert = Some(Alert::from_tls(code));
    Outcome::Refused { alert }
}

/// Static RSA at this version, by a server whose random ends like this.
fn flight(version: u16, ending: &[u8; 8]) -> Vec<u8> {
    let mut random = RANDOM;
    random[24..].copy_from_slice(ending);
    let hello = server_hello_body(version, &random, 0x0005, b"");
    [message(2, &hello), message(11, b"\0\0\0"), message(14, b"")].concat()
}

fn old_flight(ending: &[u8; 8]) -> Vec<u8> {
    flight(0x0301, ending)
}

fn handshake(messages: &[u8]) -> Part {
    Says(records(22, messages, 1 << 14))
}

#[tokio::test]
async fn a_server_of_both_is_seen_at_both() {
    let (outcome, sent) = play(vec![handshake(&retry()), handshake(&tls12_flight())]).await;
    let Outcome::Observed {
        best,
        lower: Some(lower),
    } = outcome
    else {
        panic!("{outcome}")
    };
    assert_eq!(
        (best.version, lower.version, sent),
        (Version::TLS_1_3, Version::TLS_1_2, 2)
    );
}

#[tokio::test]
async fn a_server_of_tls13_alone_is_not_asked_for_less() {
    let (outcome, sent) = play(vec![handshake(&retry()), alert(70)]).await;
    assert!(
        matches!(outcome, Outcome::Observed { lower: None, .. }),
        "{outcome}"
    );
    assert_eq!(sent, 2);
}

#[tokio::test]
async fn an_old_server_is_found_on_the_last_rung() {
    let flight = [
        server_hello(0x0300, 0x0005),
        message(11, b"\0\0\0"),
        message(14, b""),
    ]
    .concat();
    let parts = vec![
        Says(Vec::new()),
        alert(40),
        alert(70),
        Says(b"\x16".to_vec()),
        alert(40),
        handshake(&flight),
        // Asked again.
        alert(40),
        Says(Vec::new()),
    ];
    let (outcome, sent) = play(parts).await;
    let Outcome::Observed { best, lower: None } = outcome else {
        panic!("{outcome}")
    };
    assert_eq!(
        (best.version, best.cipher_suite.code(), sent),
        (Version::SSL_3, 0x0005, 8)
    );
}

#[tokio::test]
async fn a_refusal_of_what_is_named_ends_the_probe() {
    for code in [112, 120] {
        for before in [None, Some(40), Some(70)] {
            let mut parts: Vec<_> = before.map(alert).into_iter().collect();
            parts.push(alert(code));
            // Without name and protocols, it would have said:
            parts.extend((0..5).map(|_| handshake(&old_flight(b"ZZZZZZZZ"))));
            let (outcome, sent) = play(parts).await;
            let expected = 1 + usize::from(before.is_some());
            assert_eq!((outcome, sent), (refused(code), expected));
        }
    }
}

#[tokio::test]
async fn bare_hellos_are_sent_only_while_parameters_are_the_matter() {
    for code in [10, 40, 47, 50, 70, 71] {
        let parts = [70, 70, code, 70, 70, 70].map(alert);
        assert_eq!(play(parts.into()).await.1, 6, "{code}");
    }
    for code in [48, 49, 80, 116] {
        let parts = [70, 70, code, 70, 70, 70].map(alert);
        assert_eq!(play(parts.into()).await, (refused(code), 4), "{code}");
    }
    // An orderly close is a close.
    let parts = (0..6).map(|_| Says(records(21, &[1, 0], 2))).collect();
    assert_eq!(play(parts).await, (Outcome::Refused { alert: None }, 6));
}

#[tokio::test]
async fn an_answer_marked_as_a_downgrade_is_no_choice() {
    for ending in [b"DOWNGRD\0", b"DOWNGRD\x01"] {
        let mut parts: Vec<_> = (0..4).map(|_| Says(Vec::new())).collect();
        parts.push(handshake(&old_flight(ending)));
        parts.extend((0..2).map(|_| Says(Vec::new())));
        let (outcome, sent) = play(parts).await;
        let sentence = "server answers an older hello with TLSv1 TLS_RSA_WITH_RC4_128_SHA, but says that it can do better";
        assert_eq!((&outcome.to_string()[..], sent), (sentence, 7));
        assert!(
            matches!(outcome, Outcome::Inconclusive { seen } if seen.version == Version::TLS_1_0)
        );
    }
}

#[tokio::test]
async fn a_downgrade_to_tls12_is_asked_about_again() {
    let marked = || handshake(&flight(0x0303, b"DOWNGRD\x01"));
    let (outcome, sent) = play(vec![Says(Vec::new()), marked(), handshake(&retry())]).await;
    let Outcome::Observed { best, lower } = outcome else {
        panic!("{outcome}")
    };
    assert_eq!(best.version, Version::TLS_1_3);
    assert_eq!(lower.map(|lower| lower.version), Some(Version::TLS_1_2));
    assert_eq!(sent, 3);

    let (outcome, sent) = play(vec![alert(40), marked(), alert(40)]).await;
    assert!(matches!(outcome, Outcome::Inconclusive { .. }), "{outcome}");
    assert_eq!(sent, 3);
}

#[tokio::test]
async fn dropped_connections_make_no_old_server() {
    // Not even where the server does not mark its downgrades.
    for ending in [b"ZZZZZZZZ", b"DOWNGRD\0"] {
        for dropped in [2, 3, 4] {
            let drops = || (0..dropped).map(|_| Says(Vec::new()));
            let seen = || handshake(&old_flight(ending));
            let again = [handshake(&retry()), handshake(&tls12_flight())];
            let parts: Vec<_> = drops().chain([seen()]).chain(again).collect();
            let (outcome, sent) = play(parts).await;
            let Outcome::Observed { best, lower } = outcome else {
                panic!("{outcome}")
            };
            assert_eq!((best.version, sent), (Version::TLS_1_3, dropped + 3));
            assert_eq!(lower.map(|lower| lower.version), Some(Version::TLS_1_2));

            let again = [alert(70), handshake(&tls12_flight())];
            let (outcome, _) = play(drops().chain([seen()]).chain(again).collect()).await;
            let Outcome::Observed { best, lower: None } = outcome else {
                panic!("{outcome}")
            };
            assert_eq!(best.version, Version::TLS_1_2);

            let lost = drops().chain([seen(), IsGone]).collect();
            let reason = NoAnswer::Connect(ErrorKind::ConnectionRefused);
            assert_eq!(play(lost).await.0, Outcome::Nothing(reason));

            let named = drops().chain([seen(), alert(112)]).collect();
            assert_eq!(play(named).await.0, refused(112));
        }
    }
}

#[test]
fn alerts_are_named() {
    let sentence = "server refuses every hello with the alert handshake_failure (40)";
    assert_eq!(refused(40).to_string(), sentence);
}

#[tokio::test]
async fn the_telling_alert_is_reported() {
    let (outcome, sent) = play(vec![
        alert(70),
        alert(40),
        alert(70),
        alert(70),
        alert(70),
        alert(70),
    ])
    .await;
    assert_eq!((outcome, sent), (refused(40), 6));
    let (outcome, _) = play((0..6).map(|_| alert(70)).collect()).await;
    assert_eq!(outcome, refused(70));
    let (outcome, _) = play((0..6).map(|_| Says(Vec::new())).collect()).await;
    assert_eq!(outcome, Outcome::Refused { alert: None });
}

#[tokio::test]
async fn another_protocol_is_asked_once() {
    let (outcome, sent) = play(vec![Says(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())]).await;
    assert_eq!((outcome, sent), (Outcome::NotTls(Protocol::Http), 1));
}

#[tokio::test]
async fn an_unreachable_server_is_tried_once() {
    let (outcome, sent) = play(vec![IsGone]).await;
    assert_eq!(
        (outcome, sent),
        (
            Outcome::Nothing(NoAnswer::Connect(ErrorKind::ConnectionRefused)),
            1
        )
    );
}

#[tokio::test]
async fn silence_is_asked_twice_and_ends_in_time() {
    let (outcome, sent) = play(vec![Hangs, Hangs]).await;
    assert_eq!((outcome, sent), (Outcome::Nothing(NoAnswer::Deadline), 2));
    let (outcome, sent) = play(vec![Hangs, handshake(&tls12_flight())]).await;
    assert!(matches!(outcome, Outcome::Observed { .. }), "{outcome}");
    assert_eq!(sent, 2);
}

#[tokio::test]
async fn a_deadline_in_the_past_is_no_answer() {
    let connect = async || Ok(duplex(1).0);
    let outcome = probe(connect, TARGET, |_| {}, Instant::now()).await;
    assert_eq!(outcome, Outcome::Nothing(NoAnswer::Deadline));
}

#[tokio::test]
async fn garbage_is_a_malformed_answer() {
    let (outcome, _) = play((0..6).map(|_| handshake(&message(20, b"x"))).collect()).await;
    assert_eq!(
        outcome,
        Outcome::Nothing(NoAnswer::Malformed(AnswerError::UnexpectedMessage(20)))
    );
}

#[tokio::test]
async fn a_probe_can_be_spawned() {
    let name = String::from("example.com");
    let task = tokio::spawn(async move {
        let connect = async || Err::<DuplexStream, _>(ErrorKind::TimedOut.into());
        let target = Target {
            server_name: Some(&name),
            alpn: &[],
        };
        probe(
            connect,
            target,
            |_| {},
            Instant::now() + Duration::from_secs(1),
        )
        .await
    });
    assert!(matches!(
        task.await,
        Ok(Outcome::Nothing(NoAnswer::Connect(_)))
    ));
}
