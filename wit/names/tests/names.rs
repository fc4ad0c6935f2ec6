//! Names and numbers against each other, and against the RFCs.

use countersign_names::{CipherSuite, Group, SignatureScheme, UnknownName, Version};

#[test]
fn every_cipher_suite_is_found_by_each_of_its_texts() {
    for suite in CipherSuite::all() {
        let iana = suite.iana_name().expect("all() gives registered suites");
        let hex = format!("{:#06X}", suite.code());
        for text in [iana, &iana.to_lowercase(), &hex]
            .into_iter()
            .chain(suite.openssl_name())
        {
            assert_eq!(text.parse(), Ok(suite), "{text}");
        }
    }
}

#[test]
fn every_group_is_found_by_each_of_its_texts() {
    for group in Group::all() {
        let iana = group.iana_name().expect("all() gives registered groups");
        let hex = format!("{:#06x}", group.code());
        for text in [iana, &iana.to_uppercase(), &hex]
            .into_iter()
            .chain(group.openssl_name())
        {
            assert_eq!(text.parse(), Ok(group), "{text}");
        }
    }
}

#[test]
fn every_signature_scheme_is_found_by_each_of_its_texts() {
    for scheme in SignatureScheme::all() {
        let iana = scheme.iana_name().expect("all() gives registered schemes");
        let hex = format!("{:#06x}", scheme.code());
        for text in [iana, &iana.to_uppercase(), &hex]
            .into_iter()
            .chain(scheme.openssl_name())
        {
            assert_eq!(text.parse(), Ok(scheme), "{text}");
        }
    }
}

#[test]
fn all_are_in_the_order_of_the_code_points() {
    assert!(CipherSuite::all().is_sorted());
    assert!(Group::all().is_sorted());
    assert!(SignatureScheme::all().is_sorted());
    assert!(Version::all().is_sorted());
}

#[test]
fn cipher_suites_are_those_of_the_rfcs() {
    let suites = [
        // RFC 8446, appendix B.4.
        (0x1301, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
        (0x1302, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
        (
            0x1303,
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
        ),
        (0x1304, "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_SHA256"),
        (
            0x1305,
            "TLS_AES_128_CCM_8_SHA256",
            "TLS_AES_128_CCM_8_SHA256",
        ),
        // RFC 5289, sections 3.1 and 3.2.
        (
            0xc023,
            "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
            "ECDHE-ECDSA-AES128-SHA256",
        ),
        (
            0xc028,
            "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
            "ECDHE-RSA-AES256-SHA384",
        ),
        (
            0xc02b,
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "ECDHE-ECDSA-AES128-GCM-SHA256",
        ),
        (
            0xc02c,
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "ECDHE-ECDSA-AES256-GCM-SHA384",
        ),
        (
            0xc02f,
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "ECDHE-RSA-AES128-GCM-SHA256",
        ),
        (
            0xc030,
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "ECDHE-RSA-AES256-GCM-SHA384",
        ),
        // RFC 7905, section 2.
        (
            0xcca8,
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "ECDHE-RSA-CHACHA20-POLY1305",
        ),
        (
            0xcca9,
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "ECDHE-ECDSA-CHACHA20-POLY1305",
        ),
        (
            0xccaa,
            "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "DHE-RSA-CHACHA20-POLY1305",
        ),
        // RFC 5246, appendix A.5.
        (0x0004, "TLS_RSA_WITH_RC4_128_MD5", "RC4-MD5"),
        (0x0005, "TLS_RSA_WITH_RC4_128_SHA", "RC4-SHA"),
        (0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "DES-CBC3-SHA"),
        (0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA"),
        (
            0x0039,
            "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
            "DHE-RSA-AES256-SHA",
        ),
        // RFC 4346, appendix A.5.
        (0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5", "EXP-RC4-MD5"),
        // RFC 5288, section 3; RFC 8422, section 6; RFC 8442, section 3.
        (
            0x009c,
            "TLS_RSA_WITH_AES_128_GCM_SHA256",
            "AES128-GCM-SHA256",
        ),
        (
            0xc013,
            "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
            "ECDHE-RSA-AES128-SHA",
        ),
    ];
    for (code, iana, openssl) in suites {
        let suite = CipherSuite::new(code);
        assert_eq!(
            (suite.iana_name(), suite.openssl_name()),
            (Some(iana), Some(openssl)),
            "{code:#06x}"
        );
    }
}

#[test]
fn groups_are_those_of_the_rfcs() {
    let groups = [
        // RFC 8422, section 5.1.1; RFC 8446, section 4.2.7.
        (0x0016, "secp256k1"),
        (0x0017, "secp256r1"),
        (0x0018, "secp384r1"),
        (0x0019, "secp521r1"),
        (0x001d, "x25519"),
        (0x001e, "x448"),
        // RFC 7027, section 2.
        (0x001a, "brainpoolP256r1"),
        // RFC 7919, section 7.
        (0x0100, "ffdhe2048"),
        (0x0104, "ffdhe8192"),
        // RFC 8998, section 2. RFC 10024, section 7.
        (0x0029, "curveSM2"),
        (0x11eb, "SecP256r1MLKEM768"),
        (0x11ec, "X25519MLKEM768"),
        (0x11ed, "SecP384r1MLKEM1024"),
    ];
    for (code, name) in groups {
        assert_eq!(Group::new(code).iana_name(), Some(name), "{code:#06x}");
    }
    assert_eq!(Group::X25519MLKEM768.code(), 4588);
    assert_eq!(Group::SECP521R1.to_string(), "secp521r1");
    assert_eq!(Group::FFDHE3072.to_string(), "ffdhe3072");
    assert_eq!(Group::MLKEM1024.to_string(), "MLKEM1024");
}

#[test]
fn signature_schemes_are_those_of_the_rfc() {
    // RFC 8446, section 4.2.3.
    let schemes = [
        (0x0201, "rsa_pkcs1_sha1"),
        (0x0203, "ecdsa_sha1"),
        (0x0401, "rsa_pkcs1_sha256"),
        (0x0403, "ecdsa_secp256r1_sha256"),
        (0x0503, "ecdsa_secp384r1_sha384"),
        (0x0601, "rsa_pkcs1_sha512"),
        (0x0603, "ecdsa_secp521r1_sha512"),
        (0x0804, "rsa_pss_rsae_sha256"),
        (0x0806, "rsa_pss_rsae_sha512"),
        (0x0807, "ed25519"),
        (0x0808, "ed448"),
        (0x0809, "rsa_pss_pss_sha256"),
        (0x080b, "rsa_pss_pss_sha512"),
    ];
    for (code, name) in schemes {
        assert_eq!(SignatureScheme::new(code).to_string(), name);
    }
    assert_eq!("ECDSA+SHA256".parse(), Ok(SignatureScheme::new(0x0403)));
    assert_eq!("rsa+sha384".parse(), Ok(SignatureScheme::new(0x0501)));
}

#[test]
fn names_that_others_use_are_understood() {
    let suites = [
        ("TLS13_CHACHA20_POLY1305_SHA256", 0x1303),
        ("EDH-RSA-DES-CBC3-SHA", 0x0016),
        ("DHE-RSA-DES-CBC3-SHA", 0x0016),
    ];
    for (text, code) in suites {
        assert_eq!(text.parse(), Ok(CipherSuite::new(code)), "{text}");
    }
    let groups = [
        ("P-256", Group::SECP256R1),
        ("P256", Group::SECP256R1),
        ("p-256", Group::SECP256R1),
        ("prime256v1", Group::SECP256R1),
        ("NistP384", Group::SECP384R1),
        ("CurveP521", Group::SECP521R1),
        ("X25519", Group::X25519),
        ("curve25519", Group::X25519),
        ("X25519_MLKEM768", Group::X25519MLKEM768),
        ("ML-KEM-768", Group::MLKEM768),
        ("FFDHE2048", Group::FFDHE2048),
        ("K-571", Group::new(0x000d)),
    ];
    for (text, group) in groups {
        assert_eq!(text.parse(), Ok(group), "{text}");
    }
}

#[test]
fn only_whole_names_and_numbers_are_understood() {
    for text in [
        "",
        "0x",
        "0x+1a",
        "0x12345",
        "c02f",
        "49199",
        "-",
        "_",
        "AES",
        "TLS_AES_128_GCM_SHA256 ",
    ] {
        assert!(text.parse::<CipherSuite>().is_err(), "{text:?}");
        assert!(text.parse::<Group>().is_err(), "{text:?}");
        assert!(text.parse::<SignatureScheme>().is_err(), "{text:?}");
        assert!(text.parse::<Version>().is_err(), "{text:?}");
    }
    // Without its prefix it would be the OpenSSL name of a suite with static RSA, but for two separators.
    assert!("AES_128_GCM_SHA256".parse::<CipherSuite>().is_err());
    // rustls has TLS13_ for the suites of TLS 1.3 alone.
    assert!("TLS13_RSA_WITH_RC4_128_SHA".parse::<CipherSuite>().is_err());
    assert!("TLS13é".parse::<CipherSuite>().is_err());
}

#[test]
fn an_error_says_what_was_expected() {
    let error: UnknownName = "RSA".parse::<Group>().expect_err("RSA is no group");
    assert_eq!(
        error.to_string(),
        "unknown name: expected a group such as x25519, P-256, X25519MLKEM768 or 0x001d"
    );
    // The examples are true.
    for text in ["x25519", "P-256", "X25519MLKEM768", "0x001d"] {
        assert!(error.expected().contains(text) && text.parse::<Group>().is_ok());
    }
}

#[test]
fn a_number_without_a_name_is_written_in_hexadecimal() {
    let suite: CipherSuite = "0xABC".parse().expect("any number is a suite");
    assert_eq!(suite.to_string(), "0x0abc");
    assert_eq!(suite.to_string().parse(), Ok(suite));
    assert_eq!((suite.iana_name(), suite.openssl_name()), (None, None));
    assert_eq!(
        format!("{:?} {suite:8}| {:7}|", Group::X448, Group::X448),
        "x448 0x0abc  | x448   |"
    );
}

#[test]
fn grease_is_known_and_nameless() {
    // RFC 8701, section 2.
    let grease = [
        0x0a0a, 0x1a1a, 0x2a2a, 0x3a3a, 0x4a4a, 0x5a5a, 0x6a6a, 0x7a7a, 0x8a8a, 0x9a9a, 0xaaaa,
        0xbaba, 0xcaca, 0xdada, 0xeaea, 0xfafa,
    ];
    let found: Vec<u16> = (0..=u16::MAX)
        .filter(|code| Group::new(*code).is_grease())
        .collect();
    assert_eq!(found, grease);
    assert!(CipherSuite::all().all(|suite| !suite.is_grease()));
    assert!(Group::all().all(|group| !group.is_grease()));
    assert!(Version::new(0x7a7a).is_grease() && SignatureScheme::new(0x0a0a).is_grease());
}
