//! Approved connections: what the record says, and that data flows both ways, completely and in order, and not before.

use crate::peers::{
    client::{Kind, TlsClient, in_need_of_retry, kinds, tls12, tls13},
    gate::{Met, PONG, PORT, address, calls, origin, server, server_with},
    pki::{SERVER, pki},
    puppet::{Answer as Says, Puppet, When, approving, default_policy},
    records::record,
    wire::{Item, Manner},
};
use countersign::{
    facts::ChainCheck,
    record::{Answer, Stage},
};
use tokio::io::AsyncReadExt;

fn assert_flowed(met: &Met<TlsClient>, said: &[u8], what: &str) {
    assert_eq!(met.received.as_deref(), Some(said), "{what}");
    met.witness.script(|client| {
        assert_eq!(client.error, None, "{what}");
        assert_eq!(client.received, PONG, "{what}");
        assert!(client.gate_closed, "{what}");
    });
}

/// The record and the client agree on what was negotiated.
fn assert_agreed(met: &Met<TlsClient>, what: &str) {
    let session = met.session();
    let group = session.group.map(|group| group.code());
    let recorded = (session.version.code(), session.cipher_suite.code(), group);
    let alpn = session.alpn.clone();
    met.witness.script(|client| {
        assert_eq!(recorded, client.negotiated(), "{what}");
        assert_eq!(alpn, client.alpn(), "{what}");
        assert_eq!(session.resumed, client.resumed(), "{what}");
    });
}

/// With and without a client certificate, in both versions; and after a HelloRetryRequest.
fn all_kinds() -> Vec<Kind> {
    let mut all = Vec::from(kinds());
    all.push(in_need_of_retry());
    let with = all
        .iter()
        .cloned()
        .map(|kind| kind.with_identity(&pki().client));
    let with: Vec<_> = with.collect();
    [all, with].concat()
}

fn accepting(kind: &Kind) -> crate::peers::gate::Server {
    let puppet = match kind.groups {
        Some(_) => Puppet::new().offering(crate::peers::puppet::Edit::Groups(vec![0x0018])),
        None => Puppet::new(),
    };
    server_with(puppet.policy(), |builder| match kind.identity {
        Some(_) => builder.client_certificates(pki().client_verifier()),
        None => builder,
    })
}

#[tokio::test]
async fn full_handshakes() {
    for kind in all_kinds() {
        let what = format!("{kind:?}");
        let client = TlsClient::new(&kind.config()).saying(b"ping");
        let met = accepting(&kind).meet(client).await.approved(&what);
        assert_flowed(&met, b"ping", &what);
        assert_agreed(&met, &what);
        let (record, session) = (&met.record, met.session());
        assert_eq!(
            session.version.code(),
            if kind.is_tls13() { 0x0304 } else { 0x0303 }
        );
        assert_eq!(session.retried, kind.groups.is_some(), "{what}");
        assert!(!session.resumed && record.findings.is_empty(), "{what}");
        assert_eq!(record.endpoint.listener, "tests");
        let expected = [
            ("constrain", Answer::Offer),
            ("judge-parameters", Answer::Approve),
            ("judge-peer", Answer::Approve),
        ];
        assert_eq!(calls(record, 0), expected, "{what}");
        let facts = &record.facts;
        let shown = match kind.identity {
            Some(_) => (1, &ChainCheck::Valid),
            None => (0, &ChainCheck::NotMade),
        };
        let seen = (facts.peer_certificates().len(), facts.peer_verification());
        assert_eq!(seen, shown, "{what}");
        assert_eq!(facts.server_name(), Some(SERVER));
        assert_eq!(facts.port(), Some(PORT));
        assert_eq!(facts.peer_address(), Some(address().ip()));
    }
}

#[tokio::test]
async fn the_record_names_the_client() {
    for kind in all_kinds() {
        let met = accepting(&kind).visit(&kind.config()).await;
        let met = met.approved(&format!("{kind:?}"));
        let json = serde_json::to_value(&*met.record).expect("serialises");
        assert_eq!(json["countersign.role"], "server");
        assert_eq!(json["server.port"], PORT);
        assert_eq!(json["network.peer.address"], "192.0.2.7");
        assert_eq!(json["tls.client.server_name"], SERVER);
        assert_eq!(json["tls.established"], true);
        let subject = &json["tls.client.subject"];
        assert_eq!(subject.is_string(), kind.identity.is_some(), "{subject}");
        let version = if kind.is_tls13() {
            "TLSv1.3"
        } else {
            "TLSv1.2"
        };
        let versions = json["countersign.client.versions"].as_array();
        assert!(versions.is_some_and(|all| all.iter().any(|it| it == version)));
    }
}

#[tokio::test]
async fn a_tls12_group_is_judged_though_the_client_has_not_answered() {
    use countersign::rustls::NamedGroup as G;
    for (group, code) in [
        (G::X25519, 0x001d),
        (G::secp256r1, 0x0017),
        (G::secp384r1, 0x0018),
    ] {
        let config = tls12().with_groups(&[group]).config();
        let refusing = Puppet::new().parameters(When::Always, Says::Veto).policy();
        let met = server(refusing).visit(&config).await.vetoed("a veto");
        assert_eq!(met.session().group.map(|group| group.code()), Some(code));
        let met = server(approving()).visit(&config).await.approved("full");
        assert_agreed(&met, "full");
    }
}

#[tokio::test]
async fn the_default_policy_approves_a_good_client() {
    for kind in kinds() {
        let (what, config) = (format!("{kind:?}"), kind.config());
        let server = server(default_policy("{}"));
        for resumed in [false, true] {
            let met = server.visit(&config).await.approved(&what);
            assert_flowed(&met, b"", &what);
            assert_agreed(&met, &what);
            assert_eq!(met.resumed(), resumed, "{what}");
        }
    }
}

#[tokio::test]
async fn however_slow_the_transport_is() {
    let manner = |read_max, write_max, hesitates| Manner {
        read_max,
        write_max,
        hesitates,
        ..Manner::default()
    };
    let max = usize::MAX;
    for kind in all_kinds() {
        for manner in [
            manner(1, max, false),
            manner(max, 1, false),
            manner(max, max, true),
            manner(7, 3, true),
        ] {
            let what = format!("{kind:?} {manner:?}");
            let client = TlsClient::new(&kind.config()).saying(b"ping");
            let met = accepting(&kind).meet_as(origin(), client, manner).await;
            let met = met.approved(&what);
            assert_flowed(&met, b"ping", &what);
            assert_agreed(&met, &what);
        }
    }
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

#[tokio::test]
async fn data_behind_the_clients_finished_comes_out_complete_after_the_approval() {
    for kind in all_kinds() {
        for length in [1, 100, 16_384, 70_000, 1_000_000] {
            for read_max in [usize::MAX, 1_000] {
                let what = format!("{kind:?} {length} {read_max}");
                let client = TlsClient::new(&kind.config()).saying(&pattern(length));
                let manner = Manner {
                    read_max,
                    ..Manner::default()
                };
                let met = accepting(&kind).meet_as(origin(), client, manner).await;
                assert_flowed(&met.approved(&what), &pattern(length), &what);
            }
        }
    }
}

/// A TLS 1.3 client whose last flight is followed, in the same bytes, by application data that does not decrypt.
fn with_broken_data() -> TlsClient {
    let config = tls13().with_identity(&pki().client).config();
    TlsClient::new(&config).tampered(Box::new(|flight, mut bytes| {
        if flight == 1 {
            bytes.extend(record(23, &[7; 64]));
        }
        vec![Item::Bytes(bytes)]
    }))
}

#[tokio::test]
async fn what_follows_the_clients_finished_is_not_decrypted_before_the_verdict() {
    // Were it fed to the TLS library before the verdict, the handshake would fail instead of being judged.
    let authenticating = |puppet: Puppet| {
        server_with(puppet.policy(), |builder| {
            builder.client_certificates(pki().client_verifier())
        })
    };
    let (io, _witness) = crate::peers::wire::wire(with_broken_data(), Manner::default());
    let approved = authenticating(Puppet::new()).accept(io).await;
    let mut stream = approved.expect("approved").stream;
    assert!(stream.read_u8().await.is_err());

    let refusing = Puppet::new().peer(When::Always, Says::Veto);
    let met = authenticating(refusing).meet(with_broken_data()).await;
    let met = met.vetoed("judged first");
    assert_eq!(met.record.stage, Stage::Peer);
    assert_eq!(met.alert_heard(), Some(49));
}

#[tokio::test]
async fn what_is_read_behind_the_hello_is_not_looked_at_before_the_verdict() {
    // In the hello's own read: the server has not said anything that this could be an answer to.
    for kind in kinds() {
        let rubbish = |kind: &Kind| {
            TlsClient::new(&kind.config()).tampered(Box::new(|_, mut bytes| {
                bytes.extend(record(23, &[7; 64]));
                vec![Item::Bytes(bytes)]
            }))
        };
        let what = format!("{kind:?}");
        let refusing = Puppet::new().parameters(When::Always, Says::Veto).policy();
        let met = server(refusing).meet(rubbish(&kind)).await.vetoed(&what);
        assert_eq!(met.said(&what), crate::peers::said::only(71), "{what}");
        let met = server(approving()).meet(rubbish(&kind)).await;
        let met = met.failed("tls", &what);
        assert_eq!(met.record.stage, Stage::Finish, "{what}");
    }
}

#[tokio::test]
async fn over_tcp_the_origin_is_known() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("binds");
    let address = listener.local_addr().expect("an address");
    let config = tls13().with_identity(&pki().client).config();
    let connector = tokio_rustls::TlsConnector::from(config);
    let name = SERVER.try_into().expect("a name");
    let connect = async {
        let tcp = tokio::net::TcpStream::connect(address).await;
        let connected = connector.connect(name, tcp.expect("connects")).await;
        let mut stream = connected.expect("a handshake");
        let mut received = Vec::new();
        stream.read_to_end(&mut received).await.expect("an end");
        received
    };
    let server = server_with(approving(), |builder| {
        builder.client_certificates(pki().client_verifier())
    });
    let accept = async {
        let (tcp, from) = listener.accept().await.expect("accepts");
        let origin = countersign::Origin::of(&tcp);
        assert_eq!(
            origin,
            countersign::Origin::unknown()
                .address(from)
                .port(address.port())
        );
        let mut approved = server.gate.accept(origin, tcp).await.expect("approved");
        let write = tokio::io::AsyncWriteExt::write_all(&mut approved.stream, PONG);
        write.await.expect("writes");
        let close = tokio::io::AsyncWriteExt::shutdown(&mut approved.stream);
        close.await.expect("closes");
        approved.record
    };
    let (received, record) = tokio::join!(connect, accept);
    assert_eq!(received, PONG);
    assert_eq!(record.facts.peer_address(), Some(address.ip()));
    assert_eq!(record.facts.port(), Some(address.port()));
    assert_eq!(server.published().len(), 1);
}
