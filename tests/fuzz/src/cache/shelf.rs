//! A directory with the files of all policies.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::stock::{File, Item, STOCK};

/// The directory of a case.
pub struct Shelf(TempDir);

/// Whether the files of a policy can be used.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// They must be: they are as they were.
    Whole,
    /// They must not.
    Spoilt,
    /// It depends on the user.
    Unknown,
}

/// Permissions.
const OWN: u32 = 0o600;
const READ: u32 = 0o400;
const WRITE_BY_OTHERS: u32 = 0o022;

impl Shelf {
    /// All files as they were written.
    pub fn new() -> Self {
        let shelf = Self(TempDir::new().expect("a directory"));
        for file in STOCK.iter().flat_map(|item| &item.files) {
            let path = shelf.path(&file.name);
            fs::write(&path, &file.bytes).expect("it is ours");
            fs::set_permissions(path, Permissions::from_mode(OWN)).expect("it is ours");
        }
        shelf
    }

    pub fn dir(&self) -> &Path {
        self.0.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir().join(name)
    }

    /// What the cache must make of a policy's files.
    pub fn state(&self, item: &Item) -> State {
        let states = item.files.each_ref().map(|file| self.state_of(file));
        let is_closed = mode(self.dir()).is_ok_and(|mode| mode & WRITE_BY_OTHERS == 0);
        if !is_closed || states.contains(&State::Spoilt) {
            State::Spoilt
        } else if states.contains(&State::Unknown) {
            State::Unknown
        } else {
            State::Whole
        }
    }

    fn state_of(&self, file: &File) -> State {
        let path = self.path(&file.name);
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            return State::Spoilt;
        };
        let is_closed = metadata.mode() & WRITE_BY_OTHERS == 0;
        let is_as_long = metadata.len() == file.bytes.len() as u64;
        if !metadata.is_file() || !is_as_long || !is_closed || metadata.nlink() != 1 {
            return State::Spoilt;
        }
        match fs::read(path) {
            Ok(bytes) if bytes != file.bytes => State::Spoilt,
            // Who may read everything reads it nevertheless.
            _ if metadata.mode() & READ == 0 => State::Unknown,
            Ok(_) => State::Whole,
            Err(_) => State::Spoilt,
        }
    }

    /// Whether files can be put in the place of those that are there.
    pub fn can_be_mended(&self) -> bool {
        let mut files = STOCK.iter().flat_map(|item| &item.files);
        let is_closed = mode(self.dir()).is_ok_and(|mode| mode & WRITE_BY_OTHERS == 0);
        is_closed && !files.any(|file| self.path(&file.name).is_dir())
    }
}

fn mode(path: &Path) -> io::Result<u32> {
    Ok(fs::symlink_metadata(path)?.mode())
}
