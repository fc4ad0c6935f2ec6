//! Finds terms under which no connection could ever be made, and what is said for nothing.

use std::fmt::Display;

use countersign_names::{CipherSuite, Group, Version};
use countersign_policy_sdk::settings::Errors;

use super::{Allowed, Base, Kind, Terms};
use crate::settings::{NotListed, PostQuantum, Said, Sunset};

const VERSIONS: [Version; 6] = [
    Version::SSL_2,
    Version::SSL_3,
    Version::TLS_1_0,
    Version::TLS_1_1,
    Version::TLS_1_2,
    Version::TLS_1_3,
];

/// Reports if no version is left for which a cipher suite and a group are left too, or if nothing comes without a warning. `at` is the place of
/// what is said. A rule that says nothing of these things is as the top, where it is reported.
pub(super) fn find(terms: &Terms, said: &Said<'_>, at: &str, errors: &mut Errors) {
    let place = |keys: &[(&str, bool)]| {
        let said = keys.iter().find(|(_, is_said)| *is_said);
        said.map(|(key, _)| format!("{at}.{key}"))
    };
    let profile = ("profile", said.profile.is_some());
    let versions = ("versions", said.versions.is_some());
    let suites = ("cipher_suites", said.cipher_suites.is_some());
    let groups = ("groups", said.groups.is_some());
    let post_quantum = ("post_quantum", said.post_quantum.is_some());
    let found = match nothing_left(terms) {
        Some(Nothing::Version) => (
            place(&[versions, profile]),
            "no version that is known is left",
        ),
        Some(Nothing::CipherSuite) => (
            place(&[suites, versions, profile]),
            "no allowed cipher suite works with an allowed version; name cipher_suites that do",
        ),
        Some(Nothing::Group) => (
            place(&[groups, versions, suites, profile]),
            "no allowed group works with an allowed version",
        ),
        Some(Nothing::PostQuantumGroup) => (
            place(&[post_quantum, groups, versions, suites, profile]),
            "post_quantum requires a group that withstands quantum computers, and no allowed one works with an allowed version: allow TLSv1.3 and such a group, as X25519MLKEM768, or relax post_quantum",
        ),
        None => (None, ""),
    };
    if let (Some(place), message) = found {
        errors.add(place, message);
    }
    if terms.certificates.always_warn() {
        let peer = ("peer_certificate", said.peer_certificate.is_some());
        let message = "there would be a warning about every certificate: expires_within_days must be less than max_lifetime_days, the profile's too";
        if let Some(place) = place(&[peer, profile]) {
            errors.add(place, message);
        }
    }
}

/// What is missing for any connection.
enum Nothing {
    Version,
    CipherSuite,
    Group,
    PostQuantumGroup,
}

fn nothing_left(terms: &Terms) -> Option<Nothing> {
    let versions = left_of(&VERSIONS, |version| terms.versions.allows(version));
    if versions.is_empty() {
        return Some(Nothing::Version);
    }
    let versions = left_of(&versions, |version| has_suite(terms, version));
    if versions.is_empty() {
        return Some(Nothing::CipherSuite);
    }
    let with_group = left_of(&versions, |version| has_group(terms, version, |_| true));
    if with_group.is_empty() {
        return Some(Nothing::Group);
    }
    let is_demanded = terms.post_quantum == PostQuantum::Require;
    let withstand = |version| has_group(terms, version, Group::is_post_quantum);
    (is_demanded && !with_group.into_iter().any(withstand)).then_some(Nothing::PostQuantumGroup)
}

/// Reports what a sunset is for, but none of these terms allow.
pub(super) fn find_idle(sunsets: &[Sunset], under: &[&Terms], at: &str, errors: &mut Errors) {
    for (place, sunset) in sunsets.iter().enumerate() {
        let at = format!("{at}.sunset[{place}]");
        let mut add = |key, place, value: &dyn Display| {
            let message = format!(
                "{value} is not allowed anyway, so nothing of it can end; allow it until then, or take it out here"
            );
            errors.add(format!("{at}.{key}[{place}]"), message);
        };
        for (place, version) in sunset.versions.iter().enumerate() {
            if !passes(*version, under, |terms| &terms.versions) {
                add("versions", place, version);
            }
        }
        for (place, suite) in sunset.cipher_suites.iter().enumerate() {
            if !passes(*suite, under, |terms| &terms.cipher_suites) {
                add("cipher_suites", place, suite);
            }
        }
        for (place, group) in sunset.groups.iter().enumerate() {
            if !passes(*group, under, |terms| &terms.groups) {
                add("groups", place, group);
            }
        }
        for (place, scheme) in sunset.signature_schemes.iter().enumerate() {
            if !passes(*scheme, under, |terms| &terms.signature_schemes) {
                add("signature_schemes", place, scheme);
            }
        }
    }
}

/// Whether a value may be negotiated under any of these terms, if only with a warning.
fn passes<T: Kind>(value: T, under: &[&Terms], of: impl Fn(&Terms) -> &Allowed<T>) -> bool {
    under.iter().any(|terms| match of(terms).objection(value) {
        None => true,
        Some(objection) => terms.not_listed == NotListed::Warn && objection.is_not_listed(),
    })
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

fn has_group(terms: &Terms, version: Version, is_enough: impl Fn(Group) -> bool) -> bool {
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
