//! Every guest in a file is there for a test.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where the tests with guests are, from this crate's folder, and this crate itself.
const TESTS: [&str; 3] = [
    "../../host/countersign/tests/policy_engine",
    "../hostile",
    "src",
];

#[test]
fn every_guest_is_used_by_a_test() {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let tests: String = TESTS
        .iter()
        .map(|folder| code(&here.join(folder)))
        .collect();
    for name in countersign_test_guests::names() {
        assert!(
            tests.contains(&format!("\"{name}\"")),
            "no test uses {name}.wat"
        );
    }
}

/// The text of all programs in a folder and below it.
fn code(folder: &Path) -> String {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.expect("it can be read").path())
        .map(|path| match path.is_dir() {
            true => code(&path),
            false if path.extension().is_some_and(|found| found == "rs") => {
                fs::read_to_string(path).expect("it can be read")
            }
            false => String::new(),
        })
        .collect()
}
