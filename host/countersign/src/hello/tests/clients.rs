//! Hellos of real clients, against what the clients themselves say they send.

use crate::hello::ClientHello;
use crate::hello::samples::*;

fn hello(sample: &str) -> ClientHello {
    read(&bytes(sample), usize::MAX).expect("a real hello")
}

fn names<T: ToString>(list: &[T]) -> Vec<String> {
    list.iter().map(T::to_string).collect()
}

/// What `-trace` prints for this command.
#[test]
fn openssl() {
    let hello = hello(OPENSSL);
    assert_eq!(hello.legacy_version.to_string(), "TLSv1.2");
    assert_eq!(
        names(&hello.versions),
        ["TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"]
    );
    assert_eq!(hello.cipher_suites.len(), 31);
    assert_eq!(
        names(&hello.cipher_suites[..4]),
        [
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        ]
    );
    assert_eq!(
        names(&hello.cipher_suites[30..]),
        ["TLS_EMPTY_RENEGOTIATION_INFO_SCSV"]
    );
    assert_eq!(
        names(&hello.groups),
        [
            "x25519",
            "secp256r1",
            "x448",
            "secp521r1",
            "secp384r1",
            "ffdhe2048",
            "ffdhe3072",
            "ffdhe4096",
            "ffdhe6144",
            "ffdhe8192",
        ]
    );
    assert_eq!(names(&hello.key_shares), ["x25519"]);
    assert_eq!(hello.signature_schemes.len(), 20);
    assert_eq!(
        names(&hello.signature_schemes[..4]),
        [
            "ecdsa_secp256r1_sha256",
            "ecdsa_secp384r1_sha384",
            "ecdsa_secp521r1_sha512",
            "ed25519",
        ]
    );
    assert_eq!(hello.alpn, [&b"h2"[..], b"http/1.1"]);
    assert_eq!(
        hello.extensions,
        [0, 11, 10, 35, 16, 22, 23, 13, 43, 45, 51]
    );
    assert_eq!(hello.server_name.as_deref(), Some("www.example.com"));
    assert_eq!(
        (hello.session_id_bytes, hello.psk, hello.early_data),
        (32, false, false)
    );
}

/// rustls refuses it without a word about what it offers.
#[test]
fn openssl_for_tls10() {
    let hello = hello(OPENSSL_TLS10);
    assert_eq!(names(&hello.versions), ["TLSv1"]);
    assert_eq!(hello.cipher_suites.len(), 23);
    assert_eq!(
        names(&hello.cipher_suites[..2]),
        [
            "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
            "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"
        ]
    );
    assert_eq!(
        names(&hello.groups),
        ["x25519", "secp256r1", "x448", "secp521r1", "secp384r1"]
    );
    assert!(hello.signature_schemes.is_empty() && hello.key_shares.is_empty());
    assert_eq!(hello.server_name.as_deref(), Some("www.example.com"));
}

/// It pads, as curl's build asks OpenSSL to.
#[test]
fn curl() {
    let hello = hello(CURL);
    assert_eq!(hello.alpn, [&b"h2"[..], b"http/1.1"]);
    assert_eq!(
        hello.extensions,
        [0, 11, 10, 16, 22, 23, 49, 13, 43, 45, 51, 21]
    );
    assert_eq!(hello.cipher_suites, self::hello(OPENSSL).cipher_suites);
}

/// What the priority string NORMAL means (`gnutls-cli --priority NORMAL --list`): two shares, and X25519 after P-521.
#[test]
fn gnutls() {
    let hello = hello(GNUTLS);
    assert_eq!(names(&hello.key_shares), ["secp256r1", "x25519"]);
    assert_eq!(
        names(&hello.groups[..4]),
        ["secp256r1", "secp384r1", "secp521r1", "x25519"]
    );
    assert_eq!(
        names(&hello.cipher_suites[3..4]),
        ["TLS_AES_128_CCM_SHA256"]
    );
    assert_eq!(
        hello.extensions,
        [5, 10, 11, 13, 22, 23, 35, 51, 43, 65281, 0, 45, 28]
    );
    assert!(hello.alpn.is_empty());
}

/// The provider's default lists (`rustls::crypto::aws_lc_rs`).
#[test]
fn rustls() {
    let hello = hello(RUSTLS);
    assert_eq!(names(&hello.versions), ["TLSv1.3", "TLSv1.2"]);
    assert_eq!(names(&hello.key_shares), ["X25519MLKEM768", "x25519"]);
    assert_eq!(
        names(&hello.groups),
        ["X25519MLKEM768", "x25519", "secp256r1", "secp384r1"]
    );
    assert_eq!(hello.server_name.as_deref(), Some("localhost"));
}

/// GREASE stands in suites, groups, shares, versions, schemes and extensions, and is nowhere to be seen.
#[test]
fn chromium() {
    let hello = hello(CHROMIUM);
    assert_eq!(names(&hello.versions), ["TLSv1.3", "TLSv1.2"]);
    assert_eq!(names(&hello.cipher_suites[..1]), ["TLS_AES_128_GCM_SHA256"]);
    assert_eq!(hello.cipher_suites.len(), 15);
    assert_eq!(
        names(&hello.groups),
        ["X25519MLKEM768", "x25519", "secp256r1", "secp384r1"]
    );
    assert_eq!(names(&hello.key_shares), ["X25519MLKEM768", "x25519"]);
    assert_eq!(names(&hello.signature_schemes[..1]), ["mldsa44"]);
    assert_eq!(hello.signature_schemes.len(), 11);
    assert_eq!(hello.alpn, [&b"h2"[..], b"http/1.1"]);
    assert_eq!(
        hello.extensions,
        [
            65281, 45, 10, 5, 16, 0, 11, 51764, 23, 18, 17613, 27, 43, 51, 65037, 13, 35
        ]
    );
}
