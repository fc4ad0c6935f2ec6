//! What a policy is, and how it will run.

use std::{fs, path::Path};

use countersign::policy::Digest;
use countersign_test_guests::{Guest, Place};
use serde_json::Value;

use crate::program::{Run, argument, countersign, inspect};

fn built_in() -> Vec<u8> {
    let path = "../../policy-guest/default/countersign-default.wasm";
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("it is there")
}

fn told(words: &[&str]) -> Value {
    let run = inspect(&[&["--json"], words].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{words:?}");
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    run.json().remove(0)
}

fn refused(words: &[&str], sentence: &str) -> Run {
    let run = inspect(words);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words:?}");
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    assert!(run.stderr.contains(sentence), "{}", run.stderr);
    run
}

#[test]
fn the_built_in_policy_is_told_to_people() {
    let run = inspect(&[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let bytes = built_in();
    let mut rest = run.stdout.as_str();
    for part in [
        "POLICY default 0.1.0\n     summary      ",
        &format!("\n     component    built in, {} bytes\n", bytes.len()),
        &format!("                  {}\n", Digest::of(&bytes)),
        "     contract     countersign:policy@0.1.0\n     settings     none\n",
        &format!("                  {}\n", Digest::of(b"{}")),
        "     schema       there is one: --schema shows it\n",
        "     imports      ",
        "certificate.subject",
        "     finds        version.not-allowed ",
        "\n                  resumption.not-allowed ",
        "\n     runs         rewound: ",
        "\n     memory       128 KiB for each instance\n",
        "     loaded       compiled in ",
        " ms; there is no cache\n     limits       deadline_ms=100 ",
    ] {
        let Some((_, behind)) = rest.split_once(part) else {
            panic!("{part:?} is not in its place in\n{}", run.stdout)
        };
        rest = behind;
    }
    let aligned = |line: &str| line.starts_with("     ") && line.is_char_boundary(18);
    assert!(run.stdout.lines().skip(1).all(aligned), "{}", run.stdout);
}

#[test]
fn the_built_in_policy_is_told_to_programs() {
    let told = told(&["--settings", r#"{"versions": ["1.3"]}"#]);
    let bytes = built_in();
    for (key, value) in [
        ("name", Value::from("default")),
        ("version", Value::from("0.1.0")),
        ("source", Value::Null),
        ("component_bytes", Value::from(bytes.len())),
        ("digest", Value::from(Digest::of(&bytes).to_string())),
        ("contract", Value::from("0.1.0")),
        (
            "settings_digest",
            Value::from(Digest::of(br#"{"versions": ["1.3"]}"#).to_string()),
        ),
        ("forbidden", Value::Array(Vec::new())),
    ] {
        assert_eq!(told[key], value, "{key}");
    }
    assert_eq!(told["findings"][0]["code"], "version.not-allowed");
    assert_eq!(told["findings"][0]["severity"], "violation");
    assert_eq!(told["execution"]["way"], "rewound");
    assert_eq!(told["execution"]["because"], Value::Null);
    assert_eq!(told["execution"]["memory_bytes"], 128 * 1024);
    let imports = told["imports"].as_array().expect("a list");
    assert!(imports.contains(&"server-name".into()), "{imports:?}");
    assert!(!imports.contains(&"peer-address".into()), "{imports:?}");
    assert_eq!(told["limits"]["deadline_ms"], 100);
    assert!(told["load"]["duration_us"].as_f64() > Some(0.0), "{told}");
}

#[test]
fn the_keys_for_programs_stay() {
    let told = told(&[]);
    let keys = |value: &Value| {
        let keys: Vec<_> = value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect();
        keys.join(" ")
    };
    assert_eq!(
        keys(&told),
        "component_bytes contract digest execution findings forbidden imports limits load name \
         settings_digest settings_schema source summary version"
    );
    assert_eq!(
        keys(&told["execution"]),
        "because memories memory_bytes pooled rehearsed way"
    );
    assert_eq!(keys(&told["load"]), "cache cached duration_us");
    assert_eq!(keys(&told["findings"][0]), "code severity summary");
    // Each of them is in the manual.
    let manual = inspect(&["--help"]).stdout;
    for key in keys(&told).split(' ') {
        assert!(manual.contains(key), "{key} is not in the manual");
    }
}

#[test]
fn the_schema_can_be_had_alone() {
    let schema = inspect(&["--schema"]);
    assert_eq!((schema.code, schema.stderr.as_str()), (0, ""));
    let read: Value = serde_json::from_str(&schema.stdout).expect("it is JSON");
    assert_eq!(read["properties"]["resumption"]["type"], "boolean");
    assert_eq!(read, told(&[])["settings_schema"]);
    let line = inspect(&["--schema", "--format=json"]);
    assert_eq!((line.stdout.lines().count(), &line.json()[0]), (1, &read));
}

#[test]
fn a_policy_without_a_schema_has_none_to_show() {
    let policy = argument("good.wasm", Guest::good().component());
    refused(
        &["--policy", &policy, "--schema"],
        &format!("policy {policy}: it has no schema of its settings\n"),
    );
    let run = inspect(&["--policy", &policy]);
    assert!(
        run.stdout.contains("\n     schema       none\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("\n     finds        nothing\n"),
        "{}",
        run.stdout
    );
    assert_eq!(told(&["--policy", &policy])["source"], *policy);
}

#[test]
fn imports_are_all_that_it_can_see() {
    let guest = Guest::named("read-hello").acting_in(Place::In("judge-peer"));
    let guest = guest.put("getter", "cipher-suites").put("pages", 4);
    let guest = guest.put("times", 1).put("count", 1);
    let policy = argument("hello.wasm", guest.component());
    let told = told(&["--policy", &policy]);
    let imports = told["imports"].as_array().expect("a list");
    let mut imports: Vec<_> = imports.iter().filter_map(Value::as_str).collect();
    let people = inspect(&["--policy", &policy]).stdout;
    let row = format!("\n     imports      {}\n", imports.join(", "));
    assert!(people.contains(&row), "{people}");
    imports.sort_unstable();
    assert_eq!(imports, ["client-hello.cipher-suites", "hello"]);
}

/// The way, and the reasons that people and programs are told.
fn way(name: &str, guest: &Guest) -> (String, String) {
    let policy = argument(name, guest.component());
    let execution = told(&["--policy", &policy])["execution"].clone();
    let way = execution["way"].as_str().expect("a word").to_owned();
    let because = execution["because"].as_str().unwrap_or_default().to_owned();
    let people = inspect(&["--policy", &policy]).stdout;
    assert!(
        people.contains(&format!("\n     runs         {way}: ")),
        "{people}"
    );
    // Long ones are broken into lines.
    let words: Vec<_> = people.split_whitespace().collect();
    let reason = words
        .join(" ")
        .contains(&format!(" not faster: {because} "));
    assert_eq!(reason, !because.is_empty(), "{people}");
    (way, because)
}

#[test]
fn the_way_it_runs_is_told_with_the_reason() {
    let good = way("good.wasm", &Guest::good());
    assert_eq!(good, ("rewound".to_owned(), String::new()));
    let large = Guest::named("large-memory").put("pages", 200);
    let (large, because) = way("large.wasm", &large);
    assert_eq!(large, "snapshot");
    assert!(because.starts_with("it has more than "), "{because}");
    // The name that the snapshot would give to what it exports.
    let named = Guest::good().part("named", r#"(func (export "__wizer_memory_0"))"#);
    let (way, because) = way("named.wasm", &named);
    assert_eq!(way, "configured");
    assert!(!because.is_empty());
}

#[test]
fn a_policy_that_fails_in_its_rehearsal_is_shown_with_a_warning() {
    let guest = Guest::named("trap").acting_in(Place::In("judge-parameters"));
    let policy = argument("trap.wasm", guest.component());
    let told = told(&["--policy", &policy]);
    assert_eq!(told["execution"]["rehearsed"], false);
    let people = inspect(&["--policy", &policy]).stdout;
    let warning = "\n     warning      it failed when it was asked about a made-up session";
    assert!(people.contains(warning), "{people}");
    assert!(!inspect(&[]).stdout.contains("it failed when"));
}

#[test]
fn what_cannot_be_loaded_is_refused_as_in_a_check() {
    refused(
        &["--policy", "/no/such.wasm"],
        "policy /no/such.wasm: cannot be read",
    );
    let text = argument("text.wasm", "(component)");
    refused(&["--policy", &text], "not WebAssembly");
    refused(
        &["--settings", r#"{"bogus": 1}"#],
        "\n  line 1, column 2: $.bogus: ",
    );
    refused(&["example.com"], "unexpected argument 'example.com'");
    let json = inspect(&["--json", "--settings", r#"{"bogus": 1}"#]);
    let error = &json.json()[0]["countersign.error"];
    assert_eq!((json.code, &error["kind"]), (2, &Value::from("settings")));
    assert_eq!(error["errors"][0]["path"], "$.bogus");
    let usage = inspect(&["--json", "--bogus"]);
    let kind = &usage.json()[0]["countersign.error"]["kind"];
    assert_eq!((usage.code, kind), (2, &Value::from("usage")));
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_is_lost_is_told() {
    for words in [&["inspect"][..], &["inspect", "--schema"]] {
        let full = fs::File::options().write(true).open("/dev/full");
        let mut command = countersign(words);
        let child = command
            .stdout(full.expect("Linux has it"))
            .stderr(std::process::Stdio::piped())
            .spawn();
        let output = child.expect("it runs").wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(3), "{words:?}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            stderr.contains("the report cannot be written: "),
            "{stderr}"
        );
    }
}
