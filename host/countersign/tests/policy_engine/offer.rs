//! P4: whatever a policy answers to `constrain`, on the wire goes no more than was available.

use countersign::{
    Refused,
    policy::Policy,
    record::{Decision, Stage},
    rustls::crypto::aws_lc_rs,
};
use tls_parser::{
    TlsExtension, TlsMessage, TlsMessageHandshake, parse_tls_client_hello_extensions,
    parse_tls_plaintext,
};

use super::{
    gate::overheard,
    guest::{Guest, Load as _},
    sandbox::Sandbox,
};

/// TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746): a signal, not a suite. Clients that can speak TLS 1.2 send it.
const SIGNAL: u16 = 0x00ff;

/// What a ClientHello offers.
#[derive(Debug, PartialEq, Eq)]
struct Hello {
    suites: Vec<u16>,
    groups: Vec<u16>,
    versions: Vec<u16>,
    alpn: Vec<Vec<u8>>,
}

impl Hello {
    fn parse(record: &[u8]) -> Self {
        let (rest, record) = parse_tls_plaintext(record).expect("it is a record");
        assert!(rest.is_empty());
        let [TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello))] = &record.msg[..]
        else {
            panic!("{:?}", record.msg);
        };
        let extensions = hello.ext.expect("there are extensions");
        let (rest, extensions) =
            parse_tls_client_hello_extensions(extensions).expect("they can be read");
        assert!(rest.is_empty());
        let mut found = Self {
            suites: hello
                .ciphers
                .iter()
                .map(|suite| suite.0)
                .filter(|&suite| suite != SIGNAL)
                .collect(),
            groups: vec![],
            versions: vec![],
            alpn: vec![],
        };
        for extension in extensions {
            match extension {
                TlsExtension::EllipticCurves(groups) => {
                    found.groups = groups.iter().map(|group| group.0).collect()
                }
                TlsExtension::SupportedVersions(versions) => {
                    found.versions = versions.iter().map(|version| version.0).collect();
                }
                TlsExtension::ALPN(names) => {
                    found.alpn = names.iter().map(|name| name.to_vec()).collect()
                }
                _ => {}
            }
        }
        found
    }
}

fn offering(versions: &[u16], suites: &[u16], groups: &[u16], protocol: &str) -> Guest {
    Guest::named("offer-lists")
        .numbers("versions", versions)
        .numbers("suites", suites)
        .numbers("groups", groups)
        .bytes("protocol", protocol)
}

fn load(guest: &Guest) -> Policy {
    guest.load(&Sandbox::shared().engine).expect("it loads")
}

async fn hello(guest: &Guest) -> Hello {
    let (sent, _) = overheard(load(guest)).await;
    Sandbox::shared().assert_unharmed();
    Hello::parse(&sent)
}

async fn assert_offers(
    guest: &Guest,
    suites: &[u16],
    groups: &[u16],
    versions: &[u16],
    alpn: &[&str],
) {
    let expected = Hello {
        suites: suites.to_vec(),
        groups: groups.to_vec(),
        versions: versions.to_vec(),
        alpn: alpn.iter().map(|name| name.as_bytes().to_vec()).collect(),
    };
    assert_eq!(hello(guest).await, expected);
}

/// What the TLS library has, in its order.
fn floor() -> (Vec<u16>, Vec<u16>) {
    let provider = aws_lc_rs::default_provider();
    let suites = provider
        .cipher_suites
        .iter()
        .map(|suite| suite.suite().into());
    let groups = provider.kx_groups.iter().map(|group| group.name().into());
    (suites.collect(), groups.collect())
}

#[tokio::test]
async fn all_that_is_available() {
    let (suites, groups) = floor();
    assert_offers(
        &Guest::good(),
        &suites,
        &groups,
        &[0x0304, 0x0303],
        &["h2", "http/1.1"],
    )
    .await;
}

#[tokio::test]
async fn more_than_is_available_gains_nothing() {
    // Old versions, RC4 and null suites, GREASE, a signal, weak groups; and among them what is there.
    let guest = offering(
        &[0x0300, 0x0301, 0x0302, 0x0303, 0x0304, 0x0305, 0xffff],
        &[
            0x0000, 0x0005, 0x0a0a, 0x1301, 0x00ff, 0x5600, 0xc02b, 0xffff,
        ],
        &[0x0001, 0x0100, 0x001d, 0x7a7a, 0x0017],
        "h2",
    );
    assert_offers(
        &guest,
        &[0x1301, 0xc02b],
        &[0x001d, 0x0017],
        &[0x0304, 0x0303],
        &["h2"],
    )
    .await;
}

#[tokio::test]
async fn what_stands_twice_goes_out_once() {
    let guest = offering(
        &[0x0304, 0x0304, 0x0303, 0x0304],
        &[0x1302, 0x1302, 0xc02c, 0x1302, 0xc02c],
        &[0x0018, 0x0018, 0x0018],
        "http/1.1",
    );
    assert_offers(
        &guest,
        &[0x1302, 0xc02c],
        &[0x0018],
        &[0x0304, 0x0303],
        &["http/1.1"],
    )
    .await;
}

#[tokio::test]
async fn the_policys_order_is_the_order_on_the_wire() {
    let (mut suites, mut groups) = floor();
    suites.reverse();
    groups.reverse();
    let guest = offering(&[0x0303, 0x0304], &suites, &groups, "h2");
    let hello = hello(&guest).await;
    assert_eq!(hello.suites, suites);
    assert_eq!(hello.groups, groups);
}

#[tokio::test]
async fn protocols_that_the_host_did_not_mean_to_offer_are_not_offered() {
    for protocol in ["", "spdy/3", "h2\0", "H2"] {
        let guest = offering(&[0x0304], &[0x1301], &[0x001d], protocol);
        assert_offers(&guest, &[0x1301], &[0x001d], &[0x0304], &[]).await;
    }
}

/// RFC 8446, section 4.1.2 and appendix B.4: suites of TLS 1.3 are of no use before it, nor the others in it.
#[tokio::test]
async fn what_no_version_can_use_is_not_offered() {
    let guest = offering(&[0x0304], &[0xc02b, 0x1303, 0xc030], &[0x001d], "h2");
    assert_offers(&guest, &[0x1303], &[0x001d], &[0x0304], &["h2"]).await;
    let guest = offering(&[0x0303], &[0x1301, 0xc02b], &[0x11ec, 0x001d], "h2");
    let hello = hello(&guest).await;
    assert_eq!(
        (&hello.suites[..], &hello.groups[..]),
        (&[0xc02b][..], &[0x001d][..])
    );
    // Without supported_versions a hello is one of TLS 1.2 at most.
    assert!(matches!(&hello.versions[..], [] | [0x0303]));
}

async fn assert_vetoed_unsent(guest: &Guest, code: &str) {
    let (sent, refused) = overheard(load(guest)).await;
    assert_eq!(sent, b"", "nothing leaves");
    let Refused::Veto(veto) = refused else {
        panic!("{refused:?}");
    };
    let codes: Vec<_> = veto
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(codes, [code]);
    assert_eq!(veto.alert, None);
    assert_eq!(veto.stage, Stage::Offer);
    assert_eq!(veto.record.decision, Decision::Vetoed);
    assert_eq!(veto.record.offer, None);
    Sandbox::shared().assert_unharmed();
}

#[tokio::test]
async fn an_empty_offer_is_a_veto_before_any_byte() {
    let empty = [
        offering(&[], &[], &[], ""),
        offering(&[], &[0x1301], &[0x001d], "h2"),
        offering(&[0x0304], &[], &[0x001d], "h2"),
        offering(&[0x0304], &[0x1301], &[], "h2"),
        offering(&[0x0303], &[0x1301], &[0x001d], "h2"),
        offering(&[0x0304], &[0xc02b], &[0x001d], "h2"),
        // The hybrid group is of TLS 1.3 only.
        offering(&[0x0303], &[0xc02b], &[0x11ec], "h2"),
        offering(&[0x0302], &[0x002f], &[0x001d], "h2"),
    ];
    for guest in &empty {
        assert_vetoed_unsent(guest, "offer.empty").await;
    }
}

#[tokio::test]
async fn a_constrain_that_fails_is_a_veto_before_any_byte() {
    use super::guest::Place;
    let in_constrain = |name: &str| Guest::named(name).acting_in(Place::In("constrain"));
    let failures = [
        (in_constrain("spin"), "engine.deadline"),
        (in_constrain("trap"), "engine.trap"),
        (in_constrain("grow-memory"), "engine.memory"),
        (
            Guest::named("offer-raw").bytes("offer", [0xff; 36]),
            "engine.output",
        ),
    ];
    for (guest, code) in failures {
        assert_vetoed_unsent(&guest, code).await;
    }
}
