use super::super::extensions::ALPN_BYTES_MAX;
use super::*;
use tls_parser::{
    TlsMessage, TlsMessageHandshake, parse_tls_extension_unknown, parse_tls_plaintext,
};

const SHAPES: [Shape; 6] = super::super::LADDER;
const RANDOM: Random = [7; 64];

/// The hello as another parser reads it: legacy version, session id length, suites, extensions.
struct Parsed {
    record_version: u16,
    version: u16,
    session_id_bytes: usize,
    suites: Vec<u16>,
    extensions: Option<Vec<(u16, Vec<u8>)>>,
}

fn parsed(hello: &Hello) -> Parsed {
    let (rest, record) = parse_tls_plaintext(hello.record()).unwrap();
    assert!(rest.is_empty());
    let [TlsMessage::Handshake(TlsMessageHandshake::ClientHello(body))] = &record.msg[..] else {
        panic!("not one hello: {:?}", record.msg)
    };
    assert_eq!(body.random, &RANDOM[..32]);
    assert_eq!(body.comp.len(), 1);
    Parsed {
        record_version: record.hdr.version.0,
        version: body.version.0,
        session_id_bytes: body.session_id.map_or(0, <[u8]>::len),
        suites: body.ciphers.iter().map(|suite| suite.0).collect(),
        extensions: body.ext.map(walk),
    }
}

fn walk(mut rest: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut list = Vec::new();
    while !rest.is_empty() {
        let (after, tls_parser::TlsExtension::Unknown(kind, body)) =
            parse_tls_extension_unknown(rest).unwrap()
        else {
            unreachable!()
        };
        list.push((kind.0, body.to_vec()));
        rest = after;
    }
    list
}

fn hello(shape: Shape, target: &Target<'_>) -> Parsed {
    parsed(&Hello::new(shape, target, &RANDOM))
}

fn named(name: &str) -> Target<'_> {
    Target {
        server_name: Some(name),
        alpn: &[],
    }
}

fn body(parsed: &Parsed, kind: u16) -> Option<&[u8]> {
    let list = parsed.extensions.as_ref()?;
    list.iter()
        .find(|(number, _)| *number == kind)
        .map(|(_, body)| &body[..])
}

#[test]
fn tls13_asks_for_nothing_else_and_sends_no_share() {
    let hello = hello(Shape::Tls13, &named("example.com"));
    assert_eq!(
        (hello.record_version, hello.version, hello.session_id_bytes),
        (0x0301, 0x0303, 32)
    );
    assert_eq!(hello.suites, TLS13_SUITES);
    assert_eq!(body(&hello, 43), Some(&[2, 3, 4][..]));
    assert_eq!(body(&hello, 51), Some(&[0, 0][..]));
    assert_eq!(body(&hello, 0), Some(&b"\0\x0e\0\0\x0bexample.com"[..]));
}

#[test]
fn a_legacy_hello_does_not_know_tls13() {
    let hello = hello(Shape::Extended(Version::TLS_1_2), &named("example.com."));
    assert_eq!(
        (hello.record_version, hello.version, hello.session_id_bytes),
        (0x0301, 0x0303, 0)
    );
    assert_eq!(hello.suites, LEGACY_SUITES);
    assert_eq!(body(&hello, 43), None);
    assert_eq!(body(&hello, 51), None);
    assert_eq!(body(&hello, 0), Some(&b"\0\x0e\0\0\x0bexample.com"[..]));
    assert!(body(&hello, 13).is_some());
}

#[test]
fn signature_algorithms_are_new_in_tls12() {
    assert_eq!(
        body(&hello(Shape::Extended(Version::TLS_1_1), &named("a")), 13),
        None
    );
}

#[test]
fn a_bare_hello_has_no_extension_block() {
    let hello = hello(Shape::Bare(Version::SSL_3), &named("example.com"));
    assert_eq!((hello.record_version, hello.version), (0x0300, 0x0300));
    assert_eq!(hello.extensions, None);
}

#[test]
fn addresses_and_nonsense_are_no_server_names() {
    let long = "a".repeat(254);
    for name in [
        "192.0.2.1",
        "2001:db8::1",
        "[2001:db8::1]",
        "",
        ".",
        "bücher.example",
        &long,
    ] {
        assert_eq!(body(&hello(Shape::Tls13, &named(name)), 0), None, "{name}");
    }
}

#[test]
fn alpn_names_are_sent_in_order_and_bounded() {
    let alpn = [
        b"h2".to_vec(),
        Vec::new(),
        vec![0; 256],
        b"http/1.1".to_vec(),
    ];
    let target = Target {
        server_name: None,
        alpn: &alpn,
    };
    assert_eq!(
        body(&hello(Shape::Tls13, &target), 16),
        Some(&b"\0\x0c\x02h2\x08http/1.1"[..])
    );

    let many = vec![vec![b'a'; 255]; 1000];
    let target = Target {
        server_name: None,
        alpn: &many,
    };
    assert!(body(&hello(Shape::Tls13, &target), 16).unwrap().len() <= 2 + ALPN_BYTES_MAX);
}

#[test]
fn no_message_has_a_length_that_hangs_servers() {
    let name = "a".repeat(253);
    for shape in SHAPES {
        for alpn_bytes in 0..=255 {
            let alpn = [vec![b'p'; alpn_bytes]];
            for length in (0..=253).step_by(11) {
                let target = Target {
                    server_name: Some(&name[..length]),
                    alpn: &alpn,
                };
                let message_bytes = Hello::new(shape, &target, &RANDOM).record().len() - 5;
                assert!(
                    !HANGING_BYTES.contains(&message_bytes),
                    "{shape:?} {message_bytes}"
                );
            }
        }
    }
}

#[test]
fn the_last_extension_is_never_empty() {
    let name = "a".repeat(253);
    for shape in SHAPES {
        for length in 0..=253 {
            let hello = hello(shape, &named(&name[..length]));
            let last = hello.extensions.as_ref().and_then(|list| list.last());
            assert!(
                last.is_none_or(|(_, body)| !body.is_empty()),
                "{shape:?} {length}"
            );
        }
    }
}

#[test]
fn only_what_was_offered_is_admitted() {
    let suite = CipherSuite::new;
    let target = named("example.com");
    let tls13 = Hello::new(Shape::Tls13, &target, &RANDOM);
    assert!(tls13.admits(Version::TLS_1_3, suite(0x1301)));
    assert!(!tls13.admits(Version::TLS_1_2, suite(0x1301)));
    let tls11 = Hello::new(Shape::Extended(Version::TLS_1_1), &target, &RANDOM);
    assert!(tls11.admits(Version::TLS_1_0, suite(0x0035)));
    assert!(!tls11.admits(Version::TLS_1_2, suite(0x0035)));
    assert!(!tls11.admits(Version::TLS_1_1, suite(SECURE_RENEGOTIATION)));
    assert!(!tls11.admits(Version::TLS_1_1, suite(0x1301)));
}
