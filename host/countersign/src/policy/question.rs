//! What a policy is asked about a connection, and what it answers.

use crate::{
    offer::Offer,
    session::{Endpoint, Session},
    verdict::Verdict,
};

/// One question of the contract, with its parameters.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question<'a> {
    /// What may be offered, out of what is available?
    Constrain {
        endpoint: &'a Endpoint,
        available: &'a Offer,
    },
    /// Are the negotiated parameters acceptable?
    JudgeParameters(&'a Session),
    /// Is the peer acceptable?
    JudgePeer(&'a Session),
}

/// A checked answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// To `constrain`. Not yet normalised.
    Offer(Offer),
    /// To either of the judge functions.
    Verdict(Verdict),
}

impl Answer {
    /// Each question has an answer of its own kind, so another kind never comes.
    pub(super) fn into_offer(self) -> Option<Offer> {
        match self {
            Self::Offer(offer) => Some(offer),
            Self::Verdict(_) => None,
        }
    }

    /// The same for a verdict.
    pub(super) fn into_verdict(self) -> Option<Verdict> {
        match self {
            Self::Verdict(verdict) => Some(verdict),
            Self::Offer(_) => None,
        }
    }
}
