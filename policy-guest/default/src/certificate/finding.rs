use countersign_policy_sdk::{Finding, Severity};

/// A finding on certificates: what it is called, how much it weighs, what it means and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Doc {
    /// The stable, machine-readable name.
    pub(crate) code: &'static str,
    /// How much it weighs.
    pub(crate) severity: Severity,
    /// What it means and what to do about it, in one sentence.
    pub(crate) summary: &'static str,
}

impl Doc {
    /// The finding, with one sentence on what was found.
    pub(super) fn finding(&self, message: String) -> Finding {
        Finding {
            code: self.code.into(),
            severity: self.severity,
            message,
        }
    }
}

/// Declares the findings once, and the list of all of them.
macro_rules! docs {
    ($($name:ident = $code:literal, $severity:ident, $summary:literal;)+) => {
        $(pub(super) const $name: Doc = Doc {
            code: $code,
            severity: Severity::$severity,
            summary: $summary,
        };)+

        /// Everything that can be found about certificates, in the order in which it is reported.
        pub(crate) const DOCS: &[Doc] = &[$($name,)+];
    };
}

docs! {
    MISSING = "certificate.missing", Violation,
        "The server showed no certificate, so what the settings ask of it cannot be judged: see why it shows none.";
    VERIFICATION = "certificate.verification", Violation,
        "The peer's certificate chain did not verify, though verification demands that: replace the certificate, or trust its issuer.";
    UNVERIFIED = "certificate.unverified", Warning,
        "The peer's certificate chain did not verify, which verification lets pass: replace the certificate before that ends.";
    SELF_SIGNED = "certificate.self-signed", Violation,
        "The peer's certificate is its own issuer: have it issued by an authority, or allow it with self_signed.";
    KEY_ALGORITHM = "certificate.key-algorithm", Violation,
        "A certificate of the peer has a key of a kind that is not allowed: replace it, or allow the kind under key_algorithms.";
    KEY_SIZE = "certificate.key-size", Violation,
        "A certificate of the peer has a key of a size that is not allowed, such as one that is too small: replace it with another key.";
    SIGNATURE_ALGORITHM = "certificate.signature-algorithm", Violation,
        "A certificate of the peer is signed with an algorithm that is not allowed: have it issued anew, or allow that under signature_algorithms.";
    SIGNATURE_ALGORITHM_ENDS = "certificate.signature-algorithm-ends", Warning,
        "A certificate of the peer is signed with an algorithm that the standard allows or promises up to a day only: have it issued anew with another.";
    LIFETIME = "certificate.lifetime", Violation,
        "The peer's certificate is valid for longer than allowed: replace it with one that is renewed more often.";
    EXPIRES_SOON = "certificate.expires-soon", Warning,
        "The peer's certificate expires soon, or has expired: renew it.";
    NAME = "certificate.name", Violation,
        "The peer's certificate is for none of the names that the settings ask for: see that it is the right one, or change names.";
    PIN = "certificate.pin", Violation,
        "The key of the peer's certificate is none of those that are pinned: see whether it was replaced, and if that was wanted, pin the new one.";
    ISSUER = "certificate.issuer", Violation,
        "The peer's certificate was not issued by an authority that the settings name: have it issued by one, or change issuers.";
    CLIENT_MISSING = "client-certificate.missing", Violation,
        "The client showed no certificate, though it must: give it one.";
    CLIENT_IDENTITY = "client-certificate.identity", Violation,
        "The client's certificate says that it is somebody who may not come: give it another one, or allow it under client_certificate.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_well_formed() {
        for (place, doc) in DOCS.iter().enumerate() {
            let is_new = DOCS[..place].iter().all(|earlier| earlier.code != doc.code);
            assert!(is_new, "{} is there twice", doc.code);
            let is_part = |byte| matches!(byte, b'a'..=b'z' | b'-' | b'.');
            assert!(
                doc.code.len() <= 64 && doc.code.bytes().all(is_part),
                "{}",
                doc.code
            );
            let group = doc.code.split('.').next();
            assert!(matches!(group, Some("certificate" | "client-certificate")));
        }
    }

    #[test]
    fn summaries_say_what_to_do() {
        for doc in DOCS {
            assert!(
                doc.summary.ends_with('.') && doc.summary.contains(':'),
                "{}",
                doc.code
            );
        }
    }
}
