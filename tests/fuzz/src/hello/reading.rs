//! A reader at work, watched at every step.

use countersign::hello::{ClientHello, HelloError, HelloLimits, HelloReader};

use super::encoding::cut;

/// What the first bytes of a stream, and a record's header, can be more than a limit before it is noticed.
const OVERHANG_BYTES: usize = 12 + 5;

/// What a reader said of a stream.
#[derive(Debug, PartialEq, Eq)]
pub struct Read {
    /// A stream that ended too early has the error of its end.
    pub answer: Result<ClientHello, HelloError>,
    /// The bytes that were taken. Of a stream that is refused, the cuts say how many.
    pub bytes: usize,
}

/// What the reader says, however the stream comes in.
///
/// # Panics
///
/// If that changes it, or the reader breaks another of its rules.
pub fn consistent(stream: &[u8], cuts: &[u8]) -> Read {
    let limits = HelloLimits::default();
    let whole = read(limits, &[stream]);
    let lengths = cuts.iter().map(|length| 1 + usize::from(*length));
    for pieces in [
        cut(stream, lengths, usize::MAX),
        cut(stream, [1].into_iter(), 1),
    ] {
        let other = read(limits, &pieces);
        assert_eq!(other.answer, whole.answer);
        assert!(whole.answer.is_err() || other.bytes == whole.bytes);
    }
    if let Ok(hello) = &whole.answer {
        check_hello(hello, &stream[..whole.bytes]);
    }
    check_limits(stream, &whole, cuts);
    whole
}

/// A hello depends on its own bytes, and on all of them.
fn check_hello(hello: &ClientHello, own: &[u8]) {
    let alone = read(HelloLimits::default(), &[own]);
    assert_eq!(alone.answer.as_ref(), Ok(hello));
    let cut_short = read(HelloLimits::default(), &[&own[..own.len() - 1]]);
    assert_eq!(cut_short.answer, Err(HelloError::Truncated));
    let ja4 = hello.ja4();
    assert!(ja4.len() == 36 && ja4.is_ascii(), "{ja4}");
}

/// Narrower limits change an answer to the error that names them, or not at all.
fn check_limits(stream: &[u8], whole: &Read, cuts: &[u8]) {
    let narrow = |at: usize| cuts.get(at).map_or(300, |limit| usize::from(*limit) * 8);
    let limits = HelloLimits {
        bytes_max: narrow(0),
        records_max: narrow(1) / 64,
    };
    let narrowed = read(limits, &[stream]);
    match &narrowed.answer {
        Err(HelloError::TooManyBytes { bytes_max }) => assert_eq!(*bytes_max, limits.bytes_max),
        Err(HelloError::TooManyRecords { records_max }) => {
            assert_eq!(*records_max, limits.records_max);
        }
        _ => {
            assert_eq!(&narrowed, whole);
            assert!(narrowed.answer.is_err() || narrowed.bytes <= limits.bytes_max);
        }
    }
}

fn read(limits: HelloLimits, pieces: &[&[u8]]) -> Read {
    let mut reader = HelloReader::new(limits);
    assert_eq!(reader.ended(), HelloError::Nothing);
    let mut fed = 0;
    for piece in pieces {
        let answer = reader.feed(piece);
        fed += piece.len();
        assert!(reader.bytes() <= fed);
        match answer {
            Ok(None) => {
                assert_eq!(reader.bytes(), fed);
                assert!(fed <= limits.bytes_max + OVERHANG_BYTES, "{fed}");
            }
            Ok(Some(hello)) => return over(reader, Ok(hello)),
            Err(error) => return over(reader, Err(error)),
        }
    }
    let bytes = reader.bytes();
    let error = reader.ended();
    match &error {
        HelloError::Nothing => assert_eq!(fed, 0),
        HelloError::Truncated | HelloError::Ssl2(None) => assert_ne!(fed, 0),
        other => panic!("{other} without an answer"),
    }
    Read {
        answer: Err(error),
        bytes,
    }
}

/// A reader answers once.
fn over(mut reader: HelloReader, answer: Result<ClientHello, HelloError>) -> Read {
    let bytes = reader.bytes();
    assert_eq!(reader.ended(), HelloError::Over);
    assert_eq!(reader.feed(b"\x16\x03\x01"), Err(HelloError::Over));
    assert_eq!(reader.bytes(), bytes);
    if let Err(error) = &answer {
        assert_ne!(*error, HelloError::Over);
        assert!(!error.to_string().is_empty());
        let _ = error.alert();
    }
    Read { answer, bytes }
}
