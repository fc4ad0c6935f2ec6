//! Texts of sessions: bytes, times and sizes as they are written.

use countersign_default_policy::Date;

const SECONDS_A_DAY: i64 = 86_400;

/// The bytes of a protocol's name, as records escape them: `h2`, `\xff`.
pub(super) fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (byte, length) = match escape(rest) {
            Some(found) => found,
            None => {
                bytes.extend_from_slice(first.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[first.len_utf8()..];
                continue;
            }
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    bytes
}

/// The byte that an escape at the beginning stands for, and how long it is.
fn escape(text: &str) -> Option<(u8, usize)> {
    let rest = text.strip_prefix('\\')?;
    let one = |byte| Some((byte, 2));
    match rest.as_bytes().first()? {
        b'n' => one(b'\n'),
        b'r' => one(b'\r'),
        b't' => one(b'\t'),
        byte @ (b'\\' | b'\'' | b'"') => one(*byte),
        b'x' => {
            let digits = rest.get(1..3)?;
            let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let byte = u8::from_str_radix(digits, 16).ok()?;
            is_hex.then_some((byte, 4))
        }
        _ => None,
    }
}

/// Seconds since 1970: of a time in UTC (RFC 3339), or the beginning of a day.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, Some(time.strip_suffix('Z')?)),
        None => (text, None),
    };
    let day = i64::from(Date::parse(day)?.days()) * SECONDS_A_DAY;
    let Some(time) = time else {
        return Some(day);
    };
    // A part of a second changes nothing.
    let whole = time.split_once('.').map_or(time, |(whole, _)| whole);
    let mut parts = whole.split(':').map(two_digits);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let is_time = hour < 24 && minute < 60 && second <= 60 && parts.next().is_none();
    is_time.then_some(day + hour * 3_600 + minute * 60 + second)
}

fn two_digits(text: &str) -> Option<i64> {
    let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// The bytes of hexadecimal digits.
pub(super) fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let is_hex = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs = (0..text.len()).step_by(2);
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    is_hex.then(|| pairs.map(byte).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_protocols_are_bytes() {
        for name in [&b"h2"[..], b"\xff\x00a\\\"'\n", b"http/1.1"] {
            assert_eq!(bytes(&name.escape_ascii().to_string()), name);
        }
        assert_eq!(bytes("é\\q\\x"), "é\\q\\x".as_bytes());
    }

    #[test]
    fn times_are_those_of_rfc_3339_in_utc() {
        // POSIX time: 1,000,000,000 is 2001-09-09T01:46:40Z.
        assert_eq!(seconds("2001-09-09T01:46:40Z"), Some(1_000_000_000));
        assert_eq!(seconds("2001-09-09T01:46:40.9Z"), Some(1_000_000_000));
        assert_eq!(seconds("1970-01-02"), Some(86_400));
        for text in [
            "",
            "2001-09-09T01:46:40",
            "2001-09-09T24:00:00Z",
            "2001-02-30",
            "1T2Z",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn digits_come_in_pairs() {
        assert_eq!(hexadecimal("00fF"), Some(vec![0, 255]));
        for text in ["0", "0g", "+1", "é"] {
            assert_eq!(hexadecimal(text), None, "{text}");
        }
    }
}
