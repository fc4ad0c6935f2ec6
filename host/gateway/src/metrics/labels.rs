//! By what series are told apart.

use prometheus_client::encoding::EncodeLabelSet;

/// A listener.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Listener {
    pub(super) listener: String,
}

/// A side of a listener.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Listening {
    pub(super) listener: String,
    pub(super) side: &'static str,
}

/// Why connections of a listener ended, or never began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Ended {
    pub(super) listener: String,
    pub(super) reason: &'static str,
}

/// A direction of a listener.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Bytes {
    pub(super) listener: String,
    pub(super) direction: &'static str,
}

/// What became of handshakes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Decided {
    pub(super) listener: String,
    pub(super) side: &'static str,
    pub(super) decision: &'static str,
}

/// What a policy said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Verdict {
    pub(super) listener: String,
    pub(super) side: &'static str,
    pub(super) policy: String,
    pub(super) mode: &'static str,
    pub(super) verdict: &'static str,
    pub(super) reason: String,
}

/// A function of a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Judged {
    pub(super) policy: String,
    pub(super) function: &'static str,
}

/// What was negotiated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Negotiated {
    pub(super) listener: String,
    pub(super) side: &'static str,
    pub(super) version: &'static str,
    pub(super) cipher_suite: &'static str,
    pub(super) group: &'static str,
}

/// A standard, and whether it would be met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Held {
    pub(super) listener: String,
    pub(super) side: &'static str,
    pub(super) profile: &'static str,
    pub(super) meets: &'static str,
}

/// What refused clients offered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Offered {
    pub(super) listener: String,
    pub(super) version: &'static str,
}

/// Why an upstream could not be had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct UpstreamFailed {
    pub(super) upstream: String,
    pub(super) reason: &'static str,
}

/// How reloads ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Reload {
    pub(super) result: &'static str,
}
