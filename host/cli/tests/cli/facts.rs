//! Facts that the operator keeps from policies.

use std::net::TcpListener;

use countersign_test_guests::{Guest, Place};

use crate::program::{argument, check, inspect};

/// A policy that reads the name of the server and nothing else.
fn curious() -> String {
    let guest = Guest::named("read-server-name").put("times", 1);
    let guest = guest.acting_in(Place::In("judge-peer"));
    argument("curious.wasm", guest.component())
}

const REFUSAL: &str = "it imports the fact `server-name`, which is forbidden to it\n";

#[test]
fn a_policy_that_could_see_a_forbidden_fact_is_not_loaded() {
    let policy = curious();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("it can be polled");
    let target = listener.local_addr().expect("it is bound").to_string();
    let words = [
        &*target,
        "--policy",
        &policy,
        "--forbid-fact",
        "port,server-name",
    ];
    let refused = check(&words);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert_eq!(refused.stderr, format!("error: policy {policy}: {REFUSAL}"));
    assert!(listener.accept().is_err(), "nothing is connected to");
    let told = inspect(&words[1..]);
    assert_eq!((told.code, told.stdout.as_str()), (2, ""));
    assert_eq!(told.stderr, refused.stderr);
}

#[test]
fn one_that_could_not_is() {
    let policy = curious();
    let words = [
        "--policy",
        &*policy,
        "--forbid-fact",
        "port",
        "--forbid-fact=today",
    ];
    let checked = check(&[&["127.0.0.1:1"], &words[..]].concat());
    assert_eq!((checked.code, checked.stderr.as_str()), (3, ""));
    let told = inspect(&[&words[..], &["--json"]].concat()).json();
    assert_eq!(told[0]["imports"].to_string(), r#"["server-name"]"#);
    assert_eq!(told[0]["forbidden"].to_string(), r#"["port","today"]"#);
    let built_in = inspect(&["--forbid-fact", "peer-address"]);
    assert!(
        built_in
            .stdout
            .contains("\n     forbidden    peer-address\n"),
        "{}",
        built_in.stdout
    );
}

#[test]
fn a_compiled_policy_is_refused_like_any_other() {
    let policy = curious();
    let dir = tempfile::tempdir().expect("a directory of our own");
    let cache = dir.path().to_str().expect("the path is UTF-8");
    let words = ["--policy", &*policy, "--cache", cache];
    for _ in 0..2 {
        assert_eq!(inspect(&words).code, 0);
    }
    let refused = inspect(&[&words[..], &["--forbid-fact", "server-name"]].concat());
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.ends_with(REFUSAL), "{}", refused.stderr);
}

#[test]
fn an_unknown_fact_is_answered_with_those_that_there_are() {
    for words in [&["127.0.0.1:1"][..], &[]] {
        let forbidden = [words, &["--forbid-fact", "servername"]].concat();
        let run = if words.is_empty() {
            inspect(&forbidden)
        } else {
            check(&forbidden)
        };
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        for part in [
            "error: invalid value 'servername' for '--forbid-fact <NAME>'",
            "server-name, port, peer-address,",
            "certificate.signature-algorithm]",
            "tip: a similar value exists: 'server-name'",
        ] {
            assert!(run.stderr.contains(part), "{part} is not in {}", run.stderr);
        }
    }
}
