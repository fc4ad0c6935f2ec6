//! What tests say about records.

use countersign::{
    Refused,
    record::{Decision, DecisionRecord},
};

/// The codes of what was found.
pub(crate) fn codes(record: &DecisionRecord) -> Vec<&str> {
    let findings = record.findings.iter();
    findings.map(|finding| finding.code.as_str()).collect()
}

/// What the policies were asked, in order.
pub(crate) fn calls(record: &DecisionRecord) -> Vec<&str> {
    let calls = record.policies.iter().flat_map(|policy| &policy.calls);
    calls.map(|call| call.function).collect()
}

/// Version, suite and group that a connection settled on, as code points.
pub(crate) fn parameters(record: &DecisionRecord) -> (u16, u16, Option<u16>) {
    assert_eq!(record.decision, Decision::Approved, "{record:#?}");
    let session = record.session.as_ref().expect("an approved session");
    (
        session.version.code(),
        session.cipher_suite.code(),
        session.group.map(|group| group.code()),
    )
}

/// Whether a connection resumed an earlier session.
pub(crate) fn resumed(record: &DecisionRecord) -> bool {
    record.session.as_ref().expect("a session").resumed
}

/// The codes of a veto.
pub(crate) fn vetoed(refused: &Refused) -> Vec<&str> {
    assert!(matches!(refused, Refused::Veto(_)), "{refused}");
    codes(refused.record())
}
