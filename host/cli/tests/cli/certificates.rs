//! Whom the client trusts, under which name, and who it says it is.

use crate::{
    identity::Authority,
    peers::{self, MODERN},
    program::{argument, check, countersign, run},
};

#[test]
fn a_certificate_of_an_unknown_authority_fails() {
    let target = format!(
        "localhost:{}",
        peers::tls(&Authority::new().localhost(), MODERN)
    );
    let other = argument("other.pem", Authority::named("Another Authority").pem);
    let run = check(&[&target, "--ca", &other]);
    assert_eq!(run.code, 3);
    let sentence = format!(
        "FAIL {target} the server's certificate is not accepted: its chain leads to no trusted root\n"
    );
    assert!(run.stdout.starts_with(&sentence), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("     session      TLSv1.3 TLS_AES_256_GCM_SHA384 "),
        "{}",
        run.stdout
    );
}

#[test]
fn insecure_goes_on_and_says_so() {
    let target = format!(
        "localhost:{}",
        peers::tls(&Authority::new().localhost(), MODERN)
    );
    let other = argument("other.pem", Authority::named("Another Authority").pem);
    let run = check(&[&target, "--ca", &other, "--insecure"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(
        run.stdout.starts_with(&format!("OK {target} TLSv1.3 ")),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("     warning      --insecure lets this certificate pass: "),
        "{}",
        run.stdout
    );
    let json = check(&[&target, "--ca", &other, "--insecure", "--format=json"]).json();
    assert_eq!(json[0]["countersign.certificate.check"], "unknown-issuer");
}

#[test]
fn the_name_must_fit_and_can_be_told() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let identity = authority.identity("by name", &["legacy.example"]);
    let port = peers::tls(&identity, MODERN);
    let target = format!("localhost:{port}");

    let wrong = check(&[&target, "--ca", &ca, "--format=json"]);
    assert_eq!(wrong.code, 3);
    assert_eq!(
        wrong.json()[0]["countersign.certificate.check"],
        "name-mismatch"
    );

    let told = check(&[&target, "--ca", &ca, "--server-name", "legacy.example"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    assert!(
        told.stdout.starts_with(&format!("OK {target} ")),
        "{}",
        told.stdout
    );

    let elsewhere = check(&[
        "legacy.example",
        "--ca",
        &ca,
        "--connect",
        &format!("127.0.0.1:{port}"),
    ]);
    assert_eq!(elsewhere.code, 0, "{}", elsewhere.stdout);
    assert!(
        elsewhere.stdout.starts_with("OK legacy.example:443 "),
        "{}",
        elsewhere.stdout
    );
    let row = format!("     connected    127.0.0.1:{port}\n");
    assert!(elsewhere.stdout.contains(&row), "{}", elsewhere.stdout);
    assert!(!told.stdout.contains("connected"), "{}", told.stdout);
}

#[test]
fn urls_and_international_names_are_understood() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let identity = authority.identity("books", &["xn--bcher-kva.example"]);
    let port = peers::tls(&identity, MODERN);
    let url = format!("https://BÜCHER.example:{port}/a/path?and=query");
    let run = check(&[&url, "--ca", &ca, "--connect", "127.0.0.1"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(
        run.stdout
            .starts_with(&format!("OK xn--bcher-kva.example:{port} ")),
        "{}",
        run.stdout
    );
}

#[test]
fn the_systems_roots_are_those_of_the_environment() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let target = format!("localhost:{}", peers::tls(&authority.localhost(), MODERN));
    let trusted = run(countersign(&["check", &target]).env("SSL_CERT_FILE", &ca));
    assert_eq!(trusted.code, 0, "{}", trusted.stdout);
    let missing = run(countersign(&["check", &target]).env("SSL_CERT_FILE", "/no/such.pem"));
    assert_eq!(missing.code, 2, "{}", missing.stdout);
    assert!(
        missing
            .stderr
            .starts_with("error: SSL_CERT_FILE: no certificate"),
        "{}",
        missing.stderr
    );
}

#[test]
fn a_server_that_demands_a_certificate_gets_it() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let target = format!(
        "localhost:{}",
        peers::demanding(&authority.localhost(), &authority)
    );
    let without = check(&[&target, "--ca", &ca]);
    assert_eq!(without.code, 3, "{}", without.stdout);

    let client = authority.identity("client", &["client.example"]);
    let certificate = argument("client.pem", &client.pem);
    let key = argument("client.key", &client.key_pem);
    let with = check(&[
        &target,
        "--ca",
        &ca,
        "--client-cert",
        &certificate,
        "--client-key",
        &key,
    ]);
    assert_eq!(with.code, 0, "{}", with.stdout);
}

#[test]
fn certificates_cannot_write_to_the_terminal() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let identity = authority.identity("evil\u{1b}[2J\r\nOK bank.example:443", &["localhost"]);
    let target = format!("localhost:{}", peers::tls(&identity, MODERN));
    let run = check(&[&target, "--ca", &ca]);
    assert_eq!((run.code, run.verdicts().len()), (0, 1), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("CN=evil\\u{1b}[2J\\u{d}\\u{a}OK bank.example"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.chars().all(|c| c == '\n' || !c.is_control()),
        "{:?}",
        run.stdout
    );
}

#[test]
fn nor_can_they_in_json() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let subject = "evil\u{9b}2J\u{7f}\u{202e}\u{200b}\u{feff}";
    let target = format!(
        "localhost:{}",
        peers::tls(&authority.identity(subject, &["localhost"]), MODERN)
    );
    let run = check(&[&target, "--ca", &ca, "--format=json"]);
    let acted_on = |c: char| {
        (c != '\n' && c.is_control()) || ['\u{202e}', '\u{200b}', '\u{feff}'].contains(&c)
    };
    assert!(!run.stdout.contains(acted_on), "{:?}", run.stdout);
    assert!(
        run.json()[0].to_string().contains(subject),
        "it still means the same: {}",
        run.stdout
    );
}

#[test]
fn an_authority_that_serves_itself_is_told_in_plain_words() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let target = format!("localhost:{}", peers::tls(&authority.itself(), MODERN));
    let run = check(&[&target, "--ca", &ca]);
    let sentence = format!(
        "FAIL {target} the server's certificate is not accepted: it, or one of its chain, cannot be used (it is a CA's certificate, used as an end entity's)"
    );
    assert_eq!((run.code, run.verdicts()), (3, vec![sentence.as_str()]));
}
