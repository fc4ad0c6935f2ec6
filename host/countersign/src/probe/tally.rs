//! The attempts of one probe, added up.

use super::attempt::Attempt;
use super::hello::Shape;
use super::{NoAnswer, Observed, Outcome, Protocol};

/// "Not this version": says less about why a server refused than any other alert (RFC 8446 section 6.2).
const PROTOCOL_VERSION: u8 = 70;

/// What the attempts have shown so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    named: Vec<Observed>,
    refusals: Vec<Option<u8>>,
    not_tls: Option<Protocol>,
    failure: Option<NoAnswer>,
}

impl Tally {
    /// Adds what one hello brought.
    pub(super) fn add(&mut self, attempt: Attempt) {
        match attempt {
            Attempt::Named(observed) => self.named.push(observed),
            Attempt::Refused(alert) => self.refusals.push(alert),
            Attempt::NotTls(protocol) => self.not_tls = Some(protocol),
            Attempt::Failed(reason) => self.failure = Some(reason),
        }
    }

    /// Whether another hello could show nothing more, now that one of `shape` has been sent.
    pub(super) fn is_settled(&self, shape: Shape) -> bool {
        let unreachable = matches!(self.failure, Some(NoAnswer::Connect(_)));
        let answered = !self.named.is_empty() || self.failure == Some(NoAnswer::Deadline);
        self.not_tls.is_some() || unreachable || (answered && shape != Shape::Tls13)
    }

    /// The outcome of the probe: the best that was seen.
    pub(super) fn into_outcome(self) -> Outcome {
        let alert = self.telling_alert();
        let mut named = self.named.into_iter();
        if let Some(best) = named.next() {
            return Outcome::Observed {
                best,
                lower: named.next(),
            };
        }
        match (self.not_tls, self.failure) {
            (Some(protocol), _) => Outcome::NotTls(protocol),
            (None, Some(reason)) if self.refusals.is_empty() => Outcome::Nothing(reason),
            _ => Outcome::Refused { alert },
        }
    }

    fn telling_alert(&self) -> Option<u8> {
        let alerts = || self.refusals.iter().flatten().copied();
        alerts()
            .find(|alert| *alert != PROTOCOL_VERSION)
            .or_else(|| alerts().next())
    }
}
