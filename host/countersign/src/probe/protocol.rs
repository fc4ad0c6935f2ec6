//! Answers that are no TLS at all: a TLS client sent to a plain port is the commonest misconfiguration of all.

use std::fmt;

/// What a server speaks that answered a ClientHello with something else than TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// Plain HTTP: a status line, or a bare page as HTTP/0.9 sends it.
    Http,
    /// SSH: its identification string (RFC 4253 section 4.2).
    Ssh,
    /// A 220 greeting: SMTP (RFC 5321 section 4.2) or FTP (RFC 959 section 5.4), before STARTTLS or AUTH TLS.
    SmtpOrFtp,
    /// An IMAP greeting (RFC 9051 section 7.1).
    Imap,
    /// A POP3 greeting (RFC 1939 section 3).
    Pop3,
    /// SSLv2: its ERROR message, which is not encrypted before there are keys.
    Ssl2,
    /// Bytes that are no TLS record and nothing else known here.
    Unknown,
}

/// How each protocol's first bytes look. None is a start of another.
const STARTS: [(&[u8], Protocol); 10] = [
    (b"HTTP/", Protocol::Http),
    (b"<", Protocol::Http),
    (b"SSH-", Protocol::Ssh),
    (b"220 ", Protocol::SmtpOrFtp),
    (b"220-", Protocol::SmtpOrFtp),
    (b"* OK", Protocol::Imap),
    (b"* PREAUTH", Protocol::Imap),
    (b"+OK", Protocol::Pop3),
    (b"-ERR", Protocol::Pop3),
    (b"\x80\x03\0\0", Protocol::Ssl2),
];

impl Protocol {
    /// Names the protocol of a stream that begins like this; none while more bytes could still tell.
    pub(crate) fn of(start: &[u8]) -> Option<Self> {
        match STARTS.iter().find(|(known, _)| start.starts_with(known)) {
            Some((_, protocol)) => Some(*protocol),
            None if STARTS.iter().any(|(known, _)| known.starts_with(start)) => None,
            None => Some(Self::Unknown),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "HTTP",
            Self::Ssh => "SSH",
            Self::SmtpOrFtp => "SMTP or FTP",
            Self::Imap => "IMAP",
            Self::Pop3 => "POP3",
            Self::Ssl2 => "SSLv2",
            Self::Unknown => "an unknown protocol",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_are_recognised() {
        for (start, protocol) in [
            (&b"HTTP/1.1 400 Bad Request\r\n"[..], Protocol::Http),
            (b"<html>", Protocol::Http),
            (b"SSH-2.0-OpenSSH_9.2\r\n", Protocol::Ssh),
            (b"220 mail.example.com ESMTP\r\n", Protocol::SmtpOrFtp),
            (b"* OK [CAPABILITY IMAP4rev1]\r\n", Protocol::Imap),
            (b"+OK ready\r\n", Protocol::Pop3),
            (b"\x80\x03\0\0\x01", Protocol::Ssl2),
            (b"J\0\0\0\x0a8.0.36", Protocol::Unknown),
        ] {
            assert_eq!(Protocol::of(start), Some(protocol));
        }
    }

    #[test]
    fn a_beginning_that_fits_waits_for_more() {
        assert_eq!(Protocol::of(b"HTT"), None);
        assert_eq!(Protocol::of(b"HTX"), Some(Protocol::Unknown));
        assert_eq!(Protocol::of(b""), None);
    }
}
