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
        PostQuantum::Prefer => order(&mut offer.groups, |group| (!group.is_post_quantum()).into()),
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
        let place = |value| preference.iter().position(|wanted| *wanted == value);
        // What is not listed, but left, comes last.
        order(&mut values, |value| place(value).unwrap_or(usize::MAX));
    }
    values
}

/// Brings values into the order of their places; those of one place stay as they came. By insertion: a host has few values, and the standard
/// library's way is larger than all else here.
fn order<T: Copy>(values: &mut [T], place: impl Fn(T) -> usize) {
    for end in 1..values.len() {
        let value = values[end];
        let own = place(value);
        let mut at = end;
        while at > 0 && place(values[at - 1]) > own {
            values[at] = values[at - 1];
            at -= 1;
        }
        values[at] = value;
    }
}

fn passes<T>(not_listed: NotListed, objection: Option<Objection<'_, T>>) -> bool {
    match objection {
        None => true,
        Some(objection) => not_listed == NotListed::Warn && objection.is_not_listed(),
    }
}

#[cfg(test)]
mod tests;
