use countersign_policy_sdk::{Alert, Finding, Session, Verdict};

use crate::Code;
use crate::objection::Names;
use crate::settings::{Choice, Settings};

/// Judges what was negotiated, by the settings alone: it does not matter what was offered. Everything that is wrong
/// is reported at once.
pub(crate) fn judge(settings: &Settings, session: &Session) -> Verdict {
    let version = settings.versions.objection(session.version);
    let alert = if version.is_some() {
        Alert::PROTOCOL_VERSION
    } else {
        Alert::INSUFFICIENT_SECURITY
    };
    let version = version.map(|objection| objection.sentence(&session.version));
    let findings = [
        version.map(|message| Code::VersionNotAllowed.finding(message)),
        cipher_suite(settings, session).map(|message| Code::CipherSuiteNotAllowed.finding(message)),
        group(settings, session).map(|message| Code::GroupNotAllowed.finding(message)),
        resumption(settings, session),
    ];
    Verdict::from_findings(findings.into_iter().flatten()).with_alert(alert)
}

fn cipher_suite(settings: &Settings, session: &Session) -> Option<String> {
    let suite = session.cipher_suite;
    settings
        .cipher_suites
        .suite_objection(suite)
        .map(|objection| objection.sentence(&suite))
}

fn group(settings: &Settings, session: &Session) -> Option<String> {
    match session.group {
        Some(group) => settings
            .groups
            .group_objection(group)
            .map(|objection| objection.sentence(&group)),
        None if settings.groups.refuses_without(session) => Some(match &settings.groups {
            Choice::Allow(allowed) => {
                format!(
                    "The key exchange used no group that is known: the settings allow {}.",
                    Names(allowed)
                )
            }
            _ => format!(
                "The group that {} used is not known, so it cannot be allowed.",
                session.cipher_suite
            ),
        }),
        None => None,
    }
}

fn resumption(settings: &Settings, session: &Session) -> Option<Finding> {
    let refused = session.resumed && !settings.resumption;
    refused.then(|| {
        Code::ResumptionNotAllowed
            .finding("An earlier session was resumed: the settings do not allow it.".into())
    })
}

#[cfg(test)]
mod tests;
