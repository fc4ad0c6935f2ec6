//! Why a handshake could not be judged or finished.

use std::io;

use crate::{facts::ChainCheck, probe::Protocol, verdict::Alert};

/// A connection that failed for another reason than policy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HandshakeError {
    /// No connection to the server could be made.
    #[error("cannot connect: {0}")]
    Unreachable(io::Error),
    /// The transport failed.
    #[error("the connection broke during the handshake: {0}")]
    Io(io::Error),
    /// The handshake took too long, from its first byte to its last.
    #[error("the handshake was not finished within {} s", timeout.as_secs_f64())]
    Timeout {
        /// The deadline of the whole handshake.
        timeout: std::time::Duration,
    },
    /// The peer closed the connection.
    #[error("the server closed the connection during the handshake")]
    Closed,
    /// The peer sent a fatal alert.
    #[error("the server refused the handshake with the alert {0}")]
    AlertReceived(Alert),
    /// The peer does not speak TLS.
    #[error("the server does not speak TLS on this port, but {0}")]
    NotTls(Protocol),
    /// Something that is not a record came in the middle of the handshake.
    #[error("the server sent bytes that are not a TLS record")]
    NotARecord,
    /// The peer sent more than allowed before the verdict.
    #[error("the server's handshake is larger than the {bytes_max} bytes allowed")]
    TooManyBytes {
        /// The limit.
        bytes_max: usize,
    },
    /// The peer sent more records than allowed before the verdict.
    #[error("the server's handshake has more than the {records_max} records allowed")]
    TooManyRecords {
        /// The limit.
        records_max: usize,
    },
    /// The peer did something that TLS does not allow, or something that the TLS library does not support.
    #[error("the handshake failed: {0}")]
    Tls(rustls::Error),
    /// The server's certificate is not accepted.
    #[error("the server's certificate is not accepted: {}", chain_message(.0))]
    Certificate(ChainCheck),
    /// The policy accepts what the server would choose, as far as can be seen, but the TLS library cannot speak it.
    #[error(
        "the server would choose {0}, which the policy accepts but this client cannot speak, so the connection could not be judged"
    )]
    NotSpeakable(
        /// Version, suite and group.
        String,
    ),
    /// The policy accepts what the server would choose, as far as can be seen, but does not offer it.
    #[error(
        "the server would choose {0}, which the policy accepts but does not offer, so the connection could not be judged"
    )]
    NotOffered(
        /// Version, suite and group.
        String,
    ),
    /// The connection was dropped before it was decided.
    #[error("the connection was abandoned before it was decided")]
    Abandoned,
}

impl HandshakeError {
    /// A stable word for records.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Io(_) => "io",
            Self::Timeout { .. } => "timeout",
            Self::Closed => "closed",
            Self::AlertReceived(_) => "alert-received",
            Self::NotTls(_) => "not-tls",
            Self::NotARecord | Self::Tls(_) => "tls",
            Self::TooManyBytes { .. } | Self::TooManyRecords { .. } => "too-large",
            Self::Certificate(_) => "certificate",
            Self::NotSpeakable(_) => "not-speakable",
            Self::NotOffered(_) => "not-offered",
            Self::Abandoned => "abandoned",
        }
    }

    /// The alert that tells the peer, where one is fitting.
    pub(super) fn alert(&self) -> Option<Alert> {
        use rustls::AlertDescription as A;
        let description = match self {
            Self::NotARecord => A::UnexpectedMessage,
            Self::TooManyBytes { .. } | Self::TooManyRecords { .. } => A::RecordOverflow,
            Self::Timeout { .. } => A::UserCanceled,
            Self::Certificate(check) => return Some(certificate_alert(check)),
            Self::Tls(error) => tls_alert(error),
            _ => return None,
        };
        Some(Alert::from_tls(description.into()))
    }
}

/// RFC 8446, section 6.2.
fn tls_alert(error: &rustls::Error) -> rustls::AlertDescription {
    use rustls::{AlertDescription as A, Error as E};
    match error {
        E::InvalidMessage(error) => (*error).into(),
        E::InvalidCertificate(error) => error.clone().into(),
        E::DecryptError => A::BadRecordMac,
        E::PeerMisbehaved(_) => A::IllegalParameter,
        E::InappropriateMessage { .. } | E::InappropriateHandshakeMessage { .. } => {
            A::UnexpectedMessage
        }
        E::PeerSentOversizedRecord => A::RecordOverflow,
        E::NoApplicationProtocol => A::NoApplicationProtocol,
        _ => A::HandshakeFailure,
    }
}

fn certificate_alert(check: &ChainCheck) -> Alert {
    use crate::facts::ChainFailure as F;
    use rustls::AlertDescription as A;
    let description = match check {
        ChainCheck::Invalid { failure, .. } => match failure {
            F::Expired | F::NotYetValid => A::CertificateExpired,
            F::UnknownIssuer => A::UnknownCA,
            F::Revoked => A::CertificateRevoked,
            F::NameMismatch | F::BadSignature | F::Other => A::BadCertificate,
        },
        ChainCheck::NotMade | ChainCheck::Valid => A::BadCertificate,
    };
    Alert::from_tls(description.into())
}

fn chain_message(check: &ChainCheck) -> String {
    match check {
        ChainCheck::Invalid { .. } => check.reason().unwrap_or_default(),
        ChainCheck::NotMade => "it showed none that could be checked".to_owned(),
        ChainCheck::Valid => "valid".to_owned(),
    }
}
