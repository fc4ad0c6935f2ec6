//! What the first bytes of a stream say it is.

use super::Foreign;
use super::ssl2;

/// What a stream is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// TLS records.
    Records,
    /// A ClientHello in the format of SSL 2.0.
    Ssl2,
    /// Something else.
    Foreign(Foreign),
}

impl Opening {
    /// None while more bytes could still tell. At most twelve are needed.
    pub(super) fn of(start: &[u8]) -> Option<Self> {
        match start {
            [] | [20..=24] => None,
            // A content type of RFC 8446 or RFC 6520, and the major version of all of SSL 3.0 and TLS.
            [20..=24, 3, ..] => Some(Self::Records),
            [20..=24, ..] => Some(Self::Foreign(Foreign::Unknown)),
            [0x80..=0xff, ..] => ssl2::is_start(start).map(|is_ssl2| {
                if is_ssl2 {
                    Self::Ssl2
                } else {
                    Self::Foreign(Foreign::Unknown)
                }
            }),
            _ => Foreign::of(start).map(Self::Foreign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNKNOWN: Option<Opening> = Some(Opening::Foreign(Foreign::Unknown));

    /// Where the answer falls, and what it is.
    fn decided(stream: &[u8]) -> Option<(usize, Opening)> {
        (0..=stream.len()).find_map(|end| Some((end, Opening::of(&stream[..end])?)))
    }

    #[test]
    fn protocols_are_named_as_soon_as_they_show() {
        for (stream, bytes, opening) in [
            (&b"\x16\x03\x01\x02\0"[..], 2, Opening::Records),
            (b"\x15\x03\x01\0\x02", 2, Opening::Records),
            (b"\x80\x2e\x01\0\x02\0\x15", 5, Opening::Ssl2),
            (b"\x80\x2e\x01\x03\x01\0\x15", 5, Opening::Ssl2),
            (b"GET / HTTP/1.1", 4, Opening::Foreign(Foreign::Http)),
            (b"POST / HTTP/1.1", 5, Opening::Foreign(Foreign::Http)),
            (b"PUT / HTTP/1.1", 4, Opening::Foreign(Foreign::Http)),
            (
                b"CONNECT example.com:443",
                8,
                Opening::Foreign(Foreign::Http),
            ),
            (b"PRI * HTTP/2.0\r\n", 12, Opening::Foreign(Foreign::Http2)),
            (
                b"SSH-2.0-OpenSSH_9.2\r\n",
                4,
                Opening::Foreign(Foreign::Ssh),
            ),
            (
                b"PROXY TCP4 192.0.2.1",
                6,
                Opening::Foreign(Foreign::ProxyProtocol),
            ),
            (
                b"\r\n\r\n\0\r\nQUIT\n\x21",
                12,
                Opening::Foreign(Foreign::ProxyProtocol),
            ),
            (
                b"\0\0\0\x08\x04\xd2\x16\x2f",
                1,
                Opening::Foreign(Foreign::Unknown),
            ),
            (
                b"EHLO client.example",
                1,
                Opening::Foreign(Foreign::Unknown),
            ),
        ] {
            assert_eq!(decided(stream), Some((bytes, opening)), "{stream:?}");
        }
    }

    #[test]
    fn near_misses_are_unknown() {
        for stream in [
            &b"\x16\x02\x01"[..],
            b"\x19\x03\x01",
            b"GETS",
            b"PRI /",
            b"\x80\x2e\x02",
            b"\x80\x2e\x01\x02",
            b"\x80\x2e\x01\0\x03",
        ] {
            assert_eq!(Opening::of(stream), UNKNOWN, "{stream:?}");
        }
    }

    #[test]
    fn a_beginning_that_fits_waits_for_more() {
        for stream in [&b""[..], b"\x16", b"\x80\x2e\x01\x03", b"PR", b"\r\n\r"] {
            assert_eq!(Opening::of(stream), None, "{stream:?}");
        }
    }
}
