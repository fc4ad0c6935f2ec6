//! The JSON shape of a record.

use std::time::Duration;

use data_encoding::HEXLOWER;
use serde::{Serialize, Serializer, ser::SerializeMap};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    Decision, DecisionRecord, FailureRecord, PolicyRecord, ProbeRecord, Prospect, RECORD_VERSION,
    Stage, Would,
};
use crate::{
    facts::{Certificate, ChainCheck, ConnectionFacts},
    hello::ClientHello,
    offer::{ClientAuth, Offer},
    probe::{Observed, Outcome},
    session::{Role, Session},
    verdict::Finding,
};

/// Names of one list of a ClientHello. Clients that mean what they say send fewer.
const CLIENT_NAMES_MAX: usize = 256;

/// The record under the names it has outside. Certificates are parsed here, when somebody writes the record down.
#[derive(Serialize)]
struct Shape<'a> {
    #[serde(rename = "countersign.record.version")]
    version: u32,
    timestamp: String,
    #[serde(rename = "countersign.role")]
    role: Role,
    #[serde(rename = "countersign.listener", skip_serializing_if = "str::is_empty")]
    listener: &'a str,
    #[serde(rename = "server.address", skip_serializing_if = "Option::is_none")]
    server_address: Option<&'a str>,
    #[serde(rename = "server.port", skip_serializing_if = "Option::is_none")]
    server_port: Option<u16>,
    #[serde(
        rename = "network.peer.address",
        skip_serializing_if = "Option::is_none"
    )]
    peer_address: Option<String>,
    #[serde(rename = "countersign.decision")]
    decision: Decision,
    #[serde(rename = "countersign.stage")]
    stage: Stage,
    #[serde(rename = "tls.established")]
    established: bool,
    #[serde(flatten)]
    session: Option<SessionShape>,
    #[serde(flatten)]
    client: Option<ClientShape<'a>>,
    #[serde(flatten)]
    certificate: Option<CertificateShape<'a>>,
    #[serde(flatten)]
    verification: VerificationShape<'a>,
    #[serde(rename = "countersign.findings")]
    findings: &'a [Finding],
    #[serde(rename = "countersign.alert", skip_serializing_if = "Option::is_none")]
    alert: Option<u8>,
    #[serde(rename = "countersign.error", skip_serializing_if = "Option::is_none")]
    failure: Option<&'a FailureRecord>,
    #[serde(rename = "countersign.offer", skip_serializing_if = "Option::is_none")]
    offer: Option<OfferShape>,
    #[serde(rename = "countersign.policies")]
    policies: &'a [PolicyRecord],
    #[serde(rename = "countersign.probe", skip_serializing_if = "Option::is_none")]
    probe: Option<&'a ProbeRecord>,
    #[serde(rename = "countersign.duration_us", serialize_with = "micros")]
    duration: Duration,
}

#[derive(Serialize)]
struct SessionShape {
    #[serde(rename = "tls.protocol.name")]
    protocol_name: &'static str,
    #[serde(rename = "tls.protocol.version")]
    protocol_version: String,
    #[serde(rename = "tls.cipher")]
    cipher: String,
    #[serde(rename = "tls.curve", skip_serializing_if = "Option::is_none")]
    curve: Option<String>,
    #[serde(rename = "tls.next_protocol", skip_serializing_if = "Option::is_none")]
    next_protocol: Option<String>,
    #[serde(rename = "tls.resumed")]
    resumed: bool,
    #[serde(rename = "countersign.retried")]
    retried: bool,
}

/// What a client offered to this server. Names that OpenTelemetry has are its; the rest are ours.
#[derive(Serialize)]
struct ClientShape<'a> {
    #[serde(
        rename = "tls.client.server_name",
        skip_serializing_if = "Option::is_none"
    )]
    server_name: Option<&'a str>,
    #[serde(rename = "countersign.client.versions")]
    versions: Vec<String>,
    #[serde(rename = "tls.client.supported_ciphers")]
    cipher_suites: Vec<String>,
    #[serde(rename = "countersign.client.groups")]
    groups: Vec<String>,
    #[serde(rename = "countersign.client.key_shares")]
    key_shares: Vec<String>,
    #[serde(rename = "countersign.client.signature_schemes")]
    signature_schemes: Vec<String>,
    #[serde(rename = "countersign.client.alpn")]
    alpn: Vec<String>,
    #[serde(
        rename = "countersign.client.truncated",
        skip_serializing_if = "std::ops::Not::not"
    )]
    truncated: bool,
    #[serde(
        rename = "countersign.client.ja4",
        skip_serializing_if = "Option::is_none"
    )]
    ja4: Option<&'a str>,
}

/// The peer's own certificate, under `tls.server.` or `tls.client.`.
struct CertificateShape<'a> {
    peer: &'static str,
    certificate: &'a Certificate,
}

#[derive(Serialize)]
struct VerificationShape<'a> {
    #[serde(rename = "countersign.certificate.check")]
    check: &'static str,
    #[serde(
        rename = "countersign.certificate.message",
        skip_serializing_if = "Option::is_none"
    )]
    message: Option<&'a str>,
    #[serde(
        rename = "countersign.certificate.signature_scheme",
        skip_serializing_if = "Option::is_none"
    )]
    signature_scheme: Option<String>,
}

#[derive(Serialize)]
struct OfferShape {
    versions: Vec<String>,
    cipher_suites: Vec<String>,
    groups: Vec<String>,
    alpn: Vec<String>,
    resumption: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_auth: Option<ClientAuth>,
}

#[derive(Serialize)]
struct WouldShape<'a> {
    decision: Prospect,
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<OfferShape>,
    findings: &'a [Finding],
}

impl Serialize for DecisionRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let facts = &self.facts;
        let shape = Shape {
            version: RECORD_VERSION,
            timestamp: rfc3339(OffsetDateTime::from(self.started)),
            role: self.endpoint.role,
            listener: &self.endpoint.listener,
            server_address: facts.server_name.as_deref(),
            server_port: facts.port,
            peer_address: facts.peer_address.map(|address| address.to_string()),
            decision: self.decision,
            stage: self.stage,
            established: self.stage == Stage::Established,
            session: self.session.as_ref().map(SessionShape::from),
            client: self.client(),
            certificate: self.certificate(),
            verification: VerificationShape::from(&*self.facts),
            findings: &self.findings,
            alert: self.alert.map(|alert| alert.code()),
            failure: self.failure.as_ref(),
            offer: self.offer.as_ref().map(OfferShape::from),
            policies: &self.policies,
            probe: self.probe.as_ref(),
            duration: self.duration,
        };
        shape.serialize(serializer)
    }
}

impl From<&Session> for SessionShape {
    fn from(session: &Session) -> Self {
        let version = session.version;
        Self {
            protocol_name: version.protocol_name(),
            protocol_version: version
                .protocol_version()
                .map_or_else(|| version.to_string(), str::to_owned),
            cipher: session.cipher_suite.to_string(),
            curve: session.group.map(|group| group.to_string()),
            next_protocol: session.alpn.as_deref().map(printable),
            resumed: session.resumed,
            retried: session.retried,
        }
    }
}

impl DecisionRecord {
    fn client(&self) -> Option<ClientShape<'_>> {
        let hello = self.facts.client_hello()?;
        Some(ClientShape {
            server_name: hello.server_name.as_deref(),
            versions: first_names(&hello.versions),
            cipher_suites: first_names(&hello.cipher_suites),
            groups: first_names(&hello.groups),
            key_shares: first_names(&hello.key_shares),
            signature_schemes: first_names(&hello.signature_schemes),
            alpn: hello
                .alpn
                .iter()
                .take(CLIENT_NAMES_MAX)
                .map(|name| printable(name))
                .collect(),
            truncated: longest_list(hello) > CLIENT_NAMES_MAX,
            ja4: self.facts.ja4(),
        })
    }

    fn certificate(&self) -> Option<CertificateShape<'_>> {
        Some(CertificateShape {
            peer: self.endpoint.role.peer(),
            certificate: self.facts.peer_certificates().first()?,
        })
    }
}

impl Serialize for CertificateShape<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { peer, certificate } = self;
        let mut map = serializer.serialize_map(None)?;
        let mut entry =
            |name: &str, value: &str| map.serialize_entry(&format!("tls.{peer}.{name}"), value);
        entry("subject", certificate.subject())?;
        entry("issuer", certificate.issuer())?;
        entry("not_before", &unix_seconds(certificate.not_before()))?;
        entry("not_after", &unix_seconds(certificate.not_after()))?;
        entry("hash.sha256", &HEXLOWER.encode(&certificate.sha256()))?;
        map.end()
    }
}

impl Serialize for Would {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shape = WouldShape {
            decision: self.decision,
            offer: self.offer.as_ref().map(OfferShape::from),
            findings: &self.findings,
        };
        shape.serialize(serializer)
    }
}

impl<'a> From<&'a ConnectionFacts> for VerificationShape<'a> {
    fn from(facts: &'a ConnectionFacts) -> Self {
        let check = facts.peer_verification();
        let message = match check {
            ChainCheck::Invalid { message, .. } => Some(message.as_str()),
            ChainCheck::NotMade | ChainCheck::Valid => None,
        };
        Self {
            check: check.as_str(),
            message,
            signature_scheme: facts.signature_scheme().map(|scheme| scheme.to_string()),
        }
    }
}

impl From<&Offer> for OfferShape {
    fn from(offer: &Offer) -> Self {
        Self {
            versions: names(&offer.versions),
            cipher_suites: names(&offer.cipher_suites),
            groups: names(&offer.groups),
            alpn: offer.alpn.iter().map(|name| printable(name)).collect(),
            resumption: offer.resumption,
            client_auth: Some(offer.client_auth).filter(|&auth| auth != ClientAuth::None),
        }
    }
}

#[derive(Serialize)]
struct ProbeShape {
    result: &'static str,
    summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    best: Option<ObservedShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower: Option<ObservedShape>,
}

#[derive(Serialize)]
struct ObservedShape {
    version: String,
    cipher_suite: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dhe_bits: Option<u16>,
}

impl Serialize for ProbeRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (result, best, lower) = match &self.0 {
            Outcome::Observed { best, lower } => ("observed", Some(best), lower.as_ref()),
            Outcome::Inconclusive { .. } => ("inconclusive", None, None),
            Outcome::Refused { .. } => ("refused", None, None),
            Outcome::NotTls(_) => ("not-tls", None, None),
            Outcome::Nothing(_) => ("nothing", None, None),
        };
        let shape = ProbeShape {
            result,
            summary: self.0.to_string(),
            best: best.map(ObservedShape::from),
            lower: lower.map(ObservedShape::from),
        };
        shape.serialize(serializer)
    }
}

impl From<&Observed> for ObservedShape {
    fn from(observed: &Observed) -> Self {
        Self {
            version: observed.version.to_string(),
            cipher_suite: observed.cipher_suite.to_string(),
            group: observed.group.map(|group| group.to_string()),
            dhe_bits: observed.dhe_bits,
        }
    }
}

/// Microseconds, to the nanosecond.
pub(super) fn micros<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    let nanos = u32::try_from(duration.as_nanos()).map_or(duration.as_nanos() as f64, f64::from);
    serializer.serialize_f64(nanos / 1_000.0)
}

/// Shared text.
pub(super) fn text<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// A client can put thousands of numbers into its hello, which would be much longer as names.
fn first_names<T: ToString>(items: &[T]) -> Vec<String> {
    names(&items[..items.len().min(CLIENT_NAMES_MAX)])
}

fn longest_list(hello: &ClientHello) -> usize {
    let lists = [
        hello.versions.len(),
        hello.cipher_suites.len(),
        hello.groups.len(),
        hello.key_shares.len(),
        hello.signature_schemes.len(),
        hello.alpn.len(),
    ];
    lists.into_iter().max().unwrap_or_default()
}

fn names<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(T::to_string).collect()
}

/// ALPN names are bytes; the registered ones are ASCII.
fn printable(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

fn unix_seconds(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds).map_or_else(|_| String::new(), rfc3339)
}

fn rfc3339(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}
