//! The demo: it is the first thing that people see, and must work wherever the program does.

use std::{collections::BTreeSet, fs::File, process::Stdio};

use serde_json::Value;

use crate::program::{Run, countersign, run};

/// The scenes of issue and manual, in their order: what each is called, and how its connections end.
const SCENES: [(&str, &[&str]); 8] = [
    ("approval", &["approved", "approved"]),
    ("version", &["vetoed"]),
    ("cipher-suite-server", &["vetoed"]),
    ("cipher-suite-client", &["vetoed"]),
    ("identity", &["approved", "vetoed"]),
    ("resumption", &["approved", "approved", "approved"]),
    ("audit", &["approved"]),
    ("deadline", &["vetoed"]),
];

fn demo(words: &[&str]) -> Run {
    run(&mut countersign(&[&["demo"], words].concat()))
}

fn records_of<'a>(records: &'a [Value], scene: &str) -> Vec<&'a Value> {
    let of_scene = |record: &&Value| record["countersign.demo.scene"] == scene;
    records.iter().filter(of_scene).collect()
}

#[test]
fn everything_is_shown_and_goes_as_announced() {
    let run = demo(&[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    // Alerts by the numbers of RFC 8446, section 6.
    let mut rest = run.stdout.as_str();
    for part in [
        "\n1. An approved session\n",
        "  OK server demo.example TLSv1.3 ",
        "  OK client 127.0.0.1 TLSv1.3 ",
        "\n2. A version veto\n",
        "  VETO client 127.0.0.1\n",
        " offer.version ",
        " offered      TLSv1.2; 3 cipher suites: TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,",
        " acceptable   TLSv1.3; 3 cipher suites: ",
        " alert        protocol_version (70), sent to the client\n",
        " client saw   the fatal alert protocol_version (70)",
        "\n3. A cipher suite veto, by the server\n",
        " offer.cipher-suite ",
        " client saw   the fatal alert insufficient_security (71)",
        "\n4. A cipher suite veto, by the client\n",
        "  VETO server demo.example TLSv1.3 TLS_AES_128_GCM_SHA256\n",
        " cipher-suite.not-allowed ",
        "\n5. An identity veto\n",
        " client saw   its application data echoed\n",
        " caller.not-allowed ",
        " client saw   the fatal alert access_denied (49)",
        "\n6. A resumed session, judged again\n",
        " resumed      an earlier session, judged again\n",
        "\n7. What a stricter policy would do\n",
        " would have vetoed:\n",
        " offer.cipher-suite ",
        " client saw   its application data echoed\n",
        "\n8. A policy that hangs, stopped\n",
        " engine.deadline ",
        " client saw   the fatal alert internal_error (80)",
        "countersign check example.com\n",
    ] {
        let Some((_, behind)) = rest.split_once(part) else {
            panic!("{part:?} is not in its place in\n{}", run.stdout)
        };
        rest = behind;
    }
    assert!(!run.stdout.contains('\u{1b}'), "{:?}", run.stdout);
}

#[test]
fn json_is_the_records_and_nothing_else() {
    let run = demo(&["--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    let records = run.json();
    let told = |record: &Value, key: &str| record[key].as_str().unwrap_or_default().to_owned();
    let all: Vec<_> = records
        .iter()
        .map(|record| {
            (
                told(record, "countersign.demo.scene"),
                told(record, "countersign.decision"),
            )
        })
        .collect();
    let expected = SCENES.iter().flat_map(|(scene, decisions)| {
        let of_scene = |decision: &&str| ((*scene).to_owned(), (*decision).to_owned());
        decisions.iter().map(of_scene)
    });
    assert_eq!(all, expected.collect::<Vec<_>>());
}

#[test]
fn what_people_are_told_is_in_the_records() {
    let records = demo(&["--format=json"]).json();
    let of = |scene| records_of(&records, scene);
    // RFC 8446, section 6.
    for (scene, alert) in [
        ("version", 70),
        ("cipher-suite-server", 71),
        ("deadline", 80),
    ] {
        assert_eq!(of(scene)[0]["countersign.alert"], alert, "{scene}");
    }
    let stranger = of("identity")[1];
    assert_eq!(stranger["countersign.alert"], 49);
    assert_eq!(stranger["tls.client.subject"], "CN=reporting");
    assert_eq!(stranger["countersign.certificate.check"], "valid");
    let resumed = of("resumption");
    let resumed: Vec<_> = resumed
        .iter()
        .map(|record| &record["tls.resumed"])
        .collect();
    assert_eq!(resumed, [false, true, false]);
    let too_old = of("version")[0];
    assert_eq!(too_old["countersign.client.versions"][0], "TLSv1.2");
    assert_eq!(too_old["tls.established"], false);
    let audited = &of("audit")[0]["countersign.policies"][1];
    assert_eq!(audited["mode"], "audit");
    assert_eq!(audited["would"]["decision"], "vetoed");
    let observed = &of("cipher-suite-client")[0]["countersign.probe"]["best"];
    assert_eq!(observed["cipher_suite"], "TLS_AES_128_GCM_SHA256");
}

/// The tests against foreign peers check whole records against the schema; here it is their members.
#[test]
fn records_have_the_members_of_the_schema() {
    let schema = include_str!("../../../../docs/record.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("it is JSON");
    let required = schema["required"].as_array().expect("a list");
    let required: BTreeSet<_> = required.iter().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().expect("an object");
    for record in demo(&["--format=json"]).json() {
        let members = record.as_object().expect("an object").keys();
        let members: BTreeSet<_> = members.map(String::as_str).collect();
        assert!(members.is_superset(&required), "{record}");
        for member in members {
            let known = properties.contains_key(member) || member.starts_with("countersign.demo.");
            assert!(known, "{member} is not in the schema");
        }
    }
}

#[test]
fn it_needs_nothing_from_its_surroundings() {
    let mut command = countersign(&["demo"]);
    let run = run(command.env_clear().current_dir("/"));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
}

#[test]
fn a_watcher_who_left_changes_nothing() {
    for words in [&["demo"][..], &["demo", "--format=json"]] {
        let mut child = countersign(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_demo_that_nobody_can_see_has_failed() {
    let full = File::options().write(true).open("/dev/full");
    let output = countersign(&["demo"])
        .stdout(full.expect("Linux has it"))
        .output()
        .expect("the program runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(
        stderr.contains("error: the report cannot be written: "),
        "{stderr}"
    );
}

#[test]
fn colours_are_for_those_who_force_them() {
    let run = run(countersign(&["demo"]).env("CLICOLOR_FORCE", "1"));
    assert!(run.stdout.contains("\u{1b}[1m1. An approved session"));
}
