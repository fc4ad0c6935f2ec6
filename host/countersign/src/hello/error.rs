//! Why there is no ClientHello.

use super::{Foreign, Ssl2Hello};
use rustls::AlertDescription;

/// Why the bytes of a client are no ClientHello.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HelloError {
    /// The client speaks another protocol.
    #[error("the client speaks {0}, not TLS")]
    NotTls(Foreign),
    /// The hello has the format of SSL 2.0. With what it offers, if it decodes and came whole.
    #[error("the client sent a hello in the format of SSLv2")]
    Ssl2(Option<Ssl2Hello>),
    /// The client sent an alert (RFC 8446, section 6) instead, or before its hello was whole.
    #[error("the client sent the alert {0} instead of a hello")]
    AlertReceived(
        /// Its description, as in the IANA registry "TLS Alerts".
        u8,
    ),
    /// The client sent a record of a content type that has no place before or within a hello (RFC 8446, section 5).
    #[error("the client sent a record of type {0} instead of a hello")]
    UnexpectedRecord(u8),
    /// The client sent another handshake message than a ClientHello (RFC 8446, section 4).
    #[error("the client sent a handshake message of type {0} instead of a hello")]
    UnexpectedMessage(u8),
    /// Something that is no TLS record stands between the parts of the hello.
    #[error("the client's hello is interrupted by something that is no TLS record")]
    NotARecord,
    /// A record of a length that its type forbids (RFC 8446, sections 5.1 and 6).
    #[error("the client sent a record of {0} bytes")]
    RecordLength(usize),
    /// A handshake record without content (RFC 8446, section 5.1).
    #[error("the client sent an empty record")]
    EmptyRecord,
    /// The hello's last record holds more than the hello, which nothing may follow until it is answered.
    #[error("the client's hello is followed by something else in its last record")]
    TrailingBytes,
    /// The hello does not decode.
    #[error("the client's hello is malformed: {0}")]
    Malformed(#[from] MalformedHello),
    /// The hello is larger than the limit, or says that it will be.
    #[error("the client's hello is larger than the {bytes_max} bytes allowed")]
    TooManyBytes {
        /// The limit.
        bytes_max: usize,
    },
    /// The hello stands in more records than the limit.
    #[error("the client's hello is cut into more than the {records_max} records allowed")]
    TooManyRecords {
        /// The limit.
        records_max: usize,
    },
    /// The stream ended before its first byte, as that of a health check does.
    #[error("the client sent nothing")]
    Nothing,
    /// The stream ended before the hello was whole.
    #[error("the client's hello ends before it is whole")]
    Truncated,
    /// The reader had already given its answer.
    #[error("the hello was read before")]
    Over,
}

/// How a ClientHello breaks the rules of its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedHello {
    /// The fields before the extensions, or the length of the extension block (RFC 8446, section 4.1.2).
    #[error("fields")]
    Fields,
    /// The extension block does not divide into extensions (RFC 8446, section 4.2).
    #[error("extension block")]
    ExtensionBlock,
    /// The body of the extension of this type does not decode.
    #[error("extension {0}")]
    Extension(u16),
    /// There are two extensions of this type (RFC 8446, section 4.2).
    #[error("two extensions {0}")]
    DuplicateExtension(u16),
    /// An extension follows pre_shared_key (RFC 8446, section 4.2.11).
    #[error("extension after pre_shared_key")]
    PskNotLast,
    /// The host name of server_name is neither a DNS name nor an address (RFC 6066, section 3).
    #[error("server_name is no DNS name")]
    ServerName,
}

impl HelloError {
    /// The alert that tells the client (RFC 8446, section 6), where it would understand one.
    pub fn alert(&self) -> Option<AlertDescription> {
        use AlertDescription as A;
        match self {
            Self::Ssl2(_) => Some(A::ProtocolVersion),
            Self::UnexpectedRecord(_)
            | Self::UnexpectedMessage(_)
            | Self::NotARecord
            | Self::EmptyRecord
            | Self::TrailingBytes => Some(A::UnexpectedMessage),
            Self::RecordLength(_) | Self::TooManyBytes { .. } | Self::TooManyRecords { .. } => {
                Some(A::RecordOverflow)
            }
            Self::Malformed(reason) => Some(reason.alert()),
            Self::NotTls(_)
            | Self::AlertReceived(_)
            | Self::Nothing
            | Self::Truncated
            | Self::Over => None,
        }
    }
}

impl MalformedHello {
    /// decode_error for what has the wrong shape, illegal_parameter for what has the wrong content.
    fn alert(self) -> AlertDescription {
        match self {
            Self::Fields | Self::ExtensionBlock | Self::Extension(_) => {
                AlertDescription::DecodeError
            }
            Self::DuplicateExtension(_) | Self::PskNotLast | Self::ServerName => {
                AlertDescription::IllegalParameter
            }
        }
    }
}
