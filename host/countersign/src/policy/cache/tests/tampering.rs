//! Files that the cache cannot have written.

use std::os::unix::fs::{chown, symlink};

use super::*;

/// Does something to both files in turn and expects that they are not used, but removed.
fn is_refused(tamper: impl Fn(&Path)) {
    for which in [".entry", ".cwasm"] {
        let (scene, ..) = Scene::with_entry();
        let file = scene.file(which);
        tamper(&file);
        assert!(!scene.has(0), "{which}");
        assert!(
            fs::symlink_metadata(&file).is_err(),
            "{which} is still there"
        );
        scene.put(0, b"code");
        assert!(scene.has(0), "{which}");
    }
}

#[test]
fn a_file_that_others_may_write_to_is_refused() {
    is_refused(|file| chmod(file, 0o620));
    is_refused(|file| chmod(file, 0o602));
}

#[test]
fn a_file_that_others_may_only_read_is_fine() {
    let (scene, entry, code) = Scene::with_entry();
    chmod(&entry, 0o644);
    chmod(&code, 0o444);
    assert!(scene.has(0));
}

#[test]
fn a_link_is_refused_and_what_it_leads_to_is_left_alone() {
    let elsewhere = TempDir::new().expect("a directory");
    let target = elsewhere.path().join("target");
    is_refused(|file| {
        fs::copy(file, &target).expect("a copy");
        fs::remove_file(file).expect("it is ours");
        symlink(&target, file).expect("a link");
    });
    assert!(target.exists());
}

#[test]
fn a_file_with_a_second_name_is_refused() {
    is_refused(|file| {
        let second = file.with_extension("second");
        fs::hard_link(file, second).expect("a name");
    });
}

#[test]
fn a_pipe_is_refused_without_waiting() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    is_refused(|file| {
        fs::remove_file(file).expect("it is ours");
        mknodat(CWD, file, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
    });
}

#[test]
fn a_directory_is_refused() {
    let (scene, entry, _) = Scene::with_entry();
    fs::remove_file(&entry).expect("it is ours");
    fs::create_dir(&entry).expect("a directory");
    assert!(!scene.has(0));
}

#[test]
fn a_file_of_another_user_is_refused() {
    let (_scene, entry, _) = Scene::with_entry();
    match chown(&entry, Some(4711), None) {
        Ok(()) => is_refused(|file| chown(file, Some(4711), None).expect("it is ours to give")),
        // Nobody but a superuser gives files away: then one of root's, at which nothing is removed.
        Err(_) => assert!(matches!(
            file::read(Path::new("/etc/passwd"), 1 << 20),
            Err(Fault::Tampered(_))
        )),
    }
}
