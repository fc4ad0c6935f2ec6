//! A connection that was made, and the verdict on it asked once more, natively.

use countersign::{
    facts::{Certificate, ChainCheck, ChainFailure, ConnectionFacts},
    probe::Outcome,
    record::{Answer, DecisionRecord},
    session::{Role, Session},
    verdict::{Finding, Severity, Source},
};
use countersign_default_policy::{Date, explain::Explanation};
use countersign_policy_sdk::{self as sdk, built, facts};

use super::{Judged, Known, Peer, basis::day};

/// What became of a connection, and how its verdict came about.
pub(crate) struct Connected {
    pub(crate) record: DecisionRecord,
    /// None: nothing was agreed on, nor seen what would be.
    pub(crate) explained: Option<(Known, Judged)>,
}

impl Connected {
    /// Judges once more what the component has judged.
    pub(crate) fn of(explanation: &Explanation, record: DecisionRecord) -> Self {
        let begun = day(record.started);
        let ended = day(record.started + record.duration);
        let on = |today| explained(explanation, &record, today);
        // The day may have changed meanwhile: the policy has seen one of both.
        let explained = match on(begun) {
            Some((_, judged)) if begun != ended && disagreement(&record, &judged).is_some() => {
                on(ended)
            }
            explained => explained,
        };
        Self { record, explained }
    }

    /// In what the component and the explanation differ. They are the same source: that is never right.
    pub(crate) fn disagreement(&self) -> Option<String> {
        let (_, judged) = self.explained.as_ref()?;
        disagreement(&self.record, judged)
    }
}

fn explained(
    explanation: &Explanation,
    record: &DecisionRecord,
    today: Date,
) -> Option<(Known, Judged)> {
    let (session, is_observed) = match (&record.session, &record.probe) {
        (Some(session), _) => (of_handshake(session), false),
        (None, Some(probe)) => (of_probe(record, &probe.0)?, true),
        (None, None) => return None,
    };
    let mut known = Known::of(session, of_facts(&record.facts, today));
    known.is_observed = is_observed;
    let judged = Judged::of(explanation, &known);
    Some((known, judged))
}

fn of_handshake(session: &Session) -> sdk::Session {
    sdk::Session {
        endpoint: endpoint(session.endpoint.role, &session.endpoint.listener),
        version: session.version,
        cipher_suite: session.cipher_suite,
        group: session.group,
        alpn: session.alpn.clone(),
        resumed: session.resumed,
        retried: session.retried,
    }
}

/// What the server would choose.
fn of_probe(record: &DecisionRecord, outcome: &Outcome) -> Option<sdk::Session> {
    let Outcome::Observed { best, .. } = outcome else {
        return None;
    };
    let endpoint = endpoint(record.endpoint.role, &record.endpoint.listener);
    Some(sdk::Session {
        group: best.group,
        alpn: best.alpn.clone(),
        ..sdk::Session::new(endpoint, best.version, best.cipher_suite)
    })
}

fn endpoint(role: Role, listener: &str) -> sdk::Endpoint {
    sdk::Endpoint {
        role: match role {
            Role::Client => sdk::Role::Client,
            Role::Server => sdk::Role::Server,
        },
        listener: listener.to_owned(),
    }
}

fn of_facts(facts: &ConnectionFacts, today: Date) -> built::Facts {
    built::Facts {
        server_name: facts.server_name().map(str::to_owned),
        port: facts.port(),
        peer_address: facts.peer_address().map(|address| address.to_string()),
        today: today.days(),
        peer_certificates: facts.peer_certificates().iter().map(certificate).collect(),
        peer_verification: check(facts.peer_verification()),
        signature_scheme: facts.signature_scheme().map(u16::from),
        ..built::Facts::default()
    }
}

fn certificate(certificate: &Certificate) -> built::Certificate {
    built::Certificate {
        der: certificate.der().to_vec(),
        sha256: certificate.sha256().to_vec(),
        spki_sha256: certificate.spki_sha256().to_vec(),
        subject: certificate.subject().to_owned(),
        issuer: certificate.issuer().to_owned(),
        serial: certificate.serial().to_vec(),
        dns_names: certificate.dns_names().to_vec(),
        uris: certificate.uris().to_vec(),
        ip_addresses: certificate.ip_addresses().to_vec(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        key_algorithm: certificate.key_algorithm().to_owned(),
        key_bits: certificate.key_bits(),
        signature_algorithm: certificate.signature_algorithm().to_owned(),
    }
}

fn check(check: &ChainCheck) -> facts::ChainCheck {
    use facts::ChainFailure as Failure;
    let failure = match check {
        ChainCheck::NotMade => return facts::ChainCheck::NotMade,
        ChainCheck::Valid => return facts::ChainCheck::Valid,
        ChainCheck::Invalid { failure, .. } => failure,
    };
    facts::ChainCheck::Invalid(match failure {
        ChainFailure::Expired => Failure::Expired,
        ChainFailure::NotYetValid => Failure::NotYetValid,
        ChainFailure::UnknownIssuer => Failure::UnknownIssuer,
        ChainFailure::NameMismatch => Failure::NameMismatch,
        ChainFailure::Revoked => Failure::Revoked,
        ChainFailure::BadSignature => Failure::BadSignature,
        ChainFailure::Other => Failure::Other,
    })
}

/// In what the answers differ. Of a component that gave none there is nothing to compare.
fn disagreement(record: &DecisionRecord, judged: &Judged) -> Option<String> {
    let policy = record.policies.first()?;
    let answer = |function: &str| {
        let mut calls = policy.calls.iter();
        let call = calls.find(|call| call.function == function);
        call.map(|call| call.answer)
    };
    let parameters = answer("judge-parameters")?;
    let peer = answer("judge-peer");
    if parameters == Answer::Failed || peer == Some(Answer::Failed) {
        return None;
    }
    let found = |finding: &&Finding| matches!(finding.source, Source::Policy(_));
    let of_component = record.findings.iter().filter(found);
    let of_component: Vec<_> = of_component
        .map(|one| (one.code.as_str(), word(one.severity)))
        .collect();
    let here: Vec<_> = judged
        .findings()
        .map(|one| (one.code.as_str(), sdk_word(one.severity)))
        .collect();
    let is_veto = parameters == Answer::Veto || peer == Some(Answer::Veto);
    let was_asked = !matches!(judged.peer, Peer::NotAsked);
    let agree =
        is_veto != judged.is_approved() && of_component == here && was_asked == peer.is_some();
    (!agree).then(|| {
        format!(
            "the policy found {of_component:?}, and its explanation {here:?}: please report this"
        )
    })
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Violation => "violation",
    }
}

/// The same of the SDK's.
pub(crate) const fn sdk_word(severity: sdk::Severity) -> &'static str {
    match severity {
        sdk::Severity::Note => "note",
        sdk::Severity::Warning => "warning",
        sdk::Severity::Violation => "violation",
    }
}
