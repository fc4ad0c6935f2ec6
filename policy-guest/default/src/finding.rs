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
    SignatureSchemeNotAllowed = "signature-scheme.not-allowed", Violation,
        "The peer signed the handshake with a scheme that is not allowed: change the peer's certificate or its schemes, or allow it under signature_schemes.";
    SignatureSchemeForbidden = "signature-scheme.forbidden", Violation,
        "The settings forbid by name the scheme that the peer signed the handshake with: change the peer's certificate or its schemes.";
    SignatureSchemeNotListed = "signature-scheme.not-listed", Warning,
        "The scheme that the peer signed the handshake with is not among those allowed, which not_listed lets pass: change it before that ends.";
    CertificateMissing = "certificate.missing", Violation,
        "The server showed no certificate, so what the settings ask of it cannot be judged: see why it shows none.";
    CertificateVerification = "certificate.verification", Violation,
        "The peer's certificate chain did not verify, though verification demands that: replace the certificate, or trust its issuer.";
    CertificateUnverified = "certificate.unverified", Warning,
        "The peer's certificate chain did not verify, which verification lets pass: replace the certificate before that ends.";
    CertificateSelfSigned = "certificate.self-signed", Violation,
        "The peer's certificate is its own issuer: have it issued by an authority, or allow it with self_signed.";
    CertificateKeyAlgorithm = "certificate.key-algorithm", Violation,
        "A certificate of the peer has a key of a kind that is not allowed: replace it, or allow the kind under key_algorithms.";
    CertificateKeySize = "certificate.key-size", Violation,
        "A certificate of the peer has a key of a size that is not allowed, such as one that is too small: replace it with another key.";
    CertificateSignatureAlgorithm = "certificate.signature-algorithm", Violation,
        "A certificate of the peer is signed with an algorithm that is not allowed: have it issued anew, or allow that under signature_algorithms.";
    CertificateSignatureAlgorithmEnds = "certificate.signature-algorithm-ends", Warning,
        "A certificate of the peer is signed with an algorithm that the standard allows or promises up to a day only: have it issued anew with another.";
    CertificateLifetime = "certificate.lifetime", Violation,
        "The peer's certificate is valid for longer than allowed: replace it with one that is renewed more often.";
    CertificateLongLived = "certificate.long-lived", Note,
        "The peer's certificate is valid for longer than the standard recommends: replace it with one that is renewed more often.";
    CertificateExpiresSoon = "certificate.expires-soon", Warning,
        "The peer's certificate expires soon, or has expired: renew it.";
    CertificateName = "certificate.name", Violation,
        "The peer's certificate is for none of the names that the settings ask for: see that it is the right one, or change names.";
    CertificatePin = "certificate.pin", Violation,
        "The key of the peer's certificate is none of those that are pinned: see whether it was replaced, and if that was wanted, pin the new one.";
    CertificateIssuer = "certificate.issuer", Violation,
        "The peer's certificate was not issued by an authority that the settings name: have it issued by one, or change issuers.";
    ClientCertificateMissing = "client-certificate.missing", Violation,
        "The client showed no certificate, though it must: give it one.";
    ClientCertificateIdentity = "client-certificate.identity", Violation,
        "The client's certificate says that it is somebody who may not come: give it another one, or allow it under client_certificate.";
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
    fn summaries_are_sentences_that_say_what_to_do() {
        for code in Code::ALL {
            let summary = code.summary();
            assert!(
                summary.ends_with('.') && summary.contains(':'),
                "{}",
                code.code()
            );
        }
    }
}
