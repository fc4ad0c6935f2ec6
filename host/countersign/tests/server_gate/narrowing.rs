//! A policy can only narrow: what it leaves is what is negotiated, and what it adds is nothing.

use crate::peers::{
    client::{Kind, tls12, tls13},
    gate::{Met, server, server_with},
    puppet::{Edit, Puppet, approving},
};
use countersign::{
    offer::{ClientAuth, Offer},
    rustls::{CipherSuite, NamedGroup, crypto::aws_lc_rs},
};

/// A client with both versions, and everything that the TLS library has.
fn able() -> Kind {
    Kind {
        versions: [tls13().versions, tls12().versions].concat(),
        alpn: vec!["http/1.1", "h2"],
        ..tls13()
    }
}

async fn negotiated(edits: &[Edit], client: &Kind) -> Met<crate::peers::client::TlsClient> {
    let offering = |puppet: Puppet, edit: &Edit| puppet.offering(edit.clone());
    let puppet = edits.iter().fold(Puppet::new(), offering);
    let what = format!("{edits:?} {client:?}");
    let met = server(puppet.policy()).visit(&client.config()).await;
    let met = met.approved(&what);
    let session = met.session();
    let group = session.group.map(|group| group.code());
    let recorded = (session.version.code(), session.cipher_suite.code(), group);
    let real = met.witness.script(|client| client.negotiated());
    assert_eq!(recorded, real, "{what}");
    met
}

fn offer<T>(met: &Met<T>) -> &Offer {
    met.record.offer.as_ref().expect("an offer")
}

fn codes<T: Copy>(items: &[T], code: fn(T) -> u16) -> Vec<u16> {
    items.iter().map(|item| code(*item)).collect()
}

fn suites(offer: &Offer) -> Vec<u16> {
    codes(&offer.cipher_suites, |suite| suite.code())
}

fn groups(offer: &Offer) -> Vec<u16> {
    codes(&offer.groups, |group| group.code())
}

fn versions(offer: &Offer) -> Vec<u16> {
    codes(&offer.versions, |version| version.code())
}

#[tokio::test]
async fn versions_are_those_that_are_left() {
    for version in [0x0303, 0x0304] {
        let met = negotiated(&[Edit::Versions(vec![version])], &able()).await;
        assert_eq!(met.session().version.code(), version);
        assert_eq!(versions(offer(&met)), [version]);
        // TLS 1.3 shares no suite with its predecessors (RFC 8446, appendix B.4).
        let all_fit = |suite: &u16| (suite >> 8 == 0x13) == (version == 0x0304);
        assert!(suites(offer(&met)).iter().all(all_fit));
    }
}

#[tokio::test]
async fn cipher_suites_are_those_that_are_left() {
    // Each suite of the library in turn; RSA's are of no use to a server with another key.
    for (version, suite) in [
        (0x0304, 0x1301),
        (0x0304, 0x1302),
        (0x0304, 0x1303),
        (0x0303, 0xc02b),
        (0x0303, 0xc02c),
        (0x0303, 0xcca9),
    ] {
        let met = negotiated(&[Edit::CipherSuites(vec![suite])], &able()).await;
        let session = met.session();
        assert_eq!(
            (session.version.code(), session.cipher_suite.code()),
            (version, suite)
        );
        assert_eq!(suites(offer(&met)), [suite]);
        assert_eq!(versions(offer(&met)), [version]);
    }
}

#[tokio::test]
async fn groups_are_those_that_are_left() {
    for group in [0x0017, 0x0018, 0x001d, 0x11ec] {
        let met = negotiated(&[Edit::Groups(vec![group])], &able()).await;
        assert_eq!(met.session().group.map(|group| group.code()), Some(group));
        assert_eq!(groups(offer(&met)), [group]);
    }
    for group in [0x0017, 0x0018, 0x001d] {
        let met = negotiated(&[Edit::Groups(vec![group])], &tls12()).await;
        assert_eq!(met.session().group.map(|group| group.code()), Some(group));
    }
}

#[tokio::test]
async fn duplicates_and_strangers_gain_nothing() {
    let edits = [
        // SSL 3.0 to TLS 1.1, a version that does not exist, and one twice.
        Edit::Versions(vec![0x0300, 0x0301, 0x0302, 0x0303, 0x0305, 0x0303]),
        // RC4, NULL, GREASE, and one twice.
        Edit::CipherSuites(vec![0x0005, 0xc02b, 0x0000, 0x0a0a, 0xc02b]),
        // sect163k1, GREASE, and one twice.
        Edit::Groups(vec![0x0001, 0x0017, 0x0a0a, 0x0017]),
        Edit::Alpn(vec!["h3", "h2", "h2"]),
        Edit::ClientAuth(0),
    ];
    let met = negotiated(&edits, &able()).await;
    let left = offer(&met);
    assert_eq!(versions(left), [0x0303]);
    assert_eq!(suites(left), [0xc02b]);
    assert_eq!(groups(left), [0x0017]);
    assert_eq!(left.alpn, [b"h2".to_vec()]);
    assert_eq!(met.session().alpn.as_deref(), Some(&b"h2"[..]));
}

#[tokio::test]
async fn a_policy_cannot_add_what_the_library_was_not_given() {
    let mut provider = aws_lc_rs::default_provider();
    let aes256 = CipherSuite::TLS13_AES_256_GCM_SHA384;
    provider
        .cipher_suites
        .retain(|suite| suite.suite() == aes256);
    provider
        .kx_groups
        .retain(|group| group.name() == NamedGroup::secp384r1);
    let greedy = Puppet::new()
        .offering(Edit::Versions(vec![0x0304, 0x0303]))
        .offering(Edit::CipherSuites(vec![0x1301, 0x1302, 0xc02b]))
        .offering(Edit::Groups(vec![0x001d, 0x0018]))
        .offering(Edit::Alpn(vec!["http/1.1", "h2", "smtp"]));
    let server = server_with(greedy.policy(), |builder| {
        builder
            .provider(provider)
            .alpn(vec![b"h2".to_vec()])
            .resumption(false)
    });
    let config = able().with_alpn(&["smtp", "h2"]).config();
    for _ in 0..2 {
        let met = server.visit(&config).await.approved("narrow");
        let left = offer(&met);
        assert_eq!(versions(left), [0x0304]);
        assert_eq!(suites(left), [0x1302]);
        assert_eq!(groups(left), [0x0018]);
        assert_eq!(left.alpn, [b"h2".to_vec()]);
        assert!(!left.resumption && !met.resumed());
        assert_eq!(left.client_auth, ClientAuth::None);
        let settled = met.witness.script(|client| client.negotiated());
        assert_eq!(settled, (0x0304, 0x1302, Some(0x0018)));
        assert_eq!(
            met.witness.script(|client| client.alpn()),
            Some(b"h2".to_vec())
        );
    }
}

#[tokio::test]
async fn without_protocols_left_none_is_agreed_on() {
    let met = negotiated(&[Edit::Alpn(vec![])], &able()).await;
    assert_eq!(met.session().alpn, None);
    assert_eq!(met.witness.script(|client| client.alpn()), None);
}

#[tokio::test]
async fn the_whole_library_is_offered_where_nothing_is_taken() {
    let met = server(approving())
        .visit(&able().config())
        .await
        .approved("all");
    let provider = aws_lc_rs::default_provider();
    let library = provider
        .cipher_suites
        .iter()
        .map(|suite| suite.suite().into());
    assert_eq!(suites(offer(&met)), library.collect::<Vec<u16>>());
    assert_eq!(versions(offer(&met)), [0x0304, 0x0303]);
    assert_eq!(met.session().version.code(), 0x0304);
}

#[tokio::test]
async fn the_policys_order_of_cipher_suites_is_followed() {
    // wit/policy.wit, `offer`: in order of preference, the most wanted first.
    use CipherSuite as S;
    let client = able().with_suites(&[
        S::TLS13_AES_128_GCM_SHA256,
        S::TLS13_AES_256_GCM_SHA384,
        S::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        S::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    ]);
    let wanted = Edit::CipherSuites(vec![0xc02c, 0xc02b, 0x1302, 0x1301]);
    for (version, suite) in [(0x0304, 0x1302), (0x0303, 0xc02c)] {
        let edits = [Edit::Versions(vec![version]), wanted.clone()];
        let met = negotiated(&edits, &client).await;
        assert_eq!(met.session().cipher_suite.code(), suite);
    }
}
