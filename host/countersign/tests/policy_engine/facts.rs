//! P7: a guest sees what it asks for, as it is, and the record says what it asked for.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use countersign::{
    Peer, Refused,
    policy::{CallError, OutputError, Policy},
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
    guest::{Guest, Place},
    sandbox::{Outcome, Sandbox, judge_peer},
};

/// The getters of a certificate, and how a guest gets their answer: a text, bytes, texts, or a number of 64 or 32 bits.
const CERTIFICATE: [(&str, Kind); 14] = [
    ("der", Kind::Bytes),
    ("sha256", Kind::Bytes),
    ("spki-sha256", Kind::Bytes),
    ("subject", Kind::Text),
    ("issuer", Kind::Text),
    ("serial", Kind::Bytes),
    ("dns-names", Kind::Texts),
    ("uris", Kind::Texts),
    ("ip-addresses", Kind::Texts),
    ("not-before", Kind::Long),
    ("not-after", Kind::Long),
    ("key-algorithm", Kind::Text),
    ("key-bits", Kind::Int),
    ("signature-algorithm", Kind::Text),
];

/// The getters of the connection: their type in the core module, and what is told of the answer at 1024.
const CONNECTION: [(&str, &str, &str); 7] = [
    ("server-name", "(param i32)", OPTIONAL_TEXT),
    (
        "port",
        "(param i32)",
        "(if (i32.load8_u (i32.const 1024)) (then (call $tell_number {code} (i64.load16_u (i32.const 1026)))))",
    ),
    ("peer-address", "(param i32)", OPTIONAL_TEXT),
    (
        "today",
        "(result i32)",
        "(call $tell_number {code} (i64.extend_i32_u (call $today)))",
    ),
    (
        "hello",
        "(param i32)",
        "(call $tell_number {code} (i64.load8_u (i32.const 1024)))",
    ),
    (
        "peer-verification",
        "(param i32)",
        "(call $tell_bytes {code} (i32.const 1024) (i32.const 2))",
    ),
    (
        "peer-certificates",
        "(param i32)",
        "(call $tell_number {code} (i64.load32_u (i32.const 1028)))",
    ),
];

const OPTIONAL_TEXT: &str = "(if (i32.load8_u (i32.const 1024))
    (then (call $tell_text {code} (i32.load (i32.const 1028)) (i32.load (i32.const 1032)))))";

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Bytes,
    Texts,
    Long,
    Int,
}

impl Kind {
    fn core_type(self) -> &'static str {
        match self {
            Self::Text | Self::Bytes | Self::Texts => "(param i32 i32)",
            Self::Long => "(param i32) (result i64)",
            Self::Int => "(param i32) (result i32)",
        }
    }

    fn tell(self, getter: &str) -> String {
        let call = format!("(call ${getter} (local.get $certificate)");
        let pair = "(i32.load (i32.const 1024)) (i32.load (i32.const 1028))";
        match self {
            Self::Text => format!("{call} (i32.const 1024)) (call $tell_text {{code}} {pair})"),
            Self::Bytes => format!("{call} (i32.const 1024)) (call $tell_bytes {{code}} {pair})"),
            Self::Texts => format!("{call} (i32.const 1024)) (call $tell_texts {{code}} {pair})"),
            Self::Long => format!("(call $tell_number {{code}} {call}))"),
            Self::Int => format!("(call $tell_number {{code}} (i64.extend_i32_u {call})))"),
        }
    }
}

/// The guest that tells all facts.
fn telling() -> Policy {
    let mut writer = Writer::default();
    for (getter, core_type, tell) in CONNECTION {
        let calls_itself = core_type.contains("result");
        let call = if calls_itself {
            String::new()
        } else {
            format!("(call ${getter} (i32.const 1024)) ")
        };
        writer.add(getter, getter, core_type, &format!("{call}{tell}"));
    }
    writer.calls += "(local.set $certificate (i32.load (i32.load (i32.const 1024))))\n";
    for (getter, kind) in CERTIFICATE {
        let import = format!("[method]certificate.{getter}");
        writer.add(getter, &import, kind.core_type(), &kind.tell(getter));
    }
    let guest = Guest::named("tell-facts")
        .put("imports", writer.imports)
        .put("names", writer.names)
        .put("calls", writer.calls);
    guest.load(&Sandbox::shared().engine).expect("it loads")
}

#[derive(Default)]
struct Writer {
    imports: String,
    names: String,
    calls: String,
    next_name: usize,
}

impl Writer {
    fn add(&mut self, getter: &str, import: &str, core_type: &str, tell: &str) {
        let at = 12_288 + self.next_name;
        self.next_name += getter.len();
        self.imports += &format!(
            "(import \"countersign:policy/facts@0.1.0\" \"{import}\" (func ${getter} {core_type}))\n"
        );
        self.names += &format!("(data (i32.const {at}) \"{getter}\")\n");
        let code = format!("(i32.const {at}) (i32.const {})", getter.len());
        self.calls += &tell.replace("{code}", &code);
        self.calls.push('\n');
    }
}

/// What the guest told: each getter's answers.
type Told = BTreeMap<String, Vec<String>>;

async fn told(identity: &Identity, peer: Peer) -> (Told, Arc<DecisionRecord>) {
    let record = identity.connect(telling(), peer).await;
    let record = record.unwrap_or_else(|refused| panic!("{refused}"));
    let mut told = Told::new();
    for finding in &record.findings {
        let answers = told.entry(finding.code.to_string()).or_default();
        answers.push(finding.message.clone());
    }
    Sandbox::shared().assert_unharmed();
    (told, record)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A number as the guest tells it: eight bytes, the lowest first.
fn number(number: u64) -> String {
    hex(&number.to_le_bytes())
}

fn one<'a>(told: &'a Told, getter: &str) -> &'a str {
    match told.get(getter).map(Vec::as_slice) {
        Some([answer]) => answer,
        other => panic!("{getter}: {other:?}"),
    }
}

fn many(told: &Told, getter: &str) -> Vec<String> {
    told.get(getter).cloned().unwrap_or_default()
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
    assert_eq!(one(&told, "der"), hex(der));
    assert_eq!(one(&told, "sha256"), hex(&Sha256::digest(der)));
    assert_eq!(
        one(&told, "spki-sha256"),
        hex(&Sha256::digest(identity.key.subject_public_key_info()))
    );
    // X.690, section 8.3: 0x80 would be negative without a zero in front.
    assert_eq!(one(&told, "serial"), "00800102");
    // RFC 4514, sections 2.1 (last name first) and 2.4 (what is escaped: `=` need not be).
    let name = r##"CN=\#Größe\+1,OU=\ #1\; a\<b\>c\\d=e\ ,O=Example\, \"Inc.\",C=DE"##;
    assert_eq!(one(&told, "subject"), name);
    assert_eq!(one(&told, "issuer"), name);
    assert_eq!(many(&told, "dns-names"), ["localhost", "*.example.com"]);
    assert_eq!(
        many(&told, "uris"),
        ["spiffe://example.com/a", "https://example.com/b"]
    );
    assert_eq!(many(&told, "ip-addresses"), ["127.0.0.1", "2001:db8::1"]);
    // 2020-01-01 and 2040-01-01: 18,262 and 25,567 days after 1970-01-01.
    assert_eq!(one(&told, "not-before"), number(18_262 * 86_400));
    assert_eq!(one(&told, "not-after"), number(25_567 * 86_400));
    assert_eq!(one(&told, "peer-certificates"), number(1));
    assert_eq!(record.facts.peer_certificates()[0].subject(), name);
}

#[tokio::test]
async fn a_certificate_without_extras_has_none() {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.not_before = date_time_ymd(1969, 12, 31);
    let identity = Identity::new(&params, KeyPair::generate().expect("keys can be made"));
    let (told, _) = told(&identity, localhost()).await;
    assert_eq!(one(&told, "subject"), "");
    for none in ["dns-names", "uris", "ip-addresses"] {
        assert_eq!(many(&told, none), [""; 0], "{none}");
    }
    // The day before the epoch.
    assert_eq!(one(&told, "not-before"), hex(&(-86_400_i64).to_le_bytes()));
}

/// The keys of RFC 5480, RFC 8410 and RFC 8017, with the sizes that the contract asks for.
async fn assert_key(kind: &'static SignatureAlgorithm, key: &str, bits: u64, signature: &str) {
    let key_pair = KeyPair::generate_for(kind).expect("keys can be made");
    let identity = Identity::new(&rich(), key_pair);
    let (told, _) = told(&identity, localhost()).await;
    assert_eq!(one(&told, "key-algorithm"), key);
    assert_eq!(one(&told, "signature-algorithm"), signature);
    assert_eq!(one(&told, "key-bits"), number(bits), "{bits} bits");
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
    assert_eq!(one(&told, "server-name"), "localhost");
    assert_eq!(one(&told, "port"), number(65_535));
    assert_eq!(one(&told, "peer-address"), "2001:db8::1");
    assert!([number(before), number(today())].contains(&one(&told, "today").to_owned()));
    // This host is the client: there is no hello to see.
    assert_eq!(one(&told, "hello"), number(0));
}

#[tokio::test]
async fn what_is_not_known_is_none() {
    let peer = Peer::new(ServerName::try_from("127.0.0.1").expect("it is an address"));
    let (told, _) = told(
        &Identity::new(&rich(), KeyPair::generate().expect("keys can be made")),
        peer,
    )
    .await;
    assert_eq!(one(&told, "server-name"), "127.0.0.1");
    assert_eq!(many(&told, "port"), [""; 0]);
    assert_eq!(many(&told, "peer-address"), [""; 0]);
}

/// The contract's order of `chain-check` and `chain-failure`.
#[tokio::test]
async fn the_chain_check_is_told_as_it_ended() {
    const VALID: &str = "01";
    let invalid = |failure: u8| format!("02{failure:02x}");
    let verification = async |identity: &Identity, peer| {
        let (told, _) = told(identity, peer).await;
        one(&told, "peer-verification").to_owned()
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
    let mut all: Vec<String> = CONNECTION
        .iter()
        .map(|(name, ..)| (*name).to_owned())
        .collect();
    all.extend(
        CERTIFICATE
            .iter()
            .map(|(name, _)| format!("certificate.{name}")),
    );
    let mut recorded = read(&record);
    recorded.sort();
    all.sort();
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
    for place in Place::ALL {
        let guest = Guest::named("read-server-name")
            .put("times", 1)
            .acting_in(place);
        let outcome = Sandbox::shared().outcome(&guest);
        let expected = match place {
            Place::In("constrain" | "judge-parameters" | "judge-peer") => Outcome::Fine,
            // Where the component model allows no call at all, the host is not even asked.
            Place::In("realloc") | Place::Start | Place::PostReturn => {
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
    let mut guests: Vec<_> = ["0", "1", "2", "-1", "0x7fffffff"]
        .iter()
        .map(|handle| Guest::named("forge-handle").put("handle", handle))
        .collect();
    guests.push(Guest::named("forge-hello-handle"));
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
