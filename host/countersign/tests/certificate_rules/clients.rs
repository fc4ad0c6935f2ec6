//! Which clients may come.

use countersign::{
    record::Decision,
    rustls::version::{TLS12, TLS13},
};
use rcgen::{CertificateParams, DnType};

use crate::{
    meeting::{Terms, client, client_with, under},
    pki::{Identity, Key, authorities, client_verifier, dns, for_names, good, uri, valid, with},
};

fn asked(rule: &str) -> Terms {
    under(&format!(r#"{{"client_certificate": {{{rule}}}}}"#))
}

const APPROVED: (Decision, Vec<&str>) = (Decision::Approved, vec![]);

fn nobody() -> (Decision, Vec<&'static str>) {
    (Decision::Vetoed, vec!["client-certificate.identity"])
}

/// A client with these names in its certificate.
fn named(names: &[rcgen::SanType]) -> Identity {
    with(|params| for_names(params, names))
}

async fn assert_comes(terms: &Terms, identity: &Identity, expected: (Decision, Vec<&str>)) {
    for version in [&TLS13, &TLS12] {
        let met = client_with(terms, Some(identity), version, |gate| {
            gate.client_certificates(client_verifier())
        })
        .await;
        assert_eq!(met.outcome(), expected, "{terms} {:?}", met.messages());
    }
}

#[tokio::test]
async fn by_dns_name() {
    let terms = asked(r#""dns_names": ["backup.test", "*.clients.test"]"#);
    for (name, expected) in [
        ("backup.test", APPROVED),
        ("a.clients.test", APPROVED),
        ("a.b.clients.test", APPROVED),
        ("clients.test", nobody()),
        ("*.clients.test", nobody()),
        ("other.test", nobody()),
    ] {
        assert_comes(&terms, &named(&[dns(name)]), expected).await;
    }
}

#[tokio::test]
async fn by_uri() {
    let terms = asked(r#""uris": ["urn:test:backup", "https://clients.test/prod/*"]"#);
    for (name, expected) in [
        ("urn:test:backup", APPROVED),
        ("https://clients.test/prod/a", APPROVED),
        ("https://clients.test/prod/../dev/a", nobody()),
        ("urn:test:backup2", nobody()),
    ] {
        assert_comes(&terms, &named(&[uri(name)]), expected).await;
    }
}

/// SPIFFE-ID and X509-SVID, section 2.
#[tokio::test]
async fn by_spiffe_id() {
    let terms = asked(r#""spiffe": ["spiffe://td.test/ns/prod/*"]"#);
    let prod = uri("spiffe://td.test/ns/prod/sa/a");
    for (names, expected) in [
        (vec![prod.clone()], APPROVED),
        (vec![dns("a.test"), prod.clone()], APPROVED),
        (vec![prod, uri("urn:test:a")], nobody()),
        (vec![uri("spiffe://td.test/ns/dev/sa/a")], nobody()),
        (vec![uri("spiffe://other.test/ns/prod/sa/a")], nobody()),
        (vec![uri("spiffe://td.test/ns/prod/../dev")], nobody()),
    ] {
        assert_comes(&terms, &named(&names), expected).await;
    }
}

#[tokio::test]
async fn by_subject() {
    let subject = |params: &mut CertificateParams| {
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::OrganizationName, "Tests, Inc.");
        params.distinguished_name.push(DnType::CommonName, "backup");
    };
    let identity = with(subject);
    // RFC 4514, section 2.1: the last part of the name stands first; section 2.4: a comma stands behind a backslash, or as a pair of digits.
    for rule in [
        r#""subjects": ["CN=backup,O=Tests\\, Inc."]"#,
        r#""subjects": ["cn=backup,o=Tests\\2C Inc."]"#,
    ] {
        assert_comes(&asked(rule), &identity, APPROVED).await;
    }
    for rule in [
        r#""subjects": ["O=Tests\\, Inc.,CN=backup"]"#,
        r#""subjects": ["CN=backup"]"#,
    ] {
        assert_comes(&asked(rule), &identity, nobody()).await;
    }
}

#[tokio::test]
async fn a_certificate_that_is_required_is_asked_for() {
    for rule in ["", r#""required": true"#, r#""dns_names": ["a.test"]"#] {
        let terms = asked(rule);
        for version in [&TLS13, &TLS12] {
            let met = client_with(&terms, None, version, |gate| {
                gate.client_certificates(client_verifier())
            })
            .await;
            assert_ne!(met.outcome().0, Decision::Approved, "{rule}");
        }
    }
    let terms = asked("");
    let met = client(&terms, None).await;
    // certificate_required (RFC 8446, section 6.2).
    assert_eq!(met.alert(), Some(116));
    assert_comes(&terms, &good(Key::Ed25519), APPROVED).await;
}

/// The policy may only ask for less than the host can do. What it asks for beyond that is refused before the handshake.
#[tokio::test]
async fn a_host_that_cannot_ask_lets_nobody_in() {
    let terms = asked("");
    for version in [&TLS13, &TLS12] {
        let met = client_with(&terms, Some(&good(Key::P256)), version, |gate| gate).await;
        assert_eq!(met.outcome(), (Decision::Vetoed, vec!["offer.client-auth"]));
    }
}

#[tokio::test]
async fn a_client_may_come_without_where_it_need_not_show_one() {
    let terms = asked(r#""required": false, "dns_names": ["a.test"]"#);
    assert_eq!(client(&terms, None).await.outcome(), APPROVED);
    assert_comes(&terms, &named(&[dns("a.test")]), APPROVED).await;
    assert_comes(&terms, &named(&[dns("b.test")]), nobody()).await;
}

#[tokio::test]
async fn a_client_whose_chain_does_not_verify_is_refused_twice() {
    let terms = asked(r#""dns_names": ["a.test"]"#);
    let names = |params: &mut CertificateParams| for_names(params, &[dns("a.test")]);
    let strange = authorities().stranger.issue(Key::P256, names);
    let expired = with(|params| {
        names(params);
        valid(params, -90, -1);
    });
    for identity in [&strange, &expired] {
        let met = client(&terms, Some(identity)).await;
        assert_eq!(met.outcome(), nobody());
        assert_eq!(met.failure(), Some("certificate"));
    }
}

#[tokio::test]
async fn what_is_asked_of_peers_is_asked_of_clients_too() {
    let terms = under(
        r#"{"client_certificate": {}, "peer_certificate": {"min_rsa_bits": 3072, "max_lifetime_days": 100}}"#,
    );
    for (identity, expected) in [
        (good(Key::Rsa3072), APPROVED),
        (
            good(Key::Rsa2048),
            (Decision::Vetoed, vec!["certificate.key-size"]),
        ),
        (
            with(|params| valid(params, -1, 100)),
            (Decision::Vetoed, vec!["certificate.lifetime"]),
        ),
    ] {
        let met = client(&terms, Some(&identity)).await;
        assert_eq!(met.outcome(), expected, "{:?}", met.messages());
    }
}
