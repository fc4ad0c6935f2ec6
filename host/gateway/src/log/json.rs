//! A line as JSON. `docs/gateway-log.md` describes it.

use std::{borrow::Cow, net::SocketAddr};

use countersign::{
    policy::Mode,
    record::{Answer, Decision, DecisionRecord, FailureRecord, Stage, Would},
    verdict::Finding,
};
use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::Entry;

/// Names of one list of a hello. Clients that mean what they say send fewer.
const NAMES_MAX: usize = 64;

#[derive(Serialize)]
struct Shape<'a> {
    time: String,
    id: String,
    listener: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<SocketAddr>,
    /// Only where it is not the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local: Option<SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sni: Option<&'a str>,
    #[serde(flatten)]
    decided: Option<Decided<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<Identity<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offered: Option<Offered<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream: Option<Upstream<'a>>,
    end: &'static str,
    bytes_in: u64,
    bytes_out: u64,
    duration_us: u64,
}

/// What was decided, on whichever side.
#[derive(Serialize)]
struct Decided<'a> {
    verdict: Decision,
    stage: Stage,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cipher: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alpn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resumed: Option<bool>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    findings: &'a [Finding],
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a FailureRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    audited: Vec<Audited<'a>>,
    policies: Vec<&'a str>,
    handshake_us: u64,
    judge_us: u64,
}

#[derive(Serialize)]
struct Audited<'a> {
    policy: &'a str,
    would: countersign::record::Prospect,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    findings: &'a [Finding],
}

#[derive(Serialize)]
struct Identity<'a> {
    subject: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    uris: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    dns_names: &'a [String],
    check: &'static str,
}

/// What a client offered that came to nothing.
#[derive(Serialize)]
struct Offered<'a> {
    versions: Vec<String>,
    cipher_suites: Vec<String>,
    groups: Vec<String>,
    alpn: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ja4: Option<&'a str>,
}

#[derive(Serialize)]
struct Upstream<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<SocketAddr>,
    #[serde(flatten)]
    decided: Option<Decided<'a>>,
}

/// Appends the line.
pub(super) fn write(entry: &Entry, out: &mut Vec<u8>) {
    let record = entry.record.as_deref();
    let shape = Shape {
        time: rfc3339(entry.started),
        id: entry.id().to_string(),
        listener: &entry.listener,
        route: entry.route.as_deref(),
        client: entry.client,
        peer: entry.peer.filter(|peer| Some(*peer) != entry.client),
        local: entry.local,
        sni: record.and_then(|record| record.facts.server_name()),
        decided: record.map(decided),
        certificate: record.and_then(identity),
        offered: record.and_then(offered),
        upstream: entry.upstream.as_ref().map(|(name, address)| Upstream {
            name,
            address: *address,
            decided: entry.upstream_record.as_deref().map(decided),
        }),
        end: entry.end.as_str(),
        bytes_in: entry.bytes_in,
        bytes_out: entry.bytes_out,
        duration_us: micros(entry.duration),
    };
    let before = out.len();
    if serde_json::to_writer(&mut *out, &shape).is_err() {
        // Nothing in it can fail; if it does, half a line is worse than none.
        out.truncate(before);
        return;
    }
    out.push(b'\n');
}

fn decided(record: &DecisionRecord) -> Decided<'_> {
    let session = record.session.as_ref();
    let calls = record.policies.iter().flat_map(|policy| &policy.calls);
    let judging = calls
        .filter(|call| call.answer != Answer::Offer)
        .map(|call| call.duration);
    Decided {
        verdict: record.decision,
        stage: record.stage,
        version: session.map(|session| session.version.to_string()),
        cipher: session.map(|session| session.cipher_suite.to_string()),
        group: session
            .and_then(|session| session.group)
            .map(|group| group.to_string()),
        alpn: session
            .and_then(|session| session.alpn.as_deref())
            .map(|it| printable(it).into_owned()),
        resumed: session.map(|session| session.resumed),
        findings: &record.findings,
        alert: record.alert.map(|alert| alert.code()),
        error: record.failure.as_ref(),
        audited: record.policies.iter().filter_map(audited).collect(),
        policies: record.policies.iter().map(|policy| &*policy.name).collect(),
        handshake_us: micros(record.duration),
        judge_us: micros(judging.sum()),
    }
}

fn audited(policy: &countersign::record::PolicyRecord) -> Option<Audited<'_>> {
    let Would {
        decision, findings, ..
    } = policy.would.as_ref()?;
    debug_assert_eq!(policy.mode, Mode::Audit);
    Some(Audited {
        policy: &policy.name,
        would: *decision,
        findings,
    })
}

fn identity(record: &DecisionRecord) -> Option<Identity<'_>> {
    let certificate = record.facts.peer_certificates().first()?;
    Some(Identity {
        subject: certificate.subject(),
        uris: certificate.uris(),
        dns_names: certificate.dns_names(),
        check: record.facts.peer_verification().as_str(),
    })
}

fn offered(record: &DecisionRecord) -> Option<Offered<'_>> {
    if record.decision == Decision::Approved {
        return None;
    }
    let hello = record.facts.client_hello()?;
    Some(Offered {
        versions: names(&hello.versions),
        cipher_suites: names(&hello.cipher_suites),
        groups: names(&hello.groups),
        alpn: hello
            .alpn
            .iter()
            .take(NAMES_MAX)
            .map(|it| printable(it))
            .collect(),
        ja4: record.facts.ja4(),
    })
}

fn names<T: ToString>(list: &[T]) -> Vec<String> {
    list.iter().take(NAMES_MAX).map(T::to_string).collect()
}

/// A protocol's name for people: bytes that are no text are shown as what they stand for.
pub(super) fn printable(protocol: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(protocol) {
        Ok(text) => text.into(),
        Err(_) => protocol.escape_ascii().to_string().into(),
    }
}

pub(super) fn micros(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// With milliseconds, which are enough and always there.
pub(super) fn rfc3339(time: std::time::SystemTime) -> String {
    let time = OffsetDateTime::from(time);
    let time = time.replace_millisecond(time.millisecond()).unwrap_or(time);
    time.format(&Rfc3339).unwrap_or_default()
}
