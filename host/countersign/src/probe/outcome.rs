//! What a probe can find out.

use super::Protocol;
use crate::verdict::Alert;
use countersign_names::{CipherSuite, Group, Version};
use std::{fmt, io};

/// What a probe found out. Not authenticated: an explanation, never a reason to approve.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The server named what it would negotiate.
    Observed {
        /// The highest version that it answered: what a client that can do everything would get. Never one of which
        /// the server says that it can do better.
        best: Observed,
        /// What it would choose at TLS 1.2 or below, if it does that beside TLS 1.3.
        lower: Option<Observed>,
    },
    /// It answered only lower hellos than those that it refuses, and marked that answer as less than it can do: nothing
    /// that a capable client would get.
    Inconclusive {
        /// The answer, with [`can_do_better`](Observed::can_do_better) set.
        seen: Observed,
    },
    /// It refused every hello, or those that ask by name.
    Refused {
        /// The alert that says most (RFC 8446 section 6.2): unrecognized_name or no_application_protocol, then the first
        /// other than protocol_version, if there was one.
        alert: Option<Alert>,
    },
    /// It answered in another protocol than TLS.
    NotTls(Protocol),
    /// It gave no usable answer.
    Nothing(NoAnswer),
}

/// What a server would negotiate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Observed {
    /// The protocol version.
    pub version: Version,
    /// The cipher suite.
    pub cipher_suite: CipherSuite,
    /// The group of the key exchange: in TLS 1.3 as asked for in a HelloRetryRequest (RFC 8446 section 4.2.8), below it
    /// the named curve of ECDHE (RFC 8422 section 5.4). None for static RSA, DHE, and curves spelt out.
    pub group: Option<Group>,
    /// The size of the prime of DHE below TLS 1.3 (RFC 5246 section 7.4.3).
    pub dhe_bits: Option<u16>,
    /// The application protocol (RFC 7301). Always none in TLS 1.3, which encrypts it.
    pub alpn: Option<Vec<u8>>,
    /// Whether the server took up extended_master_secret (RFC 7627); TLS 1.3 has no need of it.
    pub extended_master_secret: bool,
    /// The server's random holds the downgrade sentinel (RFC 8446 section 4.1.3): it speaks a higher version than this.
    pub can_do_better: bool,
    /// Whether the answer was read to its end; if not, group and prime may be missing though there is one.
    pub complete: bool,
}

/// Why a server gave no usable answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoAnswer {
    /// No connection came about.
    #[error("no connection: {0}")]
    Connect(io::ErrorKind),
    /// The server stayed silent until the deadline.
    #[error("no answer in time")]
    Deadline,
    /// The answer looked like TLS, but broke its rules.
    #[error("malformed answer: {0}")]
    Malformed(#[from] AnswerError),
}

/// How an answer broke the rules of TLS, or the caps of the probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// More bytes than any answer needs.
    #[error("more than {} bytes", super::record::ANSWER_BYTES_MAX)]
    TooManyBytes,
    /// More records than any answer needs.
    #[error("more than {} records", super::record::RECORDS_MAX)]
    TooManyRecords,
    /// A record header of unknown type, version or length (RFC 8446 section 5.1).
    #[error("record header")]
    RecordHeader,
    /// A record without content.
    #[error("empty record")]
    EmptyRecord,
    /// A record whose content type has no place in a first answer.
    #[error("unexpected record of type {0}")]
    UnexpectedRecord(u8),
    /// A handshake message out of place.
    #[error("unexpected handshake message of type {0}")]
    UnexpectedMessage(u8),
    /// An alert that is none (RFC 8446 section 6).
    #[error("alert")]
    Alert,
    /// A ServerHello or HelloRetryRequest that does not decode (RFC 8446 section 4.1.3).
    #[error("ServerHello")]
    ServerHello,
    /// A ServerKeyExchange that does not decode (RFC 5246 section 7.4.3).
    #[error("ServerKeyExchange")]
    ServerKeyExchange,
    /// The server chose what the hello did not offer.
    #[error("{version} {cipher_suite} was not offered")]
    NotOffered {
        /// The version chosen.
        version: Version,
        /// The suite chosen.
        cipher_suite: CipherSuite,
    },
    /// The stream ended within a record or a message.
    #[error("ends within a message")]
    Truncated,
}

/// `TLSv1.1 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA secp256r1`.
impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.version, self.cipher_suite)?;
        match (self.group, self.dhe_bits) {
            (Some(group), _) => write!(f, " {group}"),
            (None, Some(bits)) => write!(f, " {bits}-bit DHE"),
            (None, None) => Ok(()),
        }
    }
}

/// A sentence about the server, without its full stop.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Observed { best, lower: None } => write!(f, "server would choose {best}"),
            Self::Observed {
                best,
                lower: Some(lower),
            } => write!(
                f,
                "server would choose {best}, and {lower} for a client without TLSv1.3"
            ),
            Self::Inconclusive { seen } => write!(
                f,
                "server answers an older hello with {seen}, but says that it can do better"
            ),
            Self::Refused { alert: Some(alert) } => {
                write!(f, "server refuses every hello with the alert {alert}")
            }
            Self::Refused { alert: None } => f.write_str("server closes on every hello"),
            Self::NotTls(protocol) => write!(f, "server speaks {protocol}, not TLS"),
            Self::Nothing(reason) => write!(f, "server cannot be probed: {reason}"),
        }
    }
}
