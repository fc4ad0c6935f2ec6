//! Why a handshake could not be judged or finished.

use std::{fmt, io, time::Duration};

use crate::{facts::ChainCheck, hello::HelloError, probe::Protocol, verdict::Alert};

/// A connection that failed for another reason than policy.
#[derive(Debug)]
#[non_exhaustive]
pub enum HandshakeError {
    /// No connection to the peer could be made.
    Unreachable(io::Error),
    /// The transport failed.
    Io(io::Error),
    /// The handshake took too long, from its first byte to its last.
    Timeout {
        /// The deadline of the whole handshake.
        timeout: Duration,
    },
    /// The peer closed the connection.
    Closed,
    /// The peer sent a fatal alert.
    AlertReceived(Alert),
    /// The server does not speak TLS.
    NotTls(Protocol),
    /// The client sent no ClientHello that can be read.
    Hello(HelloError),
    /// The client answered a HelloRetryRequest with another hello than its first (RFC 8446, section 4.1.2).
    OtherHello,
    /// Something that is not a record came in the middle of the handshake.
    NotARecord,
    /// The peer sent more than allowed before the verdict.
    TooManyBytes {
        /// The limit.
        bytes_max: usize,
    },
    /// The peer sent more records than allowed before the verdict.
    TooManyRecords {
        /// The limit.
        records_max: usize,
    },
    /// The peer did something that TLS does not allow, or something that the TLS library does not support.
    Tls(rustls::Error),
    /// The host has no certificate for the name that the client asked for, or none with a key that the client accepts.
    NoCertificateFor(
        /// The name; none if the client sent none.
        Option<String>,
    ),
    /// None of the cipher suites and signature schemes in common can be used with the key of the host's certificate.
    NoFittingKey,
    /// The peer's certificate is not accepted.
    Certificate(ChainCheck),
    /// The peer's signature over the handshake does not prove that it has the key of its certificate.
    Unproven {
        /// What the verifier says of it.
        error: rustls::Error,
        /// The size of the key, where it is RSA: the verifier may take none of that size.
        rsa_bits: Option<u32>,
    },
    /// The client showed no certificate, and one is required.
    NoClientCertificate,
    /// The policy accepts what the server would choose, as far as can be seen, but the TLS library cannot speak it.
    NotSpeakable(
        /// Version, suite and group.
        String,
    ),
    /// The policy accepts what the server would choose, as far as can be seen, but does not offer it.
    NotOffered(
        /// Version, suite and group.
        String,
    ),
    /// The connection was dropped before it was finished.
    Abandoned,
}

impl std::error::Error for HandshakeError {}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence("peer"))
    }
}

impl HandshakeError {
    /// What happened, with a word for the other end: `server`, `client`.
    pub fn sentence(&self, peer: &str) -> String {
        match self {
            Self::Unreachable(error) => format!("cannot connect: {error}"),
            Self::Io(error) => format!("the connection broke during the handshake: {error}"),
            Self::Timeout { timeout } => {
                let seconds = timeout.as_secs_f64();
                format!("the handshake was not finished within {seconds} s")
            }
            Self::Closed => format!("the {peer} closed the connection during the handshake"),
            Self::AlertReceived(alert) => {
                format!("the {peer} refused the handshake with the alert {alert}")
            }
            Self::NotTls(other) => {
                format!("the {peer} does not speak TLS on this port, but {other}")
            }
            Self::Hello(error) => error.to_string(),
            Self::OtherHello => {
                format!("the {peer} was asked for its hello again, and offered something else")
            }
            Self::NotARecord => format!("the {peer} sent bytes that are not a TLS record"),
            Self::TooManyBytes { bytes_max } => {
                format!("the {peer}'s handshake is larger than the {bytes_max} bytes allowed")
            }
            Self::TooManyRecords { records_max } => {
                format!("the {peer}'s handshake has more than the {records_max} records allowed")
            }
            Self::Tls(error) => format!("the handshake failed: {error}"),
            Self::NoCertificateFor(Some(name)) => {
                format!("there is no certificate for {name} with a key that the {peer} accepts")
            }
            Self::NoCertificateFor(None) => {
                format!("there is no certificate for a {peer} that names no server")
            }
            Self::NoFittingKey => format!(
                "the key of the host's certificate fits no cipher suite and signature scheme that it has in common with the {peer}"
            ),
            Self::Certificate(check) => {
                let reason = chain_message(check);
                format!("the {peer}'s certificate is not accepted: {reason}")
            }
            Self::Unproven { error, rsa_bits } => {
                let key = rsa_bits.map(|bits| format!(", an RSA key of {bits} bits"));
                let key = key.unwrap_or_default();
                let why = signature_message(error);
                format!(
                    "the {peer}'s signature cannot be verified with the key of its certificate{key}{why}"
                )
            }
            Self::NoClientCertificate => {
                format!("the {peer} showed no certificate, and one is required")
            }
            Self::NotSpeakable(choice) => format!(
                "the {peer} would choose {choice}, which the policy accepts but this client cannot speak, so the connection could not be judged"
            ),
            Self::NotOffered(choice) => format!(
                "the {peer} would choose {choice}, which the policy accepts but does not offer, so the connection could not be judged"
            ),
            Self::Abandoned => "the connection was abandoned before it was finished".to_owned(),
        }
    }

    /// A stable word for records.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Io(_) => "io",
            Self::Timeout { .. } => "timeout",
            Self::Closed => "closed",
            Self::AlertReceived(_) => "alert-received",
            Self::NotTls(_) => "not-tls",
            Self::Hello(error) => hello_kind(error),
            Self::OtherHello | Self::NotARecord | Self::Tls(_) => "tls",
            Self::TooManyBytes { .. } | Self::TooManyRecords { .. } => "too-large",
            Self::NoCertificateFor(_) => "no-certificate-for-name",
            Self::NoFittingKey => "no-fitting-key",
            Self::Certificate(_) | Self::NoClientCertificate => "certificate",
            Self::Unproven { .. } => "unproven",
            Self::NotSpeakable(_) => "not-speakable",
            Self::NotOffered(_) => "not-offered",
            Self::Abandoned => "abandoned",
        }
    }

    /// The alert that tells the peer, where one is fitting.
    pub(super) fn alert(&self) -> Option<Alert> {
        use rustls::AlertDescription as A;
        let description = match self {
            Self::OtherHello => A::IllegalParameter,
            Self::NotARecord => A::UnexpectedMessage,
            Self::TooManyBytes { .. } | Self::TooManyRecords { .. } => A::RecordOverflow,
            Self::Timeout { .. } => A::UserCanceled,
            Self::Certificate(check) => return Some(certificate_alert(check)),
            // RFC 8446, section 4.4.3.
            Self::Unproven {
                error: rustls::Error::InvalidCertificate(_),
                ..
            } => A::DecryptError,
            Self::Unproven { error, .. } => tls_alert(error),
            Self::NoCertificateFor(_) => A::UnrecognisedName,
            Self::NoFittingKey => A::HandshakeFailure,
            Self::NoClientCertificate => A::CertificateRequired,
            Self::Hello(error) => error.alert()?,
            Self::Tls(error) => tls_alert(error),
            _ => return None,
        };
        Some(Alert::from_tls(description.into()))
    }

    /// The alert without a choice (RFC 8446, section 4.4.3).
    pub(super) fn demanded_alert(&self) -> Option<Alert> {
        match self {
            Self::Unproven { .. } => self.alert(),
            _ => None,
        }
    }

    /// The alert that the TLS library sends of itself, where it can be only one.
    pub(super) fn alert_of_library(&self) -> Option<Alert> {
        match self {
            Self::NoClientCertificate => self.alert(),
            Self::Tls(error) if is_certain(error) => self.alert(),
            _ => None,
        }
    }
}

/// Whether the TLS library has one alert for this error, and the same as here.
fn is_certain(error: &rustls::Error) -> bool {
    use rustls::Error as E;
    matches!(
        error,
        E::InvalidMessage(_)
            | E::InvalidCertificate(_)
            | E::InappropriateMessage { .. }
            | E::InappropriateHandshakeMessage { .. }
            | E::PeerSentOversizedRecord
    )
}

fn hello_kind(error: &HelloError) -> &'static str {
    match error {
        HelloError::NotTls(_) | HelloError::Ssl2(_) => "not-tls",
        HelloError::AlertReceived(_) => "alert-received",
        HelloError::Nothing | HelloError::Truncated | HelloError::Over => "closed",
        HelloError::TooManyBytes { .. } | HelloError::TooManyRecords { .. } => "too-large",
        _ => "tls",
    }
}

/// RFC 8446, section 6.2.
fn tls_alert(error: &rustls::Error) -> rustls::AlertDescription {
    use rustls::{AlertDescription as A, Error as E, PeerMisbehaved as P};
    match error {
        E::InvalidMessage(error) => (*error).into(),
        E::InvalidCertificate(error) => error.clone().into(),
        E::DecryptError => A::BadRecordMac,
        // Sections 5 and 5.1.
        E::PeerMisbehaved(P::IllegalMiddleboxChangeCipherSpec | P::KeyEpochWithPendingFragment) => {
            A::UnexpectedMessage
        }
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

/// That a signature does not fit needs no more words.
fn signature_message(error: &rustls::Error) -> String {
    use rustls::{CertificateError as Cert, Error as E};
    match error {
        E::InvalidCertificate(Cert::BadSignature) => String::new(),
        error => format!(" ({error})"),
    }
}

fn chain_message(check: &ChainCheck) -> String {
    match check {
        ChainCheck::Invalid { .. } => check.reason().unwrap_or_default(),
        ChainCheck::NotMade => "it showed none that could be checked".to_owned(),
        ChainCheck::Valid => "valid".to_owned(),
    }
}
