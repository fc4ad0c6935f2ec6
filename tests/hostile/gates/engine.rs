//! The engine alone: every function in the order of a connection, up to the first that does not approve.

use std::sync::Arc;

use countersign::{
    facts::ConnectionFacts,
    offer::Offer,
    policy::{Called, Policy},
    verdict::Verdict,
};

use crate::{
    neighbour::{available, endpoint, session},
    outcome::{Outcome, check_plain, codes},
};

pub(super) fn ask(policy: &Policy) -> Result<Outcome, String> {
    let (session, facts) = (session(), Arc::<ConnectionFacts>::default());
    let offer = policy.constrain(&endpoint(), &available(), Arc::clone(&facts));
    if let Some(outcome) = of_offer(offer)? {
        return Ok(outcome);
    }
    let parameters = policy.judge_parameters(&session, Arc::clone(&facts));
    if let Some(outcome) = of_verdict("judge-parameters", parameters)? {
        return Ok(outcome);
    }
    let peer = policy.judge_peer(&session, facts);
    Ok(of_verdict("judge-peer", peer)?.unwrap_or(Outcome::Approved))
}

/// How it ended, if it did. The engine alone does not look at an offer; that one of nothing is a veto, is said here in
/// the place of the gates.
fn of_offer(called: Called<Offer>) -> Result<Option<Outcome>, String> {
    let offer = answered("constrain", called)?;
    Ok(match offer {
        Err(outcome) => Some(outcome),
        Ok(offer) if is_useless(&offer) => {
            Some(Outcome::Stopped("constrain", "offer.empty".to_owned()))
        }
        Ok(_) => None,
    })
}

/// Whether nothing that was available is left of one of the lists without which there is no TLS.
fn is_useless(offer: &Offer) -> bool {
    fn is_apart<T: PartialEq>(offered: &[T], available: &[T]) -> bool {
        !offered.iter().any(|item| available.contains(item))
    }
    let available = available();
    is_apart(&offer.versions, &available.versions)
        || is_apart(&offer.cipher_suites, &available.cipher_suites)
        || is_apart(&offer.groups, &available.groups)
}

fn of_verdict(function: &'static str, called: Called<Verdict>) -> Result<Option<Outcome>, String> {
    let verdict = match answered(function, called)? {
        Ok(verdict) => verdict,
        Err(outcome) => return Ok(Some(outcome)),
    };
    for finding in verdict.findings() {
        check_plain(&finding.message)?;
    }
    Ok(match verdict {
        Verdict::Approve(_) => None,
        Verdict::Veto(refusal) => Some(Outcome::Stopped(function, codes(&refusal.findings))),
    })
}

fn answered<T>(function: &'static str, called: Called<T>) -> Result<Result<T, Outcome>, String> {
    if let Err(error) = &called.result {
        check_plain(&error.to_string())?;
    }
    Ok(called
        .result
        .map_err(|error| Outcome::of_call(function, &error)))
}
