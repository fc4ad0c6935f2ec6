use std::fmt::Display;

use countersign_policy_sdk::{Alert, Finding, Session, Severity, Verdict, facts};

use crate::{
    Code,
    objection::{Names, Objection},
    settings::{NotListed, PostQuantum},
    terms::{Base, Terms},
};

/// Judges what was negotiated, by the terms alone: it does not matter what was offered. Everything that is wrong
/// is reported at once.
pub(crate) fn judge(terms: &Terms, session: &Session) -> Verdict {
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(version(terms, session));
    let is_about_version = findings
        .iter()
        .any(|finding| finding.severity == Severity::Violation);
    findings.extend(cipher_suite(terms, session));
    findings.extend(group(terms, session));
    findings.extend(post_quantum(terms, session));
    findings.extend(alpn(terms, session));
    findings.extend(resumption(terms, session));
    findings.extend(terms.fading(session));
    Verdict::from_findings(findings).with_alert(if is_about_version {
        Alert::PROTOCOL_VERSION
    } else {
        Alert::INSUFFICIENT_SECURITY
    })
}

/// What an objection is called, by its weight.
struct Codes {
    not_allowed: Code,
    forbidden: Code,
    not_listed: Code,
}

impl Codes {
    fn finding<T: Display>(
        &self,
        terms: &Terms,
        objection: &Objection<'_, T>,
        negotiated: &dyn Display,
    ) -> Finding {
        let code = match objection {
            Objection::Forbidden => self.forbidden,
            _ if objection.is_not_listed() && terms.not_listed == NotListed::Warn => {
                self.not_listed
            }
            _ => self.not_allowed,
        };
        code.finding(objection.sentence(negotiated))
    }
}

const VERSION: Codes = Codes {
    not_allowed: Code::VersionNotAllowed,
    forbidden: Code::VersionForbidden,
    not_listed: Code::VersionNotListed,
};

const CIPHER_SUITE: Codes = Codes {
    not_allowed: Code::CipherSuiteNotAllowed,
    forbidden: Code::CipherSuiteForbidden,
    not_listed: Code::CipherSuiteNotListed,
};

const GROUP: Codes = Codes {
    not_allowed: Code::GroupNotAllowed,
    forbidden: Code::GroupForbidden,
    not_listed: Code::GroupNotListed,
};

const SIGNATURE_SCHEME: Codes = Codes {
    not_allowed: Code::SignatureSchemeNotAllowed,
    forbidden: Code::SignatureSchemeForbidden,
    not_listed: Code::SignatureSchemeNotListed,
};

/// Judges who the peer is, and how it has shown that. Facts are read only if something is asked of them.
pub(crate) fn judge_peer(terms: &Terms, session: &Session) -> Verdict {
    let mut findings = signature_scheme(terms);
    findings.extend(terms.certificates.judge(session));
    terms.certificates.verdict(findings, session)
}

/// A peer that signed nothing, as in a resumed session, used no scheme that could be wrong.
fn signature_scheme(terms: &Terms) -> Vec<Finding> {
    let asks = terms.asks_of_signature();
    let Some(scheme) = asks.then(facts::signature_scheme).flatten() else {
        return Vec::new();
    };
    let objection = terms.signature_schemes.objection(scheme);
    let objection = objection.map(|found| SIGNATURE_SCHEME.finding(terms, &found, &scheme));
    objection
        .into_iter()
        .chain(terms.fading_signature(scheme))
        .collect()
}

fn version(terms: &Terms, session: &Session) -> Option<Finding> {
    let version = session.version;
    let objection = terms.versions.objection(version)?;
    Some(VERSION.finding(terms, &objection, &version))
}

fn cipher_suite(terms: &Terms, session: &Session) -> Option<Finding> {
    let suite = session.cipher_suite;
    let objection = terms.cipher_suites.objection(suite)?;
    Some(CIPHER_SUITE.finding(terms, &objection, &suite))
}

fn group(terms: &Terms, session: &Session) -> Option<Finding> {
    let Some(group) = session.group else {
        return terms
            .refuses_without_group(session)
            .then(|| Code::GroupNotAllowed.finding(without_group(terms, session)));
    };
    let objection = terms.groups.objection(group)?;
    Some(GROUP.finding(terms, &objection, &group))
}

fn without_group(terms: &Terms, session: &Session) -> String {
    match &terms.groups.base {
        Base::These(allowed) => format!(
            "The key exchange used no group that is known: the settings allow {}.",
            Names(allowed)
        ),
        _ => format!(
            "The group that {} used is not known, so it cannot be allowed.",
            session.cipher_suite
        ),
    }
}

/// The key exchange of a resumed session of TLS 1.2 is that of the session before, which nobody knows here.
fn post_quantum(terms: &Terms, session: &Session) -> Option<Finding> {
    if terms.post_quantum != PostQuantum::Require {
        return None;
    }
    let sentence = match session.group {
        Some(group) if group.is_post_quantum() => return None,
        Some(group) => format!("{group} does not withstand quantum computers."),
        None => "The key exchange used no group that withstands quantum computers.".into(),
    };
    Some(Code::GroupNotPostQuantum.finding(sentence))
}

fn alpn(terms: &Terms, session: &Session) -> Option<Finding> {
    let alpn = terms.alpn.as_ref()?;
    let allowed = Names(&alpn.allow);
    let sentence = match &session.alpn {
        Some(agreed) if alpn.names().any(|name| name == agreed) => return None,
        Some(agreed) => format!(
            "The application protocol \"{}\" is not allowed: the settings allow {allowed}.",
            agreed.escape_ascii()
        ),
        None if alpn.required => {
            format!("No application protocol was agreed on: the settings require {allowed}.")
        }
        None => return None,
    };
    Some(Code::AlpnNotAllowed.finding(sentence))
}

fn resumption(terms: &Terms, session: &Session) -> Option<Finding> {
    let refused = session.resumed && !terms.resumption;
    refused.then(|| {
        Code::ResumptionNotAllowed
            .finding("An earlier session was resumed: the settings do not allow it.".into())
    })
}

#[cfg(test)]
mod peer_tests;
#[cfg(test)]
mod tests;
