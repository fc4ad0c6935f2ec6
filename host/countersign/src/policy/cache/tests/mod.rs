//! Tests of the cache as a whole, each with directories of its own.

mod bound;
mod crowd;
mod damage;
mod failure;
mod place;
mod tampering;

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

use super::*;

/// Longer ago than anything the cache regards as recent.
const LONG_AGO: Duration = Duration::from_secs(2 * 60 * 60);

/// A cache in a directory that is removed in the end.
struct Scene {
    above: TempDir,
    cache: CodeCache,
}

impl Scene {
    fn new() -> Self {
        let above = TempDir::new().expect("a directory");
        let cache = CodeCache::open(above.path().join("cache")).expect("it opens");
        Self { above, cache }
    }

    fn with_bytes_max(bytes_max: u64) -> Self {
        let Self { above, cache } = Self::new();
        let cache = cache.with_bytes_max(bytes_max);
        Self { above, cache }
    }

    /// A cache with `meta` and `code` under `key(0)`, and the files of those two.
    fn with_entry() -> (Self, PathBuf, PathBuf) {
        let scene = Self::new();
        scene.put(0, b"code");
        let (entry, code) = (scene.file(".entry"), scene.file(".cwasm"));
        (scene, entry, code)
    }

    fn put(&self, number: u32, code: &[u8]) {
        let put = self.cache.put(&key(number), b"meta", code);
        put.expect("it is stored");
    }

    fn has(&self, number: u32) -> bool {
        self.cache.get(&key(number)).is_some()
    }

    fn names(&self) -> Vec<String> {
        let files = fs::read_dir(self.cache.dir()).expect("a directory");
        files
            .map(|file| file.expect("a file").file_name())
            .map(|name| name.into_string().expect("a name in ASCII"))
            .collect()
    }

    /// The only file whose name ends like this.
    fn file(&self, end: &str) -> PathBuf {
        let mut names = self.names();
        names.retain(|name| name.ends_with(end));
        assert_eq!(names.len(), 1, "{names:?}");
        self.cache.dir().join(&names[0])
    }

    fn bytes(&self) -> u64 {
        let lens = self.names().into_iter().map(|name| {
            let metadata = fs::metadata(self.cache.dir().join(name));
            metadata.expect("it is there").len()
        });
        lens.sum()
    }
}

fn key(number: u32) -> Digest {
    Digest::of(&number.to_be_bytes())
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
}

fn mode(path: &Path) -> u32 {
    let metadata = fs::symlink_metadata(path).expect("it is there");
    metadata.permissions().mode() & 0o7777
}

/// Makes a file look as if it was last written that long ago.
fn age(path: &Path, by: Duration) {
    let file = File::open(path).expect("it is there");
    let then = SystemTime::now() - by;
    file.set_modified(then).expect("it is ours");
}

fn modified(path: &Path) -> SystemTime {
    let metadata = fs::metadata(path).expect("it is there");
    metadata.modified().expect("the system knows")
}

#[test]
fn what_is_stored_is_found() {
    let (scene, entry, code) = Scene::with_entry();
    let cached = scene.cache.get(&key(0)).expect("it is found");
    assert_eq!(cached.meta, b"meta");
    assert_eq!(cached.code, code);
    assert_eq!(fs::read(code).expect("a file"), b"code");
    assert_eq!((mode(&entry), mode(&cached.code)), (0o600, 0o600));
}

#[test]
fn what_was_never_stored_is_a_miss() {
    assert!(!Scene::with_entry().0.has(1));
}

#[test]
fn it_is_found_by_another_process_later() {
    let (scene, ..) = Scene::with_entry();
    let again = CodeCache::open(scene.cache.dir()).expect("it opens");
    assert!(again.get(&key(0)).is_some());
}

#[test]
fn the_last_of_one_key_is_found_and_files_in_use_stay_as_they_are() {
    let (scene, ..) = Scene::with_entry();
    let first = scene.cache.get(&key(0)).expect("it is found").code;
    let mapped = File::open(&first).expect("a file");
    scene.put(0, b"other code");
    scene.put(0, b"code");
    let last = scene.cache.get(&key(0)).expect("it is found").code;
    assert_eq!(fs::read(last).expect("a file"), b"code");
    assert_eq!(io::read_to_string(mapped).expect("text"), "code");
}

#[test]
fn what_is_removed_is_gone_and_nothing_else() {
    let (scene, ..) = Scene::with_entry();
    scene.put(1, b"code");
    scene.cache.remove(&key(0));
    assert!(!scene.has(0));
    assert!(scene.has(1));
    assert_eq!(scene.names().len(), 2, "{:?}", scene.names());
    scene.cache.remove(&key(0));
}

#[test]
fn it_can_hold_nothing_and_everything() {
    let scene = Scene::new();
    let (meta, code) = (vec![7; META_BYTES_MAX], vec![9; 3 * 1024 * 1024]);
    scene.cache.put(&key(0), b"", b"").expect("it is stored");
    scene
        .cache
        .put(&key(1), &meta, &code)
        .expect("it is stored");
    let nothing = scene.cache.get(&key(0)).expect("it is found");
    let everything = scene.cache.get(&key(1)).expect("it is found");
    assert_eq!(nothing.meta, b"");
    assert_eq!(fs::read(nothing.code).expect("a file"), b"");
    assert!(everything.meta == meta);
    assert!(fs::read(everything.code).expect("a file") == code);
}
