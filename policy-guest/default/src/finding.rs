use countersign_policy_sdk::{Finding, Severity};

/// What the default policy can find: a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// `version.not-allowed`
    VersionNotAllowed,
    /// `cipher-suite.not-allowed`
    CipherSuiteNotAllowed,
    /// `group.not-allowed`
    GroupNotAllowed,
    /// `resumption.not-allowed`
    ResumptionNotAllowed,
}

impl Code {
    /// Every finding, in the order in which they are reported.
    pub const ALL: [Self; 4] = [
        Self::VersionNotAllowed,
        Self::CipherSuiteNotAllowed,
        Self::GroupNotAllowed,
        Self::ResumptionNotAllowed,
    ];

    /// The stable, machine-readable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::VersionNotAllowed => "version.not-allowed",
            Self::CipherSuiteNotAllowed => "cipher-suite.not-allowed",
            Self::GroupNotAllowed => "group.not-allowed",
            Self::ResumptionNotAllowed => "resumption.not-allowed",
        }
    }

    /// How much it weighs.
    pub const fn severity(self) -> Severity {
        match self {
            Self::VersionNotAllowed
            | Self::CipherSuiteNotAllowed
            | Self::GroupNotAllowed
            | Self::ResumptionNotAllowed => Severity::Violation,
        }
    }

    /// What it means and what to do about it.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::VersionNotAllowed => {
                "The negotiated version is not allowed: update the peer, or allow the version under versions."
            }
            Self::CipherSuiteNotAllowed => {
                "The negotiated cipher suite is not allowed: change the peer's, or allow it under cipher_suites."
            }
            Self::GroupNotAllowed => {
                "The key exchange used no allowed group: change the peer's groups, or allow the group under groups."
            }
            Self::ResumptionNotAllowed => {
                "An earlier session was resumed: turn tickets off at the peer, or allow it with resumption."
            }
        }
    }

    /// The finding, with one sentence on what was negotiated.
    pub(crate) fn finding(self, message: String) -> Finding {
        Finding {
            code: self.code().into(),
            severity: self.severity(),
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_well_formed() {
        for (position, code) in Code::ALL.into_iter().enumerate() {
            let name = code.code();
            assert!(
                Code::ALL[..position]
                    .iter()
                    .all(|earlier| earlier.code() != name),
                "{name} is there twice"
            );
            assert!(
                name.len() <= 64
                    && name
                        .bytes()
                        .all(|byte| matches!(byte, b'a'..=b'z' | b'-' | b'.')),
                "{name}"
            );
            let group = name.split('.').next();
            assert!(
                !matches!(group, Some("floor" | "offer" | "engine")),
                "{name} belongs to the host"
            );
        }
    }

    #[test]
    fn summaries_are_sentences() {
        assert!(Code::ALL.iter().all(|code| code.summary().ends_with('.')));
    }
}
