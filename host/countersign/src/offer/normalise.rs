//! From what a policy answered to what can be put on the wire.

use std::collections::HashSet;
use std::hash::Hash;

use super::{Floor, Offer};

/// Nothing that a handshake could be made from was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no version is left that has both a cipher suite and a group")]
pub struct EmptyOffer;

/// Intersects a policy's answer with the floor.
///
/// The answer's order is kept; what the floor lacks and what stands twice is dropped; then whatever cannot take part
/// in any handshake goes too: versions without a suite or group, suites and groups without a version. So what is
/// offered can be negotiated, and a policy that answers with more than was available gains nothing.
///
/// # Errors
///
/// [`EmptyOffer`] if nothing is left.
pub fn normalise(floor: &Floor, answer: Offer) -> Result<Offer, EmptyOffer> {
    let available = floor.available();
    let mut offer = Offer {
        versions: kept(answer.versions, &available.versions),
        cipher_suites: kept(answer.cipher_suites, &available.cipher_suites),
        groups: kept(answer.groups, &available.groups),
        alpn: kept(answer.alpn, &available.alpn),
        resumption: answer.resumption && available.resumption,
        client_auth: answer.client_auth.max(available.client_auth),
    };
    drop_unusable(floor, &mut offer);
    if offer.versions.is_empty() {
        return Err(EmptyOffer);
    }
    Ok(offer)
}

/// The items of `answer` that stand in `available`, each once, in the answer's order.
fn kept<T: Eq + Hash + Clone>(answer: Vec<T>, available: &[T]) -> Vec<T> {
    let mut left: HashSet<&T> = available.iter().collect();
    answer
        .into_iter()
        .filter(|item| left.remove(item))
        .collect()
}

/// A version needs a suite and a group of its own; after that, suites and groups need one of the versions left.
/// One pass is the fixpoint: removing a suite or group that no remaining version can use takes nothing from those.
fn drop_unusable(floor: &Floor, offer: &mut Offer) {
    let Offer {
        versions,
        cipher_suites,
        groups,
        ..
    } = offer;
    versions.retain(|&version| {
        let suite = cipher_suites
            .iter()
            .any(|&suite| Floor::suite_works_in(suite, version));
        let group = groups
            .iter()
            .any(|&group| floor.group_works_in(group, version));
        suite && group
    });
    cipher_suites.retain(|&suite| {
        versions
            .iter()
            .any(|&version| Floor::suite_works_in(suite, version))
    });
    groups.retain(|&group| {
        versions
            .iter()
            .any(|&version| floor.group_works_in(group, version))
    });
}

#[cfg(test)]
mod tests {
    use countersign_names::{CipherSuite, Group, Version};

    use super::*;

    fn floor() -> Floor {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        Floor::new(&provider, vec![b"h2".to_vec()], true)
    }

    fn offer(versions: &[u16], suites: &[u16], groups: &[u16]) -> Offer {
        Offer {
            versions: versions.iter().map(|&code| Version::new(code)).collect(),
            cipher_suites: suites.iter().map(|&code| CipherSuite::new(code)).collect(),
            groups: groups.iter().map(|&code| Group::new(code)).collect(),
            ..floor().available().clone()
        }
    }

    #[test]
    fn the_whole_floor_stays_as_it_is() {
        let floor = floor();
        let all = floor.available().clone();
        assert_eq!(normalise(&floor, all.clone()), Ok(all));
    }

    #[test]
    fn the_policys_order_is_kept_and_duplicates_and_strangers_go() {
        let answer = offer(
            &[0x0304, 0x0301, 0x0304],
            &[0x1303, 0x0005, 0x1301, 0x1303],
            &[0x001d, 0xffff, 0x11ec, 0x001d],
        );
        assert_eq!(
            normalise(&floor(), answer),
            Ok(offer(&[0x0304], &[0x1303, 0x1301], &[0x001d, 0x11ec]))
        );
    }

    #[test]
    fn a_version_without_a_suite_goes_and_takes_nothing_else_along() {
        let answer = offer(&[0x0304, 0x0303], &[0x1301], &[0x001d]);
        assert_eq!(
            normalise(&floor(), answer),
            Ok(offer(&[0x0304], &[0x1301], &[0x001d]))
        );
    }

    #[test]
    fn tls12_with_only_a_kem_cannot_be_offered() {
        // ML-KEM is defined for TLS 1.3 alone (draft-ietf-tls-ecdhe-mlkem, section 3).
        let answer = offer(&[0x0303], &[0xc02f], &[0x11ec]);
        assert_eq!(normalise(&floor(), answer), Err(EmptyOffer));
    }

    #[test]
    fn suites_and_groups_of_a_version_that_is_gone_go_with_it() {
        let answer = offer(&[0x0303], &[0x1301, 0xc02f], &[0x11ec, 0x0017]);
        assert_eq!(
            normalise(&floor(), answer),
            Ok(offer(&[0x0303], &[0xc02f], &[0x0017]))
        );
    }

    #[test]
    fn resumption_can_only_be_turned_off_and_client_authentication_only_up() {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let floor = Floor::new(&provider, vec![], false);
        let mut answer = floor.available().clone();
        answer.resumption = true;
        answer.alpn = vec![b"h2".to_vec()];
        let offer = normalise(&floor, answer).expect("enough is left");
        assert!(!offer.resumption);
        assert!(offer.alpn.is_empty());
    }

    #[test]
    fn nothing_is_an_empty_offer() {
        assert_eq!(normalise(&floor(), offer(&[], &[], &[])), Err(EmptyOffer));
        assert_eq!(
            normalise(&floor(), offer(&[0x0304], &[0x1301], &[])),
            Err(EmptyOffer)
        );
    }
}
