use crate::bindings::countersign::policy::types as wire;

/// The answer to a judge call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The session may carry data. The findings are notes and warnings.
    Approve(Vec<Finding>),
    /// The session must not carry data.
    Veto(Refusal),
}

/// Why a session is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The fatal alert for the peer. None: the host chooses.
    pub alert: Option<Alert>,
    /// The reasons; at least one is a violation.
    pub findings: Vec<Finding>,
}

/// One thing that a policy has to say about a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable, machine-readable name, such as `version.not-allowed`.
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence for a person, in plain text.
    pub message: String,
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; changes nothing.
    Note,
    /// Should be looked after; the session is acceptable today.
    Warning,
    /// A reason for a veto.
    Violation,
}

/// A fatal alert (IANA "TLS Alerts"). The host sends those that belong to the handshake and chooses itself for any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert(u8);

impl Verdict {
    /// The session may carry data, and there is nothing to say about it.
    pub const fn approve() -> Self {
        Self::Approve(Vec::new())
    }

    /// The session must not carry data, for this one reason. The host chooses the alert.
    pub fn veto(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::from_findings([Finding::violation(code, message)])
    }

    /// A veto if one of the findings is a violation, else an approval. The host chooses the alert of a veto.
    pub fn from_findings(findings: impl IntoIterator<Item = Finding>) -> Self {
        let findings: Vec<_> = findings.into_iter().collect();
        if findings
            .iter()
            .any(|finding| finding.severity == Severity::Violation)
        {
            Self::Veto(Refusal {
                alert: None,
                findings,
            })
        } else {
            Self::Approve(findings)
        }
    }

    /// The same verdict; if it is a veto, with this alert.
    #[must_use]
    pub fn with_alert(self, alert: Alert) -> Self {
        match self {
            Self::Veto(refusal) => Self::Veto(Refusal {
                alert: Some(alert),
                ..refusal
            }),
            approve @ Self::Approve(_) => approve,
        }
    }

    /// Whether the session may carry data.
    pub const fn is_approved(&self) -> bool {
        matches!(self, Self::Approve(_))
    }

    /// What the policy has to say, whatever the verdict.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Approve(findings) | Self::Veto(Refusal { findings, .. }) => findings,
        }
    }
}

impl Finding {
    /// Something that is worth knowing and changes nothing.
    pub fn note(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            severity: Severity::Note,
            message: message.into(),
        }
    }

    /// Something that should be looked after.
    pub fn warning(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            severity: Severity::Warning,
            message: message.into(),
        }
    }

    /// A reason for a veto.
    pub fn violation(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            severity: Severity::Violation,
            message: message.into(),
        }
    }
}

impl Alert {
    /// bad_certificate.
    pub const BAD_CERTIFICATE: Self = Self(42);
    /// access_denied.
    pub const ACCESS_DENIED: Self = Self(49);
    /// protocol_version.
    pub const PROTOCOL_VERSION: Self = Self(70);
    /// insufficient_security.
    pub const INSUFFICIENT_SECURITY: Self = Self(71);

    /// The alert with this number.
    pub const fn new(code: u8) -> Self {
        Self(code)
    }

    /// The number of the alert.
    pub const fn code(self) -> u8 {
        self.0
    }
}

impl From<Verdict> for wire::Verdict {
    fn from(verdict: Verdict) -> Self {
        let findings =
            |findings: Vec<Finding>| findings.into_iter().map(wire::Finding::from).collect();
        match verdict {
            Verdict::Approve(notes) => Self::Approve(findings(notes)),
            Verdict::Veto(refusal) => Self::Veto(wire::Refusal {
                alert: refusal.alert.map(Alert::code),
                findings: findings(refusal.findings),
            }),
        }
    }
}

impl From<Finding> for wire::Finding {
    fn from(finding: Finding) -> Self {
        Self {
            code: finding.code,
            severity: finding.severity.into(),
            message: finding.message,
        }
    }
}

impl From<Severity> for wire::Severity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Note => Self::Note,
            Severity::Warning => Self::Warning,
            Severity::Violation => Self::Violation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_violation_is_a_veto() {
        let verdict =
            Verdict::from_findings([Finding::note("a", "A."), Finding::violation("b", "B.")]);
        assert!(!verdict.is_approved());
        assert_eq!(verdict.findings().len(), 2);
    }

    #[test]
    fn notes_and_warnings_approve() {
        let verdict =
            Verdict::from_findings([Finding::note("a", "A."), Finding::warning("b", "B.")]);
        assert!(verdict.is_approved());
        assert_eq!(Verdict::from_findings(None), Verdict::approve());
    }

    #[test]
    fn a_veto_has_its_reason() {
        let Verdict::Veto(refusal) = Verdict::veto("b", "B.") else {
            panic!("it is a veto")
        };
        assert_eq!(refusal.findings, [Finding::violation("b", "B.")]);
        assert_eq!(refusal.alert, None);
    }

    #[test]
    fn only_a_veto_has_an_alert() {
        assert_eq!(
            Verdict::approve().with_alert(Alert::ACCESS_DENIED),
            Verdict::approve()
        );
        let veto = Verdict::from_findings([Finding::violation("b", "B.")])
            .with_alert(Alert::ACCESS_DENIED);
        assert!(matches!(
            veto,
            Verdict::Veto(Refusal {
                alert: Some(Alert::ACCESS_DENIED),
                ..
            })
        ));
    }
}
