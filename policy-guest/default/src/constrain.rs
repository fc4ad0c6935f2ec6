use countersign_policy_sdk::{Offer, Role};

use crate::{
    objection::Objection,
    settings::{NotListed, PostQuantum},
    terms::{Allowed, Fading, Terms, Today},
};

/// Leaves of an offer what the terms allow. What they list stands in their order; where they list nothing, in the
/// order that it came in.
pub(crate) fn constrain(terms: &Terms, role: Role, mut offer: Offer) -> Offer {
    let mut today = Today::default();
    offer.versions = left(terms, &terms.versions, offer.versions, &mut today);
    offer.cipher_suites = left(terms, &terms.cipher_suites, offer.cipher_suites, &mut today);
    offer.groups = left(terms, &terms.groups, offer.groups, &mut today);
    match terms.post_quantum {
        PostQuantum::Require => offer.groups.retain(|group| group.is_post_quantum()),
        PostQuantum::Prefer => offer.groups.sort_by_key(|group| !group.is_post_quantum()),
        PostQuantum::Allow => {}
    }
    if let Some(alpn) = &terms.alpn {
        let available = |name: &&[u8]| offer.alpn.iter().any(|offered| offered == name);
        let names = alpn.names().filter(available).map(<[u8]>::to_vec);
        offer.alpn = names.collect();
    }
    offer.resumption &= terms.resumption;
    if role == Role::Server {
        offer.client_auth = offer.client_auth.max(terms.certificates.client_auth());
    }
    offer
}

/// What may be used of these values, the most wanted first.
fn left<T: Fading>(
    terms: &Terms,
    allowed: &Allowed<T>,
    mut values: Vec<T>,
    today: &mut Today,
) -> Vec<T> {
    values.retain(|&value| {
        let objection = allowed.objection(value);
        passes(terms.not_listed, objection) && !terms.is_over(allowed, value, today)
    });
    if let Some(preference) = allowed.preference() {
        let place = |value: &T| preference.iter().position(|wanted| wanted == value);
        // What is not listed, but left, comes last.
        values.sort_by_key(|value| place(value).unwrap_or(usize::MAX));
    }
    values
}

fn passes<T>(not_listed: NotListed, objection: Option<Objection<'_, T>>) -> bool {
    match objection {
        None => true,
        Some(objection) => not_listed == NotListed::Warn && objection.is_not_listed(),
    }
}

#[cfg(test)]
mod tests;
