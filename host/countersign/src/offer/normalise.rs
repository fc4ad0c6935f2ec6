//! From what a policy answered to what can be put on the wire.

use std::collections::HashSet;
use std::hash::Hash;

use super::{Floor, Offer};

/// Why nothing can be offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Nothing that a handshake could be made from was left.
    #[error("no version is left that has both a cipher suite and a group")]
    Empty,
    /// Clients are to be asked for certificates by a gate that cannot check any.
    #[error("it wants certificates of clients, and this gate has no verifier for them")]
    ClientAuth,
}

/// Intersects a policy's answer with the floor.
///
/// The answer's order is kept; what the floor lacks and what stands twice is dropped; then whatever cannot take part
/// in any handshake goes too: versions without a suite or group, suites and groups without a version. So what is
/// offered can be negotiated, and a policy that answers with more than was available gains nothing.
///
/// # Errors
///
/// [`Unusable`] if nothing is left, or the host cannot do what is asked of it.
pub fn normalise(floor: &Floor, answer: Offer) -> Result<Offer, Unusable> {
    let mut offer = intersected(answer, floor.available());
    offer.client_auth = floor.client_auth(offer.client_auth)?;
    drop_unusable(floor, &mut offer);
    if offer.versions.is_empty() {
        return Err(Unusable::Empty);
    }
    Ok(offer)
}

/// What both offers have, each item once and in the first one's order.
pub(super) fn intersected(offer: Offer, other: &Offer) -> Offer {
    Offer {
        versions: kept(offer.versions, &other.versions),
        cipher_suites: kept(offer.cipher_suites, &other.cipher_suites),
        groups: kept(offer.groups, &other.groups),
        alpn: kept(offer.alpn, &other.alpn),
        resumption: offer.resumption && other.resumption,
        client_auth: offer.client_auth.max(other.client_auth),
    }
}

/// The items that stand in `other`, each once.
fn kept<T: Eq + Hash + Clone>(items: Vec<T>, other: &[T]) -> Vec<T> {
    let mut left: HashSet<&T> = other.iter().collect();
    items.into_iter().filter(|item| left.remove(item)).collect()
}

/// A version needs a suite and a group of its own; after that, suites and groups need one of the versions left.
/// One pass is the fixpoint: removing a suite or group that no remaining version can use takes nothing from those.
pub(super) fn drop_unusable(floor: &Floor, offer: &mut Offer) {
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
    use crate::offer::{ClientAuth, ClientAuthFloor};

    fn floor() -> Floor {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        Floor::new(
            &provider,
            vec![b"h2".to_vec()],
            true,
            ClientAuthFloor::NotAsked,
        )
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
        assert_eq!(normalise(&floor(), answer), Err(Unusable::Empty));
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
        let floor = Floor::new(&provider, vec![], false, ClientAuthFloor::NotAsked);
        let mut answer = floor.available().clone();
        answer.resumption = true;
        answer.alpn = vec![b"h2".to_vec()];
        let offer = normalise(&floor, answer).expect("enough is left");
        assert!(!offer.resumption);
        assert!(offer.alpn.is_empty());
    }

    #[test]
    fn a_server_asks_for_certificates_only_if_it_can_check_them() {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let with = |floor| Floor::new(&provider, vec![], true, floor);
        let asked = |floor: &Floor, client_auth| {
            let answer = Offer {
                client_auth,
                ..floor.available().clone()
            };
            normalise(floor, answer).map(|offer| offer.client_auth)
        };
        let cannot = with(ClientAuthFloor::Never);
        assert_eq!(asked(&cannot, ClientAuth::None), Ok(ClientAuth::None));
        for wanted in [ClientAuth::Request, ClientAuth::Require] {
            assert_eq!(asked(&cannot, wanted), Err(Unusable::ClientAuth));
        }
        let can = with(ClientAuthFloor::AtLeast(ClientAuth::Request));
        assert_eq!(asked(&can, ClientAuth::None), Ok(ClientAuth::Request));
        assert_eq!(asked(&can, ClientAuth::Require), Ok(ClientAuth::Require));
        let client = with(ClientAuthFloor::NotAsked);
        assert_eq!(asked(&client, ClientAuth::Require), Ok(ClientAuth::None));
    }

    #[test]
    fn a_version_that_the_library_has_no_suite_for_is_not_available() {
        let mut provider = rustls::crypto::aws_lc_rs::default_provider();
        provider
            .cipher_suites
            .retain(|suite| suite.tls13().is_none());
        let floor = Floor::new(&provider, vec![], true, ClientAuthFloor::NotAsked);
        let available = floor.available();
        assert_eq!(available.versions, [Version::TLS_1_2]);
        assert!(!available.groups.contains(&Group::X25519MLKEM768));
    }

    #[test]
    fn nothing_is_an_empty_offer() {
        assert_eq!(
            normalise(&floor(), offer(&[], &[], &[])),
            Err(Unusable::Empty)
        );
        assert_eq!(
            normalise(&floor(), offer(&[0x0304], &[0x1301], &[])),
            Err(Unusable::Empty)
        );
    }
}
