use countersign_policy_sdk::{Finding, Severity};

/// Declares the findings once: what each is called, how much it weighs, what it means and what to do about it.
macro_rules! codes {
    ($($code:ident = $name:literal, $severity:ident, $summary:literal;)+) => {
        /// What the default policy can find: a closed set, in the order in which findings are reported.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $(#[doc = concat!("`", $name, "`")] $code,)+ }

        impl Code {
            /// Every finding.
            pub const ALL: &'static [Self] = &[$(Self::$code,)+];

            /// The stable, machine-readable name.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$code => $name,)+ }
            }

            /// How much it weighs.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$code => Severity::$severity,)+ }
            }

            /// What it means and what to do about it.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$code => $summary,)+ }
            }
        }
    };
}

codes! {
    VersionNotAllowed = "version.not-allowed", Violation,
        "The negotiated version is not allowed: update the peer, or allow the version under versions.";
    VersionForbidden = "version.forbidden", Violation,
        "The settings forbid the negotiated version by name: update the peer.";
    VersionNotListed = "version.not-listed", Warning,
        "The negotiated version is not among those allowed, which not_listed lets pass: update the peer before that ends.";
    CipherSuiteNotAllowed = "cipher-suite.not-allowed", Violation,
        "The negotiated cipher suite is not allowed: change the peer's, or allow it under cipher_suites.";
    CipherSuiteForbidden = "cipher-suite.forbidden", Violation,
        "The settings forbid the negotiated cipher suite by name: change the peer's.";
    CipherSuiteNotListed = "cipher-suite.not-listed", Warning,
        "The negotiated cipher suite is not among those allowed, which not_listed lets pass: change the peer's before that ends.";
    GroupNotAllowed = "group.not-allowed", Violation,
        "The key exchange used no allowed group: change the peer's groups, or allow the group under groups.";
    GroupForbidden = "group.forbidden", Violation,
        "The settings forbid the group of the key exchange by name: change the peer's groups.";
    GroupNotListed = "group.not-listed", Warning,
        "The group of the key exchange is not among those allowed, which not_listed lets pass: change the peer's groups before that ends.";
    GroupNotPostQuantum = "group.not-post-quantum", Violation,
        "The key exchange does not withstand quantum computers: give the peer a hybrid group such as X25519MLKEM768, or relax post_quantum.";
    AlpnNotAllowed = "alpn.not-allowed", Violation,
        "The application protocol is not allowed, or one is required and none was agreed on: change the peer's, or allow it under alpn.";
    ResumptionNotAllowed = "resumption.not-allowed", Violation,
        "An earlier session was resumed: turn tickets off at the peer, or allow it with resumption.";
    SunsetPassed = "sunset.passed", Violation,
        "The last day on which something negotiated might be used is over: change the peer's, or move the day.";
    SunsetAhead = "sunset.ahead", Warning,
        "Something negotiated may be used until a day only: change the peer's before it.";
    SunsetReview = "sunset.review", Warning,
        "The standard promised the use of something negotiated up to a day that is over: see whether it was renewed.";
}

impl Code {
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
        for (position, code) in Code::ALL.iter().enumerate() {
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
