//! Files that are not what was written.

use super::*;

/// Spoils both files in turn and expects a miss that leaves nothing, and room for a new entry.
fn is_a_miss(spoil: impl Fn(&Path)) {
    for which in [".entry", ".cwasm"] {
        let (scene, ..) = Scene::with_entry();
        let file = scene.file(which);
        spoil(&file);
        assert!(!scene.has(0), "{which}");
        assert!(!file.exists(), "{which} is still there");
        let entries = scene
            .names()
            .iter()
            .filter(|name| name.ends_with(".entry"))
            .count();
        assert_eq!(entries, 0, "the entry is still there");
        scene.put(0, b"code");
        assert!(scene.has(0), "{which}");
    }
}

fn rewrite(path: &Path, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("a file");
    change(&mut bytes);
    fs::write(path, bytes).expect("it is ours");
}

#[test]
fn a_flipped_bit_is_a_miss() {
    is_a_miss(|file| rewrite(file, |bytes| *bytes.last_mut().expect("not empty") ^= 1));
    is_a_miss(|file| rewrite(file, |bytes| bytes[0] ^= 0x80));
}

#[test]
fn a_cut_file_is_a_miss() {
    is_a_miss(|file| rewrite(file, |bytes| bytes.truncate(bytes.len() - 1)));
    is_a_miss(|file| rewrite(file, Vec::clear));
}

#[test]
fn a_longer_file_is_a_miss() {
    is_a_miss(|file| rewrite(file, |bytes| bytes.push(0)));
}

#[test]
fn zeros_after_a_power_cut_are_a_miss() {
    is_a_miss(|file| rewrite(file, |bytes| bytes.fill(0)));
}

#[test]
fn a_huge_file_is_a_miss_and_not_read() {
    // A hole takes no room, but would not fit into memory.
    is_a_miss(|file| {
        let file = File::options().write(true).open(file).expect("a file");
        file.set_len(1 << 42).expect("a hole");
    });
}

#[test]
fn a_lost_file_is_a_miss() {
    is_a_miss(|file| fs::remove_file(file).expect("it is ours"));
}

#[test]
fn the_entry_of_another_key_is_a_miss() {
    let (scene, entry, _) = Scene::with_entry();
    fs::rename(entry, scene.cache.dir().join(name::entry(&key(1)))).expect("it is ours");
    assert!(!scene.has(1));
}

#[test]
fn the_code_of_another_entry_is_a_miss() {
    let (scene, _, code) = Scene::with_entry();
    fs::write(&code, b"evil").expect("it is ours");
    assert!(!scene.has(0));
}
