//! Settings and verdicts, explained.

mod connections;
mod mistakes;
mod sessions;
mod settings;

use std::{io::Write, process::Stdio};

use serde_json::Value;

use crate::program::{Run, countersign, run};

/// Runs `countersign explain` with these arguments.
fn explain(words: &[&str]) -> Run {
    let words: Vec<_> = ["explain"].iter().chain(words).copied().collect();
    run(&mut countersign(&words))
}

/// What people are told, where there is nothing to complain about.
fn people(words: &[&str], code: i32) -> String {
    let run = explain(words);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (code, ""),
        "{}",
        run.stdout
    );
    run.stdout
}

/// What programs are told.
fn told(words: &[&str], code: i32) -> Value {
    let run = explain(&[&["--format=json"], words].concat());
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (code, ""),
        "{}",
        run.stdout
    );
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    run.json().remove(0)
}

/// The same, with a text on standard input.
fn fed(words: &[&str], input: &str) -> (Option<i32>, String) {
    let words: Vec<_> = ["explain"].iter().chain(words).copied().collect();
    let mut child = countersign(&words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8(text).expect("UTF-8"),
    )
}

fn names(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list").iter();
    list.map(|one| one["name"].as_str().expect("a name"))
        .collect()
}

/// What the checks with this key came to.
fn outcomes<'a>(report: &'a Value, key: &str) -> Vec<&'a str> {
    let checks = report["checks"].as_array().expect("a list").iter();
    let of_key = checks.filter(|check| check["key"] == key);
    of_key
        .map(|one| one["outcome"].as_str().expect("a word"))
        .collect()
}

/// Parts of a text, one after the other.
fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some(at) = rest.find(part) else {
            panic!("{part} is not there, or not in its place, in\n{text}");
        };
        rest = &rest[at + part.len()..];
    }
}
