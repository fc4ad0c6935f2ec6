use super::*;

/// The places of what is wrong.
fn wrong<T: Setting>(text: &str) -> Vec<String> {
    match from_text::<T>(text) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.path).collect(),
    }
}

#[test]
fn everything_that_is_wrong_is_reported_with_its_place() {
    let text = r#"{"key_algorithms": [], "min_rsa_bits": 512, "min_ec_bits": 522, "signature_algorithms": ["sha256"],
        "scope": "leaf", "max_lifetime_days": 0, "expires_within_days": -1, "names": ["a.*.example"], "pins": ["sha256/AAAA"],
        "issuers": ["Example"], "self_signed": true, "verification": "ignore", "curves": ["P-256"]}"#;
    let mut places = wrong::<PeerCertificate>(text);
    places.sort();
    let mut expected = [
        "$.curves",
        "$.expires_within_days",
        "$.issuers[0]",
        "$.key_algorithms",
        "$.max_lifetime_days",
        "$.min_ec_bits",
        "$.min_rsa_bits",
        "$.names[0]",
        "$.pins[0]",
        "$.scope",
        "$.self_signed",
        "$.signature_algorithms[0]",
        "$.verification",
    ];
    expected.sort_unstable();
    assert_eq!(places, expected);
}

#[test]
fn clients_that_cannot_be_are_reported_with_their_place() {
    let text = r#"{"required": "yes", "dns_names": ["192.0.2.1", "a b"], "uris": ["a", "spiffe://td/a"],
        "spiffe": ["spiffe://TD/a"], "subjects": [""], "dns": []}"#;
    let mut places = wrong::<ClientCertificate>(text);
    places.sort();
    let expected = [
        "$.dns",
        "$.dns_names[0]",
        "$.dns_names[1]",
        "$.required",
        "$.spiffe[0]",
        "$.subjects[0]",
        "$.uris[0]",
        "$.uris[1]",
    ];
    assert_eq!(places, expected);
}

#[test]
fn the_schema_has_what_is_read() {
    for (schema, text) in [
        (
            PeerCertificate::schema(),
            r#"{"key_algorithms": ["rsa"], "min_rsa_bits": 2048, "min_ec_bits": 256, "signature_algorithms": ["ed25519"],
            "scope": "own", "max_lifetime_days": 90, "expires_within_days": 14, "names": ["a.example", "2001:db8::1"],
            "pins": ["0101010101010101010101010101010101010101010101010101010101010101",
            "0000000000000000000000000000000000000000000000000000000000000000"],
            "issuers": ["CN=a"], "self_signed": "refuse", "verification": "warn"}"#,
        ),
        (
            ClientCertificate::schema(),
            r#"{"required": false, "dns_names": ["a.example"], "uris": ["urn:a:b"], "spiffe": ["spiffe://td/*"], "subjects": ["CN=a"]}"#,
        ),
    ] {
        let value: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
        let typed: Vec<_> = value.as_object().expect("an object").keys().collect();
        let known: Vec<_> = schema["properties"]
            .as_object()
            .expect("an object")
            .keys()
            .collect();
        assert_eq!(typed.len(), known.len());
        assert!(typed.iter().all(|key| known.contains(key)), "{known:?}");
        assert_eq!(schema["additionalProperties"], false);
    }
}

#[test]
fn what_is_written_is_read_again() {
    fn again<T: Setting + PartialEq + std::fmt::Debug>(text: &str) {
        let value: T = read(text);
        let written = value.written().expect("it can be written");
        let typed: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
        let keys = |value: &serde_json::Value| value.as_object().map(|keys| keys.len());
        assert_eq!(keys(&written), keys(&typed), "{written}");
        assert_eq!(read::<T>(&written.to_string()), value);
    }
    again::<PeerCertificate>(
        r#"{"key_algorithms": ["rsa"], "min_rsa_bits": 2048, "signature_algorithms": ["ed25519", "1.2.3"], "issuers": ["cn=a"],
        "names": ["*.a.example", "2001:DB8::1"], "pins": ["0101010101010101010101010101010101010101010101010101010101010101",
        "0000000000000000000000000000000000000000000000000000000000000000"]}"#,
    );
    again::<ClientCertificate>(
        r#"{"required": false, "dns_names": ["a.example"], "uris": ["urn:a:b", "urn:a:*"], "spiffe": ["spiffe://td/*", "spiffe://td"], "subjects": ["CN=a"]}"#,
    );
}
