//! What becomes of a connection.

use std::{fmt, sync::Arc};

use super::HandshakeError;
use crate::{
    record::{DecisionRecord, Stage},
    verdict::{Alert, Finding, FindingCode, Refusal},
};

/// The finding that nothing is left to offer.
pub(super) const EMPTY_OFFER: FindingCode = FindingCode::host("offer.empty");

/// An approved connection.
#[derive(Debug)]
#[non_exhaustive]
pub struct Approved<T> {
    /// The stream. Nothing has been read from it or written to it.
    pub stream: T,
    /// Why it was approved.
    pub record: Arc<DecisionRecord>,
}

/// A connection that did not become a stream.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// It was refused: by a policy, or by the host in its place.
    #[error(transparent)]
    Veto(Veto),
    /// It failed for another reason.
    #[error(transparent)]
    Failed(Failure),
}

/// A veto: who found what, and what the peer was told.
#[derive(thiserror::Error)]
#[error("refused: {}", .findings.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join(" "))]
pub struct Veto {
    /// How far the connection came.
    pub stage: Stage,
    /// The reasons, at least one violation among them.
    pub findings: Vec<Finding>,
    /// What the peer is told, as far as it listens; nothing if there was nobody to tell.
    pub alert: Option<Alert>,
    /// The whole story.
    pub record: Arc<DecisionRecord>,
}

/// A failure that is not the policy's.
#[derive(thiserror::Error)]
#[error("{}", .error.sentence(.record.endpoint.role.peer()))]
pub struct Failure {
    /// What failed.
    #[source]
    pub error: HandshakeError,
    /// The whole story.
    pub record: Arc<DecisionRecord>,
}

/// Without the record, which has its own.
impl fmt::Debug for Veto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Veto")
            .field("stage", &self.stage)
            .field("findings", &self.findings)
            .field("alert", &self.alert)
            .finish_non_exhaustive()
    }
}

/// Without the record, which has its own.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl Refused {
    /// The record of the connection.
    pub fn record(&self) -> &Arc<DecisionRecord> {
        match self {
            Self::Veto(veto) => &veto.record,
            Self::Failed(failure) => &failure.record,
        }
    }
}

/// Why an attempt ended, before the record is published.
#[derive(Debug)]
pub(super) enum Ended {
    Veto(Refusal),
    Failed(HandshakeError),
}

impl Ended {
    /// Whether there was nothing to offer: no peer can agree with that.
    pub(super) fn is_empty_offer(&self) -> bool {
        matches!(self, Self::Veto(refusal) if refusal.findings.iter().any(|finding| finding.code == EMPTY_OFFER))
    }

    /// What the peer is told.
    pub(super) fn alert(&self) -> Option<Alert> {
        match self {
            Self::Veto(refusal) => refusal.alert,
            Self::Failed(error) => error.alert(),
        }
    }
}

impl From<Refusal> for Ended {
    fn from(refusal: Refusal) -> Self {
        Self::Veto(refusal)
    }
}

impl From<HandshakeError> for Ended {
    fn from(error: HandshakeError) -> Self {
        Self::Failed(error)
    }
}
