//! `ClientGate::check`: servers with which there is no agreement are looked at by plain bytes, and the policy says what
//! it thinks of what they would choose.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::peers::{
    gate::{calls, client_with, failure, findings, peer},
    guest::{Says, default_policy, policy},
    pki::pki,
    records::{record, unapproved},
    server::{Kind, TlsServer, kinds, tls12, tls13},
    wire::{Item, Manner, Script, Wire, Witness, wire},
};
use countersign::{
    probe::Outcome,
    record::{Answer, Decision, DecisionRecord, Stage},
    rustls::ServerConfig,
};

/// The connection itself, and six looks.
const DIALS_MAX: usize = 1 + 6;

/// A server that answers each hello by a rule.
#[derive(Clone, Copy)]
struct Ruled(Rule);

/// What a server answers to a hello.
type Rule = fn(&Hello) -> Vec<Item>;

/// What matters of a ClientHello.
struct Hello {
    legacy_version: u16,
    has_tls13: bool,
}

impl Hello {
    /// Reads the one record of a ClientHello.
    fn parse(bytes: &[u8]) -> Self {
        let (_, record) = tls_parser::parse_tls_plaintext(bytes).expect("a record");
        let tls_parser::TlsMessage::Handshake(tls_parser::TlsMessageHandshake::ClientHello(hello)) =
            &record.msg[0]
        else {
            panic!("no ClientHello");
        };
        let has_tls13 = hello.ext.is_some_and(|mut rest| {
            let mut found = false;
            while let Ok((after, extension)) = tls_parser::parse_tls_extension(rest) {
                if let tls_parser::TlsExtension::SupportedVersions(versions) = extension {
                    found |= versions.iter().any(|version| version.0 == 0x0304);
                }
                rest = after;
            }
            found
        });
        Self {
            legacy_version: hello.version.0,
            has_tls13,
        }
    }
}

impl Script for Ruled {
    fn hear(&mut self, bytes: &[u8]) -> Vec<Item> {
        match bytes.first() {
            Some(22) => (self.0)(&Hello::parse(bytes)),
            // The client's alert, or nothing.
            _ => Vec::new(),
        }
    }
}

fn alert(code: u8) -> Vec<Item> {
    vec![Item::Bytes(record(21, &[2, code])), Item::End]
}

/// A ServerHello and a ServerHelloDone (RFC 4346, section 7.4.1.3), no extensions.
fn legacy_answer(version: u16, suite: u16) -> Vec<Item> {
    let body = [
        &version.to_be_bytes()[..],
        &[0x55; 32],
        &[0],
        &suite.to_be_bytes(),
        &[0],
    ]
    .concat();
    let length = u8::try_from(body.len()).expect("a short body");
    let messages = [&[2, 0, 0, length][..], &body, &[14, 0, 0, 0]].concat();
    vec![Item::Bytes(record(22, &messages))]
}

/// TLS_RSA_WITH_AES_128_CBC_SHA: every TLS 1.1 implementation must have it (RFC 4346, section 9, names its ancestor).
const RSA_AES: u16 = 0x002f;

/// Speaks TLS 1.1 to whoever can, and says protocol_version to the others.
fn tls11_only(hello: &Hello) -> Vec<Item> {
    match hello.has_tls13 {
        true => alert(70),
        false if hello.legacy_version >= 0x0302 => legacy_answer(0x0302, RSA_AES),
        false => alert(70),
    }
}

/// The same server with another alert.
fn tls11_only_rude(hello: &Hello) -> Vec<Item> {
    match tls11_only(hello) {
        answer if answer.len() == 1 => answer,
        _ => alert(40),
    }
}

/// The same server, that closes where it disagrees.
fn tls11_only_silent(hello: &Hello) -> Vec<Item> {
    match tls11_only(hello) {
        answer if answer.len() == 1 => answer,
        _ => vec![Item::End],
    }
}

/// Answers TLS 1.1 even to those who did not offer it.
fn tls11_always(_: &Hello) -> Vec<Item> {
    legacy_answer(0x0302, RSA_AES)
}

/// What `check` did, beside its record.
struct Checked {
    record: Arc<DecisionRecord>,
    dials: usize,
    elapsed: Duration,
    written: Vec<Vec<u8>>,
}

/// Checks a server of which every connection gets a new script.
async fn checked<T: Script>(
    policy: countersign::policy::Policy,
    timeout: Duration,
    script: impl Fn() -> T,
) -> Checked {
    let client = client_with(policy, |builder| builder.timeout(timeout));
    let dials = AtomicUsize::new(0);
    let witnesses: Mutex<Vec<Witness<T>>> = Mutex::default();
    let dial = async || -> io::Result<Wire<T>> {
        dials.fetch_add(1, Ordering::SeqCst);
        let (io, witness) = wire(script(), Manner::default());
        witnesses.lock().expect("not poisoned").push(witness);
        Ok(io)
    };
    let began = Instant::now();
    let record = client.gate.check(peer(), dial).await;
    let elapsed = began.elapsed();
    let published = client.published();
    assert_eq!(published.len(), 1, "one record for the whole check");
    assert!(Arc::ptr_eq(&published[0], &record));
    let dials = dials.into_inner();
    assert!(dials <= DIALS_MAX, "{dials}");
    let witnesses = witnesses.into_inner().expect("not poisoned");
    Checked {
        record,
        dials,
        elapsed,
        written: witnesses.iter().map(Witness::written).collect(),
    }
}

const LONG: Duration = Duration::from_secs(20);

async fn checked_rule(settings: &str, rule: Rule) -> Checked {
    let checked = checked(default_policy(settings), LONG, || Ruled(rule)).await;
    for written in &checked.written {
        unapproved(written).expect("hellos and an alert");
    }
    checked
}

fn server(config: &Arc<ServerConfig>) -> impl Fn() -> TlsServer {
    || TlsServer::new(config)
}

/// Lets TLS 1.1 pass, with everything that goes with it.
const TLS11_ALLOWED: &str = r#"{"versions": {"min": "1.1"}, "cipher_suites": {"deny": []}}"#;

#[tokio::test]
async fn a_good_server_is_approved_with_one_connection_and_a_goodbye() {
    for kind in kinds() {
        let config = kind.config();
        let checked = checked(default_policy("{}"), LONG, server(&config)).await;
        assert_eq!(checked.record.decision, Decision::Approved, "{kind:?}");
        assert_eq!(checked.record.stage, Stage::Established);
        assert_eq!(checked.dials, 1);
        assert!(checked.record.probe.is_none());
        assert!(checked.elapsed < LONG);
    }
}

#[tokio::test]
async fn no_application_data_is_sent() {
    for kind in kinds() {
        let config = kind.config();
        let client = client_with(default_policy("{}"), |builder| builder);
        let (io, witness) = wire(TlsServer::new(&config), Manner::default());
        let io = Mutex::new(Some(io));
        let dial = async || {
            Ok(io
                .lock()
                .expect("not poisoned")
                .take()
                .expect("one connection"))
        };
        let record = client.gate.check(peer(), dial).await;
        assert_eq!(record.decision, Decision::Approved);
        witness.script(|server| {
            assert!(server.received.is_empty(), "{kind:?}");
            assert!(server.client_closed, "{kind:?}");
        });
    }
}

#[tokio::test]
async fn what_was_agreed_and_refused_is_not_probed() {
    for kind in kinds() {
        let config = kind.config();
        let vetoed = checked(policy(Says::NoToPeer), LONG, server(&config)).await;
        assert_eq!(
            (vetoed.record.decision, vetoed.dials),
            (Decision::Vetoed, 1),
            "{kind:?}"
        );
        let config = Kind {
            identity: &pki().expired,
            ..kind
        }
        .config();
        let untrusted = checked(default_policy("{}"), LONG, server(&config)).await;
        assert_eq!(
            (failure(&untrusted.record), untrusted.dials),
            (Some("certificate"), 1)
        );
        assert!(vetoed.record.probe.is_none() && untrusted.record.probe.is_none());
    }
}

#[tokio::test]
async fn a_server_of_another_version_is_vetoed_for_it() {
    // rustls cannot negotiate it, so the policy judges what a look by plain bytes found.
    for rule in [tls11_only, tls11_only_rude, tls11_only_silent, tls11_always] {
        let checked = checked_rule("{}", rule).await;
        let record = &checked.record;
        assert_eq!(
            (record.decision, record.stage),
            (Decision::Vetoed, Stage::Parameters)
        );
        assert_eq!(
            findings(record),
            ["version.not-allowed", "cipher-suite.not-allowed"]
        );
        let observed = observed(record);
        assert_eq!(
            (observed.version.code(), observed.cipher_suite.code()),
            (0x0302, RSA_AES)
        );
        assert_eq!(
            calls(record),
            [
                ("constrain", Answer::Offer),
                ("judge-parameters", Answer::Veto)
            ]
        );
        assert!(failure(record).is_some(), "why there was no agreement");
        assert!(record.session.is_none(), "nothing was negotiated");
        assert!(checked.dials >= 2);
    }
}

fn observed(record: &DecisionRecord) -> &countersign::probe::Observed {
    match &record.probe.as_ref().expect("a probe").0 {
        Outcome::Observed { best, .. } => best,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_policy_allows_and_the_library_cannot_is_not_approved() {
    for rule in [tls11_only, tls11_only_rude, tls11_only_silent, tls11_always] {
        let checked = checked_rule(TLS11_ALLOWED, rule).await;
        let record = &checked.record;
        assert_eq!(record.decision, Decision::Failed);
        assert_eq!(failure(record), Some("not-speakable"));
        assert!(findings(record).is_empty());
        assert_eq!(
            calls(record).last(),
            Some(&("judge-parameters", Answer::Approve))
        );
        assert_eq!(observed(record).version.code(), 0x0302);
    }
}

#[tokio::test]
async fn an_empty_offer_is_explained_without_a_handshake() {
    let tls11 = r#"{"versions": ["1.1"], "cipher_suites": {"deny": []}}"#;
    let speaks_it = checked_rule(tls11, tls11_only).await;
    assert_eq!(failure(&speaks_it.record), Some("not-speakable"));
    assert!(speaks_it.dials < DIALS_MAX, "no handshake");

    let config = tls13().config();
    let better = checked(default_policy(tls11), LONG, server(&config)).await;
    assert_eq!(better.record.decision, Decision::Vetoed);
    assert_eq!(
        findings(&better.record),
        ["offer.empty", "version.not-allowed"]
    );
    assert_eq!(observed(&better.record).version.code(), 0x0304);
}

#[tokio::test]
async fn a_server_of_the_wrong_modern_version_is_vetoed_for_it() {
    let cases = [
        (tls12(), r#"{"versions": {"min": "1.3"}}"#, 0x0303),
        (tls13(), r#"{"versions": {"max": "1.2"}}"#, 0x0304),
    ];
    for (kind, settings, version) in cases {
        let config = kind.config();
        let checked = checked(default_policy(settings), LONG, server(&config)).await;
        assert_eq!(checked.record.decision, Decision::Vetoed, "{kind:?}");
        assert_eq!(
            findings(&checked.record),
            ["version.not-allowed"],
            "{kind:?}"
        );
        assert_eq!(observed(&checked.record).version.code(), version);
    }
}

#[tokio::test]
async fn a_server_that_refuses_everything_failed() {
    let rules: [(Rule, &str); 3] = [
        (|_| alert(40), "alert-received"),
        (|_| alert(70), "alert-received"),
        (|_| vec![Item::End], "closed"),
    ];
    for (rule, kind) in rules {
        let checked = checked_rule("{}", rule).await;
        assert_eq!(checked.record.decision, Decision::Failed);
        assert_eq!(failure(&checked.record), Some(kind));
        assert_eq!(checked.dials, DIALS_MAX, "the whole ladder");
        let outcome = &checked.record.probe.as_ref().expect("a probe").0;
        assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    }
}

#[tokio::test]
async fn an_observation_that_would_do_is_no_approval() {
    // It refuses the handshake and shows good parameters to the probe: nothing is authenticated, so nothing is approved.
    fn two_faced(hello: &Hello) -> Vec<Item> {
        match hello.has_tls13 {
            true => alert(40),
            false => legacy_answer(0x0303, 0xc02f),
        }
    }
    let checked = checked_rule(r#"{"groups": {"deny": []}}"#, two_faced).await;
    assert_eq!(checked.record.decision, Decision::Failed);
    assert_eq!(failure(&checked.record), Some("alert-received"));
    assert_eq!(observed(&checked.record).version.code(), 0x0303);
}

#[tokio::test]
async fn faults_are_not_probed() {
    let rules: [(Rule, &str); 2] = [
        (
            |_| vec![Item::Bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())],
            "not-tls",
        ),
        (|_| vec![Item::Error(io::ErrorKind::Other)], "io"),
    ];
    for (rule, kind) in rules {
        let checked = checked_rule("{}", rule).await;
        assert_eq!((failure(&checked.record), checked.dials), (Some(kind), 1));
    }
}

#[tokio::test]
async fn silence_ends_in_time() {
    let timeout = Duration::from_millis(300);
    let silent = checked(default_policy("{}"), timeout, || Ruled(|_| Vec::new())).await;
    assert_eq!(failure(&silent.record), Some("timeout"));
    assert!(silent.elapsed >= timeout && silent.elapsed < timeout + Duration::from_secs(3));
    // Silent only where a look at it begins.
    let halting = |hello: &Hello| match hello.has_tls13 && hello.legacy_version == 0x0303 {
        true => alert(70),
        false => Vec::new(),
    };
    let halting = checked(default_policy("{}"), timeout, || Ruled(halting)).await;
    assert_eq!(halting.record.decision, Decision::Failed);
    assert!(
        halting.elapsed < timeout + Duration::from_secs(3),
        "{:?}",
        halting.elapsed
    );
}

#[tokio::test]
async fn who_cannot_be_reached_failed() {
    let client = client_with(default_policy("{}"), |builder| builder);
    let dial = async || -> io::Result<tokio::io::DuplexStream> {
        Err(io::ErrorKind::ConnectionRefused.into())
    };
    let record = client.gate.check(peer(), dial).await;
    assert_eq!(
        (record.decision, failure(&record)),
        (Decision::Failed, Some("unreachable"))
    );
    assert_eq!(client.published().len(), 1);

    let timeout = Duration::from_millis(200);
    let client = client_with(default_policy("{}"), |builder| builder.timeout(timeout));
    let dial = async || std::future::pending::<io::Result<tokio::io::DuplexStream>>().await;
    let began = Instant::now();
    let record = client.gate.check(peer(), dial).await;
    assert_eq!(failure(&record), Some("unreachable"));
    assert!(began.elapsed() < timeout + Duration::from_secs(3));
    assert_eq!(client.published().len(), 1);
}

#[tokio::test]
async fn a_check_that_is_dropped_leaves_one_record() {
    let client = client_with(default_policy("{}"), |builder| builder);
    let dials = AtomicUsize::new(0);
    let dial = async || {
        let rule: Rule = match dials.fetch_add(1, Ordering::SeqCst) {
            0 => |_| alert(70),
            _ => |_| Vec::new(),
        };
        Ok(wire(Ruled(rule), Manner::default()).0)
    };
    let check = client.gate.check(peer(), dial);
    let cut = tokio::time::timeout(Duration::from_millis(100), check).await;
    assert!(cut.is_err());
    let published = client.published();
    assert_eq!(published.len(), 1);
    // That the server refused was settled; what it would have chosen, nobody waited for.
    assert_eq!(failure(&published[0]), Some("alert-received"));
    assert_eq!(published[0].probe, None);
}
