//! How people write versions.

use countersign_names::Version;

#[test]
fn spellings_in_use_are_understood() {
    let spellings = [
        (Version::SSL_2, &["SSLv2", "ssl2", "SSL 2.0", "0x0002"][..]),
        (
            Version::SSL_3,
            &["SSLv3", "ssl3", "SSL 3.0", "VersionSSL30", "0x0300"],
        ),
        (
            Version::TLS_1_0,
            &[
                "TLSv1",
                "TLSv1.0",
                "tls1",
                "TLS 1.0",
                "VersionTLS10",
                "TLSv1_0",
                "1.0",
            ],
        ),
        (
            Version::TLS_1_1,
            &[
                "TLSv1.1",
                "tls1.1",
                "TLS11",
                "TLSv11",
                "VersionTLS11",
                "1.1",
            ],
        ),
        (
            Version::TLS_1_2,
            &[
                "TLSv1.2", "TLS1.2", "tls1.2", "TLS 1.2", "tls-1.2", "TLS_1.2", "TLSv1_2", "0x303",
            ],
        ),
        (
            Version::TLS_1_2,
            &[
                "tlsv12",
                "tls12",
                "Tls12",
                "TLS1_2",
                "VersionTLS12",
                "1.2",
                "0x0303",
                "0X0303",
            ],
        ),
        (
            Version::TLS_1_3,
            &["TLSv1.3", "TLSV1.3", "TLS_1_3", "tls13", "1.3", "0x0304"],
        ),
    ];
    for (version, texts) in spellings {
        for text in texts {
            assert_eq!(text.parse(), Ok(version), "{text}");
        }
    }
}

#[test]
fn other_texts_are_not_versions() {
    let texts = [
        "1",
        "12",
        "3",
        "3.0",
        "2.0",
        "1.4",
        "v1.2",
        "TLS",
        "TLSv",
        "TLSv1.4",
        "TLSv2",
        "SSLv1",
        "SSLv2Hello",
        "SSLv23",
        "DTLSv1.2",
        "tls1.2.0",
        "TLSv1.2+",
        "TLS 1.2 and a lot more",
        "größer",
    ];
    for text in texts {
        assert!(text.parse::<Version>().is_err(), "{text}");
    }
}

#[test]
fn a_version_reads_what_it_writes() {
    for version in Version::all() {
        assert_eq!(version.to_string().parse(), Ok(version));
    }
    assert_eq!(Version::TLS_1_0.to_string(), "TLSv1");
    assert_eq!(Version::new(0x0305).to_string(), "0x0305");
    assert_eq!(Version::new(0x0305).name(), None);
}

#[test]
fn versions_compare_by_age() {
    let oldest_first: Vec<String> = Version::all().map(|version| version.to_string()).collect();
    assert_eq!(
        oldest_first,
        ["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
    );
}

#[test]
fn opentelemetry_gets_name_and_number() {
    let attributes = |version: Version| (version.protocol_name(), version.protocol_version());
    assert_eq!(attributes(Version::SSL_3), ("ssl", Some("3")));
    assert_eq!(attributes(Version::TLS_1_0), ("tls", Some("1.0")));
    assert_eq!(attributes(Version::TLS_1_2), ("tls", Some("1.2")));
    assert_eq!(attributes(Version::new(0x7f1c)), ("tls", None));
}
