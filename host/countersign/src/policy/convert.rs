//! From what a guest says to types that cannot be wrong, and back.

use std::sync::Arc;

use countersign_names::{CipherSuite, Group, Version};

use super::{Limits, OutputError, SettingsError, bindings::countersign::policy::types as wit};
use crate::{
    offer::{ClientAuth, Offer},
    session::{Endpoint, Role, Session},
    text::is_acted_on,
    verdict::{Alert, Finding, FindingCode, Refusal, Severity, Source, Verdict},
};

/// The longest name or version of a policy.
const IDENTITY_BYTES_MAX: usize = 64;

/// What a policy says about itself.
#[derive(Clone, Debug)]
pub struct Description {
    /// Its name.
    pub name: Arc<str>,
    /// Its own version.
    pub version: String,
    /// What it is for, in one sentence.
    pub summary: String,
    /// The JSON Schema of its settings, as text.
    pub settings_schema: Option<String>,
    /// Every finding it can make.
    pub findings: Vec<FindingDoc>,
}

/// A finding that a policy can make.
#[derive(Clone, Debug)]
pub struct FindingDoc {
    /// Its stable name.
    pub code: FindingCode,
    /// How much it weighs.
    pub severity: Severity,
    /// What it means.
    pub summary: String,
}

/// Checks strings and lists against the limits.
pub(super) struct Checked<'a>(pub(super) &'a Limits);

impl Checked<'_> {
    pub(super) fn verdict(
        &self,
        verdict: wit::Verdict,
        policy: &Arc<str>,
    ) -> Result<Verdict, OutputError> {
        match verdict {
            wit::Verdict::Approve(findings) => self.approval(findings, policy),
            wit::Verdict::Veto(refusal) => self.refusal(refusal, policy),
        }
    }

    fn approval(
        &self,
        findings: Vec<wit::Finding>,
        policy: &Arc<str>,
    ) -> Result<Verdict, OutputError> {
        let findings = self.findings(findings, policy)?;
        match findings.iter().find(|finding| is_violation(finding)) {
            Some(violation) => Err(OutputError::ApprovedViolation(violation.code.to_string())),
            None => Ok(Verdict::Approve(findings)),
        }
    }

    fn refusal(&self, refusal: wit::Refusal, policy: &Arc<str>) -> Result<Verdict, OutputError> {
        let findings = self.findings(refusal.findings, policy)?;
        if !findings.iter().any(is_violation) {
            return Err(OutputError::VetoWithoutViolation);
        }
        let known = |code| Alert::from_policy(code).ok_or(OutputError::Alert(code));
        Ok(Verdict::Veto(Refusal {
            alert: refusal.alert.map(known).transpose()?,
            findings,
        }))
    }

    fn findings(
        &self,
        findings: Vec<wit::Finding>,
        policy: &Arc<str>,
    ) -> Result<Vec<Finding>, OutputError> {
        self.count(findings.len())?;
        let finding = |raw: wit::Finding| {
            Ok(Finding {
                code: code(&raw.code)?,
                severity: raw.severity.into(),
                message: self.text(&raw.message)?,
                source: Source::Policy(Arc::clone(policy)),
            })
        };
        findings.into_iter().map(finding).collect()
    }

    pub(super) fn description(&self, raw: wit::Description) -> Result<Description, OutputError> {
        self.count(raw.findings.len())?;
        let finding = |raw: wit::FindingDoc| {
            Ok(FindingDoc {
                code: code(&raw.code)?,
                severity: raw.severity.into(),
                summary: self.text(&raw.summary)?,
            })
        };
        Ok(Description {
            name: name(&raw.name)?,
            version: version(&raw.version)?,
            summary: self.text(&raw.summary)?,
            settings_schema: raw.settings_schema.map(schema).transpose()?,
            findings: raw
                .findings
                .into_iter()
                .map(finding)
                .collect::<Result<_, OutputError>>()?,
        })
    }

    pub(super) fn settings_errors(
        &self,
        raw: Vec<wit::SettingsError>,
    ) -> Result<Vec<SettingsError>, OutputError> {
        self.count(raw.len())?;
        let error = |raw: wit::SettingsError| {
            Ok(SettingsError {
                path: self.text(&raw.path)?,
                message: self.text(&raw.message)?,
            })
        };
        raw.into_iter().map(error).collect()
    }

    fn count(&self, count: usize) -> Result<(), OutputError> {
        let max = self.0.findings_max;
        if count > max {
            return Err(OutputError::TooManyFindings { count, max });
        }
        Ok(())
    }

    fn text(&self, text: &str) -> Result<String, OutputError> {
        let (bytes, bytes_max) = (text.len(), self.0.string_bytes_max);
        if bytes > bytes_max {
            return Err(OutputError::StringTooLong { bytes, bytes_max });
        }
        Ok(plain(text))
    }
}

fn is_violation(finding: &Finding) -> bool {
    finding.severity == Severity::Violation
}

fn code(code: &str) -> Result<FindingCode, OutputError> {
    let shown = || {
        code.chars()
            .take(FindingCode::BYTES_MAX)
            .collect::<String>()
    };
    FindingCode::from_policy(code).ok_or_else(|| OutputError::Code(plain(&shown())))
}

/// Names stand in file names, metrics and terminals: short, in lower case, and no option or path.
fn name(text: &str) -> Result<Arc<str>, OutputError> {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    let is_word = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    if is_word && text.len() <= IDENTITY_BYTES_MAX && text.bytes().all(allowed) {
        return Ok(text.into());
    }
    Err(not_an_identity(text))
}

/// Semantic Versioning 2.0.0.
fn version(text: &str) -> Result<String, OutputError> {
    if text.len() <= IDENTITY_BYTES_MAX && semver::Version::parse(text).is_ok() {
        return Ok(text.to_owned());
    }
    Err(not_an_identity(text))
}

fn not_an_identity(text: &str) -> OutputError {
    let shown: String = text.chars().take(IDENTITY_BYTES_MAX).collect();
    OutputError::Identity(plain(&shown))
}

/// A schema is JSON; what else it is, its readers find out.
fn schema(text: String) -> Result<String, OutputError> {
    match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(OutputError::Schema),
    }
}

/// Text that cannot move a cursor, colour a terminal or turn the writing direction.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match is_acted_on(c) {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    out
}

/// The beginning of a text of any length, as plain text.
pub(super) fn quoted(text: &str) -> String {
    const CHARS_MAX: usize = 300;
    let mut rest = text.chars();
    let mut shown = plain(&rest.by_ref().take(CHARS_MAX).collect::<String>());
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}

impl From<wit::Severity> for Severity {
    fn from(severity: wit::Severity) -> Self {
        match severity {
            wit::Severity::Note => Self::Note,
            wit::Severity::Warning => Self::Warning,
            wit::Severity::Violation => Self::Violation,
        }
    }
}

impl From<ClientAuth> for wit::ClientAuth {
    fn from(auth: ClientAuth) -> Self {
        match auth {
            ClientAuth::None => Self::None,
            ClientAuth::Request => Self::Request,
            ClientAuth::Require => Self::Require,
        }
    }
}

impl From<wit::ClientAuth> for ClientAuth {
    fn from(auth: wit::ClientAuth) -> Self {
        match auth {
            wit::ClientAuth::None => Self::None,
            wit::ClientAuth::Request => Self::Request,
            wit::ClientAuth::Require => Self::Require,
        }
    }
}

impl From<&Endpoint> for wit::Endpoint {
    fn from(endpoint: &Endpoint) -> Self {
        Self {
            role: match endpoint.role {
                Role::Client => wit::Role::Client,
                Role::Server => wit::Role::Server,
            },
            listener: endpoint.listener.clone(),
        }
    }
}

impl From<&Session> for wit::Session {
    fn from(session: &Session) -> Self {
        Self {
            endpoint: (&session.endpoint).into(),
            version: session.version.code(),
            cipher_suite: session.cipher_suite.code(),
            group: session.group.map(Group::code),
            alpn: session.alpn.clone(),
            resumed: session.resumed,
            retried: session.retried,
        }
    }
}

impl From<&Offer> for wit::Offer {
    fn from(offer: &Offer) -> Self {
        Self {
            versions: offer.versions.iter().map(|item| item.code()).collect(),
            cipher_suites: offer.cipher_suites.iter().map(|item| item.code()).collect(),
            groups: offer.groups.iter().map(|item| item.code()).collect(),
            alpn: offer.alpn.clone(),
            resumption: offer.resumption,
            client_auth: offer.client_auth.into(),
        }
    }
}

impl From<wit::Offer> for Offer {
    fn from(raw: wit::Offer) -> Self {
        Self {
            versions: raw.versions.into_iter().map(Version::new).collect(),
            cipher_suites: raw
                .cipher_suites
                .into_iter()
                .map(CipherSuite::new)
                .collect(),
            groups: raw.groups.into_iter().map(Group::new).collect(),
            alpn: raw.alpn,
            resumption: raw.resumption,
            client_auth: raw.client_auth.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(code: &str, severity: wit::Severity, message: &str) -> wit::Finding {
        wit::Finding {
            code: code.into(),
            severity,
            message: message.into(),
        }
    }

    fn judge(verdict: wit::Verdict) -> Result<Verdict, OutputError> {
        Checked(&Limits::default()).verdict(verdict, &"test".into())
    }

    #[test]
    fn an_approval_with_a_violation_is_no_approval() {
        let violation = finding("a.b", wit::Severity::Violation, "");
        assert_eq!(
            judge(wit::Verdict::Approve(vec![violation])),
            Err(OutputError::ApprovedViolation("a.b".into()))
        );
    }

    #[test]
    fn a_veto_needs_a_violation() {
        let findings = vec![finding("a.b", wit::Severity::Warning, "")];
        let refusal = wit::Refusal {
            alert: None,
            findings,
        };
        assert_eq!(
            judge(wit::Verdict::Veto(refusal)),
            Err(OutputError::VetoWithoutViolation)
        );
    }

    #[test]
    fn limits_on_findings_and_strings_hold_from_both_sides() {
        let limits = Limits::default();
        let note = |message: &str| finding("a", wit::Severity::Note, message);
        let most = vec![note(&"x".repeat(limits.string_bytes_max)); limits.findings_max];
        assert!(judge(wit::Verdict::Approve(most)).is_ok());
        let too_many = vec![note(""); limits.findings_max + 1];
        assert!(matches!(
            judge(wit::Verdict::Approve(too_many)),
            Err(OutputError::TooManyFindings { .. })
        ));
        let too_long = vec![note(&"x".repeat(limits.string_bytes_max + 1))];
        assert!(matches!(
            judge(wit::Verdict::Approve(too_long)),
            Err(OutputError::StringTooLong { .. })
        ));
    }

    #[test]
    fn text_from_a_guest_cannot_steer_a_terminal() {
        assert_eq!(
            plain("a\u{1b}[31mb\n\u{202e}c"),
            "a\\u{1b}[31mb\\n\\u{202e}c"
        );
        assert_eq!(plain("a\u{200b}b\u{feff}"), "a\\u{200b}b\\u{feff}");
        assert_eq!(plain("Größe: 10 µs"), "Größe: 10 µs");
    }
}
