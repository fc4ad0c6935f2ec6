//! Streams: how a hello may be cut, what may stand in its place, and how much of it there may be.

use crate::hello::samples::*;
use crate::hello::{Foreign, HelloError, HelloLimits, HelloReader, MalformedHello, Ssl2Hello};
use countersign_names::{CipherSuite, Version};

const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;

fn whole(sample: &str) -> crate::hello::ClientHello {
    read(&bytes(sample), usize::MAX).expect("a real hello")
}

#[test]
fn pieces_of_the_transport_make_no_difference() {
    for sample in REAL {
        let (stream, expected) = (bytes(sample), whole(sample));
        for piece_bytes in 1..=stream.len() {
            assert_eq!(
                read(&stream, piece_bytes).as_ref(),
                Ok(&expected),
                "{piece_bytes}"
            );
        }
    }
}

#[test]
fn a_cut_anywhere_makes_no_difference() {
    for sample in REAL {
        let (stream, expected) = (bytes(sample), whole(sample));
        for cut in 0..stream.len() {
            let mut reader = HelloReader::new(HelloLimits::default());
            assert_eq!(reader.feed(&stream[..cut]), Ok(None), "{cut}");
            assert_eq!(
                reader.feed(&stream[cut..]).as_ref(),
                Ok(&Some(expected.clone()))
            );
        }
    }
}

#[test]
fn records_of_any_length_make_no_difference() {
    for sample in REAL {
        let (message, expected) = (sample_message(sample), whole(sample));
        for record_bytes in 1..=message.len() {
            let stream = records(HANDSHAKE, &message, record_bytes);
            assert_eq!(
                read(&stream, usize::MAX).as_ref(),
                Ok(&expected),
                "{record_bytes}"
            );
        }
        for cut in 1..message.len() {
            let (first, second) = message.split_at(cut);
            let stream = [first, second]
                .map(|part| records(HANDSHAKE, part, usize::MAX))
                .concat();
            assert_eq!(read(&stream, 7).as_ref(), Ok(&expected), "{cut}");
        }
    }
}

#[test]
fn one_byte_records_in_one_byte_pieces() {
    for sample in REAL {
        let stream = records(HANDSHAKE, &sample_message(sample), 1);
        assert_eq!(read(&stream, 1), Ok(whole(sample)));
    }
}

#[test]
fn a_stream_that_ends_early_is_truncated() {
    let stream = bytes(OPENSSL);
    for end in 1..stream.len() {
        assert_eq!(
            read(&stream[..end], usize::MAX),
            Err(HelloError::Truncated),
            "{end}"
        );
    }
    assert_eq!(read(b"", 1), Err(HelloError::Nothing));
    assert_eq!(read(b"GE", 1), Err(HelloError::Truncated));
}

/// Early data, for one, comes right behind.
#[test]
fn what_follows_the_last_record_is_left_alone() {
    let stream = bytes(OPENSSL);
    let mut reader = HelloReader::new(HelloLimits {
        bytes_max: stream.len(),
        records_max: 1,
    });
    let longer = [&stream[..], b"\x17\x03\x03\0\x01x"].concat();
    assert_eq!(reader.feed(&longer), Ok(Some(whole(OPENSSL))));
    assert_eq!(reader.bytes(), stream.len());
    assert_eq!(reader.feed(b""), Err(HelloError::Over));
    assert_eq!(reader.ended(), HelloError::Over);
}

#[test]
fn nothing_follows_within_the_last_record() {
    let mut message = sample_message(OPENSSL);
    message.push(20);
    for record_bytes in [message.len(), message.len() - 1, 100] {
        let stream = records(HANDSHAKE, &message, record_bytes);
        let expected = if record_bytes == message.len() - 1 {
            Ok(whole(OPENSSL))
        } else {
            Err(HelloError::TrailingBytes)
        };
        for piece_bytes in [1, 5, usize::MAX] {
            assert_eq!(
                read(&stream, piece_bytes),
                expected,
                "{record_bytes} {piece_bytes}"
            );
        }
    }
}

#[test]
fn other_records_and_messages_are_named() {
    for (stream, error) in [
        (
            &b"\x15\x03\x01\0\x02\x02\x46"[..],
            HelloError::AlertReceived(70),
        ),
        (b"\x14\x03\x03\0\x01\x01", HelloError::UnexpectedRecord(20)),
        (b"\x17\x03\x03\0\x01\x01", HelloError::UnexpectedRecord(23)),
        (b"\x18\x03\x03\0\x01\x01", HelloError::UnexpectedRecord(24)),
        (
            b"\x16\x03\x01\0\x04\0\0\0\0",
            HelloError::UnexpectedMessage(0),
        ),
        (b"\x16\x03\x01\0\x01\x02", HelloError::UnexpectedMessage(2)),
        (b"\x16\x03\x01\0\0", HelloError::EmptyRecord),
        (b"\x16\x03\x01\x40\x01", HelloError::RecordLength(16_385)),
        (b"\x15\x03\x01\0\x01\x02", HelloError::RecordLength(1)),
        (
            b"\x16\x03\x01\0\x01\x01\x16\x03\x01\0\0",
            HelloError::EmptyRecord,
        ),
        (
            b"\x16\x03\x01\0\x01\x01\x14\x03\x03\0\x01\x01",
            HelloError::UnexpectedRecord(20),
        ),
        (
            b"\x16\x03\x01\0\x01\x01\x15\x03\x01\0\x02\x01\0",
            HelloError::AlertReceived(0),
        ),
        (
            b"\x16\x03\x01\0\x01\x01GET / HTTP/1.1",
            HelloError::NotARecord,
        ),
    ] {
        for piece_bytes in 1..=stream.len() {
            assert_eq!(
                read(stream, piece_bytes),
                Err(error.clone()),
                "{stream:02x?}"
            );
        }
    }
}

#[test]
fn other_protocols_are_named() {
    for (stream, protocol) in [
        (
            &b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"[..],
            Foreign::Http,
        ),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Foreign::Http2),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", Foreign::Ssh),
        (
            b"PROXY TCP4 192.0.2.1 192.0.2.2 5 6\r\n",
            Foreign::ProxyProtocol,
        ),
        (b"\x05\x01\0", Foreign::Unknown),
    ] {
        for piece_bytes in 1..=stream.len() {
            assert_eq!(read(stream, piece_bytes), Err(HelloError::NotTls(protocol)));
        }
    }
}

/// As OpenSSL 0.9.8 sent it by default: RC4 with MD5 in both spellings, AES, and the renegotiation signal.
fn ssl2(version: [u8; 2]) -> Vec<u8> {
    let kinds = b"\x01\0\x80\0\0\x04\0\0\x2f\0\x0a\x0a\0\0\xff";
    let message = [&[1], &version[..], &[0, 15, 0, 0, 0, 16], kinds, &[9; 16]].concat();
    let length = u8::try_from(message.len()).expect("short");
    [&[0x80, length], &message[..]].concat()
}

#[test]
fn hellos_of_ssl2_say_what_they_offer() {
    for (bytes, version) in [([0, 2], Version::SSL_2), ([3, 1], Version::TLS_1_0)] {
        let hello = Ssl2Hello {
            version,
            cipher_suites: [0x0004, 0x002f, 0x00ff].map(CipherSuite::new).to_vec(),
            ssl2_cipher_kinds: vec![[1, 0, 0x80]],
        };
        for piece_bytes in 1..=ssl2(bytes).len() {
            let error = Err(HelloError::Ssl2(Some(hello.clone())));
            assert_eq!(read(&ssl2(bytes), piece_bytes), error);
        }
    }
}

#[test]
fn hellos_of_ssl2_that_do_not_decode_are_still_hellos_of_ssl2() {
    let well_formed = ssl2([0, 2]);
    for end in 5..well_formed.len() {
        assert_eq!(
            read(&well_formed[..end], 3),
            Err(HelloError::Ssl2(None)),
            "{end}"
        );
    }
    for (place, value) in [
        (1, 3),
        (1, 0),
        (6, 14),
        (6, 0),
        (8, 1),
        (8, 16),
        (10, 15),
        (10, 17),
    ] {
        let mut malformed = well_formed.clone();
        malformed[place] = value;
        assert_eq!(read(&malformed, 1), Err(HelloError::Ssl2(None)), "{place}");
    }
}

#[test]
fn byte_limit_obeyed() {
    let stream = bytes(OPENSSL);
    let limits = HelloLimits {
        bytes_max: stream.len(),
        records_max: 1,
    };
    assert_eq!(read_within(limits, &stream, 1), Ok(whole(OPENSSL)));
    let ssl2 = ssl2([3, 1]);
    let limits = HelloLimits {
        bytes_max: ssl2.len(),
        records_max: 0,
    };
    assert!(matches!(
        read_within(limits, &ssl2, 1),
        Err(HelloError::Ssl2(Some(_)))
    ));
}

#[test]
fn byte_limit_violated() {
    let stream = bytes(OPENSSL);
    let bytes_max = stream.len() - 1;
    let limits = HelloLimits {
        bytes_max,
        ..HelloLimits::default()
    };
    let error = Err(HelloError::TooManyBytes { bytes_max });
    // The first header says it.
    assert_eq!(read_within(limits, &stream[..5], 1), error);
    // In small records, the length of the message does.
    let small = records(HANDSHAKE, &sample_message(OPENSSL), 4);
    let limits = HelloLimits {
        bytes_max: 100,
        ..limits
    };
    let error = Err(HelloError::TooManyBytes { bytes_max: 100 });
    assert_eq!(read_within(limits, &small[..9], 1), error);
    // Or the headers alone make it too large.
    let message = [CLIENT_HELLO, 0, 0, 90];
    let small = records(HANDSHAKE, &[&message[..], &[0; 90]].concat(), 1);
    assert_eq!(read_within(limits, &small, 1), error);
    assert_eq!(read_within(limits, b"\x80\x63\x01\x03\x01", 1), error);
}

#[test]
fn record_limit_obeyed() {
    let message = sample_message(OPENSSL);
    let limits = HelloLimits {
        records_max: message.len(),
        ..HelloLimits::default()
    };
    let stream = records(HANDSHAKE, &message, 1);
    assert_eq!(read_within(limits, &stream, usize::MAX), Ok(whole(OPENSSL)));
}

#[test]
fn record_limit_violated() {
    let message = sample_message(OPENSSL);
    let records_max = message.len() - 1;
    let limits = HelloLimits {
        records_max,
        ..HelloLimits::default()
    };
    let stream = records(HANDSHAKE, &message, 1);
    let error = Err(HelloError::TooManyRecords { records_max });
    assert_eq!(read_within(limits, &stream, usize::MAX), error);
}

#[test]
fn a_malformed_hello_is_told_when_it_is_whole() {
    let stream = records(HANDSHAKE, &message(CLIENT_HELLO, b"\x03\x03"), 2);
    let error = HelloError::Malformed(MalformedHello::Fields);
    assert_eq!(read(&stream, 1), Err(error.clone()));
    assert_eq!(error.to_string(), "the client's hello is malformed: fields");
}
