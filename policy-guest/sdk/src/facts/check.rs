/// How the host's check of the peer's certificate chain ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChainCheck {
    /// No check was made: the peer showed no certificate, or the parameters were only looked at.
    #[default]
    NotMade,
    /// The chain leads to a trusted root, is in date and, where this host is the client, fits the name that was asked for.
    Valid,
    /// The check failed. The host goes on only if its operator told it to; the policy may still veto.
    Invalid(ChainFailure),
}

/// Why the check of a certificate chain failed (RFC 5280, section 6; RFC 9525 for names).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainFailure {
    /// A certificate is past its notAfter date.
    Expired,
    /// A certificate is before its notBefore date.
    NotYetValid,
    /// No chain to a trusted root was found.
    UnknownIssuer,
    /// The end-entity certificate is not for the name that was asked for.
    NameMismatch,
    /// A certificate is revoked.
    Revoked,
    /// A signature in the chain does not verify.
    BadSignature,
    /// Anything else, such as a certificate that does not parse.
    Other,
}
