//! `src/tables.rs` says what the files in `registry` say. `COUNTERSIGN_BLESS=1 cargo test` writes it anew.

mod render;

use std::path::Path;
use std::{env, fs};

use serde_json::Value;

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> Value {
    let text =
        fs::read_to_string(folder().join("registry").join(name)).expect("the file can be read");
    serde_json::from_str(&text).expect("the file is JSON")
}

#[test]
fn tables_are_made_from_the_registry() {
    let rendered = render::tables(
        &read("cipher-suites.json"),
        &read("openssl-cipher-suites.json"),
        &read("groups.json"),
        &read("signature-schemes.json"),
    );
    let path = folder().join("src/tables.rs");
    if env::var_os("COUNTERSIGN_BLESS").is_some_and(|value| value == "1") {
        fs::write(&path, &rendered).expect("src/tables.rs can be written");
    }
    let checked_in = fs::read_to_string(&path).expect("src/tables.rs can be read");
    // Not `assert_eq`: it would print both in full.
    assert!(
        checked_in == rendered,
        "src/tables.rs is out of date: run this test with COUNTERSIGN_BLESS=1"
    );
}

#[test]
fn every_file_says_where_it_comes_from() {
    for name in [
        "cipher-suites.json",
        "openssl-cipher-suites.json",
        "groups.json",
        "signature-schemes.json",
    ] {
        let file = read(name);
        for field in ["registry", "url", "version", "left_out", "verified"] {
            assert!(
                file["source"][field].is_string(),
                "{name} has no source.{field}"
            );
        }
    }
}

#[test]
fn every_openssl_name_has_a_source() {
    let file = read("openssl-cipher-suites.json");
    for row in file["cipher_suites"]
        .as_array()
        .expect("cipher_suites is a list")
    {
        let source = row["source"].as_str().expect("a row names its source");
        assert!(
            file["source"]["sources"][source].is_string(),
            "{row} names a source that is not described"
        );
    }
}
