//! Which directories are refused.

use std::os::unix::fs::{MetadataExt, chown, symlink};

use super::*;

fn open(dir: &Path) -> Result<CodeCache, CacheError> {
    CodeCache::open(dir)
}

/// A directory for tests, by a path without links.
fn directory() -> (TempDir, PathBuf) {
    let above = TempDir::new().expect("a directory");
    let path = fs::canonicalize(above.path()).expect("it is there");
    (above, path)
}

/// Gives a file to somebody else, which only a superuser can do. `false` if this is none.
fn give_away(path: &Path) -> bool {
    let given = chown(path, Some(4711), None);
    assert_eq!(given.is_ok(), super::super::place::user() == 0);
    given.is_ok()
}

#[test]
fn it_is_created_for_this_user_alone_with_all_above() {
    let (_above, path) = directory();
    let cache = open(&path.join("a/b/c/")).expect("it opens");
    assert_eq!(cache.dir(), path.join("a/b/c"));
    for dir in ["a", "a/b", "a/b/c"] {
        assert_eq!(mode(&path.join(dir)), 0o700, "{dir}");
    }
}

#[test]
fn one_that_others_may_only_read_is_fine() {
    let (_above, path) = directory();
    chmod(&path, 0o755);
    assert!(open(&path).is_ok());
}

#[test]
fn a_link_is_refused_however_it_is_written() {
    let (_above, path) = directory();
    let link = path.join("link");
    symlink(&path, &link).expect("a link");
    for link in [&link, &path.join("link/"), &path.join("link/.")] {
        let refused = open(link).expect_err("it is a link");
        assert!(
            matches!(refused, CacheError::SymbolicLink { .. }),
            "{refused}"
        );
    }
    symlink("nowhere", path.join("dangling")).expect("a link");
    let refused = open(&path.join("dangling")).expect_err("it is a link");
    assert!(
        matches!(refused, CacheError::SymbolicLink { .. }),
        "{refused}"
    );
}

#[test]
fn a_link_above_is_resolved_once_and_for_all() {
    let (_above, path) = directory();
    fs::create_dir(path.join("one")).expect("a directory");
    symlink("one", path.join("link")).expect("a link");
    let cache = open(&path.join("link/cache")).expect("it opens");
    assert_eq!(cache.dir(), path.join("one/cache"));
}

#[test]
fn a_file_is_refused() {
    let (_above, path) = directory();
    fs::write(path.join("file"), "").expect("a file");
    let refused = open(&path.join("file")).expect_err("it is a file");
    assert!(
        matches!(refused, CacheError::NotADirectory { .. }),
        "{refused}"
    );
    let refused = open(&path.join("file/below")).expect_err("it is below a file");
    assert!(matches!(refused, CacheError::Unusable { .. }), "{refused}");
}

#[test]
fn one_that_others_may_write_to_is_refused() {
    let (_above, path) = directory();
    for open_to_others in [0o720, 0o702, 0o777, 0o1777] {
        chmod(&path, open_to_others);
        match open(&path) {
            Err(CacheError::WritableByOthers { mode, .. }) => assert_eq!(mode, open_to_others),
            other => panic!("{open_to_others:o}: {other:?}"),
        }
    }
}

#[test]
fn one_below_a_directory_that_others_may_write_to_is_refused_and_not_made() {
    let (_above, path) = directory();
    for open_to_others in [0o720, 0o702, 0o777] {
        chmod(&path, open_to_others);
        let refused = open(&path.join("a/b")).expect_err("others can replace it");
        assert!(
            matches!(refused, CacheError::ReplaceableByOthers { .. }),
            "{refused}"
        );
        assert!(!path.join("a").exists(), "it was made");
    }
    fs::create_dir_all(path.join("a/b")).expect("a directory");
    let refused = open(&path.join("a/b")).expect_err("others can replace it");
    assert!(
        matches!(refused, CacheError::ReplaceableByOthers { .. }),
        "{refused}"
    );
}

#[test]
fn a_sticky_directory_above_is_fine() {
    let (_above, path) = directory();
    chmod(&path, 0o1777);
    assert!(open(&path.join("a/b")).is_ok());
}

#[test]
fn one_of_another_user_is_refused() {
    // Root's, or given away by root: one of the two can be had.
    let (_above, path) = directory();
    let foreign = if give_away(&path) { path } else { "/".into() };
    let expected = fs::metadata(&foreign).expect("it is there").uid();
    match open(&foreign) {
        Err(CacheError::ForeignOwner { owner, .. }) => assert_eq!(owner, expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_below_a_directory_of_another_user_is_refused() {
    let (_above, path) = directory();
    fs::create_dir(path.join("a")).expect("a directory");
    if !give_away(&path) {
        return; // Only a superuser can make this; the rule by itself is tested beside it.
    }
    for dir in ["a", "new"] {
        let refused = open(&path.join(dir)).expect_err("he can replace it");
        assert!(
            matches!(refused, CacheError::ForeignParent { owner: 4711, .. }),
            "{refused}"
        );
    }
    assert!(!path.join("new").exists());
}

#[test]
fn a_refusal_is_one_sentence_that_names_the_directory() {
    let (_above, path) = directory();
    chmod(&path, 0o777);
    let below = path.join("a");
    let (path, below) = (path.display(), below.display());
    let own = format!(
        "others may write to the cache directory {path} (mode 0777): `chmod go-w` it once nothing foreign is in it"
    );
    let above = format!(
        "others could replace the cache directory {below}: they may write to {path} (mode 0777)"
    );
    let message = |dir: String| open(Path::new(&dir)).expect_err("it is open").to_string();
    assert_eq!(message(path.to_string()), own);
    assert_eq!(message(below.to_string()), above);
}

#[test]
fn one_that_is_opened_to_others_later_is_no_longer_used() {
    let (scene, ..) = Scene::with_entry();
    chmod(scene.cache.dir(), 0o770);
    assert!(!scene.has(0));
    let error = scene.cache.put(&key(1), b"", b"").expect_err("it is open");
    assert!(error.to_string().contains("others may write"), "{error}");
    chmod(scene.cache.dir(), 0o700);
    assert!(scene.has(0));
    assert!(!scene.has(1));
}

#[test]
fn one_that_was_replaced_by_a_link_is_no_longer_used() {
    let (scene, ..) = Scene::with_entry();
    let moved = scene.above.path().join("moved");
    fs::rename(scene.cache.dir(), &moved).expect("it is ours");
    symlink(&moved, scene.cache.dir()).expect("a link");
    assert!(!scene.has(0));
    assert!(scene.cache.put(&key(1), b"", b"").is_err());
}
