//! What servers are told apart into.

use std::time::{Duration, Instant};

use crate::{
    identity::Authority,
    peers::{self, MODERN, ONLY_TLS12},
    program::{argument, check},
};

const ONLY_13: &str = r#"{"versions": ["1.3"]}"#;

#[test]
fn a_good_server_is_approved() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let target = format!("localhost:{}", peers::tls(&authority.localhost(), MODERN));
    let run = check(&[&target, "--ca", &ca, "--alpn", "http/1.1,h2"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert_eq!(
        run.verdicts(),
        [format!(
            "OK {target} TLSv1.3 TLS_AES_256_GCM_SHA384 X25519MLKEM768"
        )]
    );
    let certificate =
        "     certificate  CN=localhost, issued by CN=Test Authority, valid until 4096-01-01\n";
    assert!(run.stdout.contains(certificate), "{}", run.stdout);
    assert!(
        run.stdout.contains("     alpn         h2\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("     policy       default 0.1.0 (sha256 "),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("), settings none\n"), "{}", run.stdout);
}

#[test]
fn a_server_that_wants_something_else_is_vetoed_by_name() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let settings = argument("min.json", ONLY_13);
    let target = format!(
        "localhost:{}",
        peers::tls(&authority.localhost(), ONLY_TLS12)
    );
    let run = check(&[&target, "--ca", &ca, "--settings", &settings]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert_eq!(
        run.verdicts(),
        [format!(
            "VETO {target} TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
        )]
    );
    for row in [
        "     version.not-allowed  TLSv1.2 is not allowed: the settings allow TLSv1.3.\n",
        "     handshake    the server refused the handshake with the alert protocol_version (70)\n",
        "     offered      TLSv1.3; 3 cipher suites: TLS_AES_256_GCM_SHA384, ",
        "     seen by      a look at plain hello bytes, not authenticated: server would choose TLSv1.2 ",
        &format!("), settings {settings} (sha256 "),
    ] {
        assert!(run.stdout.contains(row), "{row} is not in\n{}", run.stdout);
    }
}

#[test]
fn settings_on_the_command_line_are_shown() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let target = format!(
        "localhost:{}",
        peers::tls(&authority.localhost(), ONLY_TLS12)
    );
    let run = check(&[&target, "--ca", &ca, "--settings", ONLY_13]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(
        run.stdout
            .contains(&format!("), settings {ONLY_13} (sha256 ")),
        "{}",
        run.stdout
    );
}

#[test]
fn what_leaves_nothing_to_offer_is_a_veto() {
    // A group that the TLS library does not have.
    let settings = r#"{"groups": ["x448"]}"#;
    let target = format!("localhost:{}", peers::nobody());
    let run = check(&[&target, "--settings", settings]);
    assert_eq!(
        (run.code, run.verdicts()),
        (1, vec![format!("VETO {target}").as_str()])
    );
    assert!(run.stdout.contains("     offer.empty  "), "{}", run.stdout);
    assert!(
        run.stdout.contains("     offered      nothing\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_port_where_nobody_listens_fails() {
    let target = format!("127.0.0.1:{}", peers::nobody());
    let run = check(&[&target]);
    assert_eq!(run.code, 3);
    let sentence = format!("FAIL {target} cannot connect: {target}: Connection refused");
    assert!(run.stdout.starts_with(&sentence), "{}", run.stdout);
}

#[test]
fn a_name_without_address_fails() {
    let run = check(&["no-such-name.invalid", "--timeout", "5s"]);
    assert_eq!(run.code, 3);
    let start = "FAIL no-such-name.invalid:443 cannot connect: no";
    assert!(run.stdout.starts_with(start), "{}", run.stdout);
}

#[test]
fn a_server_that_speaks_http_fails() {
    let target = format!("127.0.0.1:{}", peers::http());
    let run = check(&[&target]);
    assert_eq!(run.code, 3);
    let sentence = format!("FAIL {target} the server does not speak TLS on this port, but HTTP");
    assert_eq!(run.verdicts(), [sentence]);
}

#[test]
fn a_silent_server_takes_no_longer_than_the_timeout() {
    let target = format!("127.0.0.1:{}", peers::silent());
    let start = Instant::now();
    check(&[&format!("127.0.0.1:{}", peers::nobody())]);
    let without_waiting = start.elapsed();
    let start = Instant::now();
    let run = check(&[&target, "--timeout", "300ms"]);
    let took = start.elapsed();
    assert_eq!(run.code, 3);
    assert_eq!(
        run.verdicts(),
        [format!(
            "FAIL {target} the handshake was not finished within 0.3 s"
        )]
    );
    assert!(took >= Duration::from_millis(300), "{took:?}");
    // What the start of the program costs, twice, and the timeout, and a second for a busy machine.
    assert!(
        took < without_waiting * 2 + Duration::from_millis(1_300),
        "{took:?}"
    );
}

#[test]
fn times_are_those_of_everything() {
    // Of which the handshake gets what is left; the sentence names the time that was asked for.
    let target = format!("localhost:{}", peers::silent());
    let run = check(&[&target, "--timeout=1s", "--format=json"]);
    let record = &run.json()[0];
    assert_eq!(
        record["countersign.error"]["message"],
        "the handshake was not finished within 1 s"
    );
    let took = record["countersign.duration_us"].as_f64();
    assert!(took >= Some(999_000.0), "{record}");
}

#[cfg(target_os = "linux")]
#[test]
fn waiting_for_a_connection_is_part_of_the_time() {
    let (listener, _waiting) = peers::full();
    let target = listener.local_addr().expect("it is bound").to_string();
    let run = check(&[&target, "--timeout=300ms", "--format=json"]);
    let record = &run.json()[0];
    assert_eq!(
        record["countersign.error"]["message"],
        format!("cannot connect: {target}: no answer within 0.3 s")
    );
    let took = record["countersign.duration_us"].as_f64();
    assert!(took >= Some(300_000.0), "{record}");
}

#[test]
fn of_several_targets_all_are_tried_and_the_gravest_counts() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let good = format!("localhost:{}", peers::tls(&authority.localhost(), MODERN));
    let bad = format!(
        "localhost:{}",
        peers::tls(&authority.localhost(), ONLY_TLS12)
    );
    let gone = format!("127.0.0.1:{}", peers::nobody());
    let code = |targets: &[&str]| {
        let words = [targets, &["--ca", &ca, "--settings", ONLY_13]].concat();
        let run = check(&words);
        let told: Vec<_> = run
            .verdicts()
            .iter()
            .filter_map(|line| line.split(' ').nth(1))
            .collect();
        assert_eq!(told, targets, "each once, in order");
        run.code
    };
    assert_eq!(code(&[&good, &good]), 0);
    assert_eq!(code(&[&gone, &good]), 3);
    assert_eq!(code(&[&bad, &gone, &good]), 1);
    assert_eq!(code(&[&gone, &bad]), 1);
}

#[test]
fn more_targets_than_run_at_once_are_told_in_order() {
    let slow = format!("127.0.0.1:{}", peers::silent());
    let gone: Vec<_> = (0..20)
        .map(|_| format!("127.0.0.1:{}", peers::nobody()))
        .collect();
    let targets: Vec<_> = [&slow]
        .into_iter()
        .chain(&gone)
        .map(String::as_str)
        .collect();
    let run = check(&[&targets, &["--timeout", "200ms"][..]].concat());
    let told: Vec<_> = run
        .verdicts()
        .iter()
        .filter_map(|line| line.split(' ').nth(1))
        .collect();
    assert_eq!((run.code, told), (3, targets));
}
