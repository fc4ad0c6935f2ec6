//! Properties of cipher suites and groups, and suggestions.

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};

fn suite(name: &str) -> CipherSuite {
    name.parse().expect("the name is registered")
}

#[test]
fn suites_of_tls13_are_told_from_the_others() {
    for name in [
        "TLS_AES_128_GCM_SHA256",
        "TLS_SM4_CCM_SM3",
        "TLS_SHA256_SHA256",
        "TLS_AEGIS_128L_SHA256",
    ] {
        assert!(suite(name).is_tls13(), "{name}");
    }
    // RFC 9367 against RFC 9189: the same shape of name.
    assert!(suite("TLS_GOSTR341112_256_WITH_MAGMA_MGM_S").is_tls13());
    assert!(!suite("TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC").is_tls13());
    for name in [
        "TLS_RSA_WITH_AES_128_CCM",
        "TLS_FALLBACK_SCSV",
        "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
        "0x1300",
    ] {
        assert!(!suite(name).is_tls13(), "{name}");
    }
}

#[test]
fn forward_secrecy_needs_an_ephemeral_authenticated_key_and_encryption() {
    let yes = [
        "TLS_AES_256_GCM_SHA384",
        "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L",
        "ECDHE-RSA-AES128-SHA",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "DHE-RSA-AES256-GCM-SHA384",
        "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA",
        "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256",
        "TLS_DHE_PSK_WITH_AES_128_CCM",
        "TLS_PSK_DHE_WITH_AES_256_CCM_8",
    ];
    for name in yes {
        assert!(suite(name).is_forward_secret(), "{name}");
    }
    let no = [
        "AES128-GCM-SHA256",
        "TLS_DH_RSA_WITH_AES_128_GCM_SHA256",
        "ECDH-RSA-AES256-SHA",
        "ADH-AES256-GCM-SHA384",
        "AECDH-AES128-SHA",
        "TLS_PSK_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384",
        "ECDHE-RSA-NULL-SHA",
        "TLS_DHE_PSK_WITH_NULL_SHA384",
        "TLS_SHA384_SHA384",
        "EXP-EDH-RSA-DES-CBC-SHA",
        "TLS_SRP_SHA_RSA_WITH_AES_256_CBC_SHA",
        "TLS_KRB5_WITH_3DES_EDE_CBC_SHA",
        "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT",
        "TLS_FALLBACK_SCSV",
        "0x1300",
        "0x0a0a",
    ];
    for name in no {
        assert!(!suite(name).is_forward_secret(), "{name}");
    }
}

#[test]
fn aead_suites_are_told_from_the_others() {
    let yes = [
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_128_CCM_8",
        "ECDHE-RSA-CHACHA20-POLY1305",
        "TLS_SM4_GCM_SM3",
        "TLS_AEGIS_256_SHA512",
        "TLS_ASCONAEAD128_SHA256",
        "TLS_GOSTR341112_256_WITH_MAGMA_MGM_L",
        "ARIA128-GCM-SHA256",
    ];
    for name in yes {
        assert!(suite(name).is_aead(), "{name}");
    }
    for name in [
        "AES128-SHA256",
        "RC4-SHA",
        "NULL-SHA256",
        "TLS_SHA256_SHA256",
        "GOST2012-MAGMA-MAGMAOMAC",
    ] {
        assert!(!suite(name).is_aead(), "{name}");
    }
}

#[test]
fn what_iana_recommends_is_forward_secret_and_aead() {
    let recommended: Vec<CipherSuite> = CipherSuite::all()
        .filter(|suite| suite.is_recommended())
        .collect();
    assert!(
        recommended
            .iter()
            .all(|suite| suite.is_forward_secret() && suite.is_aead())
    );
    // RFC 8447, section 8, and RFC 8446, section 11.
    for name in [
        "TLS_AES_128_GCM_SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "DHE-RSA-CHACHA20-POLY1305",
    ] {
        assert!(recommended.contains(&suite(name)), "{name}");
    }
    for name in [
        "TLS_AES_128_CCM_8_SHA256",
        "ECDHE-RSA-AES128-SHA256",
        "AES256-GCM-SHA384",
        "RC4-SHA",
    ] {
        assert!(!recommended.contains(&suite(name)), "{name}");
    }
}

#[test]
fn signalling_values_are_those_that_are_named_so() {
    let signalling: Vec<String> = CipherSuite::all()
        .filter(|suite| suite.is_signalling())
        .map(|suite| suite.to_string())
        .collect();
    assert_eq!(
        signalling,
        ["TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "TLS_FALLBACK_SCSV"]
    );
}

#[test]
fn post_quantum_groups_are_those_with_a_lattice_in_their_name() {
    for group in Group::all() {
        let name = group.to_string().to_lowercase();
        assert_eq!(
            group.is_post_quantum(),
            name.contains("mlkem") || name.contains("kyber"),
            "{name}"
        );
    }
}

#[test]
fn groups_of_tls13_alone_are_told_from_the_others() {
    for name in [
        "X25519MLKEM768",
        "MLKEM512",
        "X25519Kyber768Draft00",
        "brainpoolP384r1tls13",
        "curveSM2",
    ] {
        assert!(
            name.parse::<Group>().is_ok_and(Group::is_tls13_only),
            "{name}"
        );
    }
    for name in [
        "x25519",
        "secp256r1",
        "brainpoolP384r1",
        "ffdhe2048",
        "GC256A",
        "0x4242",
    ] {
        assert!(
            name.parse::<Group>()
                .is_ok_and(|group| !group.is_tls13_only()),
            "{name}"
        );
    }
}

#[test]
fn a_slip_gets_the_name_that_was_meant() {
    let suites = [
        ("ECDHE-RSA-AES128-GCM-SHA265", "ECDHE-RSA-AES128-GCM-SHA256"),
        (
            "TLS_CHACHA20_POLY1305_SHA526",
            "TLS_CHACHA20_POLY1305_SHA256",
        ),
        ("AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"),
        (
            "ecdhe_rsa_with_aes_128_gcm_sha256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        ),
    ];
    for (typed, meant) in suites {
        assert_eq!(CipherSuite::nearest(typed), Some(suite(meant)), "{typed}");
    }
    assert_eq!(Group::nearest("x25519mlkem"), Some(Group::X25519MLKEM768));
    assert_eq!(Group::nearest("secp256"), Some(Group::SECP256R1));
    assert_eq!(Group::nearest("P-255"), Some(Group::SECP256R1));
    // As near to three versions; the newest is the best guess.
    let scheme = SignatureScheme::nearest("ecdsa_secp256r1_sha265");
    assert_eq!(scheme.map(u16::from), Some(0x0403)); // RFC 8446, section 4.2.3
    assert_eq!(Version::nearest("TLSv1.4"), Some(Version::TLS_1_3));
    assert_eq!(Version::nearest("SSLv4"), Some(Version::SSL_3));
}

#[test]
fn what_is_like_no_name_gets_none() {
    let long = "x".repeat(100_000);
    for typed in ["", "a", "rot13", "HIGH:!aNULL", "TLS_", "größer als", &long] {
        assert_eq!(CipherSuite::nearest(typed), None, "{}", typed.len());
        assert_eq!(Group::nearest(typed), None, "{}", typed.len());
        assert_eq!(Version::nearest(typed), None, "{}", typed.len());
        assert_eq!(SignatureScheme::nearest(typed), None, "{}", typed.len());
    }
    // The longest text that is compared at all, byte by byte different.
    assert_eq!(CipherSuite::nearest(&"#".repeat(58)), None);
}
