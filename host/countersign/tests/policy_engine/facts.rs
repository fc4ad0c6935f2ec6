//! P7: a guest sees what it asks for, as it is, and the record says what it asked for.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use countersign::{
    Peer, Refused,
    policy::{CallError, OutputError},
    record::DecisionRecord,
    rustls::pki_types::ServerName,
};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, PublicKeyData, SanType, SerialNumber,
    SignatureAlgorithm, date_time_ymd,
};
use sha2::{Digest, Sha256};

use super::{
    gate::{Identity, localhost},
    guest::{Guest, Load as _, Place},
    sandbox::{Outcome, Sandbox, judge_peer},
    telling::{Telling, Told, hex, number},
};

async fn told(identity: &Identity, peer: Peer) -> (Told, Arc<DecisionRecord>) {
    let policy = Telling::of_connection().of_certificate().policy();
    let record = identity.connect(policy, peer).await;
    let record = record.unwrap_or_else(|refused| panic!("{refused}"));
    Sandbox::shared().assert_unharmed();
    (Told::new(&record.findings), record)
}

/// A certificate with something in every field that a getter reads.
fn rich() -> CertificateParams {
    let mut params =
        CertificateParams::new(vec!["localhost".to_owned(), "*.example.com".to_owned()])
            .expect("the names are good");
    let uri =
        |text: &str| SanType::URI(rcgen::string::Ia5String::try_from(text).expect("it is ASCII"));
    params.subject_alt_names.extend([
        SanType::IpAddress([127, 0, 0, 1].into()),
        uri("spiffe://example.com/a"),
        SanType::IpAddress([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into()),
        uri("https://example.com/b"),
    ]);
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "DE");
    name.push(DnType::OrganizationName, "Example, \"Inc.\"");
    name.push(DnType::OrganizationalUnitName, " #1; a<b>c\\d=e ");
    name.push(DnType::CommonName, "#Größe+1");
    params.distinguished_name = name;
    params.serial_number = Some(SerialNumber::from(vec![0x80, 0x01, 0x02]));
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2040, 1, 1);
    params
}

#[tokio::test]
async fn a_certificate_is_told_as_it_is() {
    let identity = Identity::new(&rich(), KeyPair::generate().expect("keys can be made"));
    let (told, record) = told(&identity, localhost()).await;
    let der = &identity.certificate;
    assert_eq!(told.one("der"), hex(der));
    assert_eq!(told.one("sha256"), hex(&Sha256::digest(der)));
    assert_eq!(
        told.one("spki-sha256"),
        hex(&Sha256::digest(identity.key.subject_public_key_info()))
    );
    // X.690, section 8.3: 0x80 would be negative without a zero in front.
    assert_eq!(told.one("serial"), "00800102");
    // RFC 4514, sections 2.1 (last name first) and 2.4 (what is escaped: `=` need not be).
    let name = r##"CN=\#Größe\+1,OU=\ #1\; a\<b\>c\\d=e\ ,O=Example\, \"Inc.\",C=DE"##;
    assert_eq!(told.one("subject"), name);
    assert_eq!(told.one("issuer"), name);
    assert_eq!(told.many("dns-names"), ["localhost", "*.example.com"]);
    assert_eq!(
        told.many("uris"),
        ["spiffe://example.com/a", "https://example.com/b"]
    );
    assert_eq!(told.many("ip-addresses"), ["127.0.0.1", "2001:db8::1"]);
    // 2020-01-01 and 2040-01-01: 18,262 and 25,567 days after 1970-01-01.
    assert_eq!(told.one("not-before"), number(18_262 * 86_400));
    assert_eq!(told.one("not-after"), number(25_567 * 86_400));
    assert_eq!(told.one("peer-certificates"), number(1));
    assert_eq!(record.facts.peer_certificates()[0].subject(), name);
}

#[tokio::test]
async fn a_certificate_without_extras_has_none() {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.not_before = date_time_ymd(1969, 12, 31);
    let identity = Identity::new(&params, KeyPair::generate().expect("keys can be made"));
    let (told, _) = told(&identity, localhost()).await;
    assert_eq!(told.one("subject"), "");
    for none in ["dns-names", "uris", "ip-addresses"] {
        assert_eq!(told.many(none), [""; 0], "{none}");
    }
    // The day before the epoch.
    assert_eq!(told.one("not-before"), hex(&(-86_400_i64).to_le_bytes()));
}

/// The keys of RFC 5480, RFC 8410 and RFC 8017, with the sizes that the contract asks for.
async fn assert_key(kind: &'static SignatureAlgorithm, key: &str, bits: u64, signature: &str) {
    let key_pair = KeyPair::generate_for(kind).expect("keys can be made");
    let identity = Identity::new(&rich(), key_pair);
    let (told, _) = told(&identity, localhost()).await;
    assert_eq!(told.one("key-algorithm"), key);
    assert_eq!(told.one("signature-algorithm"), signature);
    assert_eq!(told.one("key-bits"), number(bits), "{bits} bits");
}

const EC: &str = "1.2.840.10045.2.1";

#[tokio::test]
async fn keys_of_p256_have_256_bits() {
    assert_key(
        &rcgen::PKCS_ECDSA_P256_SHA256,
        EC,
        256,
        "1.2.840.10045.4.3.2",
    )
    .await;
}

#[tokio::test]
async fn keys_of_p384_have_384_bits() {
    assert_key(
        &rcgen::PKCS_ECDSA_P384_SHA384,
        EC,
        384,
        "1.2.840.10045.4.3.3",
    )
    .await;
}

#[tokio::test]
async fn keys_of_p521_have_521_bits() {
    assert_key(
        &rcgen::PKCS_ECDSA_P521_SHA512,
        EC,
        521,
        "1.2.840.10045.4.3.4",
    )
    .await;
}

#[tokio::test]
async fn keys_of_rsa_have_the_bits_of_their_modulus() {
    assert_key(
        &rcgen::PKCS_RSA_SHA256,
        "1.2.840.113549.1.1.1",
        2048,
        "1.2.840.113549.1.1.11",
    )
    .await;
}

/// RFC 8032: the field of Curve25519 has 255 bits; the contract allows 0 for what is not known.
#[tokio::test]
async fn keys_of_ed25519_are_named() {
    assert_key(&rcgen::PKCS_ED25519, "1.3.101.112", 0, "1.3.101.112").await;
}

#[tokio::test]
async fn the_connection_is_told_as_it_is() {
    let name = ServerName::try_from("LocalHost.").expect("it is a name");
    let address: SocketAddr = "[2001:db8:0:0::1]:9".parse().expect("it is an address");
    let peer = Peer::new(name).port(65_535).address(address);
    let today = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |now| now.as_secs() / 86_400)
    };
    let before = today();
    let (told, _) = told(&Identity::plain(), peer).await;
    assert_eq!(told.one("server-name"), "localhost");
    assert_eq!(told.one("port"), number(65_535));
    assert_eq!(told.one("peer-address"), "2001:db8::1");
    assert!([number(before), number(today())].contains(&told.one("today").to_owned()));
    // This host is the client: there is no hello to see.
    assert_eq!(told.one("hello"), number(0));
}

#[tokio::test]
async fn what_is_not_known_is_none() {
    let peer = Peer::new(ServerName::try_from("127.0.0.1").expect("it is an address"));
    let (told, _) = told(
        &Identity::new(&rich(), KeyPair::generate().expect("keys can be made")),
        peer,
    )
    .await;
    assert_eq!(told.one("server-name"), "127.0.0.1");
    assert_eq!(told.many("port"), [""; 0]);
    assert_eq!(told.many("peer-address"), [""; 0]);
}

/// The contract's order of `chain-check` and `chain-failure`.
#[tokio::test]
async fn the_chain_check_is_told_as_it_ended() {
    const VALID: &str = "01";
    let invalid = |failure: u8| format!("02{failure:02x}");
    let verification = async |identity: &Identity, peer| {
        let (told, _) = told(identity, peer).await;
        told.one("peer-verification").to_owned()
    };
    let valid = verification(&Identity::plain(), localhost()).await;
    assert_eq!(&valid[..2], VALID);
    let elsewhere = Peer::new(ServerName::try_from("example.org").expect("it is a name"));
    assert_eq!(
        verification(&Identity::plain(), elsewhere).await,
        invalid(3)
    );
    let mut expired = rich();
    expired.not_after = date_time_ymd(2021, 1, 1);
    let key = || KeyPair::generate().expect("keys can be made");
    assert_eq!(
        verification(&Identity::new(&expired, key()), localhost()).await,
        invalid(0)
    );
    let mut early = rich();
    early.not_before = date_time_ymd(2039, 1, 1);
    assert_eq!(
        verification(&Identity::new(&early, key()), localhost()).await,
        invalid(1)
    );
}

#[tokio::test]
async fn what_was_read_is_recorded_and_nothing_else() {
    let read = |record: &DecisionRecord| -> Vec<String> {
        let policies = &record.policies;
        assert_eq!(policies.len(), 1);
        policies[0]
            .facts_read
            .iter()
            .map(|fact| fact.name().to_owned())
            .collect()
    };
    let (_, record) = told(&Identity::plain(), localhost()).await;
    let mut recorded = read(&record);
    recorded.sort();
    let all = Telling::of_connection().of_certificate().facts();
    assert_eq!(recorded, all);

    let policy = Guest::named("read-today-and-port")
        .load(&Sandbox::shared().engine)
        .expect("it loads");
    let record = Identity::plain()
        .connect(policy, localhost())
        .await
        .expect("it approves");
    assert_eq!(read(&record), ["port", "today"]);

    let record = Identity::plain()
        .connect(Sandbox::shared().good().clone(), localhost())
        .await;
    assert_eq!(read(&record.expect("it approves")), [""; 0]);
}

#[test]
fn each_call_tells_what_it_read_itself() {
    let policy = Guest::named("read-today-and-port")
        .load(&Sandbox::shared().engine)
        .expect("it loads");
    let called = judge_peer(&policy);
    assert!(called.result.is_ok());
    let read: Vec<_> = called.facts_read.iter().map(|fact| fact.name()).collect();
    assert_eq!(read, ["port", "today"]);
    let called = super::sandbox::judge_parameters(&policy);
    assert_eq!(called.facts_read.iter().count(), 0);
}

#[test]
fn there_are_no_facts_before_there_is_a_connection() {
    for place in Place::USUAL {
        let guest = Guest::named("read-server-name")
            .put("times", 1)
            .acting_in(place);
        let outcome = Sandbox::shared().outcome(&guest);
        let expected = match place {
            Place::In("constrain" | "judge-parameters" | "judge-peer") => Outcome::Fine,
            // Where the component model allows no call at all, the host is not even asked.
            Place::In("realloc") | Place::Start | Place::PostReturn(_) => {
                assert!(
                    matches!(&outcome, Outcome::Failed(function, _) if *function == place.noticed_in())
                );
                continue;
            }
            _ => Outcome::Failed(
                place.noticed_in(),
                CallError::Trap(
                    "it read `server-name` where there is no connection yet".to_owned(),
                ),
            ),
        };
        assert_eq!(outcome, expected, "in {place}");
    }
}

#[test]
fn a_storm_of_getters_is_stopped() {
    let guest = Guest::named("read-server-name").put("times", -1);
    for place in ["constrain", "judge-parameters", "judge-peer"] {
        let outcome = Sandbox::shared().outcome(&guest.clone().acting_in(Place::In(place)));
        match outcome {
            Outcome::Failed(function, CallError::Trap(_) | CallError::Deadline { .. }) => {
                assert_eq!(function, place)
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn handles_cannot_be_forged() {
    let guests = ["0", "1", "2", "-1", "0x7fffffff"]
        .iter()
        .map(|handle| Guest::named("forge-handle").put("handle", handle));
    for guest in guests {
        let outcome = Sandbox::shared().outcome(&guest.acting_in(Place::In("judge-peer")));
        // A handle that is none breaks the canonical ABI, as an answer out of bounds does.
        let is_malformed = matches!(
            outcome,
            Outcome::Failed("judge-peer", CallError::Output(OutputError::Malformed(_)))
        );
        assert!(is_malformed, "{outcome:?}");
    }
}

#[test]
fn the_host_is_not_called_while_it_writes() {
    let guest = Guest::named("call-out-of-realloc").acting_in(Place::In("realloc"));
    let outcome = Sandbox::shared().outcome(&guest);
    assert!(
        matches!(outcome, Outcome::Failed("configure", CallError::Trap(_))),
        "{outcome:?}"
    );
}

/// A veto by the host in the place of a policy that failed on a real connection.
async fn assert_stopped_on_a_connection(guest: &str, code: &[&str]) {
    let policy = Guest::named(guest).acting_in(Place::In("judge-peer"));
    let policy = policy.load(&Sandbox::shared().engine).expect("it loads");
    let refused = Identity::plain().connect(policy, localhost()).await;
    let Err(Refused::Veto(veto)) = refused else {
        panic!("{refused:?}");
    };
    let codes: Vec<_> = veto
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert!(
        matches!(&codes[..], [one] if code.contains(one)),
        "{:?}",
        veto.findings
    );
    // internal_error: the peer is not to blame.
    assert_eq!(veto.alert.map(|alert| alert.code()), Some(80));
    Sandbox::shared().assert_unharmed();
}

#[tokio::test]
async fn a_handle_that_was_given_back_is_gone() {
    assert_stopped_on_a_connection("use-dropped-handle", &["engine.output"]).await;
}

#[tokio::test]
async fn handles_that_are_never_given_back_run_out() {
    // Reads and handles have the same limit; a slow machine reaches the deadline first.
    let codes = ["engine.trap", "engine.output", "engine.deadline"];
    assert_stopped_on_a_connection("collect-certificates", &codes).await;
}
