//! What the contract demands of an answer that can be read.

use countersign::text::is_acted_on;

use super::{
    FINDINGS_MAX, STRING_BYTES_MAX,
    expected::{Configured, Description, Finding, Verdict},
    identity::{is_code, is_name, is_version},
};

/// The severity that speaks against a session.
const VIOLATION: u8 = 2;

/// The alerts of the handshake's own, as the contract lists them.
const ALERTS: [u8; 13] = [40, 42, 43, 44, 45, 46, 48, 49, 70, 71, 112, 116, 120];

impl Verdict {
    /// Whether the host may take it for one.
    pub fn is_allowed(&self) -> bool {
        let mut findings = self.findings.iter();
        let has_violation = findings.any(|(_, severity, _)| *severity == VIOLATION);
        are_allowed(&self.findings)
            && has_violation != self.approves
            && self.alert.is_none_or(|alert| ALERTS.contains(&alert))
    }
}

impl Description {
    /// Whether the host may take it for one, if that is known.
    pub fn is_allowed(&self) -> Option<bool> {
        let is_right = are_allowed(&self.findings)
            && is_name(&self.name)
            && is_version(&self.version)
            && is_short(&self.summary);
        match self.schema.as_deref().filter(|_| is_right) {
            Some(schema) => is_json(schema),
            None => Some(is_right),
        }
    }
}

/// Whether the host may show the mistakes in the settings.
pub fn is_configured(configured: &Configured) -> bool {
    let Err(errors) = configured else { return true };
    let mut texts = errors.iter().flat_map(|(path, message)| [path, message]);
    errors.len() <= FINDINGS_MAX && texts.all(|text| is_short(text))
}

fn are_allowed(findings: &[Finding]) -> bool {
    let is_allowed = |(code, _, message): &Finding| is_code(code) && is_short(message);
    findings.len() <= FINDINGS_MAX && findings.iter().all(is_allowed)
}

fn is_short(text: &str) -> bool {
    text.len() <= STRING_BYTES_MAX
}

/// Not known where a reader that makes values of it stops at what is no mistake: large numbers, deep nesting, half characters.
fn is_json(text: &str) -> Option<bool> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => Some(true),
        Err(error) => {
            let says = error.to_string();
            let mut unsure = ["out of range", "recursion limit", "hex escape"].into_iter();
            let is_unsure = unsure.any(|it| says.contains(it));
            (!is_unsure).then_some(false)
        }
    }
}

/// Whether one text may be shown for another: the same, but for what a terminal would act on.
pub fn shows(shown: &str, text: &str) -> bool {
    let mut rest = shown;
    let all = text.chars().all(|c| {
        let next = match is_acted_on(c) {
            true => rest.strip_prefix(c.escape_default().to_string().as_str()),
            false => rest.strip_prefix(c),
        };
        rest = next.unwrap_or_default();
        next.is_some()
    });
    all && rest.is_empty()
}
