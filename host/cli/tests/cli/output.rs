//! How reports come out.

use std::{fs::File, process::Stdio};

use serde_json::Value;

use crate::{
    identity::Authority,
    peers::{self, MODERN, ONLY_TLS12},
    program::{argument, check, countersign, run},
};

fn text<'a>(record: &'a Value, key: &str) -> &'a str {
    record[key]
        .as_str()
        .unwrap_or_else(|| panic!("no {key} in {record}"))
}

#[test]
fn json_is_one_record_a_line_whatever_happened() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let good = format!("localhost:{}", peers::tls(&authority.localhost(), MODERN));
    let bad = format!(
        "localhost:{}",
        peers::tls(&authority.localhost(), ONLY_TLS12)
    );
    let gone = format!("127.0.0.1:{}", peers::nobody());
    let settings = r#"{"versions": ["1.3"]}"#;
    let run = check(&[
        &good,
        &bad,
        &gone,
        "--ca",
        &ca,
        "--settings",
        settings,
        "--format",
        "json",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let records = run.json();
    let told = |key| {
        records
            .iter()
            .map(|record| text(record, key))
            .collect::<Vec<_>>()
    };
    assert_eq!(told("countersign.target"), [&good, &bad, &gone]);
    assert_eq!(
        told("countersign.decision"),
        ["approved", "vetoed", "failed"]
    );
    assert_eq!(text(&records[0], "tls.protocol.version"), "1.3");
    assert_eq!(
        records[1]["countersign.probe"]["best"]["version"],
        "TLSv1.2"
    );
    assert_eq!(records[2]["countersign.error"]["kind"], "unreachable");
    for line in run.stdout.lines() {
        let keys: Vec<_> = line
            .match_indices("\"countersign.")
            .map(|(at, _)| at)
            .collect();
        assert!(
            keys[0]
                < line
                    .find("\"network.")
                    .or(line.find("\"server."))
                    .expect("a key"),
            "sorted: {line}"
        );
    }
}

#[test]
fn the_address_that_was_used_is_in_the_record() {
    let gone = format!("127.0.0.1:{}", peers::nobody());
    let silent = format!("127.0.0.1:{}", peers::silent());
    let run = check(&[
        "--format=json",
        "--timeout=100ms",
        "--connect",
        &silent,
        "a.example",
    ]);
    let record = &run.json()[0];
    assert_eq!(text(record, "network.peer.address"), "127.0.0.1");
    assert_eq!(
        record["server.port"].to_string(),
        silent.replace("127.0.0.1:", "")
    );
    assert_eq!(text(record, "countersign.target"), "a.example:443");
    let run = check(&["--format=json", "--connect", &gone, "a.example"]);
    assert_eq!(run.json()[0]["network.peer.address"], Value::Null);
}

#[test]
fn json_also_says_what_could_not_be_started() {
    let settings = r#"{"groups": 7, "bogus": 1}"#;
    let run = check(&["a.example", "--format", "json", "--settings", settings]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: settings "), "{}", run.stderr);
    let [line] = &run.json()[..] else {
        panic!("one line: {}", run.stdout)
    };
    let error = &line["countersign.error"];
    assert_eq!(error["kind"], "settings");
    let paths: Vec<_> = error["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|error| &error["path"])
        .collect();
    assert_eq!(paths, ["$.bogus", "$.groups"]);

    let run = check(&["a.example", "--format=json", "--policy", "/no/such.wasm"]);
    assert_eq!(
        (run.code, &run.json()[0]["countersign.error"]["kind"]),
        (2, &Value::from("policy"))
    );

    let run = check(&["ftp://a.example", "--format", "json"]);
    let error = &run.json()[0]["countersign.error"];
    assert_eq!((run.code, &error["kind"]), (2, &Value::from("usage")));
    assert!(text(error, "message").contains("only https://"), "{error}");

    let run = check(&["--format", "json"]);
    assert!(
        text(&run.json()[0]["countersign.error"], "message").contains("<TARGET>"),
        "{}",
        run.stdout
    );
}

#[test]
fn colours_are_for_terminals_and_no_color_wins() {
    let target = format!("127.0.0.1:{}", peers::nobody());
    let piped = check(&[&target]);
    assert!(!piped.stdout.contains('\u{1b}'), "{:?}", piped.stdout);
    let forced = run(countersign(&["check", &target]).env("CLICOLOR_FORCE", "1"));
    assert!(forced.stdout.starts_with("\u{1b}["), "{:?}", forced.stdout);
    let both = run(countersign(&["check", &target])
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1"));
    assert_eq!(both.stdout, piped.stdout);
}

#[test]
fn a_reader_that_left_changes_nothing() {
    let gone = format!("127.0.0.1:{}", peers::nobody());
    for words in [
        &["check", &gone, &gone][..],
        &["check", "--format=json", &gone],
        &["check", "--help"],
    ] {
        let mut child = countersign(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let expected = if words.contains(&"--help") { 0 } else { 3 };
        assert_eq!(output.status.code(), Some(expected), "{words:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_is_lost_is_no_approval() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let good = format!("localhost:{}", peers::tls(&authority.localhost(), MODERN));
    let gone = format!("127.0.0.1:{}", peers::nobody());
    let nothing = r#"{"groups": ["x448"]}"#;
    for (words, code) in [
        (&[&*good, "--ca", &ca][..], 3),
        (&[&gone], 3),
        (&[&gone, "--settings", nothing], 1),
        (&[&gone, "--settings", "{", "--format=json"], 2),
    ] {
        let full = File::options()
            .write(true)
            .open("/dev/full")
            .expect("Linux has it");
        let child = countersign(&[&["check"], words].concat())
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn();
        let output = child
            .expect("the program runs")
            .wait_with_output()
            .expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {stderr}");
        assert!(
            stderr.contains("error: the report cannot be written: "),
            "{stderr}"
        );
    }
}

#[test]
fn help_and_version_are_answers() {
    let version = run(&mut countersign(&["--version"]));
    assert_eq!(
        version.stdout,
        format!("countersign {}\n", env!("CARGO_PKG_VERSION"))
    );
    for words in [
        &["--help"][..],
        &["help"],
        &["check", "--help"],
        &["help", "check"],
        &["inspect", "--help"],
    ] {
        let help = run(&mut countersign(words));
        assert_eq!((help.code, help.stderr.as_str()), (0, ""));
        let settings = match words.contains(&"inspect") {
            true => "countersign inspect --policy",
            false => "--settings '{\"versions\"",
        };
        for part in ["Examples:", "Exit codes:", settings] {
            assert!(
                help.stdout.contains(part),
                "{part} is not in the help of {words:?}"
            );
        }
        let widest = help.stdout.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{widest:?}");
    }
}

#[test]
fn the_settings_in_the_help_are_settings() {
    let help = check(&["--help"]).stdout;
    let (_, rest) = help
        .split_once("Settings of the built-in policy:\n")
        .expect("they are shown");
    let (settings, _) = rest.split_once("\n  Each key").expect("they are explained");
    let run = check(&[
        &format!("127.0.0.1:{}", peers::nobody()),
        "--settings",
        settings.trim(),
    ]);
    assert_eq!(run.code, 3, "{}", run.stderr);
}
