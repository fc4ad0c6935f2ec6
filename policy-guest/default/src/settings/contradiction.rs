//! Finds settings under which no connection could ever be made.

use countersign_names::{CipherSuite, Group, Version};
use countersign_policy_sdk::settings::{Errors, Fields};

use super::{Choice, Settings};

const VERSIONS: [Version; 6] = [
    Version::SSL_2,
    Version::SSL_3,
    Version::TLS_1_0,
    Version::TLS_1_1,
    Version::TLS_1_2,
    Version::TLS_1_3,
];

/// Reports if no version is left for which a cipher suite and a group are left too.
pub(super) fn find(settings: &Settings, fields: &Fields<'_>, errors: &mut Errors) {
    let versions = left_of(&VERSIONS, |version| settings.versions.allows(version));
    if versions.is_empty() {
        return errors.add("$.versions", "no version that is known is left");
    }
    let with_suite = left_of(&versions, |version| has_suite(settings, version));
    if with_suite.is_empty() {
        let key = if fields.has("cipher_suites") {
            "$.cipher_suites"
        } else {
            "$.versions"
        };
        return errors.add(
            key,
            "no allowed cipher suite works with an allowed version; name cipher_suites that do",
        );
    }
    if !with_suite
        .into_iter()
        .any(|version| has_group(settings, version))
    {
        errors.add("$.groups", "no allowed group works with an allowed version");
    }
}

fn left_of(versions: &[Version], keep: impl Fn(Version) -> bool) -> Vec<Version> {
    versions
        .iter()
        .copied()
        .filter(|&version| keep(version))
        .collect()
}

fn has_suite(settings: &Settings, version: Version) -> bool {
    let works = |suite: CipherSuite| suite_works_with(suite, version);
    match &settings.cipher_suites {
        Choice::Allow(suites) => suites.iter().copied().any(works),
        choice => CipherSuite::all().any(|suite| works(suite) && choice.allows_suite(suite)),
    }
}

fn has_group(settings: &Settings, version: Version) -> bool {
    let works = |group: Group| version == Version::TLS_1_3 || !group.is_tls13_only();
    match &settings.groups {
        Choice::Allow(groups) => groups.iter().copied().any(works),
        choice => Group::all().any(|group| works(group) && choice.allows_group(group)),
    }
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
