//! A record in the making, which publishes itself exactly once.

use std::{
    sync::Arc,
    time::{Instant, SystemTime},
};

use super::{
    Answer, CallRecord, Decision, DecisionRecord, FailureRecord, Observer, PolicyRecord, Stage,
    Would,
};
use crate::{
    facts::ConnectionFacts,
    gate::HandshakeError,
    offer::Offer,
    policy::{Called, Chain, Mode},
    session::{Endpoint, Session},
};

/// Holds the record of a connection until it is published. Dropped before that, it publishes what was settled; where
/// nothing was, the connection was abandoned.
pub(crate) struct Draft {
    record: Option<DecisionRecord>,
    settled: Option<Decision>,
    began: Instant,
    observer: Arc<dyn Observer>,
}

impl Draft {
    pub(crate) fn new(
        chain: &Chain,
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
            policies: chain.links().iter().map(PolicyRecord::new).collect(),
            probe: None,
        };
        Self {
            record: Some(record),
            settled: None,
            began: Instant::now(),
            observer,
        }
    }

    /// The record of the same connection for others who judge it from here on. What was noted so far is gone.
    pub(crate) fn handed_over(
        mut self,
        chain: &Chain,
        endpoint: Endpoint,
        facts: Arc<ConnectionFacts>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        let mut next = Self::new(chain, endpoint, facts, observer);
        next.began = self.began;
        // Without its record this draft publishes nothing.
        if let Some(begun) = self.record.take() {
            next.note(|record| record.started = begun.started);
        }
        next
    }

    /// Changes the record.
    pub(crate) fn note(&mut self, change: impl FnOnce(&mut DecisionRecord)) {
        if let Some(record) = &mut self.record {
            change(record);
        }
    }

    /// Notes that the policy at this place of the chain was asked, and how it answered.
    pub(crate) fn note_call<T>(
        &mut self,
        at: usize,
        function: &'static str,
        called: &Called<T>,
        answer: Answer,
    ) {
        self.note_policy(at, |by| {
            by.facts_read.extend(called.facts_read);
            by.calls.push(CallRecord {
                function,
                answer,
                duration: called.duration,
            });
        });
    }

    /// Changes what an audited policy would have done.
    pub(crate) fn note_would(&mut self, at: usize, change: impl FnOnce(&mut Would)) {
        self.note_policy(at, |by| {
            by.would.as_mut().map(change);
        });
    }

    /// What would have been offered if this audited policy's word counted, where that is not what was.
    pub(crate) fn would_offer(&self, at: usize) -> Option<&Offer> {
        let by = self.record.as_ref()?.policies.get(at)?;
        by.would.as_ref()?.offer.as_ref()
    }

    /// Audited policies that were asked everything about this session and had nothing against it would have approved it, if
    /// what they leave to offer can lead to it.
    pub(crate) fn note_would_approve(&mut self, session: &Session) {
        self.note(|record| {
            let asked = record.offer.as_ref().map(|offer| offer.client_auth);
            let audited = record
                .policies
                .iter_mut()
                .filter_map(|by| by.would.as_mut());
            audited.for_each(|would| would.approve(session, asked));
        });
    }

    fn note_policy(&mut self, at: usize, change: impl FnOnce(&mut PolicyRecord)) {
        self.note(|record| {
            if let Some(by) = record.policies.get_mut(at) {
                if by.mode == Mode::Audit {
                    by.would.get_or_insert_with(Would::unknown);
                }
                change(by);
            }
        });
    }

    /// Notes a failure that is not the policy's.
    pub(crate) fn note_failure(&mut self, error: &HandshakeError) {
        self.note(|record| {
            record.failure = Some(FailureRecord {
                kind: error.kind(),
                message: error.sentence(record.endpoint.role.peer()),
            });
        });
    }

    /// The decision has fallen, though the peer is still to be told: nothing that happens meanwhile changes it.
    pub(crate) fn settle(&mut self, decision: Decision) {
        self.settled = Some(decision);
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
        if self.settled.is_none() {
            self.note_failure(&HandshakeError::Abandoned);
        }
        self.publish_once(self.settled.unwrap_or(Decision::Failed));
    }
}
