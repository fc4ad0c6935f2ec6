//! A record in the making, which publishes itself exactly once.

use std::{
    sync::Arc,
    time::{Instant, SystemTime},
};

use super::{
    Answer, CallRecord, Decision, DecisionRecord, FailureRecord, Observer, PolicyRecord, Stage,
};
use crate::{
    facts::ConnectionFacts,
    gate::HandshakeError,
    policy::{Called, Policy},
    session::Endpoint,
};

/// Holds the record of a connection until it is decided. Dropped before that, it publishes the connection as abandoned.
pub(crate) struct Draft {
    record: Option<DecisionRecord>,
    began: Instant,
    observer: Arc<dyn Observer>,
}

impl Draft {
    pub(crate) fn new(
        endpoint: Endpoint,
        facts: Arc<ConnectionFacts>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        let record = DecisionRecord {
            started: SystemTime::now(),
            duration: std::time::Duration::ZERO,
            endpoint,
            facts,
            decision: Decision::Failed,
            stage: Stage::Offer,
            session: None,
            findings: Vec::new(),
            alert: None,
            failure: None,
            offer: None,
            policies: Vec::new(),
            probe: None,
        };
        Self {
            record: Some(record),
            began: Instant::now(),
            observer,
        }
    }

    /// Changes the record.
    pub(crate) fn note(&mut self, change: impl FnOnce(&mut DecisionRecord)) {
        if let Some(record) = &mut self.record {
            change(record);
        }
    }

    /// Notes that a policy was asked, and how it answered.
    pub(crate) fn note_call<T>(
        &mut self,
        policy: &Policy,
        function: &'static str,
        called: &Called<T>,
        answer: Answer,
    ) {
        self.note(|record| {
            let by = entry(&mut record.policies, policy);
            by.facts_read.extend(called.facts_read);
            by.calls.push(CallRecord {
                function,
                answer,
                duration: called.duration,
            });
        });
    }

    /// Notes a failure that is not the policy's.
    pub(crate) fn note_failure(&mut self, error: &HandshakeError) {
        let failure = FailureRecord {
            kind: error.kind(),
            message: error.to_string(),
        };
        self.note(|record| record.failure = Some(failure));
    }

    /// The decision has fallen: publishes the record.
    pub(crate) fn publish(mut self, decision: Decision) -> Arc<DecisionRecord> {
        self.publish_once(decision)
            .unwrap_or_else(|| unreachable!("a draft is only consumed by publishing it"))
    }

    fn publish_once(&mut self, decision: Decision) -> Option<Arc<DecisionRecord>> {
        let mut record = self.record.take()?;
        record.decision = decision;
        record.duration = self.began.elapsed();
        let record = Arc::new(record);
        self.observer.decided(&record);
        Some(record)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.note_failure(&HandshakeError::Abandoned);
        self.publish_once(Decision::Failed);
    }
}

/// The entry of `policy`, made when it is first asked.
fn entry<'a>(policies: &'a mut Vec<PolicyRecord>, policy: &Policy) -> &'a mut PolicyRecord {
    let known = policies.iter().position(|known| {
        known.digest == *policy.digest() && known.settings_digest == *policy.settings_digest()
    });
    let at = known.unwrap_or_else(|| {
        policies.push(PolicyRecord::new(policy));
        policies.len() - 1
    });
    &mut policies[at]
}
