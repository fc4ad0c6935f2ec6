//! What can be asked of certificates, key by key.

use std::collections::BTreeSet;

use countersign::record::Decision;
use countersign_tests::{
    chains::Kind::{self, *},
    policy::policy,
};

use self::Refused::{Vetoed, Warned};

/// A rule on certificates.
pub(super) struct Row {
    /// The key that it is about.
    key: &'static str,
    /// The settings under `peer_certificate` or `client_certificate`. `<P256>` is the pin of that certificate.
    pub(super) asks: &'static str,
    /// Nothing is found about these.
    pub(super) pass: &'static [Kind],
    /// Something is found about these.
    pub(super) fail: &'static [Kind],
    /// What is found, and what comes of it.
    refused: Refused,
}

/// What becomes of what a rule does not want.
enum Refused {
    Vetoed(&'static str),
    Warned(&'static str),
}

impl Row {
    /// How a connection ends about which something is found.
    pub(super) fn refusal(&self) -> (Decision, Vec<String>) {
        match self.refused {
            Vetoed(code) => (Decision::Vetoed, vec![code.to_owned()]),
            Warned(code) => (Decision::Approved, vec![code.to_owned()]),
        }
    }
}

const fn row(
    key: &'static str,
    asks: &'static str,
    pass: &'static [Kind],
    fail: &'static [Kind],
    refused: Refused,
) -> Row {
    Row {
        key,
        asks,
        pass,
        fail,
        refused,
    }
}

const KIND: Refused = Vetoed("certificate.key-algorithm");
const SIZE: Refused = Vetoed("certificate.key-size");
const SIGNED: Refused = Vetoed("certificate.signature-algorithm");
const NAME: Refused = Vetoed("certificate.name");
const INVALID: Refused = Vetoed("certificate.verification");
const NOBODY: Refused = Vetoed("client-certificate.identity");

/// `peer_certificate`: asked of servers and of clients.
#[rustfmt::skip]
pub(super) const PEERS: &[Row] = &[
    row("key_algorithms", r#"{"key_algorithms": ["rsa"]}"#, &[Rsa2048, Rsa3072], &[P256, Ed25519], KIND),
    row("key_algorithms", r#"{"key_algorithms": ["ecdsa"]}"#, &[P256, P384], &[Rsa2048, Ed25519], KIND),
    row("key_algorithms", r#"{"key_algorithms": ["ed25519"]}"#, &[Ed25519], &[P256, Rsa2048], KIND),
    row("min_rsa_bits", r#"{"min_rsa_bits": 2048}"#, &[Rsa2048, P256], &[Rsa1024], SIZE),
    row("min_rsa_bits", r#"{"min_rsa_bits": 3072}"#, &[Rsa3072, Ed25519], &[Rsa2048], SIZE),
    row("min_ec_bits", r#"{"min_ec_bits": 384}"#, &[P384, Ed25519, Rsa2048], &[P256], SIZE),
    row("signature_algorithms", r#"{"signature_algorithms": ["ecdsa-with-SHA256"]}"#, &[P256, Rsa2048], &[BehindRsa, Sha1], SIGNED),
    row("signature_algorithms", r#"{"signature_algorithms": ["ecdsa-with-SHA256", "sha256WithRSAEncryption"]}"#, &[BehindRsa], &[Sha1], SIGNED),
    row("scope", r#"{"scope": "own", "key_algorithms": ["ecdsa"]}"#, &[BehindRsa], &[Rsa2048], KIND),
    row("scope", r#"{"scope": "chain", "key_algorithms": ["ecdsa"]}"#, &[P256], &[BehindRsa], KIND),
    row("max_lifetime_days", r#"{"max_lifetime_days": 90}"#, &[P256], &[LongLived], Vetoed("certificate.lifetime")),
    row("expires_within_days", r#"{"expires_within_days": 14}"#, &[P256], &[EndsSoon], Warned("certificate.expires-soon")),
    row("names", r#"{"names": ["localhost"]}"#, &[P256], &[OtherName], NAME),
    row("names", r#"{"names": ["*.test", "www.localhost"]}"#, &[], &[P256], NAME),
    row("pins", r#"{"pins": ["<P256>", "<P384>"]}"#, &[P256, P384], &[Ed25519, Rsa2048], Vetoed("certificate.pin")),
    row("issuers", r#"{"issuers": ["CN=Countersign test authority"]}"#, &[P256], &[BehindRsa, SelfSigned], Vetoed("certificate.issuer")),
    row("issuers", r#"{"issuers": ["CN=RSA authority"]}"#, &[BehindRsa], &[P256], Vetoed("certificate.issuer")),
    row("self_signed", r#"{"self_signed": "refuse"}"#, &[P256], &[SelfSigned], Vetoed("certificate.self-signed")),
    row("verification", r#"{"verification": "require-valid"}"#, &[P256], &[Expired, NotYetValid, SelfSigned, Sha1], INVALID),
];

/// `peer_certificate`: the name that a server is asked for. Nobody asks for a client's.
pub(super) const SERVERS: &[Row] = &[row(
    "verification",
    r#"{"verification": "require-valid"}"#,
    &[P256],
    &[OtherName],
    INVALID,
)];

/// `client_certificate`. Whether one is required, is in `clients.rs`.
#[rustfmt::skip]
pub(super) const CLIENTS: &[Row] = &[
    row("dns_names", r#"{"dns_names": ["localhost"]}"#, &[P256, Rsa2048], &[OtherName], NOBODY),
    row("dns_names", r#"{"dns_names": ["*.test"]}"#, &[OtherName], &[P256], NOBODY),
    row("uris", r#"{"uris": ["urn:test:backup"]}"#, &[Uri], &[P256, Spiffe], NOBODY),
    row("spiffe", r#"{"spiffe": ["spiffe://td.test/ns/prod/*"]}"#, &[Spiffe], &[P256, Uri], NOBODY),
    row("spiffe", r#"{"spiffe": ["spiffe://td.test/ns/dev/*", "spiffe://other.test/*"]}"#, &[], &[Spiffe], NOBODY),
    row("subjects", r#"{"subjects": ["CN=P256"]}"#, &[P256], &[P384], NOBODY),
    row("required", r#"{"required": true, "dns_names": ["localhost"], "uris": ["urn:test:backup"]}"#, &[P256, Uri], &[OtherName], NOBODY),
    // A certificate that nobody can vouch for says nothing of who the client is.
    row("dns_names", r#"{"dns_names": ["localhost"]}"#, &[], &[SelfSigned, Expired, Sha1], NOBODY),
];

fn keys_of_schema(key: &str) -> BTreeSet<String> {
    let policy = policy("{}");
    let schema = policy.description().settings_schema.as_deref();
    let schema: serde_json::Value = serde_json::from_str(schema.expect("a schema")).expect("JSON");
    let keys = schema["properties"][key]["properties"].as_object();
    keys.expect("it has keys").keys().cloned().collect()
}

fn keys_of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> BTreeSet<String> {
    rows.into_iter().map(|row| row.key.to_owned()).collect()
}

#[test]
fn no_key_is_missing_here() {
    assert_eq!(keys_of(PEERS), keys_of_schema("peer_certificate"));
    assert_eq!(keys_of(CLIENTS), keys_of_schema("client_certificate"));
}

#[test]
fn each_key_is_passed_by_one_and_failed_by_another() {
    for rows in [PEERS, CLIENTS] {
        for key in keys_of(rows) {
            let of_key = || rows.iter().filter(|row| row.key == key);
            assert!(of_key().any(|row| !row.pass.is_empty()), "{key}");
            assert!(of_key().any(|row| !row.fail.is_empty()), "{key}");
        }
    }
}
