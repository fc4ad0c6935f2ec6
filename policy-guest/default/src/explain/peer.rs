//! What was asked of the peer's certificates, and what came of it.

use countersign_policy_sdk::{Finding, Role, Session};

use super::{Check, Effective, Line, Origin, Outcome, session::has_certificate};

const IDENTITY: &str = "client-certificate.identity";

impl Effective<'_> {
    /// Every rule on certificates that is for this end, then what is found and belongs to none.
    pub(super) fn peer_checks(&self, session: &Session, findings: &[Finding]) -> Vec<Check> {
        let role = session.endpoint.role;
        let lines = self.certificate_lines().into_iter();
        // It is no question of its own, but says of what the others are asked.
        let lines = lines.filter(|line| line.key != "peer_certificate.scope");
        let lines = lines.filter(|line| line.role.is_none_or(|only| only == role));
        let lines = joined(lines.collect());
        let mut checks: Vec<_> = lines
            .into_iter()
            .map(|line| {
                let of = findings.iter().filter(|finding| is_of(&line, finding));
                Check::of(line.key, line.value.clone(), line.from.clone(), of)
            })
            .collect();
        if !checks.is_empty() && !has_certificate() {
            without_certificate(&mut checks, role);
        }
        let mut all = self.signature_checks(findings);
        all.extend(checks);
        all.extend(rest(&all, findings));
        all
    }
}

/// Who may come is one question: it is enough that one list has the client.
fn joined(lines: Vec<Line>) -> Vec<Line> {
    let is_who = |line: &Line| {
        line.key.starts_with("client_certificate.") && line.key != "client_certificate.required"
    };
    let (who, mut lines): (Vec<_>, Vec<_>) = lines.into_iter().partition(is_who);
    if let Some(first) = who.first() {
        let from = match &first.from {
            Origin::Settings(place) => {
                let (object, _) = place.rsplit_once('.').unwrap_or((place, ""));
                Origin::Settings(object.to_owned())
            }
            other => other.clone(),
        };
        let values: Vec<_> = who.iter().map(|line| line.value.as_str()).collect();
        lines.push(Line {
            key: "client_certificate",
            value: values.join(" or "),
            from,
            role: first.role,
        });
    }
    lines
}

/// Whether a finding is about what a line asks.
fn is_of(line: &Line, finding: &Finding) -> bool {
    let code = finding.code.as_str();
    match line.key {
        "peer_certificate.key_algorithms" => code == "certificate.key-algorithm",
        "peer_certificate.min_rsa_bits" => {
            code == "certificate.key-size" && !finding.message.contains(" an EC key ")
        }
        "peer_certificate.min_ec_bits" => {
            code == "certificate.key-size" && !finding.message.contains(" an RSA key ")
        }
        "peer_certificate.signature_algorithms" => {
            code.starts_with("certificate.signature-algorithm")
        }
        "peer_certificate.max_lifetime_days" => match line.value.contains("recommends") {
            // What is too long for the rule is too long for the recommendation, and is found once.
            true => code == "certificate.long-lived" || code == "certificate.lifetime",
            false => code == "certificate.lifetime",
        },
        "peer_certificate.expires_within_days" => code == "certificate.expires-soon",
        "peer_certificate.names" => code == "certificate.name",
        "peer_certificate.pins" => code == "certificate.pin",
        "peer_certificate.issuers" => code == "certificate.issuer",
        "peer_certificate.self_signed" => code == "certificate.self-signed",
        "peer_certificate.verification" => {
            code == "certificate.verification" || code == "certificate.unverified"
        }
        "client_certificate.required" => code == "client-certificate.missing",
        "client_certificate" => code == IDENTITY,
        _ => false,
    }
}

/// Without a certificate nothing can be asked of one.
fn without_certificate(checks: &mut [Check], role: Role) {
    for check in checks {
        let is_asked = match check.key {
            "peer_certificate.verification" => role == Role::Client,
            "client_certificate.required" => true,
            _ => false,
        };
        if !is_asked {
            check.outcome = Outcome::NotJudged;
        }
    }
}

/// What is found and belongs to no single key, such as that there is no certificate.
fn rest(checks: &[Check], findings: &[Finding]) -> Vec<Check> {
    let is_told = |finding: &Finding| {
        checks
            .iter()
            .any(|check| check.codes.contains(&finding.code))
    };
    let rest = findings.iter().filter(|finding| !is_told(finding));
    let check = |finding: &Finding| {
        let value = finding.message.clone();
        Check::of("peer_certificate", value, Origin::Default, [finding])
    };
    rest.map(check).collect()
}
