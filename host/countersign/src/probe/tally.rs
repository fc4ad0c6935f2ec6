//! The attempts of one probe, added up.

use super::attempt::Attempt;
use super::hello::Shape;
use super::{NoAnswer, Observed, Outcome, Protocol};
use crate::verdict::Alert;
use countersign_names::Version;

/// The hellos by which a server shows its highest version; it answers lower ones only because it refused these.
const TLS13: Shape = Shape::Tls13;
const LEGACY: Shape = Shape::Extended(Version::TLS_1_2);

/// What the attempts have shown so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    named: Vec<(Shape, Observed)>,
    refusals: Vec<Option<Alert>>,
    not_tls: Option<Protocol>,
    failure: Option<NoAnswer>,
}

impl Tally {
    /// Adds what the hello of this shape brought.
    pub(super) fn add(&mut self, shape: Shape, attempt: Attempt) {
        match attempt {
            Attempt::Named(observed) => self.named.push((shape, observed)),
            Attempt::Refused(alert) => self.refusals.push(alert),
            Attempt::NotTls(protocol) => self.not_tls = Some(protocol),
            Attempt::Failed(reason) => self.failure = Some(reason),
        }
    }

    /// Whether a first hello of this shape could show more.
    pub(super) fn wants(&self, shape: Shape) -> bool {
        let unanswered = self.named.is_empty() && self.failure != Some(NoAnswer::Deadline);
        let about_parameters = || self.refusals.iter().flatten().all(is_about_parameters);
        !self.is_over()
            && match shape {
                Shape::Bare(_) => unanswered && about_parameters(),
                _ => unanswered || !is_lower(shape),
            }
    }

    /// Whether the ladder's result is in doubt, and a second hello of this shape could settle it.
    pub(super) fn wants_again(&self, shape: Shape) -> bool {
        let in_doubt = |(shape, seen): &(Shape, Observed)| is_lower(*shape) || seen.can_do_better;
        let named = self.named.iter().any(|(answered, _)| *answered == shape);
        !self.is_over() && !is_lower(shape) && !named && self.named.iter().any(in_doubt)
    }

    /// The outcome of the probe: the best that was seen, if that is what the server would choose.
    pub(super) fn into_outcome(mut self) -> Outcome {
        let lower = self.take(|shape| shape == LEGACY);
        if let Some(best) = self.take(|shape| shape == TLS13) {
            return Outcome::Observed { best, lower };
        }
        if let Some(seen) = lower {
            return of(seen);
        }
        let alert = self.telling_alert();
        match (self.take(is_lower), self.not_tls, self.failure) {
            _ if self.is_refused_by_name() => Outcome::Refused { alert },
            // Left in doubt: the server was lost before it could be asked again.
            (Some(_), _, Some(reason @ (NoAnswer::Connect(_) | NoAnswer::Deadline))) => {
                Outcome::Nothing(reason)
            }
            (Some(seen), ..) => of(seen),
            (None, Some(protocol), _) => Outcome::NotTls(protocol),
            (None, None, Some(reason)) if self.refusals.is_empty() => Outcome::Nothing(reason),
            _ => Outcome::Refused { alert },
        }
    }

    fn take(&mut self, wanted: impl Fn(Shape) -> bool) -> Option<Observed> {
        let position = self.named.iter().position(|(shape, _)| wanted(*shape))?;
        Some(self.named.swap_remove(position).1)
    }

    /// Whether another hello could show nothing more, whatever it asks for.
    fn is_over(&self) -> bool {
        let unreachable = matches!(self.failure, Some(NoAnswer::Connect(_)));
        self.not_tls.is_some() || unreachable || self.is_refused_by_name()
    }

    fn is_refused_by_name(&self) -> bool {
        self.refusals.iter().flatten().any(is_about_names)
    }

    fn telling_alert(&self) -> Option<Alert> {
        let alerts = || self.refusals.iter().flatten().copied();
        alerts()
            .find(is_about_names)
            // "Not this version" says less about why a server refused than any other alert.
            .or_else(|| alerts().find(|alert| *alert != Alert::PROTOCOL_VERSION))
            .or_else(|| alerts().next())
    }
}

/// An answer that stands alone.
fn of(seen: Observed) -> Outcome {
    if seen.can_do_better {
        Outcome::Inconclusive { seen }
    } else {
        Outcome::Observed {
            best: seen,
            lower: None,
        }
    }
}

fn is_lower(shape: Shape) -> bool {
    shape != TLS13 && shape != LEGACY
}

/// unrecognized_name or no_application_protocol: the server understood the hello, and does not serve what it names.
fn is_about_names(alert: &Alert) -> bool {
    matches!(alert.code(), 112 | 120)
}

/// unexpected_message, handshake_failure, illegal_parameter, decode_error, protocol_version or insufficient_security: the
/// server may like another hello better.
fn is_about_parameters(alert: &Alert) -> bool {
    matches!(alert.code(), 10 | 40 | 47 | 50 | 70 | 71)
}
