//! Versions, cipher suites, groups and signature schemes, as their sources have them.

use std::collections::BTreeSet;
use std::fs;

use countersign_default_policy::profiles;
use countersign_names::Version;

use crate::source::{Entry, code, each, file_of, folder, list, listed, text};

/// Lists that publications have apart. Their notes say why they are not taken, by this word.
const APART: [(&str, &str); 4] = [
    ("tls12_cipher_suites_without_pfs", "without forward secrecy"),
    ("tls12_cipher_suites_psk", "pre-shared keys"),
    ("tls12_transition_only_rsa_kx", "RSA key transport"),
    ("groups_government_only", "secp224r1"),
];

/// What else is in the files: taken, or nothing that a profile has.
const KEYS: &str = "name version date status source protocols tls13_cipher_suites tls12_cipher_suites groups \
    groups_tls12 signature_schemes certificate_signature_schemes certificate notes min_dh_bits min_ecdh_bits \
    hsts_min_age ocsp_staple server_preferred_order oldest_clients features rules other groups_other_levels \
    openssl_cipher_string openssl_seclevel extended_master_secret tls12_cipher_suites_ephemeral_only";

#[test]
fn every_source_has_its_profile() {
    let files: BTreeSet<_> = fs::read_dir(folder())
        .expect("it is there")
        .map(|file| file.expect("it can be read").file_name())
        .map(|name| name.into_string().expect("UTF-8"))
        .collect();
    let named = profiles::all()
        .iter()
        .map(|profile| format!("{}.json", file_of(profile)));
    assert_eq!(files, named.collect());
    each(|profile, source| assert_eq!(text(source, "name"), file_of(profile)));
}

#[test]
fn nothing_in_a_source_is_overlooked() {
    each(|profile, source| {
        for key in source.as_object().expect("an object").keys() {
            let known = KEYS.split_whitespace().any(|known| known == key);
            let apart = APART.iter().any(|(apart, _)| apart == key);
            assert!(known || apart, "{}: {key}", profile.name);
        }
    });
}

#[test]
fn versions_are_those_of_the_source() {
    each(|profile, source| {
        let allowed = source["protocols"].as_array().expect("a list");
        let allowed: Vec<_> = allowed.iter().map(|one| Version::new(code(one))).collect();
        assert_eq!(profile.versions, allowed, "{}", profile.name);
        for (version, one) in profile
            .versions
            .iter()
            .zip(source["protocols"].as_array().expect("a list"))
        {
            assert_eq!(text(one, "name").parse(), Ok(*version));
        }
    });
}

#[test]
fn cipher_suites_are_those_of_the_source_in_its_order() {
    each(|profile, source| {
        let tls13 = list(source, "tls13_cipher_suites").expect("a list");
        let tls12 = list(source, "tls12_cipher_suites").expect("a list");
        assert_eq!(
            listed(profile.cipher_suites),
            [tls13, tls12].concat(),
            "{}",
            profile.name
        );
    });
}

#[test]
fn groups_are_those_of_the_source_in_its_order() {
    each(|profile, source| {
        let mut groups = list(source, "groups").expect("a list");
        let tls12 = list(source, "groups_tls12").unwrap_or_default();
        groups.extend(tls12.clone());
        let mut expected: Vec<Entry> = Vec::new();
        for group in groups {
            if !expected.contains(&group) {
                expected.push(group);
            }
        }
        assert_eq!(listed(profile.groups), expected, "{}", profile.name);
    });
}

#[test]
fn signature_schemes_are_those_of_the_source_in_its_order() {
    each(|profile, source| {
        for (schemes, key) in [
            (profile.signature_schemes, "signature_schemes"),
            (
                profile.certificate_signature_schemes,
                "certificate_signature_schemes",
            ),
        ] {
            assert_eq!(
                schemes.map(listed),
                list(source, key),
                "{}: {key}",
                profile.name
            );
        }
    });
}

#[test]
fn what_a_publication_has_apart_is_not_taken_and_the_notes_say_so() {
    each(|profile, source| {
        for (key, word) in APART {
            let Some(apart) = list(source, key) else {
                continue;
            };
            let main = ["tls12_cipher_suites", "groups"].map(|key| list(source, key));
            let main: Vec<_> = main.into_iter().flatten().flatten().collect();
            let taken = [listed(profile.cipher_suites), listed(profile.groups)].concat();
            let only_apart = apart.iter().filter(|entry| !main.contains(entry));
            let mut count = 0;
            for entry in only_apart {
                assert!(!taken.contains(entry), "{}: {entry:?}", profile.name);
                count += 1;
            }
            assert!(count > 0, "{}: {key}", profile.name);
            let said = |note: &&str| note.contains(word) && note.contains("not taken");
            assert!(
                profile.about.notes.iter().any(said),
                "{}: no note on {key}",
                profile.name
            );
        }
    });
}
