//! Approved connections: what the record says, and that data flows both ways, completely and in order.

use std::sync::Arc;

use crate::peers::{
    gate::{Client, PORT, calls, client, client_with, peer},
    guest::{Says, default_policy, policy},
    pki::SERVER,
    records::unapproved,
    server::{Kind, TlsServer, kinds, tls12, tls13},
    wire::{Item, Manner, wire},
};
use countersign::{
    facts::ChainCheck,
    record::{Answer, Decision, DecisionRecord, Stage},
    rustls::{NamedGroup, ServerConfig},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

/// Connects, says `ping`, closes its half, and reads to the end.
async fn ping(
    client: &Client,
    kind: &Kind,
    server: TlsServer,
    manner: Manner,
) -> Arc<DecisionRecord> {
    let (io, witness) = wire(server, manner);
    let mut approved = client.connect(io).await.expect("approved");
    approved.stream.write_all(b"ping").await.expect("writes");
    approved.stream.shutdown().await.expect("closes its half");
    let mut text = Vec::new();
    let end = approved.stream.read_to_end(&mut text).await;
    end.expect("reads what comes after its own close");
    assert_eq!(text, b"pingbye", "{kind:?}");
    witness.script(|server| {
        assert_eq!(server.received, b"ping", "{kind:?}");
        assert_eq!(server.knows_client(), kind.client_auth, "{kind:?}");
        assert!(server.client_closed, "{kind:?}");
    });
    approved.record
}

fn assert_record(record: &DecisionRecord, kind: &Kind) {
    assert_eq!(record.decision, Decision::Approved);
    assert_eq!(record.stage, Stage::Established);
    assert_eq!(record.endpoint.listener, "tests");
    assert_eq!((record.alert, &record.failure), (None, &None));
    assert!(record.findings.is_empty() && record.probe.is_none());
    let expected = [
        ("constrain", Answer::Offer),
        ("judge-parameters", Answer::Approve),
        ("judge-peer", Answer::Approve),
    ];
    assert_eq!(calls(record), expected, "{kind:?}");
    let facts = &record.facts;
    assert_eq!(facts.peer_verification(), &ChainCheck::Valid);
    let chain = facts.peer_certificates();
    assert_eq!(chain.len(), 1);
    assert_eq!(chain[0].subject(), "CN=rcgen self signed cert");
    let json = serde_json::to_value(record).expect("serialises");
    assert_eq!(json["server.address"], SERVER);
    assert_eq!(json["server.port"], PORT);
    assert_eq!(json["tls.established"], true);
}

#[tokio::test]
async fn full_handshakes_in_both_versions() {
    for kind in kinds() {
        let client = client(policy(Says::Yes));
        let server = TlsServer::new(&kind.config());
        let record = ping(&client, &kind, server, Manner::default()).await;
        assert_record(&record, &kind);
        let session = record.session.as_ref().expect("a session");
        assert_eq!(session.version.code(), kind.version_code());
        assert!(!session.resumed && !session.retried);
        assert_eq!(session.alpn.as_deref(), Some(&b"h2"[..]));
        // The server follows the client's order, the client the provider's: the hybrid first, in TLS 1.2 X25519.
        let (suite, group) = match session.version.code() {
            0x0304 => (0x1302, 0x11ec),
            _ => (0xc02c, 0x001d),
        };
        assert_eq!(session.cipher_suite.code(), suite, "{kind:?}");
        assert_eq!(
            session.group.map(|group| group.code()),
            Some(group),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn a_retried_handshake() {
    for client_auth in [false, true] {
        let kind = Kind {
            group: Some(NamedGroup::secp384r1),
            client_auth,
            ..tls13()
        };
        let client = client(policy(Says::Yes));
        let server = TlsServer::new(&kind.config());
        let record = ping(&client, &kind, server, Manner::default()).await;
        assert_record(&record, &kind);
        let session = record.session.as_ref().expect("a session");
        assert!(session.retried && !session.resumed);
        assert_eq!(session.group.map(|group| group.code()), Some(0x0018));
    }
}

#[tokio::test]
async fn resumed_handshakes_by_ticket_and_by_id() {
    for kind in kinds() {
        for tickets in [true, false] {
            let kind = Kind { tickets, ..kind };
            let client = client(policy(Says::Yes));
            let config = kind.config();
            ping(&client, &kind, TlsServer::new(&config), Manner::default()).await;
            let record = ping(&client, &kind, TlsServer::new(&config), Manner::default()).await;
            assert_record(&record, &kind);
            let session = record.session.as_ref().expect("a session");
            assert!(session.resumed && !session.retried, "{kind:?}");
            // RFC 8446, section 4.2.9: psk_dhe_ke uses a group; a resumed TLS 1.2 session makes no new key.
            let has_group = session.version.code() == 0x0304;
            assert_eq!(session.group.is_some(), has_group, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn the_default_policy_approves_a_good_server() {
    for kind in kinds() {
        let client = client(default_policy("{}"));
        let config = kind.config();
        for resumed in [false, true] {
            let server = TlsServer::new(&config);
            let record = ping(&client, &kind, server, Manner::default()).await;
            assert_record(&record, &kind);
            assert_eq!(
                record.session.as_ref().map(|session| session.resumed),
                Some(resumed)
            );
        }
    }
}

#[tokio::test]
async fn however_slow_the_transport_is() {
    let manners = [
        Manner {
            read_max: 1,
            ..Manner::default()
        },
        Manner {
            write_max: 1,
            ..Manner::default()
        },
        Manner {
            hesitates: true,
            ..Manner::default()
        },
        Manner {
            read_max: 7,
            write_max: 3,
            hesitates: true,
            ..Manner::default()
        },
    ];
    for kind in kinds() {
        for manner in manners {
            let client = client(policy(Says::Yes));
            let record = ping(&client, &kind, TlsServer::new(&kind.config()), manner).await;
            assert_record(&record, &kind);
        }
    }
}

/// Data that a TLS 1.3 server sends right behind its Finished.
fn half_rtt() -> Kind {
    Kind {
        half_rtt: true,
        ..tls13()
    }
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

#[tokio::test]
async fn data_behind_the_servers_finished_comes_out_after_the_verdict() {
    for length in [1, 100, 16_384, 70_000, 1_000_000] {
        for read_max in [usize::MAX, 1_000, 1] {
            if read_max == 1 && length > 70_000 {
                continue;
            }
            let client = client(policy(Says::Yes));
            let data = pattern(length);
            let server = TlsServer::new(&half_rtt().config()).saying(&data);
            let (io, witness) = wire(
                server,
                Manner {
                    read_max,
                    ..Manner::default()
                },
            );
            let pending = client.gate.handshake(peer(), io).await.expect("decided");
            assert_eq!(
                unapproved(&witness.written()).map(|said| said.hellos),
                Ok(1)
            );
            // The server's flight and at most one read more.
            assert!(
                witness.seen(|seen| seen.read) < 16_384,
                "{length} {read_max}"
            );
            let mut approved = pending.judge().await.expect("approved");
            let mut received = vec![0; length];
            approved
                .stream
                .read_exact(&mut received)
                .await
                .expect("all of it");
            assert!(received == data, "{length} {read_max}");
            approved.stream.shutdown().await.expect("closes");
            let mut rest = Vec::new();
            approved.stream.read_to_end(&mut rest).await.expect("ends");
            assert_eq!(rest, b"bye");
        }
    }
}

/// The first flight and a broken application-data record, in one read.
fn with_broken_data(config: &Arc<ServerConfig>) -> TlsServer {
    let broken = crate::peers::records::record(23, &[7; 64]);
    TlsServer::tampered(
        config,
        Box::new(move |flight, mut bytes| {
            if flight == 0 {
                bytes.extend_from_slice(&broken);
            }
            vec![Item::Bytes(bytes)]
        }),
    )
}

#[tokio::test]
async fn what_follows_the_servers_flight_is_not_decrypted_before_the_verdict() {
    // Were it fed to the TLS library before the verdict, the handshake would fail instead of being judged.
    let config = tls13().config();
    let (io, _) = wire(with_broken_data(&config), Manner::default());
    let approving = client(policy(Says::Yes));
    let mut approved = approving.connect(io).await.expect("approved");
    let mut byte = [0];
    assert!(approved.stream.read_exact(&mut byte).await.is_err());

    let (io, witness) = wire(with_broken_data(&config), Manner::default());
    let refused = client(policy(Says::NoToPeer))
        .connect(io)
        .await
        .expect_err("vetoed");
    assert_eq!(refused.record().decision, Decision::Vetoed);
    assert_eq!(refused.record().alert.map(|alert| alert.code()), Some(49));
    assert!(unapproved(&witness.written()).is_ok());
}

/// Sends and receives a megabyte both ways over a real asynchronous transport.
async fn megabyte<S>(io: S, far: S, kind: Kind)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let data = pattern(1 << 20);
    let echo = tokio::spawn(async move {
        let mut stream = TlsAcceptor::from(kind.config())
            .accept(far)
            .await
            .expect("accepts");
        let mut received = Vec::new();
        stream
            .read_to_end(&mut received)
            .await
            .expect("a proper end");
        stream.write_all(&received).await.expect("writes");
        stream.shutdown().await.expect("closes");
        stream.get_ref().1.peer_certificates().is_some()
    });
    let client = client_with(policy(Says::Yes), |builder| builder);
    let approved = client.gate.connect(peer(), io).await.expect("approved");
    assert_record(&approved.record, &kind);
    assert_eq!(client.published().len(), 1);
    let (mut reader, mut writer) = tokio::io::split(approved.stream);
    let mut received = Vec::new();
    let write = async {
        writer.write_all(&data).await.expect("writes");
        writer.shutdown().await.expect("closes its half");
    };
    let (read, ()) = tokio::join!(reader.read_to_end(&mut received), write);
    read.expect("a proper end");
    assert!(received == data, "{kind:?}");
    assert_eq!(echo.await.expect("no panic"), kind.client_auth, "{kind:?}");
}

#[tokio::test]
async fn a_megabyte_each_way_through_memory() {
    for kind in kinds() {
        for buffer in [64, 4_096, 1 << 20] {
            let (near, far) = tokio::io::duplex(buffer);
            megabyte(near, far, kind).await;
        }
    }
}

#[tokio::test]
async fn a_megabyte_each_way_through_loopback() {
    for kind in kinds() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("binds");
        let address = listener.local_addr().expect("an address");
        let near = tokio::net::TcpStream::connect(address)
            .await
            .expect("connects");
        let (far, _) = listener.accept().await.expect("accepts");
        megabyte(near, far, kind).await;
    }
}

#[tokio::test]
async fn an_end_without_close_notify_is_an_error() {
    for kind in [tls13(), tls12()] {
        let server = TlsServer::tampered(
            &kind.config(),
            // The answer to the client's Finished and data is cut off.
            Box::new(|flight, bytes| match flight {
                0 | 1 => vec![Item::Bytes(bytes)],
                _ => vec![Item::End],
            }),
        );
        let (io, _) = wire(server, Manner::default());
        let mut approved = client(policy(Says::Yes))
            .connect(io)
            .await
            .expect("approved");
        approved.stream.write_all(b"ping").await.expect("writes");
        let end = approved.stream.read_to_end(&mut Vec::new()).await;
        let kind_of_end = end.map_err(|error| error.kind());
        assert_eq!(
            kind_of_end,
            Err(std::io::ErrorKind::UnexpectedEof),
            "{kind:?}"
        );
    }
}
