//! The numbers of profiles, and the names beside them.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs;
use std::path::Path;

use countersign_default_policy::profiles::{self, Listed, Profile};
use countersign_names::{CipherSuite, Group, SignatureScheme, Version};

use crate::source::name;

#[test]
fn every_code_point_is_registered_and_given_once() {
    fn check<T: Copy + Into<u16> + Display + PartialEq>(
        profile: &Profile,
        list: &[Listed<T>],
        all: impl Iterator<Item = T>,
    ) {
        let all: Vec<T> = all.collect();
        let mut seen = BTreeSet::new();
        for entry in list {
            let (value, name) = (entry.value, profile.name);
            assert!(seen.insert(value.into()), "{name}: {value} is there twice");
            let sha224 = matches!(value.to_string().as_str(), "0x0301" | "0x0303");
            assert!(all.contains(&value) || sha224, "{name}: {value}");
        }
        assert!(!list.is_empty(), "{}", profile.name);
    }
    for profile in profiles::all() {
        check(profile, profile.cipher_suites, CipherSuite::all());
        check(profile, profile.groups, Group::all());
        let schemes = [
            profile.signature_schemes,
            profile.certificate_signature_schemes,
        ];
        for schemes in schemes.into_iter().flatten() {
            check(profile, schemes, SignatureScheme::all());
        }
    }
}

#[test]
fn suites_of_tls13_come_first_and_fit_the_versions() {
    for profile in profiles::all() {
        let tls13: Vec<_> = profile
            .cipher_suites
            .iter()
            .map(|entry| entry.value.is_tls13())
            .collect();
        assert!(
            tls13.is_sorted_by(|one, next| one >= next),
            "{}",
            profile.name
        );
        assert_eq!(
            tls13.contains(&true),
            profile.versions.contains(&Version::TLS_1_3),
            "{}",
            profile.name
        );
        let older = profile.versions.iter().any(|v| *v < Version::TLS_1_3);
        assert_eq!(tls13.contains(&false), older, "{}", profile.name);
    }
}

/// `suite(0x1301), // TLS_AES_128_GCM_SHA256`: a comment that is wrong misleads whoever compares it with the publication.
#[test]
fn the_names_in_comments_are_those_of_the_code_points() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/profiles");
    let mut seen = 0;
    for profile in profiles::all() {
        let file = folder.join(format!("{}.rs", profile.name.replace(['-', '.'], "_")));
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        for line in text.lines().filter(|line| line.contains("(0x")) {
            let (kind, rest) = line.trim().split_once("(0x").expect("a code point");
            let code = u16::from_str_radix(&rest[..4], 16).expect("a code point");
            let (_, comment) = rest.split_once(" // ").expect("a comment");
            let name = match kind {
                "suite" => name(CipherSuite::new(code)),
                "group" => name(Group::new(code)),
                "scheme" => name(SignatureScheme::new(code)),
                other => panic!("{other}"),
            };
            let comment = comment.trim_start_matches("no name in the registry: ");
            assert_eq!(comment, name, "{file:?}");
            seen += 1;
        }
    }
    let entries = profiles::all().iter().map(|profile| {
        let schemes = [
            profile.signature_schemes,
            profile.certificate_signature_schemes,
        ];
        let schemes = schemes.into_iter().flatten().map(<[_]>::len);
        profile.cipher_suites.len() + profile.groups.len() + schemes.sum::<usize>()
    });
    assert_eq!(seen, entries.sum::<usize>());
}
