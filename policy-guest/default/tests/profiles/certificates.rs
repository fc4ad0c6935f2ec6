//! Rules for certificates, as their sources have them, and OIDs as the RFCs do.

use std::collections::BTreeSet;

use countersign_default_policy::profiles::{self, CertificateRules, KeyAlgorithm, signature};
use countersign_names::{Group, SignatureScheme};
use serde_json::Value;

use crate::source::each;

/// `ecdsa_p384`, `rsa_3072`, `rsa_pss_4096`, `mldsa_87`: the kind, and how large.
fn key(text: &str) -> (KeyAlgorithm, Option<u32>) {
    let (kind, size) = text.rsplit_once('_').expect("two parts");
    let kind = match (kind, size) {
        ("ecdsa", _) => KeyAlgorithm::Ecdsa,
        ("rsa", _) => KeyAlgorithm::Rsa,
        ("rsa_pss", _) => KeyAlgorithm::RsaPss,
        ("mldsa", "87") => return (KeyAlgorithm::MlDsa87, None),
        other => panic!("{other:?} is unknown to this test"),
    };
    let bits = size.trim_start_matches('p').parse().expect("bits");
    (kind, Some(bits))
}

fn words<'a>(certificate: &'a Value, key: &str) -> Option<Vec<&'a str>> {
    let words = certificate.get(key)?.as_array().expect("a list");
    let words = words.iter().map(|word| word.as_str().expect("a word"));
    Some(words.collect())
}

fn kinds(certificate: &Value) -> Option<BTreeSet<&'static str>> {
    let types = words(certificate, "types").map(|types| {
        let kind = |word| match word {
            "ecdsa" => KeyAlgorithm::Ecdsa,
            "rsa" => KeyAlgorithm::Rsa,
            other => panic!("{other} is unknown to this test"),
        };
        types.into_iter().map(kind).collect::<Vec<_>>()
    });
    let keys = words(certificate, "keys");
    let keys = keys.map(|keys| keys.into_iter().map(|text| key(text).0).collect());
    let kinds = types.or(keys)?;
    Some(kinds.into_iter().map(KeyAlgorithm::name).collect())
}

/// The smallest key of a kind that the source lists.
fn least(certificate: &Value, kinds: &[KeyAlgorithm]) -> Option<u64> {
    let keys = words(certificate, "keys")?;
    let keys = keys.into_iter().map(key);
    let keys = keys.filter(|(kind, _)| kinds.contains(kind));
    keys.filter_map(|(_, bits)| bits).min().map(u64::from)
}

#[test]
fn rules_for_certificates_are_those_of_the_source() {
    each(|profile, source| {
        let certificate = &source["certificate"];
        let rules = &profile.certificate;
        let name = profile.name;
        let of = |found: Option<u32>| found.map(u64::from);
        let taken = rules
            .key_algorithms
            .map(|kinds| kinds.iter().map(|kind| kind.name()).collect());
        assert_eq!(taken, kinds(certificate), "{name}");
        let rsa = certificate["min_rsa_bits"].as_u64();
        let rsa = rsa.or_else(|| least(certificate, &[KeyAlgorithm::Rsa, KeyAlgorithm::RsaPss]));
        assert_eq!(of(rules.min_rsa_bits), rsa, "{name}");
        let ec = certificate["min_ec_bits"].as_u64();
        let ec = ec.or_else(|| least(certificate, &[KeyAlgorithm::Ecdsa]));
        assert_eq!(of(rules.min_ec_bits), ec, "{name}");
        lifetimes_are_those_of(certificate, rules, name);
        curves_are_those_of(certificate, rules, name);
        signatures_are_those_of(certificate, rules, name);
    });
}

/// A source may say in its note that its days are only recommended.
fn lifetimes_are_those_of(certificate: &Value, rules: &CertificateRules, name: &str) {
    let days = |key: &str| certificate[key].as_u64();
    let note = certificate["note"].as_str().unwrap_or_default();
    let expected = match note.contains("validity recommended") {
        true => (None, days("max_lifetime_days")),
        false => (days("max_lifetime_days"), days("recommended_lifetime_days")),
    };
    let taken = (
        rules.max_lifetime_days.map(u64::from),
        rules.recommended_lifetime_days.map(u64::from),
    );
    assert_eq!(taken, expected, "{name}");
}

fn curves_are_those_of(certificate: &Value, rules: &CertificateRules, name: &str) {
    let curves = words(certificate, "curves").or_else(|| {
        let keys = words(certificate, "keys")?;
        let curves = keys.into_iter().filter_map(|key| match key {
            "ecdsa_p384" => Some("secp384r1"),
            _ => None,
        });
        Some(curves.collect()).filter(|curves: &Vec<_>| !curves.is_empty())
    });
    let taken = rules
        .curves
        .map(|curves| curves.iter().map(Group::to_string).collect::<Vec<_>>());
    let curves = curves.map(|curves| curves.into_iter().map(str::to_owned).collect());
    assert_eq!(taken, curves, "{name}");
}

fn signatures_are_those_of(certificate: &Value, rules: &CertificateRules, name: &str) {
    // RFC 4055, section 5; RFC 5758, section 3.2.
    let oid = |word| match word {
        "sha256WithRSAEncryption" => "1.2.840.113549.1.1.11",
        "ecdsa-with-SHA256" => "1.2.840.10045.4.3.2",
        "ecdsa-with-SHA384" => "1.2.840.10045.4.3.3",
        "ecdsa-with-SHA512" => "1.2.840.10045.4.3.4",
        other => panic!("{other} is unknown to this test"),
    };
    for word in words(certificate, "signature_algorithms")
        .into_iter()
        .flatten()
    {
        assert_eq!(signature::name_of(oid(word)), Some(word));
    }
    let listed = words(certificate, "signature_algorithms");
    let listed = listed.map(|words| words.into_iter().map(oid).collect::<Vec<_>>());
    let taken = rules.signature_algorithms.map(<[_]>::to_vec);
    assert_eq!(taken, listed, "{name}");
}

#[test]
fn oids_of_keys_are_those_of_the_rfcs() {
    // RFC 3279, RFC 4055, RFC 5480, RFC 8410, RFC 9881.
    let oids = KeyAlgorithm::ALL.map(|kind| (kind.name(), kind.oid()));
    assert_eq!(
        oids,
        [
            ("rsa", "1.2.840.113549.1.1.1"),
            ("rsa-pss", "1.2.840.113549.1.1.10"),
            ("ecdsa", "1.2.840.10045.2.1"),
            ("ed25519", "1.3.101.112"),
            ("ed448", "1.3.101.113"),
            ("ml-dsa-87", "2.16.840.1.101.3.4.3.19"),
        ]
    );
}

#[test]
fn every_scheme_for_certificates_has_an_oid() {
    // RFC 4055, RFC 5758, RFC 8410, RFC 9881; RFC 8446, section 4.2.3, and RFC 8734 for what the schemes mean.
    for (scheme, oid) in [
        ("rsa_pkcs1_sha256", "1.2.840.113549.1.1.11"),
        ("rsa_pkcs1_sha384", "1.2.840.113549.1.1.12"),
        ("rsa_pkcs1_sha512", "1.2.840.113549.1.1.13"),
        ("rsa_pss_rsae_sha256", "1.2.840.113549.1.1.10"),
        ("rsa_pss_pss_sha512", "1.2.840.113549.1.1.10"),
        ("ecdsa_secp256r1_sha256", "1.2.840.10045.4.3.2"),
        ("ecdsa_secp384r1_sha384", "1.2.840.10045.4.3.3"),
        ("ecdsa_secp521r1_sha512", "1.2.840.10045.4.3.4"),
        ("ecdsa_brainpoolP256r1tls13_sha256", "1.2.840.10045.4.3.2"),
        ("ed25519", "1.3.101.112"),
        ("ed448", "1.3.101.113"),
        ("mldsa87", "2.16.840.1.101.3.4.3.19"),
        ("0x0301", "1.2.840.113549.1.1.14"),
        ("0x0303", "1.2.840.10045.4.3.1"),
    ] {
        let scheme: SignatureScheme = scheme.parse().expect("a scheme");
        assert_eq!(signature::oid_of(scheme), Some(oid), "{scheme}");
    }
    for profile in profiles::all() {
        let schemes = [
            profile.signature_schemes,
            profile.certificate_signature_schemes,
        ];
        for entry in schemes.into_iter().flatten().flatten() {
            assert!(signature::oid_of(entry.value).is_some(), "{}", entry.value);
        }
    }
}
