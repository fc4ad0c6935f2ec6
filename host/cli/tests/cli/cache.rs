//! Compiled policies are kept from one start to the next.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    identity::Authority,
    peers::{self, MODERN},
    program::{Run, argument, check, countersign, inspect, run},
};

fn nobody() -> String {
    format!("127.0.0.1:{}", peers::nobody())
}

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory of our own")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

/// The files of a cache with this ending.
fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(dir).expect("it is there");
    let files = files.map(|file| file.expect("it can be read").path());
    let ending = |path: &PathBuf| path.extension().is_some_and(|found| found == ending);
    files.filter(ending).collect()
}

/// What `inspect` says about loading the built-in policy.
fn load(words: &[&str]) -> Value {
    let run = inspect(&[&["--json"], words].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{words:?}");
    run.json()[0]["load"].clone()
}

#[test]
fn the_second_start_finds_what_the_first_compiled() {
    let dir = directory();
    let cache = &["--cache", text(dir.path())][..];
    assert_eq!(load(cache)["cached"], false);
    assert_eq!(load(cache)["cached"], true);
    let other = [cache, &["--settings", r#"{"versions": ["1.3"]}"#]].concat();
    assert_eq!(load(&other)["cached"], false, "settings are part of it");
    assert_eq!(load(&["--no-cache"])["cached"], false);
}

#[test]
fn check_and_demo_keep_what_they_compile() {
    let dir = directory();
    let cache = &["--cache", text(dir.path())][..];
    let checked = check(&[&[&*nobody()], cache].concat());
    assert_eq!((checked.code, checked.stderr.as_str()), (3, ""));
    assert_eq!(load(cache)["cached"], true);
    let before = files(dir.path(), "entry").len();
    let demo = run(&mut countersign(&[&["demo"], cache].concat()));
    assert_eq!(
        (demo.code, demo.stderr.as_str()),
        (0, ""),
        "{}",
        demo.stdout
    );
    let after = files(dir.path(), "entry").len();
    assert!(after > before, "{before} entries, then {after}");
}

#[test]
fn a_report_does_not_depend_on_it() {
    let authority = Authority::new();
    let ca = argument("ca.pem", &authority.pem);
    let target = format!("localhost:{}", peers::tls(&authority.localhost(), MODERN));
    let dir = directory();
    let of = |cache: &[&str]| {
        let run = check(&[&[&*target, "--ca", &ca], cache].concat());
        (run.code, run.stdout, run.stderr)
    };
    let without = of(&["--no-cache"]);
    assert_eq!(without.0, 0, "{}", without.1);
    for start in ["first", "second"] {
        let with = of(&["--cache", text(dir.path())]);
        assert_eq!(with, without, "{start} start");
    }
}

/// A run in which these variables name where the user's files are.
fn run_of_user(words: &[&str], variables: &[(&str, &Path)]) -> Run {
    run(countersign(words).envs(variables.iter().copied()))
}

#[cfg(unix)]
#[test]
fn the_default_is_among_the_caches_of_the_user() {
    use std::os::unix::fs::PermissionsExt;
    let (home, caches) = (directory(), directory());
    let of_home = home.path().join(".cache/countersign");
    let of_caches = caches.path().join("countersign");
    for (variables, expected) in [
        (vec![("HOME", home.path())], &of_home),
        (
            vec![("HOME", home.path()), ("XDG_CACHE_HOME", caches.path())],
            &of_caches,
        ),
    ] {
        let first = run_of_user(&["check", &nobody()], &variables);
        assert_eq!((first.code, first.stderr.as_str()), (3, ""));
        assert_eq!(files(expected, "entry").len(), 1, "{expected:?}");
        let mode = fs::metadata(expected).expect("it is there").permissions();
        assert_eq!(mode.mode() & 0o777, 0o700, "{expected:?}");
        let second = run_of_user(&["inspect", "--json"], &variables);
        assert_eq!(second.json()[0]["load"]["cached"], true, "{expected:?}");
    }
}

#[test]
fn without_a_cache_nothing_is_written() {
    let home = directory();
    let variables = [("HOME", home.path()), ("XDG_CACHE_HOME", home.path())];
    let told = run_of_user(&["inspect", "--json", "--no-cache"], &variables);
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
    assert_eq!(told.json()[0]["load"]["cache"], Value::Null);
    let left = fs::read_dir(home.path()).expect("it is there").count();
    assert_eq!(left, 0);
    // Nor is there anything to complain of where there is no home.
    assert_eq!(load(&[])["cache"], Value::Null);
}

#[cfg(unix)]
#[test]
fn a_default_that_cannot_be_used_is_noted_and_changes_nothing() {
    let home = directory();
    fs::write(home.path().join("countersign"), "a file").expect("it can be written");
    let target = nobody();
    let words = ["check", &target];
    let with = run_of_user(&words, &[("XDG_CACHE_HOME", home.path())]);
    let without = run_of_user(&words, &[]);
    assert_eq!((with.code, &with.stdout), (without.code, &without.stdout));
    let start = "note: compiled policies are not kept: the cache directory ";
    assert!(with.stderr.starts_with(start), "{}", with.stderr);
    assert!(
        with.stderr.contains("is not a directory"),
        "{}",
        with.stderr
    );
    assert_eq!(with.stderr.lines().count(), 1, "{}", with.stderr);
}

#[cfg(unix)]
#[test]
fn a_directory_that_was_asked_for_must_be_usable() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let home = directory();
    let place = |name: &str| home.path().join(name);
    fs::write(place("file"), "").expect("it can be written");
    symlink(home.path(), place("link")).expect("it can be made");
    fs::create_dir(place("open")).expect("it can be made");
    fs::set_permissions(place("open"), fs::Permissions::from_mode(0o777)).expect("it is ours");
    let target = nobody();
    for (name, sentence) in [
        ("file", "is not a directory"),
        ("link", "is a symbolic link"),
        ("open", "others may write to the cache directory"),
    ] {
        let dir = place(name);
        for words in [&["check", &target][..], &["inspect"], &["demo"]] {
            let json = ["--format=json", "--cache", text(&dir)];
            let run = run(&mut countersign(&[words, &json].concat()));
            assert_eq!(run.code, 2, "{words:?} {}", run.stderr);
            assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
            assert!(run.stderr.contains(sentence), "{}", run.stderr);
            let [line] = &run.json()[..] else {
                panic!("one line: {}", run.stdout)
            };
            let message = line["countersign.error"]["message"].as_str();
            assert!(
                message.is_some_and(|text| text.contains(sentence)),
                "{line}"
            );
        }
    }
}

#[test]
fn what_is_damaged_is_compiled_again() {
    let dir = directory();
    let cache = &["--cache", text(dir.path())][..];
    let target = nobody();
    let words = [&[&*target], cache].concat();
    let first = check(&words);
    for file in files(dir.path(), "cwasm") {
        fs::write(file, "not machine code").expect("it can be written");
    }
    let second = check(&words);
    assert_eq!((second.code, second.stdout), (first.code, first.stdout));
    assert_eq!(load(cache)["cached"], true, "it is whole again");
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_without_room_is_no_failure() {
    // Files of at most 256 KiB: less than the code has, and more than the policy's memory, which the engine keeps as a file
    // without a name. A signal would end the program.
    let dir = directory();
    let script = format!(
        "trap '' XFSZ; ulimit -f 256 && exec '{}' check --cache '{}' 127.0.0.1:1",
        env!("CARGO_BIN_EXE_countersign"),
        text(dir.path()),
    );
    let run = Command::new("bash").args(["-c", &script]).output();
    let run = run.expect("a shell");
    let told = String::from_utf8_lossy(&run.stdout);
    assert_eq!(run.status.code(), Some(3), "{told}");
    assert!(told.contains("policy       default"), "{told}");
    assert_eq!(files(dir.path(), "entry").len(), 0);
}
