//! What stands in the rows.

use countersign::{
    facts::Certificate,
    hello::ClientHello,
    offer::Offer,
    policy::Mode,
    probe::Outcome,
    record::{Answer, DecisionRecord, PolicyRecord, Prospect, Would},
};
use time::OffsetDateTime;

use crate::settings::{Origin, Settings};

/// Settings that are shown as they are, up to this many characters.
const SETTINGS_SHOWN: usize = 60;

/// What was negotiated, or what the server would choose. Of the latter, which is not authenticated, the group is left
/// to the line that says where it comes from.
pub(super) fn parameters(record: &DecisionRecord) -> String {
    if let Some(session) = &record.session {
        let group = session
            .group
            .map(|group| format!(" {group}"))
            .unwrap_or_default();
        return format!("{} {}{group}", session.version, session.cipher_suite);
    }
    match record.probe.as_ref().map(|probe| &probe.0) {
        Some(Outcome::Observed { best, .. }) => format!("{} {}", best.version, best.cipher_suite),
        _ => String::new(),
    }
}

pub(super) fn certificate(certificate: &Certificate) -> String {
    let names = certificate
        .dns_names()
        .iter()
        .chain(certificate.uris())
        .next();
    let subject = match (certificate.subject(), names) {
        ("", Some(name)) => name,
        ("", None) => "without a subject",
        (subject, _) => subject,
    };
    let until = OffsetDateTime::from_unix_timestamp(certificate.not_after());
    let until = until.map_or_else(
        |_| "an unknown day".to_owned(),
        |until| until.date().to_string(),
    );
    format!(
        "{subject}, issued by {}, valid until {until}",
        certificate.issuer()
    )
}

pub(super) fn policy(policy: &PolicyRecord, settings: Option<&Settings>) -> String {
    let (name, version, digest) = (&policy.name, &policy.version, policy.digest.short());
    let settings_digest = policy.settings_digest.short();
    let from = match settings.map(|settings| (&settings.origin, settings.text.trim())) {
        Some((Origin::None, _)) => "none".to_owned(),
        Some((Origin::Argument, text)) if text.chars().count() <= SETTINGS_SHOWN => {
            format!("{text} (sha256 {settings_digest})")
        }
        Some((origin, _)) => format!("{origin} (sha256 {settings_digest})"),
        None => format!("sha256 {settings_digest}"),
    };
    let mode = match policy.mode {
        Mode::Enforce => "",
        Mode::Audit => "; in audit mode, which stops nothing",
    };
    format!("{name} {version} (sha256 {digest}), settings {from}{mode}")
}

/// `asked: constrain, judge-parameters: approve, judge-peer: veto; it read certificate.uris`
pub(super) fn calls(policy: &PolicyRecord) -> String {
    let calls = policy.calls.iter().map(|call| match call.answer {
        Answer::Offer => call.function.to_owned(),
        Answer::Approve => format!("{}: approve", call.function),
        Answer::Veto => format!("{}: veto", call.function),
        Answer::Failed => format!("{}: no answer", call.function),
    });
    let calls = calls.collect::<Vec<_>>().join(", ");
    let read: Vec<_> = policy.facts_read.iter().map(|fact| fact.name()).collect();
    match read.is_empty() {
        true => format!("asked: {calls}"),
        false => format!("asked: {calls}; it read {}", read.join(", ")),
    }
}

/// What an audited policy would have done.
pub(super) fn would(would: &Would) -> &'static str {
    match would.decision {
        Prospect::Approved => "would have approved",
        Prospect::Vetoed => "would have vetoed:",
        Prospect::Unknown => "it cannot be told what it would have done",
    }
}

/// `TLSv1.3 TLSv1.2; 2 cipher suites: A, B; 1 group: C`
pub(super) fn offer(offer: Option<&Offer>) -> String {
    let Some(offer) = offer else {
        return "nothing".to_owned();
    };
    let (suites, groups) = (&offer.cipher_suites, &offer.groups);
    proposal(&offer.versions, suites, groups, &offer.alpn)
}

/// The same of what a client offers.
pub(super) fn hello(hello: &ClientHello) -> String {
    let (suites, groups) = (&hello.cipher_suites, &hello.groups);
    proposal(&hello.versions, suites, groups, &hello.alpn)
}

fn proposal<V: ToString, S: ToString, G: ToString>(
    versions: &[V],
    suites: &[S],
    groups: &[G],
    alpn: &[Vec<u8>],
) -> String {
    let mut line = format!(
        "{}; {}; {}",
        names(versions).join(" "),
        counted("cipher suite", suites),
        counted("group", groups)
    );
    if !alpn.is_empty() {
        let names: Vec<_> = alpn.iter().map(|name| protocol(name)).collect();
        line += &format!("; alpn {}", names.join(", "));
    }
    line
}

/// ALPN names are bytes; the registered ones are ASCII.
pub(super) fn protocol(name: &[u8]) -> String {
    name.escape_ascii().to_string()
}

fn counted<T: ToString>(what: &str, items: &[T]) -> String {
    let plural = if items.len() == 1 { "" } else { "s" };
    match items {
        [] => format!("no {what}s"),
        _ => format!(
            "{} {what}{plural}: {}",
            items.len(),
            names(items).join(", ")
        ),
    }
}

fn names<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}
