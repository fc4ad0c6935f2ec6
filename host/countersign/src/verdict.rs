//! What a policy, or the host in its place, says about a connection.

use std::{borrow::Cow, fmt, sync::Arc};

use serde::Serialize;

/// How much a finding weighs, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; changes nothing.
    Note,
    /// Should be looked after; acceptable today.
    Warning,
    /// A reason for a veto.
    Violation,
}

/// The stable, machine-readable name of a finding, such as `version.not-allowed`.
///
/// Lower-case words of letters and digits, joined by `-` and grouped by `.`, at most 64 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct FindingCode(Cow<'static, str>);

impl FindingCode {
    /// The longest code, in bytes.
    pub const BYTES_MAX: usize = 64;

    /// First words that only the host may use.
    const HOST: [&'static str; 3] = ["engine", "floor", "offer"];

    /// A code of the host's own.
    pub(crate) const fn host(code: &'static str) -> Self {
        Self(Cow::Borrowed(code))
    }

    /// Takes a code from a policy. `None` if it is malformed or belongs to the host.
    pub fn from_policy(code: &str) -> Option<Self> {
        let well_formed = code.len() <= Self::BYTES_MAX
            && code.split(['.', '-']).all(|word| {
                !word.is_empty()
                    && word
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            });
        let first = code.split('.').next().unwrap_or_default();
        (well_formed && !Self::HOST.contains(&first)).then(|| Self(Cow::Owned(code.to_owned())))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who made a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The host itself: its floor, its engine.
    Host,
    /// The policy of this name.
    Policy(Arc<str>),
}

impl Serialize for Source {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Host => serializer.serialize_str("host"),
            Self::Policy(name) => serializer.collect_str(&format_args!("policy:{name}")),
        }
    }
}

/// One thing that was said about a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Finding {
    /// Its stable name.
    pub code: FindingCode,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence for a person. Free of control characters.
    pub message: String,
    /// Who says so.
    pub source: Source,
}

impl Finding {
    /// A violation found by the host.
    pub(crate) fn host(code: FindingCode, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Violation,
            message: message.into(),
            source: Source::Host,
        }
    }
}

/// A fatal alert that may be chosen for a refused handshake (RFC 8446, section 6.2; IANA "TLS Alerts").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Alert(u8);

impl Alert {
    /// handshake_failure: no agreement.
    pub const HANDSHAKE_FAILURE: Self = Self(40);
    /// access_denied: the peer is known and not welcome.
    pub const ACCESS_DENIED: Self = Self(49);
    /// protocol_version: the version is not acceptable.
    pub const PROTOCOL_VERSION: Self = Self(70);
    /// insufficient_security: the parameters are not strong enough.
    pub const INSUFFICIENT_SECURITY: Self = Self(71);
    /// internal_error: not the peer's fault.
    pub const INTERNAL_ERROR: Self = Self(80);

    /// no_application_protocol: none in common (RFC 7301, section 3.2).
    pub const NO_APPLICATION_PROTOCOL: Self = Self(120);

    /// Takes an alert from a policy. `None` for anything but an alert that says why a handshake is refused.
    pub fn from_policy(code: u8) -> Option<Self> {
        matches!(code, 40 | 42..=46 | 48 | 49 | 70 | 71 | 112 | 116 | 120).then_some(Self(code))
    }

    /// An alert that came over the wire, or that the TLS library chose.
    pub(crate) const fn from_tls(code: u8) -> Self {
        Self(code)
    }

    /// The number on the wire.
    pub const fn code(self) -> u8 {
        self.0
    }

    /// The name in the registry; none for numbers that are not assigned.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "close_notify",
            10 => "unexpected_message",
            20 => "bad_record_mac",
            22 => "record_overflow",
            40 => "handshake_failure",
            42 => "bad_certificate",
            43 => "unsupported_certificate",
            44 => "certificate_revoked",
            45 => "certificate_expired",
            46 => "certificate_unknown",
            47 => "illegal_parameter",
            48 => "unknown_ca",
            49 => "access_denied",
            50 => "decode_error",
            51 => "decrypt_error",
            70 => "protocol_version",
            71 => "insufficient_security",
            80 => "internal_error",
            86 => "inappropriate_fallback",
            90 => "user_canceled",
            109 => "missing_extension",
            110 => "unsupported_extension",
            112 => "unrecognized_name",
            113 => "bad_certificate_status_response",
            115 => "unknown_psk_identity",
            116 => "certificate_required",
            120 => "no_application_protocol",
            121 => "ech_required",
            _ => return None,
        })
    }
}

/// `protocol_version (70)`.
impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name} ({})", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

/// A policy's answer to a judge call, as it came out of the sandbox: checked, and with the findings' source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The session may carry data. Holds notes and warnings, never a violation.
    Approve(Vec<Finding>),
    /// The session must not carry data.
    Veto(Refusal),
}

/// Why a session is refused. Holds at least one violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The alert for the peer, if the policy chose one.
    pub alert: Option<Alert>,
    /// The reasons.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// What was found, whichever way the verdict went.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Approve(findings) => findings,
            Self::Veto(refusal) => &refusal.findings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_words_joined_by_dots_and_dashes() {
        for good in ["version.not-allowed", "a", "x1.y-2"] {
            assert!(FindingCode::from_policy(good).is_some(), "{good}");
        }
        let long = "a".repeat(65);
        for bad in [
            "",
            ".",
            "a.",
            "-a",
            "a..b",
            "A",
            "a b",
            "a\n",
            "a\u{1b}[31m",
            "é",
            &long,
        ] {
            assert!(FindingCode::from_policy(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn codes_of_the_host_are_closed_to_policies() {
        for code in ["floor.version", "offer.empty", "engine", "engine.trap"] {
            assert!(FindingCode::from_policy(code).is_none(), "{code}");
        }
        assert!(FindingCode::from_policy("floors.x").is_some());
    }

    #[test]
    fn a_policy_may_only_choose_alerts_that_refuse_a_handshake() {
        // close_notify, unexpected_message, internal_error and user_canceled would say something untrue.
        for code in [0, 10, 80, 90, 255] {
            assert_eq!(Alert::from_policy(code), None, "{code}");
        }
        assert_eq!(Alert::from_policy(71), Some(Alert::INSUFFICIENT_SECURITY));
    }
}
