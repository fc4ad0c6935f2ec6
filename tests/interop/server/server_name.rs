//! Certificates by name: the host chooses one, or has none.

use std::sync::Arc;

use countersign::{
    ServerGate, ServerGateBuilder,
    record::Decision,
    rustls::{crypto::aws_lc_rs, server::ResolvesServerCertUsingSni, sign::CertifiedKey},
};
use countersign_tests::{
    peers::s_client::s_client,
    pki::{PKI, SERVER_NAME},
    policy::policy,
    server::Server,
};

const VERSIONS: [&str; 2] = ["-tls1_2", "-tls1_3"];

/// A gate that has a certificate for one name only.
fn gate() -> ServerGateBuilder {
    let provider = aws_lc_rs::default_provider();
    let chain = vec![PKI.ecdsa.certificate.clone()];
    let key = CertifiedKey::from_der(chain, PKI.ecdsa.key(), &provider).expect("a fitting key");
    let mut names = ResolvesServerCertUsingSni::new();
    names.add(SERVER_NAME, key).expect("a certificate for it");
    ServerGate::builder(policy("{}"), Arc::new(names))
}

#[test]
fn the_name_that_the_host_knows() {
    for version in VERSIONS {
        let server = Server::start(gate());
        let trace = s_client(server.port, &[version, "-servername", SERVER_NAME]);
        assert!(trace.is_served(), "{}", trace.text());
        let record = server.only_record();
        assert_eq!(record.facts.server_name(), Some(SERVER_NAME));
    }
}

/// unrecognized_name (RFC 6066, section 3).
#[test]
fn a_name_that_the_host_does_not_know_and_no_name() {
    let other = "other.example";
    for version in VERSIONS {
        for (arguments, name) in [
            (&[version, "-servername", other][..], Some(other)),
            (&[version, "-noservername"], None),
        ] {
            let server = Server::start(gate());
            let trace = s_client(server.port, arguments);
            assert_eq!(trace.alert(), Some(112), "{}", trace.text());
            assert_eq!(trace.received(), [""; 0], "{}", trace.text());
            let record = server.only_record();
            assert_eq!(record.decision, Decision::Failed);
            assert_eq!(record.facts.server_name(), name);
            let failure = record.failure.as_ref().expect("a failure");
            assert_eq!(failure.kind, "no-certificate-for-name");
            assert!(failure.message.contains(name.unwrap_or("names no server")));
        }
    }
}
