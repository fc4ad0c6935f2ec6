//! What the host chooses for a client: the certificate by the name it asks for, the application protocol by its own order.

use crate::peers::{
    client::{TlsClient, kinds, tls12, tls13},
    gate::{Server, origin, server, server_with},
    hello::{Hello, Speaker, groups, server_name, signature_algorithms},
    pki::{ELSEWHERE, SERVER, pki},
    puppet::{Edit, Puppet, approving},
    said::only,
    wire::Manner,
};
use countersign::{
    HandshakeError, Refused,
    record::{Decision, Stage},
};

#[tokio::test]
async fn each_name_has_its_certificate() {
    for kind in kinds() {
        for (name, identity) in [(SERVER, &pki().good), (ELSEWHERE, &pki().misnamed)] {
            let what = format!("{kind:?} {name}");
            let client = TlsClient::of(&kind.config(), name);
            let met = server(approving()).meet(client).await.approved(&what);
            let shown = met.witness.script(|client| client.server_certificate());
            assert_eq!(shown.as_deref(), Some(&identity.certificate[..]), "{what}");
            assert_eq!(met.record.facts.server_name(), Some(name));
        }
    }
}

#[tokio::test]
async fn a_name_without_a_certificate() {
    for kind in kinds() {
        let what = format!("{kind:?}");
        let client = TlsClient::of(&kind.config(), "nobody.test");
        let met = server(approving()).meet(client).await;
        let met = met.failed("no-certificate-for-name", &what);
        // unrecognized_name (RFC 6066, section 3).
        assert_eq!(met.said(&what), only(112), "{what}");
        assert_eq!(met.alert_heard(), Some(112), "{what}");
        assert_eq!(met.record.stage, Stage::Handshake, "{what}");
        assert_eq!(met.record.facts.server_name(), Some("nobody.test"));
        match &met.refused {
            Some(Refused::Failed(failure)) => assert!(matches!(
                &failure.error,
                HandshakeError::NoCertificateFor(Some(name)) if name == "nobody.test"
            )),
            other => panic!("{what}: {other:?}"),
        }
    }
}

/// The key is of P-256, and all that is left wants one of RSA.
#[tokio::test]
async fn a_key_that_fits_nothing_in_common() {
    let ecdhe_rsa = Puppet::new().offering(Edit::CipherSuites(vec![0xc02f, 0xc030]));
    let met = server(ecdhe_rsa.policy()).visit(&tls12().config()).await;
    let met = met.failed("no-fitting-key", "a key of P-256");
    // handshake_failure (RFC 5246, section 7.2.2).
    assert_eq!(met.said("a key of P-256"), only(40));
    assert_eq!(met.record.stage, Stage::Handshake);
}

/// A TLS 1.2 hello about which everything is right but, perhaps, that it names nobody.
fn hello(name: Option<&str>) -> Speaker {
    let common = [groups(&[0x0017]), signature_algorithms()];
    let hello = Hello {
        legacy_version: 0x0303,
        suites: vec![0xc02b],
        extensions: name.map(server_name).into_iter().chain(common).collect(),
    };
    Speaker::closing_after(hello.record())
}

#[tokio::test]
async fn a_client_that_names_nobody() {
    let met = |name| async move {
        let server = server(approving());
        server
            .meet_as(origin(), hello(name), Manner::default())
            .await
    };
    let nobody = met(None).await.failed("no-certificate-for-name", "nobody");
    assert_eq!(nobody.said("nobody"), only(112));
    assert_eq!(nobody.record.facts.server_name(), None);
    // Else the same hello is answered.
    let named = met(Some(SERVER)).await.failed("closed", "named");
    assert_eq!(named.record.stage, Stage::Finish);
    // Case does not matter (RFC 4343), nor does it to policies.
    let shouted = met(Some("SERVER.test")).await.failed("closed", "shouted");
    assert_eq!(shouted.record.facts.server_name(), Some(SERVER));
}

fn speaking(protocols: &[&str]) -> Server {
    let protocols = protocols
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();
    server_with(approving(), |builder| builder.alpn(protocols))
}

#[tokio::test]
async fn the_hosts_order_of_protocols_decides() {
    // RFC 7301, section 3.2: the server selects the most highly preferred protocol that it supports.
    for kind in [tls13(), tls12()] {
        let config = kind.with_alpn(&["h2", "http/1.1"]).config();
        for (protocols, agreed) in [
            (&["http/1.1", "h2"][..], Some("http/1.1")),
            (&["h2", "http/1.1"], Some("h2")),
            (&["smtp", "http/1.1"], Some("http/1.1")),
            (&[], None),
        ] {
            let met = speaking(protocols).visit(&config).await.approved("agreed");
            let agreed = agreed.map(|name| name.as_bytes().to_vec());
            assert_eq!(met.session().alpn, agreed);
            assert_eq!(met.witness.script(|client| client.alpn()), agreed);
        }
    }
}

#[tokio::test]
async fn the_policys_order_of_protocols_comes_before_the_hosts() {
    // wit/policy.wit, `offer`: in order of preference, the most wanted first.
    let preferring = Puppet::new().offering(Edit::Alpn(vec!["http/1.1", "h2"]));
    let config = tls13().with_alpn(&["h2", "http/1.1"]).config();
    let met = server(preferring.policy())
        .visit(&config)
        .await
        .approved("agreed");
    assert_eq!(met.session().alpn.as_deref(), Some(&b"http/1.1"[..]));
}

#[tokio::test]
async fn a_client_that_wants_no_protocol_gets_none() {
    for kind in kinds() {
        let config = kind.with_alpn(&[]).config();
        let met = server(approving()).visit(&config).await.approved("none");
        assert_eq!(met.record.decision, Decision::Approved);
        assert_eq!(met.session().alpn, None);
    }
}
