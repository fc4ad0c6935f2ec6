//! What can happen to files.

use std::{
    fs::{self, OpenOptions, Permissions},
    io,
    os::unix::fs::{PermissionsExt, symlink},
    path::PathBuf,
    time::{Duration, SystemTime},
};

use arbitrary::Arbitrary;
use countersign::policy::Digest;
use serde_json::{Value, json};

use super::{
    shelf::Shelf,
    stock::{File, STOCK},
};
use crate::edit::Edit;

/// One thing.
#[derive(Arbitrary, Debug)]
pub enum Damage<'a> {
    Edit(Which, Edit),
    Copy(Which, Which),
    Rename(Which, Which),
    Swap(Which, Which),
    Remove(Which),
    Lengthen(Which, u32),
    Mode(Which, u8),
    Link(Which, Which),
    SymbolicLink(Which, Which),
    Directory(Which),
    /// It is older, or newer, by so many minutes.
    Age(Which, i16),
    Stray(Stray, &'a [u8]),
    DirectoryMode(u8),
    /// An entry whose digests are right.
    Meta(u8, Edit),
    Forge(u8, Forgery<'a>),
    /// One policy's files have the names of another's.
    Pose(u8, u8),
}

/// A file: that of a policy, or one that is new.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct Which(u8);

/// The names of files that nobody asked for.
#[derive(Arbitrary, Debug)]
pub enum Stray {
    Unknown,
    Temporary,
    /// Another code of a policy, and how long its name says that it is: not so long that nothing else could stay.
    Code(u8, u16),
}

/// What an entry can say of code that it does not fit.
#[derive(Arbitrary, Debug)]
pub enum Forgery<'a> {
    Name(&'a str),
    Version(&'a str),
    Schema(&'a str),
    Way(u8),
    MemoryBytes(u64),
    Memories(u64),
    Rehearsed(bool),
    RewindFunctions(u32),
}

impl Which {
    fn path(self, shelf: &Shelf) -> PathBuf {
        match self.file() {
            Some(file) => shelf.path(&file.name),
            None => shelf.path("other"),
        }
    }

    fn file(self) -> Option<&'static File> {
        let number = usize::from(self.0) % (2 * STOCK.len() + 1);
        Some(&STOCK.get(number / 2)?.files[number % 2])
    }
}

impl Damage<'_> {
    /// Does it.
    ///
    /// # Errors
    ///
    /// If it cannot be done, because of what was done before.
    pub fn apply(&self, shelf: &Shelf) -> io::Result<()> {
        let path = |which: &Which| which.path(shelf);
        match self {
            Self::Edit(which, edit) => change(path(which), |bytes| edit.apply(bytes)),
            Self::Copy(from, to) => {
                let bytes = read(path(from))?;
                fs::write(path(to), bytes)
            }
            Self::Rename(from, to) => fs::rename(path(from), path(to)),
            Self::Swap(one, other) => {
                let between = shelf.path("between");
                fs::rename(path(one), &between)?;
                let moved = fs::rename(path(other), path(one));
                fs::rename(between, path(other)).and(moved)
            }
            Self::Remove(which) => fs::remove_file(path(which)),
            Self::Lengthen(which, bytes) => {
                let file = OpenOptions::new().write(true).open(path(which))?;
                file.set_len((*bytes).into())
            }
            Self::Mode(which, mode) => fs::set_permissions(path(which), permissions(*mode, 0)),
            Self::Link(from, to) => fs::hard_link(path(from), path(to)),
            Self::SymbolicLink(from, to) => symlink(path(from), path(to)),
            Self::Directory(which) => {
                // There may be nothing to remove.
                let _ = fs::remove_file(path(which));
                fs::create_dir(path(which))
            }
            Self::Age(which, minutes) => age(path(which), *minutes),
            Self::Stray(stray, bytes) => fs::write(shelf.path(&stray.name()), bytes),
            Self::DirectoryMode(mode) => {
                fs::set_permissions(shelf.dir(), permissions(*mode, 0o700))
            }
            Self::Meta(number, edit) => forge(shelf, *number, |meta| edit.apply(meta)),
            Self::Forge(number, forgery) => forge(shelf, *number, |meta| forgery.apply(meta)),
            Self::Pose(one, other) => pose(shelf, *one, *other),
        }
    }

    /// Whether it writes an entry for this policy that the cache has to believe.
    pub fn forges(&self, policy: usize) -> bool {
        match self {
            Self::Meta(number, _) | Self::Forge(number, _) => policy == place(*number),
            _ => false,
        }
    }
}

fn place(number: u8) -> usize {
    usize::from(number) % STOCK.len()
}

fn change(path: PathBuf, change: impl Fn(&mut Vec<u8>)) -> io::Result<()> {
    let mut bytes = read(path.clone())?;
    change(&mut bytes);
    fs::write(path, bytes)
}

/// The contents, unless it was lengthened to more than anybody wants to read.
fn read(path: PathBuf) -> io::Result<Vec<u8>> {
    const BYTES_MAX: u64 = 1024 * 1024;
    match fs::metadata(&path)?.len() {
        0..BYTES_MAX => fs::read(path),
        _ => Err(io::ErrorKind::FileTooLarge.into()),
    }
}

/// These, and those that are always there.
fn permissions(mode: u8, always: u32) -> Permissions {
    Permissions::from_mode(u32::from(mode) | always)
}

fn age(path: PathBuf, minutes: i16) -> io::Result<()> {
    let by = Duration::from_secs(60 * u64::from(minutes.unsigned_abs()));
    let now = SystemTime::now();
    let then = if minutes < 0 { now + by } else { now - by };
    fs::File::open(path)?.set_modified(then)
}

impl Stray {
    fn name(&self) -> String {
        match self {
            Self::Unknown => "README".to_owned(),
            Self::Temporary => ".new-abcdef".to_owned(),
            Self::Code(number, bytes) => {
                let key = &STOCK[place(*number)].files[0].name[..64];
                format!("{key}.{}.{bytes}.cwasm", "0".repeat(64))
            }
        }
    }
}

/// A name is the key, and what says which code it is.
fn pose(shelf: &Shelf, one: u8, other: u8) -> io::Result<()> {
    const KEY: usize = 64;
    let (one, other) = (&STOCK[place(one)], &STOCK[place(other)]);
    let key = &other.files[0].name[..KEY];
    for file in &one.files {
        let name = format!("{key}{}", &file.name[KEY..]);
        fs::write(shelf.path(&name), &file.bytes)?;
    }
    Ok(())
}

/// Writes an entry with other contents: magic, key, length and digest of the code, length and digest of what follows.
fn forge(shelf: &Shelf, number: u8, change: impl Fn(&mut Vec<u8>)) -> io::Result<()> {
    const CODE_END: usize = 8 + 32 + 8 + 32;
    const META: usize = CODE_END + 8 + 32;
    let file = &STOCK[place(number)].files[0];
    let mut meta = file.bytes[META..].to_vec();
    change(&mut meta);
    let length = (meta.len() as u64).to_le_bytes();
    let digest = Digest::of(&meta);
    let head = &file.bytes[..CODE_END];
    let entry = [head, &length, digest.as_bytes(), &meta].concat();
    fs::write(shelf.path(&file.name), entry)
}

impl Forgery<'_> {
    fn apply(&self, meta: &mut Vec<u8>) {
        const WAYS: [&str; 4] = ["rewound", "snapshot", "configured", "other"];
        let (place, new) = match self {
            Self::Name(text) => ("/told/name", json!(text)),
            Self::Version(text) => ("/told/version", json!(text)),
            Self::Schema(text) => ("/told/settings_schema", json!(text)),
            Self::Way(way) => ("/execution/way", json!(WAYS[usize::from(way % 4)])),
            Self::MemoryBytes(bytes) => ("/execution/memory_bytes", json!(bytes)),
            Self::Memories(count) => ("/execution/memories", json!(count)),
            Self::Rehearsed(rehearsed) => ("/execution/rehearsed", json!(rehearsed)),
            Self::RewindFunctions(count) => ("/rewind_functions", json!(count)),
        };
        let mut value: Value = serde_json::from_slice(meta).expect("the host wrote it");
        *value.pointer_mut(place).expect("the host wrote it") = new;
        *meta = value.to_string().into_bytes();
    }
}
