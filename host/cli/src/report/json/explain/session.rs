//! Why a session is judged as it is.

use countersign::record::DecisionRecord;
use countersign_default_policy::explain::{Attempt, Check, Outcome, Tried};
use countersign_names::SignatureScheme;
use countersign_policy_sdk::built::Certificate;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{begin, effective::role_word, one_line, origin};
use crate::{
    explain::{Basis, Judged, Known, Peer, sdk_word, word_of},
    target::Target,
};

/// The report on a session, as one object on one line.
pub(in crate::report) fn explained_session(
    basis: &Basis,
    explained: Option<(&Known, &Judged)>,
    connection: Option<(&Target, &DecisionRecord)>,
) -> String {
    let mut report = begin(basis);
    report["session"] = json!(explained.map(|(known, _)| session(known)));
    report["verdict"] = json!(explained.map(|(_, judged)| verdict(judged)));
    let judged = explained.map(|(_, judged)| judged);
    report["rules"] = judged
        .into_iter()
        .flat_map(|one| &one.rules)
        .map(attempt)
        .collect();
    report["checks"] = judged.into_iter().flat_map(checks).collect();
    report["not_judged"] = json!(judged.and_then(Judged::not_judged));
    if let Some((target, record)) = connection {
        report["target"] = json!(target.to_string());
        report["record"] = serde_json::to_value(record).unwrap_or_default();
    }
    one_line(&report)
}

/// What `--session` takes.
fn session(known: &Known) -> Value {
    let (session, facts) = (&known.session, &known.facts);
    let mut told = json!({
        "version": session.version.to_string(),
        "cipher_suite": session.cipher_suite.to_string(),
        "resumed": session.resumed,
        "retried": session.retried,
        "observed": known.is_observed,
        "role": role_word(session.endpoint.role),
    });
    let mut add = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            told[key] = value;
        }
    };
    add("group", session.group.map(|one| json!(one.to_string())));
    let alpn = session.alpn.as_ref();
    add(
        "alpn",
        alpn.map(|name| json!(name.escape_ascii().to_string())),
    );
    let listener = &session.endpoint.listener;
    add("listener", (!listener.is_empty()).then(|| json!(listener)));
    add(
        "server_name",
        facts.server_name.as_ref().map(|name| json!(name)),
    );
    add("port", facts.port.map(|port| json!(port)));
    add("today", known.today().map(|day| json!(day.to_string())));
    let scheme = facts.signature_scheme.map(SignatureScheme::new);
    add("signature_scheme", scheme.map(|one| json!(one.to_string())));
    if !known.unknown.contains("peer-verification") {
        add(
            "verification",
            Some(json!(word_of(facts.peer_verification))),
        );
    }
    let has_keys = !known.unknown.contains("peer-certificates")
        && !known.unknown.contains("certificate.key-bits");
    if has_keys {
        let chain = facts.peer_certificates.iter().map(certificate);
        add("certificates", Some(chain.collect()));
    }
    told
}

fn certificate(one: &Certificate) -> Value {
    let spki = one.spki_sha256.iter().map(|byte| format!("{byte:02x}"));
    json!({
        "subject": one.subject,
        "issuer": one.issuer,
        "dns_names": one.dns_names,
        "uris": one.uris,
        "ip_addresses": one.ip_addresses,
        "not_before": time(one.not_before),
        "not_after": time(one.not_after),
        "key_algorithm": one.key_algorithm,
        "key_bits": one.key_bits,
        "signature_algorithm": one.signature_algorithm,
        "spki_sha256": spki.collect::<String>(),
    })
}

fn time(seconds: i64) -> Option<String> {
    let time = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    time.format(&Rfc3339).ok()
}

fn verdict(judged: &Judged) -> Value {
    let decided = judged.decided_by();
    let findings = judged.findings().map(|finding| {
        json!({
            "code": finding.code,
            "severity": sdk_word(finding.severity),
            "message": finding.message,
        })
    });
    json!({
        "decision": if judged.is_approved() { "approved" } else { "vetoed" },
        "rule": judged.rule(),
        "function": decided.map(|(function, _)| function),
        "decided_by": decided.map(|(_, finding)| &finding.code),
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn attempt(attempt: &Attempt) -> Value {
    let (tried, because) = match &attempt.tried {
        Tried::Holds => ("holds", &[][..]),
        Tried::Fails(reasons) => ("fails", reasons.as_slice()),
        Tried::NotReached => ("not-reached", &[][..]),
    };
    json!({
        "path": attempt.path,
        "when": attempt.when,
        "tried": tried,
        "because": because,
    })
}

fn checks(judged: &Judged) -> Vec<Value> {
    let of_peer = match &judged.peer {
        Peer::Judged { checks, .. } => checks.as_slice(),
        Peer::NotAsked | Peer::Unknown(_) => &[],
    };
    let parameters = judged
        .parameters
        .iter()
        .map(|one| check("judge-parameters", one));
    let of_peer = of_peer.iter().map(|one| check("judge-peer", one));
    parameters.chain(of_peer).collect()
}

fn check(function: &str, check: &Check) -> Value {
    let outcome = match check.outcome {
        Outcome::Allowed => "allowed",
        Outcome::Warned => "warned",
        Outcome::Refused => "refused",
        Outcome::NotJudged => "not-judged",
    };
    json!({
        "function": function,
        "key": check.key,
        "value": check.value,
        "outcome": outcome,
        "from": origin(&check.from),
        "codes": check.codes,
    })
}
