//! Hellos that cannot be answered: who is to blame for it, and the alert that the client reports.
//!
//! Alerts: RFC 8446, section 6.2; RFC 7301, section 3.2.

use std::sync::Arc;

use countersign::record::DecisionRecord;
use countersign_tests::{
    peers::{openssl::Trace, s_client::s_client},
    policy::policy,
    server::{Server, builder},
};

use super::{assert_turned_away, offered};
use crate::expect::{calls, codes};

const PROTOCOL_VERSION: u8 = 70;
const INSUFFICIENT_SECURITY: u8 = 71;
const NO_APPLICATION_PROTOCOL: u8 = 120;

/// OpenSSL speaks what is old only at its lowest security level.
const EVERYTHING: &str = "ALL:@SECLEVEL=0";

fn meet(settings: &str, arguments: &[&str]) -> (Trace, Arc<DecisionRecord>) {
    let gate = builder(policy(settings)).alpn(vec![b"h2".to_vec()]);
    let server = Server::start(gate);
    let trace = s_client(server.port, arguments);
    (trace, server.only_record())
}

/// Only `constrain` was asked: there never was a session to judge.
fn assert_disagrees(settings: &str, arguments: &[&str], code: &str, alert: u8) {
    let (trace, record) = meet(settings, arguments);
    assert_turned_away(&trace, &record, alert);
    assert_eq!(codes(&record), [code], "{settings} {arguments:?}");
    assert_eq!(calls(&record), ["constrain"], "{settings} {arguments:?}");
    assert!(record.session.is_none());
}

#[test]
fn old_versions_are_below_the_floor_and_recorded() {
    for (flag, name) in [("-tls1", "TLSv1"), ("-tls1_1", "TLSv1.1")] {
        // Allowing them changes nothing: the TLS library cannot speak them.
        for settings in ["{}", r#"{ "versions": { "min": "1.0" } }"#] {
            let arguments = [flag, "-cipher", EVERYTHING];
            assert_disagrees(settings, &arguments, "floor.version", PROTOCOL_VERSION);
            let (_, record) = meet(settings, &arguments);
            let record = offered(&record);
            assert_eq!(
                record["countersign.client.versions"],
                serde_json::json!([name])
            );
        }
    }
}

#[test]
fn a_version_that_the_policy_removed() {
    for (allowed, flag) in [("1.3", "-tls1_2"), ("1.2", "-tls1_3")] {
        let settings = format!(r#"{{ "versions": ["{allowed}"] }}"#);
        assert_disagrees(&settings, &[flag], "offer.version", PROTOCOL_VERSION);
    }
}

#[test]
fn a_suite_that_the_library_lacks() {
    for suite in [
        "AES128-SHA",
        "ECDHE-RSA-AES128-SHA",
        "DHE-RSA-AES128-GCM-SHA256",
    ] {
        let arguments = ["-tls1_2", "-cipher", suite];
        assert_disagrees(
            "{}",
            &arguments,
            "floor.cipher-suite",
            INSUFFICIENT_SECURITY,
        );
    }
    let arguments = ["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"];
    assert_disagrees(
        "{}",
        &arguments,
        "floor.cipher-suite",
        INSUFFICIENT_SECURITY,
    );
}

#[test]
fn a_suite_that_the_policy_removed() {
    let settings = r#"{ "cipher_suites": ["TLS_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"] }"#;
    for arguments in [
        ["-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"],
        ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"],
    ] {
        assert_disagrees(
            settings,
            &arguments,
            "offer.cipher-suite",
            INSUFFICIENT_SECURITY,
        );
    }
}

#[test]
fn a_group_that_the_library_lacks() {
    for version in ["-tls1_2", "-tls1_3"] {
        let arguments = [version, "-groups", "X448"];
        assert_disagrees("{}", &arguments, "floor.group", INSUFFICIENT_SECURITY);
    }
}

#[test]
fn a_group_that_the_policy_removed() {
    for version in ["-tls1_2", "-tls1_3"] {
        let settings = r#"{ "groups": ["secp384r1"] }"#;
        let arguments = [version, "-curves", "X25519:P-256"];
        assert_disagrees(settings, &arguments, "offer.group", INSUFFICIENT_SECURITY);
    }
}

#[test]
fn an_application_protocol_that_the_host_does_not_speak() {
    for version in ["-tls1_2", "-tls1_3"] {
        let arguments = [version, "-alpn", "http/1.1"];
        assert_disagrees("{}", &arguments, "floor.alpn", NO_APPLICATION_PROTOCOL);
    }
}
