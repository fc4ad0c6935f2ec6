//! Clients whose first bytes are no hello, or a hello that cannot be answered: what the record knows of them, and that at
//! most one alert leaves.

use std::{sync::Arc, time::Duration};

use crate::peers::{
    client::{TlsClient, kinds},
    gate::{Met, calls, failure, origin, server, server_with},
    hello::{Hello, Speaker, groups, server_name, signature_algorithms, ssl2, versions},
    pki::SERVER,
    puppet::approving,
    records::{in_single_bytes, record},
    said::{nothing, only},
    wire::{Item, Manner},
};
use countersign::{
    HandshakeLimits,
    hello::HelloLimits,
    record::{Answer, DecisionRecord, Stage},
};
use serde_json::Value;

/// At once, and byte by byte.
fn manners() -> [Manner; 2] {
    let read_max = 1;
    let slow = Manner {
        read_max,
        ..Manner::default()
    };
    [Manner::default(), slow]
}

async fn met(bytes: impl Into<Vec<u8>>, manner: Manner) -> Met<Speaker> {
    let speaker = Speaker::closing_after(bytes);
    server(approving()).meet_as(origin(), speaker, manner).await
}

fn json(record: &Arc<DecisionRecord>) -> Value {
    serde_json::to_value(&**record).expect("serialises")
}

/// Nobody was asked anything, for there was nothing to ask about.
fn assert_unasked<T>(met: &Met<T>, what: &str) {
    assert_eq!(calls(&met.record, 0), [], "{what}");
    assert_eq!(met.record.stage, Stage::Offer, "{what}");
    assert!(
        met.record.offer.is_none() && met.record.session.is_none(),
        "{what}"
    );
}

#[tokio::test]
async fn a_client_that_closes_at_once() {
    for manner in manners() {
        let speaker = Speaker(vec![Item::End]);
        let met = server(approving()).meet_as(origin(), speaker, manner).await;
        let met = met.failed("closed", "at once");
        assert_eq!(met.said("at once"), nothing());
        assert_unasked(&met, "at once");
    }
}

#[tokio::test]
async fn a_client_that_closes_in_its_hello() {
    let hello = tls12_hello().record();
    for length in [1, 3, 5, 6, 9, 40, hello.len() - 1] {
        for manner in manners() {
            let what = format!("after {length}");
            let met = met(&hello[..length], manner).await.failed("closed", &what);
            assert_eq!(met.said(&what), nothing(), "{what}");
            assert_unasked(&met, &what);
        }
    }
}

#[tokio::test]
async fn other_protocols_are_named() {
    for (greeting, name) in [
        (&b"GET / HTTP/1.1\r\nHost: server.test\r\n\r\n"[..], "HTTP"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/2"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "SSH"),
        (
            b"PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\n",
            "the PROXY protocol",
        ),
        (b"\0\x01\x02\x03", "an unknown protocol"),
        (&[0xaa; 100], "an unknown protocol"),
    ] {
        for manner in manners() {
            let met = met(greeting, manner).await.failed("not-tls", name);
            // They would not understand an alert.
            assert_eq!(met.said(name), nothing(), "{name}");
            assert_unasked(&met, name);
            let message = &met.record.failure.as_ref().expect("a failure").message;
            assert!(message.contains(name), "{message}");
        }
    }
}

#[tokio::test]
async fn what_is_no_hello_gets_the_alert_that_says_so() {
    let hello = tls12_hello().record();
    let in_pieces = in_single_bytes(&hello);
    let interrupted = |by: &[u8]| [&in_pieces[..60], by, &in_pieces[60..]].concat();
    // RFC 8446, sections 5 and 6.2.
    let cases: Vec<(&str, Vec<u8>, u8)> = vec![
        ("a Finished", record(22, &[20, 0, 0, 1, 0]), 10),
        ("a ChangeCipherSpec", record(20, &[1]), 10),
        ("application data", record(23, &[7; 40]), 10),
        ("an empty record", record(22, &[]), 10),
        (
            "interrupted by application data",
            interrupted(&record(23, &[7; 40])),
            10,
        ),
        (
            "interrupted by a ChangeCipherSpec",
            interrupted(&record(20, &[1])),
            10,
        ),
        ("interrupted by no record", interrupted(&[0xaa; 40]), 10),
        ("followed in its record", trailing(&hello), 10),
        (
            "too long a record",
            [&[22, 3, 1, 0x48, 0][..], &[1; 100]].concat(),
            22,
        ),
        ("the same extension twice", twice().record(), 47),
        ("an extension cut off", cut_off().record(), 50),
    ];
    for (what, bytes, alert) in cases {
        for manner in manners() {
            let met = met(bytes.clone(), manner).await.failed("tls", what);
            assert_eq!(met.said(what), only(alert), "{what}");
            assert_unasked(&met, what);
        }
    }
}

/// The hello, and a byte more in the same record.
fn trailing(hello: &[u8]) -> Vec<u8> {
    let message = [&hello[5..], &[0]].concat();
    record(22, &message)
}

fn twice() -> Hello {
    let mut hello = tls12_hello();
    hello.extensions.push(groups(&[0x0017]));
    hello
}

fn cut_off() -> Hello {
    let mut hello = tls12_hello();
    hello.extensions.push((16, vec![0, 9, 2]));
    hello
}

#[tokio::test]
async fn an_alert_instead_of_a_hello() {
    for manner in manners() {
        let alert = record(21, &[2, 48]);
        let met = met(alert, manner)
            .await
            .failed("alert-received", "an alert");
        assert_eq!(met.said("an alert"), nothing());
        assert_unasked(&met, "an alert");
    }
}

#[tokio::test]
async fn a_hello_in_the_format_of_ssl2_is_an_offer_like_any_other() {
    for manner in manners() {
        let met = met(ssl2(), manner).await.vetoed("SSLv2");
        assert_eq!(met.said("SSLv2"), only(70));
        assert_eq!(met.codes(), ["floor.version"]);
        assert_eq!(calls(&met.record, 0), []);
        let json = json(&met.record);
        assert_eq!(json["countersign.client.versions"][0], "TLSv1");
        let suites = &json["tls.client.supported_ciphers"];
        let names = ["TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_RC4_128_MD5"];
        assert_eq!(*suites, serde_json::json!(names));
    }
    // One that ends too early offers nothing that could be recorded.
    let short = ssl2();
    let met = met(&short[..20], Manner::default()).await;
    let met = met.failed("not-tls", "cut off");
    assert_eq!(met.said("cut off"), only(70));
}

/// A client of the years before 2008 (RFC 2246): CBC suites, and no signature_algorithms.
fn old_hello(legacy_version: u16) -> Hello {
    Hello {
        legacy_version,
        suites: vec![0xc00a, 0x002f, 0x000a],
        extensions: vec![server_name(SERVER), groups(&[0x0017])],
    }
}

#[tokio::test]
async fn hellos_that_the_library_cannot_even_read_are_vetoed_and_recorded() {
    for (version, name) in [(0x0300, "SSLv3"), (0x0301, "TLSv1"), (0x0302, "TLSv1.1")] {
        for manner in manners() {
            let bytes = old_hello(version).record();
            let met = met(bytes, manner).await.vetoed(name);
            // protocol_version (RFC 8446, section 6.2).
            assert_eq!(met.said(name), only(70), "{name}");
            assert_eq!(met.codes(), ["floor.version"], "{name}");
            let message = &met.record.findings[0].message;
            assert!(message.contains(name), "{message}");
            assert_eq!(calls(&met.record, 0), [("constrain", Answer::Offer)]);
            let json = json(&met.record);
            assert_eq!(json["tls.client.server_name"], SERVER);
            assert_eq!(json["countersign.client.versions"][0], name);
            let suites = [
                "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
                "TLS_RSA_WITH_AES_128_CBC_SHA",
                "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
            ];
            assert_eq!(
                json["tls.client.supported_ciphers"],
                serde_json::json!(suites)
            );
        }
    }
}

#[tokio::test]
async fn what_can_be_read_of_a_malformed_hello_is_recorded() {
    let mut hello = tls12_hello();
    hello.extensions.push((43, vec![1, 3]));
    let met = met(hello.record(), Manner::default()).await;
    // decode_error (RFC 8446, section 6.2).
    assert_eq!(met.said("malformed"), only(50));
    assert_eq!(failure(&met.record), Some("tls"));
    assert!(calls(&met.record, 0).is_empty(), "nobody judges it");
    let json = json(&met.record);
    assert_eq!(json["tls.client.server_name"], SERVER);
    let suites = &json["tls.client.supported_ciphers"];
    assert_eq!(suites[0], "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    assert_eq!(json["countersign.client.groups"][0], "secp256r1");
}

#[tokio::test]
async fn a_long_list_of_a_hello_is_cut_in_the_record() {
    for (count, is_cut) in [(256, false), (257, true)] {
        let mut hello = tls12_hello();
        hello.suites = vec![0xc02b; count];
        let met = met(hello.record(), Manner::default()).await;
        let json = json(&met.record);
        let written = json["tls.client.supported_ciphers"].as_array();
        assert_eq!(written.map(Vec::len), Some(256));
        let cut = json.get("countersign.client.truncated");
        assert_eq!(cut, is_cut.then_some(&Value::Bool(true)));
    }
}

/// A TLS 1.2 hello that can be answered.
fn tls12_hello() -> Hello {
    Hello {
        legacy_version: 0x0303,
        suites: vec![0xc02b],
        extensions: vec![
            server_name(SERVER),
            groups(&[0x0017]),
            signature_algorithms(),
        ],
    }
}

#[tokio::test]
async fn which_versions_a_hello_accepts() {
    // RFC 8446, section 4.2.1: supported_versions alone counts where it is; without it, all up to legacy_version, but
    // never TLS 1.3.
    let with = |legacy_version, extension: Option<(u16, Vec<u8>)>| {
        let mut hello = tls12_hello();
        hello.legacy_version = legacy_version;
        hello.extensions.extend(extension);
        hello.record()
    };
    for (what, bytes, accepted) in [
        ("TLS 1.2 in the fixed part", with(0x0303, None), true),
        ("TLS 1.3 in the fixed part", with(0x0304, None), true),
        ("TLS 1.1 in the fixed part", with(0x0302, None), false),
        (
            "TLS 1.2 in the extension",
            with(0x0303, Some(versions(&[0x0303]))),
            true,
        ),
        (
            "TLS 1.1 in the extension",
            with(0x0303, Some(versions(&[0x0302]))),
            false,
        ),
        (
            "only GREASE in the extension",
            with(0x0303, Some(versions(&[0x0a0a]))),
            false,
        ),
    ] {
        let met = met(bytes, Manner::default()).await;
        match accepted {
            true => {
                let met = met.failed("closed", what);
                assert_eq!(met.session().version.code(), 0x0303, "{what}");
            }
            false => {
                let met = met.vetoed(what);
                assert_eq!(met.said(what), only(70), "{what}");
                assert_eq!(met.codes(), ["floor.version"], "{what}");
            }
        }
    }
}

#[tokio::test]
async fn a_hello_that_only_the_library_cannot_answer() {
    // RFC 5246, section 7.4.1.4.1: without signature_algorithms a server may assume SHA-1, which the library does not do.
    let mut hello = tls12_hello();
    hello.extensions.pop();
    let met = met(hello.record(), Manner::default()).await;
    let met = met.failed("tls", "no signature_algorithms");
    assert_eq!(met.said("no signature_algorithms"), only(40));
    let hello = met.record.facts.client_hello().expect("a hello");
    let suites: Vec<_> = hello.cipher_suites.iter().map(|it| it.code()).collect();
    assert_eq!(suites, [0xc02b]);
    assert_eq!(calls(&met.record, 0), [("constrain", Answer::Offer)]);
}

fn fragmented(bytes: Vec<u8>) -> Vec<Item> {
    vec![Item::Bytes(in_single_bytes(&bytes))]
}

#[tokio::test]
async fn a_hello_in_records_and_segments_of_one_byte() {
    for kind in kinds() {
        for manner in manners() {
            let what = format!("{kind:?} {manner:?}");
            let client =
                TlsClient::new(&kind.config()).tampered(Box::new(|flight, bytes| match flight {
                    0 => fragmented(bytes),
                    _ => vec![Item::Bytes(bytes)],
                }));
            let server = server(approving());
            let met = server
                .meet_as(origin(), client, manner)
                .await
                .approved(&what);
            let hello = met.record.facts.client_hello().expect("a hello");
            assert_eq!(hello.server_name.as_deref(), Some(SERVER));
        }
    }
}

#[tokio::test]
async fn limits_of_a_hello_hold_from_both_sides() {
    let whole = tls12_hello().record();
    let pieces = in_single_bytes(&whole);
    let records = whole.len() - 5;
    let unlimited = HelloLimits::default();
    let limits = |bytes_max, records_max| HelloLimits {
        bytes_max,
        records_max,
    };
    for (bytes, limits, obeyed) in [
        (&whole, limits(whole.len(), 1), true),
        (&whole, limits(whole.len() - 1, 1), false),
        (&pieces, limits(pieces.len(), records), true),
        (&pieces, limits(pieces.len() - 1, records), false),
        (&pieces, limits(unlimited.bytes_max, records - 1), false),
    ] {
        let server = server_with(approving(), |builder| builder.hello_limits(limits));
        for manner in manners() {
            let what = format!("{limits:?}");
            let speaker = Speaker::closing_after(bytes.clone());
            let met = server.meet_as(origin(), speaker, manner).await;
            match obeyed {
                // It was answered: the client left.
                true => assert!(met.failed("closed", &what).record.session.is_some()),
                false => {
                    let met = met.failed("too-large", &what);
                    // record_overflow (RFC 8446, section 6.2).
                    assert_eq!(met.said(&what), only(22), "{what}");
                    assert_unasked(&met, &what);
                }
            }
        }
    }
}

#[tokio::test]
async fn the_limits_of_the_handshake_count_the_hello_too() {
    let pieces = in_single_bytes(&tls12_hello().record());
    for limits in [
        HandshakeLimits {
            records_max: 20,
            ..HandshakeLimits::default()
        },
        HandshakeLimits {
            bytes_max: 100,
            ..HandshakeLimits::default()
        },
    ] {
        let server = server_with(approving(), |builder| builder.handshake_limits(limits));
        let what = format!("{limits:?}");
        let speaker = Speaker::closing_after(pieces.clone());
        let met = server.meet_as(origin(), speaker, Manner::default()).await;
        let met = met.failed("too-large", &what);
        assert_eq!(met.said(&what), only(22), "{what}");
    }
}

#[tokio::test]
async fn silence_before_or_within_the_hello() {
    let timeout = Duration::from_millis(200);
    let server = server_with(approving(), |builder| builder.timeout(timeout));
    let hello = tls12_hello().record();
    for length in [0, 1, 5, 30, hello.len() - 1] {
        let what = format!("after {length}");
        let speaker = match length {
            0 => Speaker(Vec::new()),
            _ => Speaker::silent_after(&hello[..length]),
        };
        let met = server.meet_as(origin(), speaker, Manner::default()).await;
        let met = met.failed("timeout", &what);
        // user_canceled: for a reason that is not the protocol's (RFC 8446, section 6.1).
        assert_eq!(met.said(&what), only(90), "{what}");
        assert_unasked(&met, &what);
    }
}
