//! Files that are damaged, cut, lost or swapped, and directories that are no good: the policy is compiled anew.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use countersign::policy::Engine;

use super::{Disk, is_cached};
use crate::sandbox::Sandbox;

/// Loads a policy, does something to each of its files in turn, and loads it again: as what it is, and compiled anew.
fn assert_compiled_anew(spoil: impl Fn(&Path)) {
    let disk = Disk::new();
    let engine = disk.engine();
    assert!(!is_cached(&engine, "me"));
    let count = disk.files().len();
    for at in 0..count {
        let file = disk.files()[at].clone();
        spoil(&file);
        assert!(!is_cached(&disk.engine(), "me"), "{}", file.display());
        assert!(is_cached(&disk.engine(), "me"), "it is stored anew");
    }
    assert_eq!(disk.files().len(), count);
}

fn change(file: &Path, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).expect("it is there");
    change(&mut bytes);
    fs::write(file, bytes).expect("it is ours");
}

#[test]
fn damaged_files_are_compiled_anew() {
    for part in [0, 1, 2, 3] {
        assert_compiled_anew(|file| {
            change(file, |bytes| {
                let at = (bytes.len() - 1) * part / 3;
                bytes[at] ^= 0x10;
            });
        });
    }
}

#[test]
fn cut_and_lost_files_are_compiled_anew() {
    assert_compiled_anew(|file| change(file, |bytes| bytes.truncate(bytes.len() / 2)));
    assert_compiled_anew(|file| change(file, Vec::clear));
    assert_compiled_anew(|file| change(file, |bytes| bytes.push(0)));
    assert_compiled_anew(|file| fs::remove_file(file).expect("it is ours"));
}

/// The files of two policies, each under the names of the other, in every combination.
#[test]
fn swapped_files_swap_no_policies() {
    let lone = |text: &str| {
        let disk = Disk::new();
        assert!(!is_cached(&disk.engine(), text));
        disk
    };
    let (one, other) = (lone("one"), lone("other"));
    assert_eq!((one.files().len(), other.files().len()), (2, 2));
    for mine in 0..2 {
        for theirs in 0..2 {
            let disk = Disk::new();
            let engine = disk.engine();
            assert!(!is_cached(&engine, "one") && !is_cached(&engine, "other"));
            let at = |file: &Path| disk.dir().join(file.file_name().expect("it has a name"));
            let put = |from: &Path, to: &Path| fs::copy(from, at(to)).expect("it is ours");
            put(&one.files()[mine], &other.files()[theirs]);
            put(&other.files()[theirs], &one.files()[mine]);
            is_cached(&disk.engine(), "one");
            is_cached(&disk.engine(), "other");
            assert!(is_cached(&disk.engine(), "one") && is_cached(&disk.engine(), "other"));
        }
    }
}

/// Where nothing can be stored, all is as it would be without a cache.
fn assert_works_without(spoil: impl Fn(&Disk)) {
    let disk = Disk::new();
    let engine = disk.engine();
    assert!(!is_cached(&engine, "before"));
    spoil(&disk);
    for text in ["before", "after", "after"] {
        assert!(!is_cached(&engine, text), "{text}");
    }
}

#[test]
fn a_directory_that_is_gone_or_no_longer_ours_is_done_without() {
    assert_works_without(|disk| fs::remove_dir_all(disk.dir()).expect("it is ours"));
    assert_works_without(|disk| {
        fs::remove_dir_all(disk.dir()).expect("it is ours");
        fs::write(disk.dir(), "a file").expect("it is ours");
    });
    assert_works_without(|disk| {
        let everybody = fs::Permissions::from_mode(0o777);
        fs::set_permissions(disk.dir(), everybody).expect("it is ours");
    });
}

#[test]
fn a_cache_without_room_is_done_without() {
    let disk = Disk::new();
    let engine = Engine::new(Sandbox::limits()).expect("the machine can run policies");
    let engine = engine.with_cache(disk.cache().with_bytes_max(100));
    for _ in 0..2 {
        assert!(!is_cached(&engine, "me"));
    }
    assert_eq!(disk.files().len(), 0);
}
