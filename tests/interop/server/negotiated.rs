//! Each version, suite and group that both know: what the client was restricted to and what it reports are the judged
//! facts.

use std::sync::Arc;

use countersign::record::DecisionRecord;
use countersign_tests::{
    peers::s_client::{Negotiated, s_client},
    pki::SERVER_NAME,
    policy::policy,
    server::{Server, builder},
};

use super::offered;
use crate::expect::{calls, parameters};

const TLS_1_2: (u16, &str) = (0x0303, "TLSv1.2");
const TLS_1_3: (u16, &str) = (0x0304, "TLSv1.3");

/// OpenSSL's name of a group, the registry's number and name, and what s_client says of the server's key.
const GROUPS: [(&str, u16, &str, &str); 3] = [
    ("X25519", 0x001d, "x25519", "X25519, 253 bits"),
    ("P-256", 0x0017, "secp256r1", "ECDH, prime256v1, 256 bits"),
    ("P-384", 0x0018, "secp384r1", "ECDH, secp384r1, 384 bits"),
];

/// Lets a client with one version, suite and group get the page.
fn assert_negotiates(
    version: (u16, &str),
    suite: (&str, u16),
    group: (&str, u16, &str, &str),
) -> Arc<DecisionRecord> {
    let server = Server::start(builder(policy("{}")));
    let (flag, restriction) = match version {
        TLS_1_3 => ("-tls1_3", "-ciphersuites"),
        _ => ("-tls1_2", "-cipher"),
    };
    let trace = s_client(
        server.port,
        &[flag, restriction, suite.0, "-groups", group.0],
    );
    let record = server.only_record();
    assert!(trace.is_served(), "{}", trace.text());
    let said = trace.negotiated().expect("a session");
    let expected = Negotiated {
        resumed: false,
        version: version.1.to_owned(),
        cipher: suite.0.to_owned(),
    };
    assert_eq!(said, expected);
    let key = format!("Server Temp Key: {}", group.3);
    assert!(trace.text().contains(&key), "{}", trace.text());
    assert_eq!(parameters(&record), (version.0, suite.1, Some(group.1)));
    record
}

#[test]
fn every_suite_of_tls12() {
    for suite in [
        ("ECDHE-RSA-AES128-GCM-SHA256", 0xc02f),
        ("ECDHE-RSA-AES256-GCM-SHA384", 0xc030),
        ("ECDHE-RSA-CHACHA20-POLY1305", 0xcca8),
        ("ECDHE-ECDSA-AES128-GCM-SHA256", 0xc02b),
        ("ECDHE-ECDSA-AES256-GCM-SHA384", 0xc02c),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", 0xcca9),
    ] {
        // OpenSSL wants the curve of an ECDSA key among its groups.
        assert_negotiates(TLS_1_2, suite, GROUPS[1]);
    }
}

#[test]
fn every_group_of_tls12() {
    for group in GROUPS {
        assert_negotiates(TLS_1_2, ("ECDHE-RSA-AES128-GCM-SHA256", 0xc02f), group);
    }
}

#[test]
fn every_suite_of_tls13() {
    for suite in [
        ("TLS_AES_128_GCM_SHA256", 0x1301),
        ("TLS_AES_256_GCM_SHA384", 0x1302),
        ("TLS_CHACHA20_POLY1305_SHA256", 0x1303),
    ] {
        assert_negotiates(TLS_1_3, suite, GROUPS[0]);
    }
}

#[test]
fn every_group_of_tls13() {
    for group in GROUPS {
        assert_negotiates(TLS_1_3, ("TLS_AES_128_GCM_SHA256", 0x1301), group);
    }
}

/// RFC 5746, section 3.3: a client of TLS 1.2 says with a suite of its own that it can renegotiate safely.
#[test]
fn the_record_names_what_the_client_offered() {
    for group in GROUPS {
        let suite = ("ECDHE-RSA-AES256-GCM-SHA384", 0xc030);
        let record = offered(&assert_negotiates(TLS_1_2, suite, group));
        assert_eq!(
            record["tls.client.supported_ciphers"],
            serde_json::json!([
                "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"
            ])
        );
        assert_eq!(record["countersign.client.groups"][0], group.2);
        let suite = ("TLS_AES_256_GCM_SHA384", 0x1302);
        let record = offered(&assert_negotiates(TLS_1_3, suite, group));
        for (member, expected) in [
            ("versions", "TLSv1.3"),
            ("groups", group.2),
            ("key_shares", group.2),
        ] {
            let member = &record[format!("countersign.client.{member}")];
            assert_eq!(*member, serde_json::json!([expected]));
        }
    }
}

#[test]
fn every_policy_function_is_asked_once() {
    let suite = ("TLS_AES_128_GCM_SHA256", 0x1301);
    let record = assert_negotiates(TLS_1_3, suite, GROUPS[0]);
    let expected = ["constrain", "judge-parameters", "judge-peer"];
    assert_eq!(calls(&record), expected);
}

#[test]
fn the_name_and_the_application_protocol() {
    for version in ["-tls1_2", "-tls1_3"] {
        let gate = builder(policy("{}")).alpn(vec![b"http/1.1".to_vec()]);
        let server = Server::start(gate);
        let arguments = [
            version,
            "-alpn",
            "h2,http/1.1",
            "-servername",
            SERVER_NAME,
            "-verify_hostname",
            SERVER_NAME,
        ];
        let trace = s_client(server.port, &arguments);
        let record = server.only_record();
        let said = "ALPN protocol: http/1.1";
        assert!(trace.text().contains(said), "{}", trace.text());
        assert!(trace.is_served(), "{}", trace.text());
        let session = record.session.as_ref().expect("a session");
        assert_eq!(session.alpn.as_deref(), Some(&b"http/1.1"[..]));
        assert_eq!(record.facts.server_name(), Some(SERVER_NAME));
    }
}

/// Not the client's: "each list stands in order of preference" (`wit/policy.wit`).
#[test]
fn the_policys_order_of_suites_counts() {
    let settings =
        r#"{ "cipher_suites": ["TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_256_GCM_SHA384"] }"#;
    let server = Server::start(builder(policy(settings)));
    let suites = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
    let trace = s_client(server.port, &["-tls1_3", "-ciphersuites", suites]);
    let said = trace.negotiated().expect("a session");
    assert_eq!(said.cipher, "TLS_CHACHA20_POLY1305_SHA256");
    assert_eq!(parameters(&server.only_record()).1, 0x1303);
}
