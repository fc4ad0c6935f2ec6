use super::*;

const KIND: &[&str] = &["certificate.key-algorithm"];
const SIZE: &[&str] = &["certificate.key-size"];
const SIGNATURE: &[&str] = &["certificate.signature-algorithm"];

fn key(oid: &str, bits: u32) -> Certificate {
    Certificate {
        key_algorithm: oid.into(),
        key_bits: bits,
        ..own()
    }
}

#[test]
fn kinds_of_keys() {
    let asked = r#"{"key_algorithms": ["ecdsa", "ed25519"]}"#;
    for (oid, expected) in [
        (EC, &[][..]),
        (ED25519, &[]),
        (RSA, KIND),
        // DSA (RFC 3279), and what cannot be parsed.
        ("1.2.840.10040.4.1", KIND),
        ("", KIND),
    ] {
        assert_found(asked, vec![key(oid, 0)], expected);
    }
}

#[test]
fn sizes_of_rsa_keys() {
    let asked = r#"{"min_rsa_bits": 3072}"#;
    for (oid, bits, expected) in [
        (RSA, 3_071, SIZE),
        (RSA, 3_072, &[][..]),
        (RSA, 4_096, &[]),
        (RSA, 1_024, SIZE),
        (RSA, 0, SIZE),
        // RSA for PSS alone (RFC 4055).
        ("1.2.840.113549.1.1.10", 2_048, SIZE),
        ("1.2.840.113549.1.1.10", 3_072, &[]),
        (EC, 256, &[]),
        (ED25519, 0, &[]),
        ("", 0, SIZE),
    ] {
        assert_found(asked, vec![key(oid, bits)], expected);
    }
}

#[test]
fn sizes_of_curves() {
    let asked = r#"{"min_ec_bits": 384}"#;
    for (oid, bits, expected) in [
        (EC, 256, SIZE),
        (EC, 384, &[][..]),
        (EC, 521, &[]),
        (EC, 0, SIZE),
        (RSA, 1_024, &[]),
        (ED25519, 0, &[]),
    ] {
        assert_found(asked, vec![key(oid, bits)], expected);
    }
}

#[test]
fn a_key_of_the_wrong_kind_is_not_measured_too() {
    let asked = r#"{"key_algorithms": ["ecdsa"], "min_rsa_bits": 2048}"#;
    assert_found(asked, vec![key(RSA, 1_024)], KIND);
}

#[test]
fn algorithms_of_signatures() {
    let signed = |oid: &str| Certificate {
        signature_algorithm: oid.into(),
        ..own()
    };
    let asked = r#"{"signature_algorithms": ["ecdsa-with-SHA256", "1.2.156.10197.1.501"]}"#;
    for (oid, expected) in [
        (ECDSA_SHA256, &[][..]),
        ("1.2.156.10197.1.501", &[]),
        // sha1WithRSAEncryption and ecdsa-with-SHA1 (RFC 3279).
        ("1.2.840.113549.1.1.5", SIGNATURE),
        ("1.2.840.10045.4.1", SIGNATURE),
        ("", SIGNATURE),
    ] {
        assert_found(asked, vec![signed(oid)], expected);
    }
}

#[test]
fn every_certificate_but_a_root_at_the_end_counts() {
    let weak = || Certificate {
        key_bits: 1_024,
        key_algorithm: RSA.into(),
        ..intermediate()
    };
    let weak_root = || Certificate {
        key_bits: 1_024,
        ..root()
    };
    let asked = r#"{"min_rsa_bits": 2048}"#;
    assert_found(asked, vec![own(), intermediate(), root()], &[]);
    assert_found(asked, vec![own(), weak()], SIZE);
    assert_found(asked, vec![own(), weak(), root()], SIZE);
    assert_found(asked, vec![own(), intermediate(), weak_root()], &[]);
    // It is not at the end, or the only one.
    assert_found(asked, vec![own(), weak_root(), intermediate()], SIZE);
    assert_found(asked, vec![weak_root()], SIZE);
}

#[test]
fn of_the_chain_or_of_the_own_certificate_alone() {
    let asked = |scope| format!(r#"{{"signature_algorithms": ["ecdsa-with-SHA256"]{scope}}}"#);
    let chain = || vec![own(), intermediate(), root()];
    assert_found(&asked(""), chain(), SIGNATURE);
    assert_found(&asked(r#", "scope": "chain""#), chain(), SIGNATURE);
    assert_found(&asked(r#", "scope": "own""#), chain(), &[]);
    let other = Certificate {
        signature_algorithm: RSA_SHA256.into(),
        ..own()
    };
    assert_found(&asked(r#", "scope": "own""#), vec![other], SIGNATURE);
}

#[test]
fn the_first_that_breaks_a_rule_is_named() {
    let asked = r#"{"key_algorithms": ["ecdsa"]}"#;
    let rsa = || key(RSA, 2_048);
    let message = |chain| {
        let (findings, _) = found(&peer(asked), facts(chain));
        assert_eq!(findings.len(), 1);
        findings[0].message.clone()
    };
    assert_eq!(
        message(vec![rsa(), rsa()]),
        "The peer's certificate has a key of kind rsa: the settings allow ecdsa."
    );
    assert_eq!(
        message(vec![own(), rsa(), rsa()]),
        "Certificate 2 of 3 that the peer shows has a key of kind rsa: the settings allow ecdsa."
    );
}

#[test]
fn messages_say_what_was_found_and_what_is_wanted() {
    let message = |asked: &str, own| found(&peer(asked), facts(vec![own])).0[0].message.clone();
    assert_eq!(
        message(r#"{"min_rsa_bits": 2048}"#, key(RSA, 1_024)),
        "The peer's certificate has an RSA key of 1024 bits: the settings allow 2048 bits and more."
    );
    assert_eq!(
        message(r#"{"min_ec_bits": 384}"#, key(EC, 0)),
        "The peer's certificate has an EC key of unknown size: the settings allow 384 bits and more."
    );
    assert_eq!(
        message(r#"{"signature_algorithms": ["ed25519"]}"#, own()),
        "The peer's certificate is signed with ecdsa-with-SHA256: the settings allow ed25519."
    );
}
