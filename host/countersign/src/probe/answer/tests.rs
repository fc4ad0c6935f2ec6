use super::super::Target;
use super::super::hello::Shape;
use super::super::record::RECORDS_MAX;
use super::super::samples::{message, records, retry, server_hello, tls12_flight};
use super::*;
use countersign_names::{CipherSuite, Group};

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const WHOLE: usize = 1 << 14;

fn asked(shape: Shape) -> Hello {
    let target = Target {
        server_name: None,
        alpn: &[],
    };
    Hello::new(shape, &target, &[7; 64])
}

fn legacy() -> Hello {
    asked(Shape::Extended(Version::TLS_1_2))
}

/// The end of a stream of these bytes, and what the server had named by then.
fn end(hello: &Hello, bytes: &[u8]) -> (Result<End, AnswerError>, Option<Observed>) {
    let mut answer = Answer::to(hello);
    let end = answer
        .feed(bytes)
        .and_then(|end| end.map_or_else(|| answer.close(), Ok));
    (end, answer.observed(end == Ok(End::Named)))
}

fn legacy_end(bytes: &[u8]) -> Result<End, AnswerError> {
    end(&legacy(), bytes).0
}

fn tls12() -> Observed {
    Observed {
        version: Version::TLS_1_2,
        cipher_suite: CipherSuite::new(0xc02f),
        group: Some(Group::new(0x0017)),
        dhe_bits: None,
        alpn: None,
        extended_master_secret: false,
        can_do_better: false,
        complete: true,
    }
}

#[test]
fn a_legacy_flight_names_its_choice_however_it_is_cut() {
    for fragment_bytes in [1, 2, 3, 5, 7, 100, WHOLE] {
        let stream = records(HANDSHAKE, &tls12_flight(), fragment_bytes);
        assert_eq!(
            end(&legacy(), &stream),
            (Ok(End::Named), Some(tls12())),
            "{fragment_bytes}"
        );
    }
}

#[test]
fn the_stream_may_arrive_byte_by_byte() {
    let hello = legacy();
    let mut answer = Answer::to(&hello);
    let stream = records(HANDSHAKE, &tls12_flight(), 9);
    let ended = stream
        .chunks(1)
        .find_map(|byte| answer.feed(byte).transpose());
    assert_eq!(ended, Some(Ok(End::Named)));
    assert_eq!(answer.observed(true), Some(tls12()));
}

#[test]
fn a_retry_names_its_choice() {
    let (ended, observed) = end(&asked(Shape::Tls13), &records(HANDSHAKE, &retry(), WHOLE));
    let named = observed.map(|observed| {
        (
            observed.version,
            observed.cipher_suite.code(),
            observed.group,
        )
    });
    assert_eq!(ended, Ok(End::Named));
    assert_eq!(
        named,
        Some((Version::TLS_1_3, 0x1302, Some(Group::new(0x0019))))
    );
}

#[test]
fn static_rsa_is_named_by_the_end_of_the_flight() {
    let flight = [
        server_hello(0x0302, 0x002f),
        message(11, b"\0\0\0"),
        message(14, b""),
    ]
    .concat();
    let (ended, observed) = end(&legacy(), &records(HANDSHAKE, &flight, WHOLE));
    assert_eq!(ended, Ok(End::Named));
    assert_eq!(
        observed.map(|observed| observed.to_string()),
        Some(format!("{} {}", Version::TLS_1_1, CipherSuite::new(0x002f)))
    );
}

#[test]
fn an_answer_cut_anywhere_ends_cleanly() {
    let flight = tls12_flight();
    let hello_bytes = 5 + server_hello(0x0303, 0xc02f).len();
    for stream in [
        records(HANDSHAKE, &flight, WHOLE),
        records(HANDSHAKE, &flight, 4),
    ] {
        for cut in 1..stream.len() - 15 {
            let (ended, observed) = end(&legacy(), &stream[..cut]);
            assert!(
                matches!(
                    ended,
                    Err(AnswerError::Truncated) | Ok(End::Refused(None) | End::Named)
                ),
                "{cut} {ended:?}"
            );
            assert!(observed.is_none() || cut > hello_bytes, "{cut}");
        }
    }
    assert_eq!(legacy_end(b""), Ok(End::Refused(None)));
}

#[test]
fn what_the_hello_named_survives_what_follows() {
    let hello = records(HANDSHAKE, &server_hello(0x0303, 0xc02f), WHOLE);
    for rest in [
        &b""[..],
        b"\x15\x03\x03\0\x02\x02\x28",
        b"garbage",
        b"\x17\x03\x03\0\x01x",
    ] {
        let (ended, observed) = end(&legacy(), &[&hello[..], rest].concat());
        assert_ne!(ended, Ok(End::Named));
        let named = observed.map(|observed| {
            (
                observed.cipher_suite.code(),
                observed.group,
                observed.complete,
            )
        });
        assert_eq!(named, Some((0xc02f, None, false)));
    }
}

#[test]
fn warnings_are_passed_over_and_fatal_alerts_end() {
    let warning = records(ALERT, &[1, 112], WHOLE);
    let fatal = records(ALERT, &[2, 40], WHOLE);
    let flight = records(HANDSHAKE, &tls12_flight(), WHOLE);
    assert_eq!(
        legacy_end(&[&warning[..], &flight].concat()),
        Ok(End::Named)
    );
    assert_eq!(
        legacy_end(&[&warning[..], &fatal].concat()),
        Ok(End::Refused(Some(Alert::from_tls(40))))
    );
    let unrecognized_name = Ok(End::Refused(Some(Alert::from_tls(112))));
    assert_eq!(legacy_end(&warning), unrecognized_name);
    let close = records(ALERT, &[1, 0], WHOLE);
    assert_eq!(legacy_end(&close), Ok(End::Refused(None)));
    assert_eq!(
        legacy_end(&[&warning[..], &close].concat()),
        unrecognized_name
    );
    for malformed in [&[2][..], &[3, 40], &[2, 40, 0], &[2, 40, 2, 40]] {
        assert_eq!(
            legacy_end(&records(ALERT, malformed, WHOLE)),
            Err(AnswerError::Alert)
        );
    }
}

#[test]
fn other_protocols_are_recognised_in_pieces() {
    for (stream, protocol) in [
        (&b"HTTP/1.0 400 Bad Request\r\n\r\n"[..], Protocol::Http),
        (b"SSH-2.0-x\r\n", Protocol::Ssh),
        (b"220 ready\r\n", Protocol::SmtpOrFtp),
        (b"HT", Protocol::Unknown),
        (b"\x16\x02\0\0", Protocol::Unknown),
    ] {
        let hello = legacy();
        let mut answer = Answer::to(&hello);
        let ended = stream
            .chunks(1)
            .find_map(|byte| answer.feed(byte).transpose());
        assert_eq!(
            ended.unwrap_or_else(|| answer.close()),
            Ok(End::NotTls(protocol))
        );
    }
}

#[test]
fn messages_out_of_place_are_refused() {
    let hello = server_hello(0x0303, 0xc02f);
    for (flight, kind) in [
        (message(14, b""), 14),
        (message(12, b""), 12),
        ([&hello[..], &hello].concat(), 2),
        ([&hello[..], &message(14, b"x")].concat(), 14),
        ([&hello[..], &message(20, b"")].concat(), 20),
        (message(0, b"x"), 0),
    ] {
        assert_eq!(
            legacy_end(&records(HANDSHAKE, &flight, WHOLE)),
            Err(AnswerError::UnexpectedMessage(kind))
        );
    }
    let requested = [message(0, b""), tls12_flight()].concat();
    assert_eq!(
        legacy_end(&records(HANDSHAKE, &requested, WHOLE)),
        Ok(End::Named)
    );
}

#[test]
fn records_out_of_place_are_refused() {
    for kind in [20, 23, 24] {
        assert_eq!(
            legacy_end(&records(kind, &[1], WHOLE)),
            Err(AnswerError::UnexpectedRecord(kind))
        );
    }
}

#[test]
fn choices_that_were_not_offered_are_refused() {
    let refused = |version, suite| {
        let (version, cipher_suite) = (Version::new(version), CipherSuite::new(suite));
        (
            Err(AnswerError::NotOffered {
                version,
                cipher_suite,
            }),
            None,
        )
    };
    let hello = |version, suite| records(HANDSHAKE, &server_hello(version, suite), WHOLE);
    assert_eq!(
        end(&legacy(), &hello(0x0303, 0x1301)),
        refused(0x0303, 0x1301)
    );
    assert_eq!(
        end(&legacy(), &records(HANDSHAKE, &retry(), WHOLE)),
        refused(0x0304, 0x1302)
    );
    assert_eq!(
        end(
            &asked(Shape::Bare(Version::TLS_1_0)),
            &hello(0x0303, 0x0035)
        ),
        refused(0x0303, 0x0035)
    );
}

#[test]
fn endless_answers_are_stopped() {
    let large = [&server_hello(0x0303, 0xc02f)[..], b"\x0b\x01\0\x01"].concat();
    assert_eq!(
        legacy_end(&records(HANDSHAKE, &large, WHOLE)),
        Err(AnswerError::TooManyBytes)
    );
    let warnings = records(ALERT, &[1, 112], WHOLE).repeat(RECORDS_MAX + 1);
    assert_eq!(legacy_end(&warnings), Err(AnswerError::TooManyRecords));
    let certificate = [
        &server_hello(0x0303, 0xc02f)[..],
        &message(11, &[0; ANSWER_BYTES_MAX]),
    ]
    .concat();
    assert_eq!(
        legacy_end(&records(HANDSHAKE, &certificate, WHOLE)),
        Err(AnswerError::TooManyBytes)
    );
}

/// A linear congruential generator: the same bytes on every run.
fn noise(seed: &mut u64) -> u8 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 56) as u8
}

#[test]
fn no_bytes_make_it_panic() {
    let mut seed = 1;
    for _ in 0..20_000 {
        let kind = 20 + noise(&mut seed) % 5;
        let payload: Vec<u8> = (0..noise(&mut seed)).map(|_| noise(&mut seed)).collect();
        let _ = legacy_end(&records(kind, &payload, WHOLE));
        let _ = legacy_end(&payload);
    }
}

#[test]
fn no_changed_byte_makes_it_panic() {
    let tls13 = asked(Shape::Tls13);
    for (hello, flight) in [(legacy(), tls12_flight()), (tls13, retry())] {
        let stream = records(HANDSHAKE, &flight, WHOLE);
        for position in 0..stream.len() {
            for value in 0..=255 {
                let mut changed = stream.clone();
                changed[position] = value;
                let _ = end(&hello, &changed);
            }
        }
    }
}
