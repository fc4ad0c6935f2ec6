//! What else than TLS comes to a TLS port.

use std::fmt;

/// What a client speaks that opened with something else than TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Foreign {
    /// A request of HTTP/1 (RFC 9112, section 3), in clear.
    Http,
    /// The preface of HTTP/2 (RFC 9113, section 3.4), in clear.
    Http2,
    /// SSH: its identification string (RFC 4253, section 4.2).
    Ssh,
    /// The PROXY protocol, version 1 or 2, in front of whatever the client speaks: a balancer sends it, and this port
    /// does not expect it.
    ProxyProtocol,
    /// Bytes that are no TLS record and nothing else known here.
    Unknown,
}

/// How each protocol begins; the methods of HTTP are those of RFC 9110, section 9, and RFC 5789. None is a start of another.
const STARTS: [(&[u8], Foreign); 13] = [
    (b"GET ", Foreign::Http),
    (b"HEAD ", Foreign::Http),
    (b"POST ", Foreign::Http),
    (b"PUT ", Foreign::Http),
    (b"DELETE ", Foreign::Http),
    (b"CONNECT ", Foreign::Http),
    (b"OPTIONS ", Foreign::Http),
    (b"TRACE ", Foreign::Http),
    (b"PATCH ", Foreign::Http),
    (b"PRI * HTTP/2", Foreign::Http2),
    (b"SSH-", Foreign::Ssh),
    (b"PROXY ", Foreign::ProxyProtocol),
    (b"\r\n\r\n\0\r\nQUIT\n", Foreign::ProxyProtocol),
];

impl Foreign {
    /// Names the protocol of a stream that begins like this and is no TLS; none while more bytes could still tell.
    pub(super) fn of(start: &[u8]) -> Option<Self> {
        match STARTS.iter().find(|(known, _)| start.starts_with(known)) {
            Some((_, protocol)) => Some(*protocol),
            None if STARTS.iter().any(|(known, _)| known.starts_with(start)) => None,
            None => Some(Self::Unknown),
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "HTTP",
            Self::Http2 => "HTTP/2",
            Self::Ssh => "SSH",
            Self::ProxyProtocol => "the PROXY protocol",
            Self::Unknown => "an unknown protocol",
        })
    }
}
