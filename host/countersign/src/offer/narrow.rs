//! The TLS library's configuration for exactly one offer.

use std::sync::Arc;

use countersign_names::Version;
use rustls::{SupportedProtocolVersion, crypto::CryptoProvider, version};

use super::Offer;

/// The part of `provider` that `offer` names, in the offer's order, and the versions that go with it.
pub(crate) fn narrowed(
    provider: &CryptoProvider,
    offer: &Offer,
) -> (Arc<CryptoProvider>, Vec<&'static SupportedProtocolVersion>) {
    let cipher_suites = offer
        .cipher_suites
        .iter()
        .filter_map(|wanted| {
            let is_wanted = |suite: &&_| code_of_suite(suite) == wanted.code();
            provider.cipher_suites.iter().find(is_wanted).copied()
        })
        .collect();
    let kx_groups = offer
        .groups
        .iter()
        .filter_map(|wanted| {
            let mut groups = provider.kx_groups.iter();
            groups
                .find(|group| u16::from(group.name()) == wanted.code())
                .copied()
        })
        .collect();
    let narrowed = CryptoProvider {
        cipher_suites,
        kx_groups,
        ..provider.clone()
    };
    let versions = offer.versions.iter().filter_map(|&v| supported(v));
    (Arc::new(narrowed), versions.collect())
}

fn code_of_suite(suite: &rustls::SupportedCipherSuite) -> u16 {
    suite.suite().into()
}

fn supported(version: Version) -> Option<&'static SupportedProtocolVersion> {
    match version {
        Version::TLS_1_3 => Some(&version::TLS13),
        Version::TLS_1_2 => Some(&version::TLS12),
        _ => None,
    }
}
