use countersign_policy_sdk::{
    Finding,
    facts::{self, ChainCheck, ChainFailure},
};

use crate::{
    Code,
    certificate::{PeerRules, Verification},
};

/// What there is to say of the host's check of the chain. Of a client that shows no certificate, none is made.
pub(super) fn judge(rules: &PeerRules, must_be_made: bool) -> Option<Finding> {
    let asked = rules.verification?;
    let why = match facts::peer_verification() {
        ChainCheck::Valid => return None,
        ChainCheck::NotMade if !must_be_made => return None,
        ChainCheck::NotMade => "no check was made",
        ChainCheck::Invalid(failure) => reason(failure),
    };
    let code = match asked {
        Verification::RequireValid => Code::CertificateVerification,
        Verification::Warn => Code::CertificateUnverified,
    };
    Some(code.finding(format!(
        "The peer's certificate chain did not verify: {why}."
    )))
}

/// Whether the host's check vouches for what the peer's own certificate says.
pub(super) fn vouches() -> bool {
    matches!(facts::peer_verification(), ChainCheck::Valid)
}

const fn reason(failure: ChainFailure) -> &'static str {
    match failure {
        ChainFailure::Expired => "a certificate has expired",
        ChainFailure::NotYetValid => "a certificate is not valid yet",
        ChainFailure::UnknownIssuer => "it leads to no trusted root",
        ChainFailure::NameMismatch => "it is for another name",
        ChainFailure::Revoked => "a certificate is revoked",
        ChainFailure::BadSignature => "a signature in it does not verify",
        ChainFailure::Other => "a certificate cannot be used",
    }
}
