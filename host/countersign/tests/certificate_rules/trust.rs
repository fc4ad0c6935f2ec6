//! Whom a certificate is for, and from whom: what only the handshake or the host's check can prove.

use countersign::record::Decision;
use countersign::rustls::version::TLS13;

use crate::{
    meeting::{Met, Terms, server, server_with, terms},
    pki::{Identity, Key, authorities, dns, for_names, good, self_signed, valid, with},
};

fn asked<const N: usize>(rules: [&str; N]) -> [Terms; N] {
    let settings = rules.map(|rule| format!(r#"{{"peer_certificate": {{{rule}}}}}"#));
    let all = terms(settings).try_into();
    all.unwrap_or_else(|_| panic!("one each"))
}

/// Meets a server though its certificate does not verify.
async fn lenient(terms: &Terms, identity: &Identity) -> Met {
    server_with(terms, identity, &TLS13, &[], |gate| {
        gate.accept_invalid_certificates(true)
    })
    .await
}

fn vetoed(code: &str) -> (Decision, Vec<&str>) {
    (Decision::Vetoed, vec![code])
}

const APPROVED: (Decision, Vec<&str>) = (Decision::Approved, vec![]);

#[tokio::test]
async fn names() {
    let identity = with(|params| for_names(params, &[dns("server.test"), dns("*.pool.test")]));
    let rules = asked([
        r#""names": ["server.test"]"#,
        r#""names": ["other.test", "*.pool.test"]"#,
        r#""names": ["a.pool.test"]"#,
        r#""names": ["*.server.test"]"#,
    ]);
    let missing = || vetoed("certificate.name");
    for (terms, expected) in rules.iter().zip([APPROVED, APPROVED, missing(), missing()]) {
        assert_eq!(
            server(terms, &identity).await.outcome(),
            expected,
            "{terms}"
        );
    }
}

/// Either key, and no other.
fn pinned(one: &Identity, other: &Identity) -> [Terms; 1] {
    asked([&format!(r#""pins": ["{}", "{}"]"#, one.pin(), other.pin())])
}

#[tokio::test]
async fn pins() {
    let (identity, backup) = (good(Key::P256), good(Key::Rsa2048));
    let [terms] = pinned(&identity, &backup);
    for one in [&identity, &backup] {
        assert_eq!(server(&terms, one).await.outcome(), APPROVED);
    }
    let other = good(Key::P256);
    assert_eq!(
        server(&terms, &other).await.outcome(),
        vetoed("certificate.pin")
    );
}

/// Certificates are public: whoever has one of their own may show another one behind it.
#[tokio::test]
async fn a_pinned_certificate_behind_another_proves_nothing() {
    let (identity, backup) = (good(Key::P256), good(Key::P256));
    let [terms] = pinned(&identity, &backup);
    let impostor = good(Key::P256).followed_by(&[&identity.chain[0]]);
    let met = server(&terms, &impostor).await;
    assert_eq!(met.outcome(), vetoed("certificate.pin"));
}

#[tokio::test]
async fn a_pinned_key_needs_no_authority() {
    let (identity, backup) = (self_signed(), good(Key::P256));
    let [terms] = pinned(&identity, &backup);
    assert_eq!(lenient(&terms, &identity).await.outcome(), APPROVED);
    assert_eq!(
        lenient(&terms, &self_signed()).await.outcome(),
        vetoed("certificate.pin")
    );
}

#[tokio::test]
async fn issuers() {
    let known = authorities();
    let [terms] = asked([r#""issuers": ["cn=P-256 Root,o=Tests"]"#]);
    let theirs = known.p384.issue(Key::P256, |_| {});
    assert_eq!(server(&terms, &good(Key::P256)).await.outcome(), APPROVED);
    assert_eq!(
        server(&terms, &theirs).await.outcome(),
        vetoed("certificate.issuer")
    );
    // Another certificate behind it changes nothing about who issued it.
    let padded = theirs.followed_by(&[&good(Key::P256).chain[0], &known.p256.certificate]);
    assert_eq!(
        server(&terms, &padded).await.outcome(),
        vetoed("certificate.issuer")
    );
}

/// Anybody can make an authority with the name of another.
#[tokio::test]
async fn an_issuer_that_was_not_verified_is_none() {
    let forger = crate::pki::Authority::root("P-256 Root", Key::P256);
    let forged = forger.issue(Key::P256, |_| {});
    let [terms] = asked([r#""issuers": ["CN=P-256 Root,O=Tests"]"#]);
    assert_eq!(lenient(&terms, &good(Key::P256)).await.outcome(), APPROVED);
    assert_eq!(
        lenient(&terms, &forged).await.outcome(),
        vetoed("certificate.issuer")
    );
}

#[tokio::test]
async fn self_signed_certificates() {
    let rules = [
        "",
        r#""self_signed": "allow""#,
        r#""self_signed": "refuse""#,
    ];
    let [nothing, allow, refuse] = asked(rules);
    let identity = self_signed();
    let trusted = |terms: &Terms| {
        let (terms, identity) = (terms.clone(), identity.clone());
        async move { server_with(&terms, &identity, &TLS13, &identity.chain, |gate| gate).await }
    };
    assert_eq!(trusted(&nothing).await.outcome(), APPROVED);
    assert_eq!(trusted(&allow).await.outcome(), APPROVED);
    assert_eq!(
        trusted(&refuse).await.outcome(),
        vetoed("certificate.self-signed")
    );
    assert_eq!(server(&refuse, &good(Key::P256)).await.outcome(), APPROVED);
}

#[tokio::test]
async fn chains_that_do_not_verify() {
    let rules = [
        "",
        r#""verification": "warn""#,
        r#""verification": "require-valid""#,
    ];
    let [nothing, warn, require] = asked(rules);
    let expired = with(|params| valid(params, -90, -1));
    let future = with(|params| valid(params, 1, 90));
    let misnamed = with(|params| for_names(params, &[dns("other.test")]));
    let strange = authorities().stranger.issue(Key::P256, |_| {});
    for (identity, reason) in [
        (&expired, "a certificate has expired"),
        (&future, "a certificate is not valid yet"),
        (&misnamed, "it is for another name"),
        (&strange, "it leads to no trusted root"),
    ] {
        let sentence = format!("The peer's certificate chain did not verify: {reason}.");
        let strict = lenient(&require, identity).await;
        assert_eq!(
            strict.outcome(),
            vetoed("certificate.verification"),
            "{reason}"
        );
        assert_eq!(strict.messages(), [&*sentence]);
        let warned = lenient(&warn, identity).await;
        let expected = (Decision::Approved, vec!["certificate.unverified"]);
        assert_eq!(warned.outcome(), expected, "{reason}");
        assert_eq!(
            lenient(&nothing, identity).await.outcome(),
            APPROVED,
            "{reason}"
        );
        // Where the host is not told to go on, a warning does not make it.
        let refused = server(&warn, identity).await;
        assert_eq!(refused.failure(), Some("certificate"), "{reason}");
        assert_eq!(refused.outcome().0, Decision::Failed, "{reason}");
    }
    let valid = lenient(&require, &good(Key::P256)).await;
    assert_eq!(valid.outcome(), APPROVED);
}
