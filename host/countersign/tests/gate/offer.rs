//! What goes on the wire is the offer in the record: the floor, narrowed by the policy, and nothing else.

use std::sync::Arc;

use crate::peers::{
    gate::{client_with, peer},
    guest::{Says, default_policy, policy},
    records::split,
    server::{Kind, TlsServer, tls13},
    wire::{Item, Manner, Reciter, wire},
};
use countersign::{
    ClientGateBuilder, offer::Offer, policy::Policy, record::DecisionRecord, rustls::NamedGroup,
};
use tls_parser::{
    TlsExtension, TlsMessage, TlsMessageHandshake, parse_tls_extension, parse_tls_plaintext,
};

/// Signalling values, which are no cipher suites (RFC 5746, section 3.3; RFC 7507).
const SIGNALS: [u16; 2] = [0x00ff, 0x5600];

/// What a ClientHello offers.
#[derive(Debug, Default, PartialEq, Eq)]
struct Hello {
    versions: Vec<u16>,
    suites: Vec<u16>,
    groups: Vec<u16>,
    shares: Vec<u16>,
    alpn: Vec<Vec<u8>>,
    /// pre_shared_key, early_data, session_ticket with a body.
    resumes: bool,
    early_data: bool,
}

impl Hello {
    fn parse(record: &[u8]) -> Self {
        let (rest, record) = parse_tls_plaintext(record).expect("a record");
        assert!(rest.is_empty());
        let [TlsMessage::Handshake(TlsMessageHandshake::ClientHello(fields))] = &record.msg[..]
        else {
            panic!("no ClientHello");
        };
        let suites = fields.ciphers.iter().map(|suite| suite.0);
        let mut hello = Self {
            suites: suites.filter(|suite| !SIGNALS.contains(suite)).collect(),
            ..Self::default()
        };
        let mut extensions = fields.ext.expect("extensions");
        while !extensions.is_empty() {
            let (rest, extension) = parse_tls_extension(extensions).expect("an extension");
            hello.take(extension);
            extensions = rest;
        }
        if hello.versions.is_empty() {
            hello.versions = vec![fields.version.0];
        }
        hello
    }

    fn take(&mut self, extension: TlsExtension<'_>) {
        match extension {
            TlsExtension::SupportedVersions(versions) => {
                self.versions = versions.iter().map(|version| version.0).collect()
            }
            TlsExtension::EllipticCurves(groups) => {
                self.groups = groups.iter().map(|group| group.0).collect()
            }
            TlsExtension::ALPN(names) => {
                self.alpn = names.into_iter().map(<[u8]>::to_vec).collect()
            }
            TlsExtension::KeyShare(shares) => self.shares = share_groups(&shares[2..]),
            TlsExtension::PreSharedKey(_) => self.resumes = true,
            TlsExtension::SessionTicket(ticket) => self.resumes |= !ticket.is_empty(),
            TlsExtension::EarlyData(_) => self.early_data = true,
            _ => {}
        }
    }
}

/// The groups of KeyShareEntries (RFC 8446, section 4.2.8).
fn share_groups(mut entries: &[u8]) -> Vec<u16> {
    let mut groups = Vec::new();
    while let [a, b, high, low, rest @ ..] = entries {
        groups.push(u16::from_be_bytes([*a, *b]));
        entries = &rest[usize::from(u16::from_be_bytes([*high, *low]))..];
    }
    groups
}

/// What the client put on the wire, and what the record says of it.
async fn offered(
    policy: Policy,
    change: impl FnOnce(ClientGateBuilder) -> ClientGateBuilder,
) -> (Hello, Arc<DecisionRecord>) {
    let client = client_with(policy, change);
    let (io, witness) = wire(Reciter::new(vec![Item::End]), Manner::default());
    let refused = client.connect(io).await.expect_err("closed");
    let written = witness.written();
    assert_eq!(split(&written).len(), 1, "one hello");
    (Hello::parse(&written), Arc::clone(refused.record()))
}

fn codes<T: Copy + Into<u16>>(values: &[T]) -> Vec<u16> {
    values.iter().map(|&value| value.into()).collect()
}

fn assert_same(hello: &Hello, offer: &Offer) {
    assert_eq!(hello.suites, codes(&offer.cipher_suites));
    assert_eq!(hello.groups, codes(&offer.groups));
    assert_eq!(hello.alpn, offer.alpn);
    let mut versions = hello.versions.clone();
    versions.sort_unstable();
    let mut offered = codes(&offer.versions);
    offered.sort_unstable();
    assert_eq!(versions, offered);
    assert!(
        hello
            .shares
            .iter()
            .all(|share| hello.groups.contains(share))
    );
    assert!(!hello.early_data);
}

#[tokio::test]
async fn the_hello_is_the_recorded_offer() {
    let settings = [
        "{}",
        r#"{"versions": {"min": "1.3"}}"#,
        r#"{"versions": {"max": "1.2"}}"#,
        r#"{"groups": ["secp384r1", "x25519"]}"#,
        r#"{"groups": ["X25519MLKEM768"]}"#,
        r#"{"cipher_suites": ["TLS_CHACHA20_POLY1305_SHA256"]}"#,
        r#"{"cipher_suites": ["0xc02f", "0x1303", "0x1301"]}"#,
        r#"{"cipher_suites": {"deny": ["0x1302"]}, "groups": {"deny": ["secp256r1"]}}"#,
        r#"{"resumption": false}"#,
    ];
    for settings in settings {
        let (hello, record) = offered(default_policy(settings), |builder| builder).await;
        assert_same(&hello, record.offer.as_ref().expect("an offer"));
    }
}

#[tokio::test]
async fn the_settings_are_what_is_on_the_wire() {
    let settings = r#"{"versions": ["1.3"], "cipher_suites": ["0x1303", "0x1301"], "groups": ["secp384r1", "x25519"]}"#;
    let (hello, _) = offered(default_policy(settings), |builder| {
        builder.alpn(vec![b"x".to_vec()])
    })
    .await;
    let expected = Hello {
        versions: vec![0x0304],
        suites: vec![0x1303, 0x1301],
        groups: vec![0x0018, 0x001d],
        shares: vec![0x0018],
        alpn: vec![b"x".to_vec()],
        resumes: false,
        early_data: false,
    };
    assert_eq!(hello, expected);
}

#[tokio::test]
async fn a_policy_that_narrows_nothing_offers_the_floor() {
    let (hello, record) = offered(policy(Says::Yes), |builder| builder).await;
    let offer = record.offer.as_ref().expect("an offer");
    assert_same(&hello, offer);
    assert_eq!(offer.alpn, [&b"h2"[..], b"http/1.1"]);
    let (without, record) = offered(policy(Says::Yes), |builder| builder.alpn(Vec::new())).await;
    assert!(without.alpn.is_empty());
    assert_same(&without, record.offer.as_ref().expect("an offer"));
}

#[tokio::test]
async fn both_hellos_of_a_retry_are_the_same_offer() {
    let kind = Kind {
        group: Some(NamedGroup::secp384r1),
        ..tls13()
    };
    let client = client_with(policy(Says::Yes), |builder| builder);
    let (io, witness) = wire(TlsServer::new(&kind.config()), Manner::default());
    let pending = client.gate.handshake(peer(), io).await.expect("decided");
    let written = witness.written();
    let hellos = split(&written).into_iter().filter(|record| record[0] == 22);
    let hellos: Vec<_> = hellos.map(Hello::parse).collect();
    let approved = pending.judge().await.expect("approved");
    let offer = approved.record.offer.as_ref().expect("an offer");
    assert_eq!(hellos.len(), 2);
    for hello in &hellos {
        assert_same(hello, offer);
    }
    assert_eq!(hellos[1].shares, [0x0018]);
}
