//! Finds terms under which no connection could ever be made.

use countersign_names::{CipherSuite, Group, Version};
use countersign_policy_sdk::settings::Errors;

use super::{Allowed, Base, Kind, Terms};
use crate::settings::{PostQuantum, Said};

const VERSIONS: [Version; 6] = [
    Version::SSL_2,
    Version::SSL_3,
    Version::TLS_1_0,
    Version::TLS_1_1,
    Version::TLS_1_2,
    Version::TLS_1_3,
];

/// Reports if no version is left for which a cipher suite and a group are left too. `at` is the place of what is said.
pub(super) fn find(terms: &Terms, said: &Said<'_>, at: &str, errors: &mut Errors) {
    let versions = left_of(&VERSIONS, |version| terms.versions.allows(version));
    if versions.is_empty() {
        return errors.add(format!("{at}.versions"), "no version that is known is left");
    }
    let with_suite = left_of(&versions, |version| has_suite(terms, version));
    if with_suite.is_empty() {
        let key = if said.cipher_suites.is_some() {
            "cipher_suites"
        } else {
            "versions"
        };
        return errors.add(
            format!("{at}.{key}"),
            "no allowed cipher suite works with an allowed version; name cipher_suites that do",
        );
    }
    if !with_suite
        .into_iter()
        .any(|version| has_group(terms, version))
    {
        let (key, message) = match terms.post_quantum {
            PostQuantum::Require if said.post_quantum.is_some() => (
                "post_quantum",
                "no allowed group that withstands quantum computers works with an allowed version",
            ),
            _ => ("groups", "no allowed group works with an allowed version"),
        };
        errors.add(format!("{at}.{key}"), message);
    }
}

fn left_of(versions: &[Version], keep: impl Fn(Version) -> bool) -> Vec<Version> {
    versions
        .iter()
        .copied()
        .filter(|&version| keep(version))
        .collect()
}

fn has_suite(terms: &Terms, version: Version) -> bool {
    let works = |suite| suite_works_with(suite, version);
    any(&terms.cipher_suites, CipherSuite::all, works)
}

fn has_group(terms: &Terms, version: Version) -> bool {
    let is_enough =
        |group: Group| terms.post_quantum != PostQuantum::Require || group.is_post_quantum();
    let works =
        |group: Group| is_enough(group) && (version == Version::TLS_1_3 || !group.is_tls13_only());
    any(&terms.groups, Group::all, works)
}

/// Whether a value is allowed that works. What a list allows is looked at even where it has no name.
fn any<T: Kind, I: Iterator<Item = T>>(
    allowed: &Allowed<T>,
    all: impl Fn() -> I,
    works: impl Fn(T) -> bool,
) -> bool {
    let mut candidates: Box<dyn Iterator<Item = T>> = match &allowed.base {
        Base::These(_) | Base::Profile(_) => Box::new(allowed.preference().into_iter().flatten()),
        _ => Box::new(all().chain(allowed.added.iter().copied())),
    };
    candidates.any(|value| works(value) && allowed.allows(value))
}

/// Whether a cipher suite can be negotiated in a version. What is not known may be anything.
fn suite_works_with(suite: CipherSuite, version: Version) -> bool {
    if suite.iana_name().is_none() {
        true
    } else if suite.is_tls13() {
        version == Version::TLS_1_3
    } else if suite.is_aead() {
        version == Version::TLS_1_2
    } else {
        version != Version::TLS_1_3
    }
}
