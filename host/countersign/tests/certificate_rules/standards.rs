//! Published standards against real servers. What they say: `policy-guest/default/tests/sources`.

use countersign::record::Decision;

use crate::{
    meeting::{client, server, terms, under},
    pki::{Key, authorities, good, valid, with},
};

#[tokio::test]
async fn certificates_under_standards() {
    let known = authorities();
    let kind = "certificate.key-algorithm";
    let size = "certificate.key-size";
    let signature = "certificate.signature-algorithm";
    let lifetime = "certificate.lifetime";
    let scheme = "signature-scheme.not-allowed";
    // What is only recommended is no reason for a veto.
    let advice = "certificate.long-lived";
    let year = with(|params| valid(params, -30, 330));
    let long = with(|params| valid(params, -30, 368));
    let (p256, p384, p521, ed25519) = (
        good(Key::P256),
        good(Key::P384),
        good(Key::P521),
        good(Key::Ed25519),
    );
    let (rsa_2048, rsa_3072) = (good(Key::Rsa2048), good(Key::Rsa3072));
    let by_p384 = known.p384.issue(Key::P384, |_| {});
    let cases = [
        ("mozilla-6.0-modern", &p256, &[][..]),
        ("mozilla-6.0-modern", &p384, &[]),
        ("mozilla-6.0-modern", &p521, &[size]),
        ("mozilla-6.0-modern", &rsa_3072, &[kind]),
        ("mozilla-6.0-modern", &year, &[lifetime]),
        ("mozilla-6.0-intermediate", &rsa_2048, &[]),
        ("mozilla-6.0-intermediate", &ed25519, &[kind]),
        ("mozilla-6.0-intermediate", &year, &[advice]),
        ("mozilla-6.0-intermediate", &long, &[lifetime]),
        ("fedora-default", &rsa_2048, &[]),
        ("fedora-default", &long, &[]),
        ("fedora-future", &rsa_2048, &[size]),
        ("fedora-future", &rsa_3072, &[]),
        ("cnsa-1.0", &by_p384, &[]),
        ("cnsa-1.0", &p384, &[signature]),
        // Its source lists ecdsa_secp384r1_sha384 and RSA: a key on P-256 signs with neither.
        ("cnsa-1.0", &p256, &[scheme, size, signature]),
    ];
    let terms = terms(cases.map(|(name, ..)| format!(r#"{{"profile": "{name}"}}"#)));
    for (terms, (name, identity, expected)) in terms.iter().zip(cases) {
        let met = server(terms, identity).await;
        let decision = match expected {
            [] | ["certificate.long-lived"] => Decision::Approved,
            _ => Decision::Vetoed,
        };
        assert_eq!(
            met.outcome(),
            (decision, expected.to_vec()),
            "{name} {:?}",
            met.messages()
        );
    }
}

#[tokio::test]
async fn a_standard_for_servers_asks_nothing_of_clients() {
    let terms = under(r#"{"profile": "mozilla-6.0-modern", "client_certificate": {}}"#);
    let met = client(&terms, Some(&good(Key::Rsa2048))).await;
    assert_eq!(met.outcome(), (Decision::Approved, vec![]));
}
