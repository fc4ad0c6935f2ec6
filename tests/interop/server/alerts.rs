//! Vetoes of a policy: the client reports the very alert that was chosen, and learns nothing else.

use std::sync::Arc;

use countersign::{
    policy::Policy,
    record::{DecisionRecord, Stage},
};
use countersign_tests::{
    guest::{CODE, VetoAt},
    peers::{openssl::Trace, s_client::s_client},
    pki::PKI,
    policy::{alerting_policy, trapping_policy, vetoing_policy},
    server::{Server, builder, required},
};

use super::{assert_told, assert_turned_away};
use crate::expect::codes;

const VERSIONS: [&str; 2] = ["-tls1_2", "-tls1_3"];

/// What a policy may choose (RFC 8446, section 6.2; RFC 7301).
const ALERTS: [u8; 6] = [40, 49, 70, 71, 112, 120];

/// A client that is not asked for a certificate.
fn meet(policy: Policy, arguments: &[&str]) -> (Trace, Arc<DecisionRecord>) {
    let server = Server::start(builder(policy));
    let trace = s_client(server.port, arguments);
    (trace, server.only_record())
}

/// A client that shows a certificate, which is in order.
fn meet_identified(policy: Policy, arguments: &[&str]) -> (Trace, Arc<DecisionRecord>) {
    let server = Server::start(builder(policy).client_certificates(required()));
    let [certificate, key] = PKI.client.files();
    let shown = ["-cert", certificate, "-key", key];
    let trace = s_client(server.port, &[arguments, &shown].concat());
    (trace, server.only_record())
}

#[test]
fn vetoed_parameters_are_insufficient_security_unless_the_policy_says_more() {
    for version in VERSIONS {
        let (trace, record) = meet(vetoing_policy(VetoAt::Parameters), &[version]);
        assert_turned_away(&trace, &record, 71);
        assert_eq!(codes(&record), [CODE]);
        assert_eq!(record.stage, Stage::Parameters);
    }
}

#[test]
fn the_policy_chooses_the_alert() {
    for alert in ALERTS {
        for version in VERSIONS {
            let policy = alerting_policy("judge-parameters", alert);
            let (trace, record) = meet(policy, &[version]);
            assert_turned_away(&trace, &record, alert);
        }
    }
}

#[test]
fn a_policy_that_fails_is_an_internal_error() {
    for function in ["constrain", "judge-parameters", "judge-peer"] {
        for version in VERSIONS {
            let (trace, record) = meet(trapping_policy(function), &[version]);
            assert_turned_away(&trace, &record, 80);
        }
    }
}

/// Who asks for no certificate knows before ServerHello that none will come.
#[test]
fn a_client_without_identity_is_turned_away_before_server_hello() {
    for version in VERSIONS {
        let (trace, record) = meet(vetoing_policy(VetoAt::Peer), &[version]);
        assert_turned_away(&trace, &record, 49);
        assert_eq!(record.stage, Stage::Peer);
    }
}

#[test]
fn vetoed_parameters_of_a_gate_that_asks_for_certificates() {
    for version in VERSIONS {
        let (trace, record) = meet_identified(vetoing_policy(VetoAt::Parameters), &[version]);
        assert_turned_away(&trace, &record, 71);
        assert!(record.facts.peer_certificates().is_empty());
    }
}

/// The alert is encrypted, with each suite's own cipher, and in the place of the first ticket.
#[test]
fn a_vetoed_identity_in_tls13() {
    for suite in [
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
    ] {
        for (policy, alert) in identity_vetoes() {
            let arguments = ["-tls1_3", "-ciphersuites", suite];
            let (trace, record) = meet_identified(policy, &arguments);
            assert_told(&trace, &record, alert);
            let expected = [
                "ServerHello",
                "EncryptedExtensions",
                "CertificateRequest",
                "Certificate",
                "CertificateVerify",
                "Finished",
            ];
            assert_eq!(trace.received(), expected, "{}", trace.text());
            let sealed = "<<< TLS 1.3, Alert [length 0002], fatal";
            assert!(trace.text().contains(sealed), "{}", trace.text());
        }
    }
}

#[test]
fn a_vetoed_identity_in_tls12() {
    for (policy, alert) in identity_vetoes() {
        let (trace, record) = meet_identified(policy, &["-tls1_2"]);
        assert_told(&trace, &record, alert);
        let expected = [
            "ServerHello",
            "Certificate",
            "ServerKeyExchange",
            "CertificateRequest",
            "ServerHelloDone",
        ];
        assert_eq!(trace.received(), expected, "{}", trace.text());
        assert!(trace.sent().contains(&"Finished"), "{}", trace.text());
    }
}

/// The host's choice, the policy's, and that of a host whose policy has failed.
fn identity_vetoes() -> [(Policy, u8); 3] {
    [
        (vetoing_policy(VetoAt::Peer), 49),
        (alerting_policy("judge-peer", 46), 46),
        (trapping_policy("judge-peer"), 80),
    ]
}
