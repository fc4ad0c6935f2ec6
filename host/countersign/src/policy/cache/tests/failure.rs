//! When the disk does not take what is to be stored.

use std::{env, process::Command};

use super::*;

/// Names the directory for the process that a test starts.
const DIR: &str = "COUNTERSIGN_TEST_FULL_DISK";

/// This test, in a process that may write 4 KiB to a file: POSIX has the unit of `ulimit -f` be 512 bytes, some shells a
/// KiB, of which this is 8.
const LIMITED: &str = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";

#[test]
fn a_full_disk_is_an_error_and_leaves_nothing() {
    if let Some(dir) = env::var_os(DIR) {
        return put_too_much(&CodeCache::open(dir).expect("it opens"));
    }
    let (scene, ..) = Scene::with_entry();
    // What the other process reports goes through a pipe: a file it could not write, either.
    let ended = Command::new("sh")
        .args(["-c", LIMITED])
        .arg(env::current_exe().expect("a test runs"))
        .args([
            "--exact",
            &test_name("a_full_disk_is_an_error_and_leaves_nothing"),
        ])
        .env(DIR, scene.cache.dir())
        .output()
        .expect("there is a shell");
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(scene.names().len(), 2, "{:?}", scene.names());
    let cached = scene.cache.get(&key(0)).expect("what was there is there");
    assert_eq!(fs::read(cached.code).expect("a file"), b"code");
}

/// Code and meta that do not fit, over what is there and beside it.
fn put_too_much(cache: &CodeCache) {
    let large = vec![1; 64 * 1024];
    for number in 0..2 {
        for (meta, code) in [(&b""[..], &large[..]), (&large, b"")] {
            let error = cache
                .put(&key(number), meta, code)
                .expect_err("it is too large");
            assert_eq!(error.kind(), io::ErrorKind::FileTooLarge, "{error}");
        }
    }
}

/// How the test harness calls a test of this file.
fn test_name(name: &str) -> String {
    let (_crate, module) = module_path!().split_once("::").expect("a module");
    format!("{module}::{name}")
}

#[test]
fn a_directory_that_is_gone_is_an_error() {
    let scene = Scene::new();
    fs::remove_dir(scene.cache.dir()).expect("it is empty");
    assert!(!scene.has(0));
    assert!(scene.cache.put(&key(0), b"", b"").is_err());
    assert!(!scene.cache.dir().exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_directory_that_takes_no_files_is_an_error() {
    // Not even root makes files here.
    let cache = CodeCache::open("/proc/self/fdinfo").expect("it is ours");
    assert!(cache.put(&key(0), b"", b"").is_err());
    assert!(cache.get(&key(0)).is_none());
    cache.remove(&key(0));
}

#[test]
fn a_name_that_cannot_be_taken_is_an_error_and_leaves_no_temporary_files() {
    let scene = Scene::new();
    fs::create_dir(scene.cache.dir().join(name::entry(&key(0)))).expect("a directory");
    assert!(scene.cache.put(&key(0), b"", b"").is_err());
    assert!(!scene.has(0));
    assert!(
        !scene
            .names()
            .iter()
            .any(|name| name.starts_with(name::TEMPORARY))
    );
}
