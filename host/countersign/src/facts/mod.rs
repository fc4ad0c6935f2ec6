//! What is known of a connection beyond its parameters: computed when a policy asks, and remembered as asked for.

mod certificate;
mod client_hello;
mod read;

use std::{
    net::IpAddr,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use countersign_names::SignatureScheme;
use rustls::pki_types::{CertificateDer, ServerName};

use crate::hello::ClientHello;

pub use certificate::Certificate;
pub(crate) use client_hello::ReceivedHello;
#[cfg(test)]
pub(crate) use client_hello::test_hello;
pub use read::{Fact, FactsRead};

/// How the host's check of the peer's certificate chain ended.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum ChainCheck {
    /// No check was made.
    #[default]
    NotMade,
    /// The chain is trusted, in date and fits the name.
    Valid,
    /// The check failed.
    Invalid {
        /// The kind of failure, as policies and records name it.
        failure: ChainFailure,
        /// What the verifier says of it.
        message: String,
    },
}

/// Why a certificate chain was not accepted (RFC 5280, section 6; RFC 9525).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChainFailure {
    /// Past notAfter.
    Expired,
    /// Before notBefore.
    NotYetValid,
    /// No chain to a trusted root.
    UnknownIssuer,
    /// Not for the name that was asked for.
    NameMismatch,
    /// Revoked.
    Revoked,
    /// A signature does not verify.
    BadSignature,
    /// Anything else.
    Other,
}

impl ChainCheck {
    /// The result of a rustls verifier.
    pub(crate) fn from_verifier(result: Result<(), &rustls::Error>) -> Self {
        match result {
            Ok(()) => Self::Valid,
            Err(error) => Self::Invalid {
                failure: ChainFailure::of(error),
                message: match error {
                    rustls::Error::InvalidCertificate(error) => verifier_message(error),
                    other => other.to_string(),
                },
            },
        }
    }

    /// Why the check failed, as the end of a sentence about a certificate. None if it did not fail.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::NotMade | Self::Valid => None,
            Self::Invalid {
                failure: failure @ ChainFailure::Other,
                message,
            } => Some(format!("{} ({message})", failure.explanation())),
            Self::Invalid { failure, .. } => Some(failure.explanation().to_owned()),
        }
    }

    /// The stable word for records.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NotMade => "not-made",
            Self::Valid => "valid",
            Self::Invalid { failure, .. } => failure.as_str(),
        }
    }
}

/// The verifier's own words, or plainer ones where those are the names of its types.
fn verifier_message(error: &rustls::CertificateError) -> String {
    use rustls::CertificateError as Cert;
    match error {
        Cert::UnsupportedSignatureAlgorithmContext { .. }
        | Cert::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "its signature algorithm is not supported".to_owned()
        }
        Cert::InvalidPurpose | Cert::InvalidPurposeContext { .. } => {
            "it is not for this use".to_owned()
        }
        // webpki's errors say no more than their names.
        Cert::Other(error) => match error.to_string().as_str() {
            "CaUsedAsEndEntity" => "it is a CA's certificate, used as an end entity's".to_owned(),
            "EndEntityUsedAsCa" => {
                "a certificate of its chain is not a CA's, but signed another".to_owned()
            }
            words => words.to_owned(),
        },
        error => error.to_string(),
    }
}

impl ChainFailure {
    fn of(error: &rustls::Error) -> Self {
        use rustls::CertificateError as Cert;
        let rustls::Error::InvalidCertificate(error) = error else {
            return Self::Other;
        };
        match error {
            Cert::Expired | Cert::ExpiredContext { .. } => Self::Expired,
            Cert::NotValidYet | Cert::NotValidYetContext { .. } => Self::NotYetValid,
            Cert::UnknownIssuer => Self::UnknownIssuer,
            Cert::NotValidForName | Cert::NotValidForNameContext { .. } => Self::NameMismatch,
            Cert::Revoked => Self::Revoked,
            Cert::BadSignature => Self::BadSignature,
            _ => Self::Other,
        }
    }

    /// What it means, as the end of a sentence about a certificate.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Expired => "it, or one of its chain, has expired",
            Self::NotYetValid => "it, or one of its chain, is not valid yet",
            Self::UnknownIssuer => "its chain leads to no trusted root",
            Self::NameMismatch => "it is for another name",
            Self::Revoked => "it, or one of its chain, is revoked",
            Self::BadSignature => "a signature of its chain does not verify",
            Self::Other => "it, or one of its chain, cannot be used",
        }
    }

    /// The stable word for records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::UnknownIssuer => "unknown-issuer",
            Self::NameMismatch => "name-mismatch",
            Self::Revoked => "revoked",
            Self::BadSignature => "bad-signature",
            Self::Other => "other",
        }
    }
}

/// The facts of one connection.
#[derive(Debug, Default)]
pub struct ConnectionFacts {
    pub(crate) server_name: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) peer_address: Option<IpAddr>,
    pub(crate) today: u32,
    pub(crate) client_hello: Option<Arc<ReceivedHello>>,
    pub(crate) peer_certificates: Vec<Certificate>,
    pub(crate) peer_verification: ChainCheck,
    pub(crate) signature_scheme: Option<SignatureScheme>,
}

impl ConnectionFacts {
    /// Facts of a connection to `server_name` that is made today.
    pub(crate) fn of_client(
        server_name: &ServerName<'_>,
        port: Option<u16>,
        peer_address: Option<IpAddr>,
    ) -> Self {
        Self {
            server_name: Some(normal_name(server_name)),
            port,
            peer_address,
            today: today(),
            ..Self::default()
        }
    }

    /// Facts of a connection that is accepted on `port` today. Nothing is known of the client yet but where it is.
    pub fn of_server(port: Option<u16>, peer_address: Option<IpAddr>) -> Self {
        Self {
            port,
            peer_address,
            today: today(),
            ..Self::default()
        }
    }

    /// The same connection, now that the client has said what it offers, and whom it wants to reach.
    #[must_use]
    pub fn with_hello(&self, hello: Arc<ClientHello>) -> Self {
        Self {
            server_name: hello.server_name.clone(),
            port: self.port,
            peer_address: self.peer_address,
            today: self.today,
            client_hello: Some(Arc::new(ReceivedHello::new(hello))),
            ..Self::default()
        }
    }

    /// The same connection, now that the peer has shown who it is.
    pub(crate) fn with_peer(
        &self,
        chain: &[CertificateDer<'_>],
        check: ChainCheck,
        signature_scheme: Option<SignatureScheme>,
    ) -> Self {
        Self {
            server_name: self.server_name.clone(),
            port: self.port,
            peer_address: self.peer_address,
            today: self.today,
            client_hello: self.client_hello.clone(),
            peer_certificates: chain.iter().map(Certificate::new).collect(),
            peer_verification: check,
            signature_scheme,
        }
    }

    /// The name of the server, in lower case and without a final dot.
    pub fn server_name(&self) -> Option<&str> {
        self.server_name.as_deref()
    }

    /// The TCP port of the server.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The address of the other end.
    pub fn peer_address(&self) -> Option<IpAddr> {
        self.peer_address
    }

    /// What the client offered. None where this host is the client, and while nothing has come in.
    pub fn client_hello(&self) -> Option<&ClientHello> {
        self.client_hello.as_deref().map(ReceivedHello::hello)
    }

    /// The JA4 fingerprint of that hello, made when it is first read.
    pub fn ja4(&self) -> Option<&str> {
        self.client_hello.as_deref().map(ReceivedHello::ja4)
    }

    /// The certificates that the peer showed, its own first.
    pub fn peer_certificates(&self) -> &[Certificate] {
        &self.peer_certificates
    }

    /// How the host's check of those certificates ended.
    pub fn peer_verification(&self) -> &ChainCheck {
        &self.peer_verification
    }

    /// With which scheme the peer signed the handshake. None if it signed nothing, or not yet.
    pub fn signature_scheme(&self) -> Option<SignatureScheme> {
        self.signature_scheme
    }
}

/// The name as policies and records know it: lower case, no final dot.
pub(crate) fn normal_name(name: &ServerName<'_>) -> String {
    let text = name.to_str();
    text.strip_suffix('.').unwrap_or(&text).to_ascii_lowercase()
}

/// Whole days since 1970-01-01 in UTC.
fn today() -> u32 {
    const SECONDS_A_DAY: u64 = 86_400;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let days = now.unwrap_or_default().as_secs() / SECONDS_A_DAY;
    u32::try_from(days).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{CertificateError, OtherError, pki_types::UnixTime};

    use super::*;

    fn check(error: CertificateError) -> ChainCheck {
        ChainCheck::from_verifier(Err(&rustls::Error::InvalidCertificate(error)))
    }

    fn reason(error: CertificateError) -> String {
        check(error).reason().expect("it failed")
    }

    #[test]
    fn reasons_are_sentences_and_not_the_names_of_types() {
        /// Says its name as webpki's errors do.
        #[derive(Debug)]
        struct CaUsedAsEndEntity;
        impl std::fmt::Display for CaUsedAsEndEntity {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{self:?}")
            }
        }
        impl std::error::Error for CaUsedAsEndEntity {}

        let time = UnixTime::now();
        let not_after = time;
        assert_eq!(
            reason(CertificateError::ExpiredContext { time, not_after }),
            ChainFailure::Expired.explanation()
        );
        assert_eq!(
            reason(CertificateError::UnknownIssuer),
            ChainFailure::UnknownIssuer.explanation()
        );
        let other = OtherError(Arc::new(CaUsedAsEndEntity));
        assert_eq!(
            reason(CertificateError::Other(other)),
            "it, or one of its chain, cannot be used (it is a CA's certificate, used as an end entity's)"
        );
        let unsupported = CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext {
            signature_algorithm_id: vec![6, 1, 42],
            public_key_algorithm_id: vec![6, 1, 42],
        };
        assert_eq!(
            reason(unsupported),
            "it, or one of its chain, cannot be used (its signature algorithm is not supported)"
        );
        assert_eq!(ChainCheck::Valid.reason(), None);
    }
}
