//! Compiled policies on disk.
//!
//! Compiled code is machine code: who can change it, or have another file loaded in its place, runs what he likes in
//! this process, with no sandbox around it. The engine must therefore only ever be handed code that this user's own
//! processes have compiled. Why that holds:
//!
//! - **Other users of the machine cannot write.** The directory belongs to the user of this process and only that user
//!   may write to it; every directory above belongs to root or to the same user, and others can neither rename nor
//!   replace what is in it. Symbolic links are resolved once and the result is what is checked and used. All of this
//!   is checked when the cache is opened; the directory itself again each time it is used. An access control list
//!   that lets somebody write shows as group permission, and is refused with it.
//! - **A file that is not ours is not read.** Files are opened without following a link, and the open file must be a
//!   regular one, of this user, writable by nobody else and without a second name.
//! - **The same user is trusted.** Whoever runs as this user can replace the program itself; the digests are no
//!   signature and do not stop him. A superuser is trusted for the same reason.
//! - **Damage is detected.** An entry carries the key it was stored under, and the length and SHA-256 of the code and
//!   of what belongs to it; all of them are verified at each use. A file torn by a crash is a miss, so nothing need
//!   wait for the disk (no `fsync`).
//! - **A file never changes.** It is written under another name and then renamed, both complete before the first gets
//!   its name. The name of a code file holds the digest of the code: whatever is renamed over it between the check
//!   and its use has the same bytes, and code that is mapped into memory keeps its file even when the name is gone.
//!
//! No locks are taken, so a process that hangs holds up no other. What races can cost is an entry, never its truth:
//! a reader finds the whole entry or none.
//!
//! Nothing here is an authority on whether code fits the engine: the engine checks its own version and the machine's
//! features when it loads the code, and the key must tell them apart.

mod entry;
mod error;
mod file;
mod name;
mod place;
mod sweep;
#[cfg(all(test, unix))]
mod tests;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use entry::Entry;
pub use error::CacheError;
use file::Fault;
use place::Place;
use tempfile::NamedTempFile;

use super::Digest;

/// How much a cache holds if nothing else is said.
const BYTES_MAX: u64 = 256 * 1024 * 1024;

/// How much a caller may store beside the code.
const META_BYTES_MAX: usize = 1024 * 1024;

/// A directory of compiled policies, so that the next start need not compile them. Cheap to clone; any number of
/// processes of one user may share one directory.
///
/// What does not fit is forgotten, the least recently used first. The whole directory may be deleted at any time.
#[derive(Clone, Debug)]
pub struct CodeCache {
    place: Place,
    bytes_max: u64,
}

/// What was found under a key.
#[derive(Debug)]
pub(in crate::policy) struct Cached {
    /// What the caller stored beside the code.
    pub(in crate::policy) meta: Vec<u8>,
    /// A file that holds the code and nothing else. Another process may remove it at any moment, which is a miss.
    pub(in crate::policy) code: PathBuf,
}

impl CodeCache {
    /// Opens a directory as a cache of at most 256 MiB; creates it, and what is missing above it, for this user alone.
    ///
    /// # Errors
    ///
    /// [`CacheError`] if it cannot be created, if it is a symbolic link or no directory, if others own it or may
    /// write to it, if others could put another directory in its place, and on systems where none of this can be known.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, CacheError> {
        Ok(Self {
            place: Place::open(&dir.into())?,
            bytes_max: BYTES_MAX,
        })
    }

    /// Holds at most this many bytes after each entry that is stored. One that is larger by itself is not stored.
    #[must_use]
    pub fn with_bytes_max(self, bytes_max: u64) -> Self {
        Self { bytes_max, ..self }
    }

    /// The directory, with symbolic links above it resolved.
    pub fn dir(&self) -> &Path {
        self.place.dir()
    }

    /// What was stored under the key, if it is still there, whole and ours. What is damaged or suspicious is removed.
    pub(in crate::policy) fn get(&self, key: &Digest) -> Option<Cached> {
        if let Err(error) = self.place.check() {
            tracing::warn!(%error, "compiled policies are not read");
            return None;
        }
        let path = self.entry_path(key);
        let (file, bytes) = report(&path, file::read(&path, entry::BYTES_MAX))?;
        let damaged = || Fault::Damaged("it is not an entry of this key");
        let entry = report(&path, Entry::parse(&bytes, key).ok_or_else(damaged))?;
        let code = self.code_path(key, &entry);
        let verified = file::verify(&code, entry.code_bytes, &entry.code_digest);
        if verified.as_ref().is_err_and(Fault::is_lasting) {
            remove_quietly(&path);
        }
        report(&code, verified)?;
        file::touch(&file);
        Some(Cached {
            meta: entry.meta.to_vec(),
            code,
        })
    }

    /// Stores code and what belongs to it, at most 1 MiB, in place of what was there; then makes room for others.
    ///
    /// # Errors
    ///
    /// That the directory is no longer safe, `meta` is too large, or a file could not be written, renamed or removed.
    /// What was not stored whole is not found.
    pub(in crate::policy) fn put(&self, key: &Digest, meta: &[u8], code: &[u8]) -> io::Result<()> {
        self.place.check().map_err(io::Error::other)?;
        if meta.len() > META_BYTES_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let entry = Entry::new(meta, code);
        let bytes = entry.encode(key);
        if entry.bytes_of_both() > self.bytes_max {
            tracing::debug!(bytes = entry.code_bytes, "too large for the cache");
            return Ok(());
        }
        let (new_code, new_entry) = (self.write(code)?, self.write(&bytes)?);
        new_code.persist(self.code_path(key, &entry))?;
        new_entry.persist(self.entry_path(key))?;
        sweep::sweep(self.dir(), self.bytes_max, key)
    }

    /// Forgets what is stored under the key: the caller could not use it.
    pub(in crate::policy) fn remove(&self, key: &Digest) {
        let path = self.entry_path(key);
        let read = file::read(&path, entry::BYTES_MAX).ok();
        remove_quietly(&path);
        if let Some(entry) = read
            .as_ref()
            .and_then(|(_, bytes)| Entry::parse(bytes, key))
        {
            remove_quietly(&self.code_path(key, &entry));
        }
    }

    fn entry_path(&self, key: &Digest) -> PathBuf {
        self.dir().join(name::entry(key))
    }

    fn code_path(&self, key: &Digest, entry: &Entry<'_>) -> PathBuf {
        let name = name::code(key, &entry.code_digest, entry.bytes_of_both());
        self.dir().join(name)
    }

    /// A new file that nobody looks for, and that vanishes unless it is given a name.
    fn write(&self, bytes: &[u8]) -> io::Result<NamedTempFile> {
        let mut file = tempfile::Builder::new()
            .prefix(name::TEMPORARY)
            .tempfile_in(self.dir())?;
        file.write_all(bytes)?;
        Ok(file)
    }
}

/// Says what is wrong with a file, and removes it if it is of no use to anybody.
fn report<T>(path: &Path, result: Result<T, Fault>) -> Option<T> {
    let file = path.display();
    match result {
        Ok(found) => return Some(found),
        Err(Fault::Absent) => {}
        Err(Fault::Unreadable(error)) => tracing::debug!(%file, %error, "cannot be read"),
        Err(Fault::Damaged(reason)) => {
            tracing::debug!(%file, reason, "damaged, removed");
            remove_quietly(path);
        }
        Err(Fault::Tampered(reason)) => {
            tracing::warn!(%file, reason, "not a file of this cache, removed");
            remove_quietly(path);
        }
    }
    None
}

/// If it stays, it is refused again the next time.
fn remove_quietly(path: &Path) {
    if let Err(error) = file::remove(path) {
        tracing::debug!(file = %path.display(), %error, "cannot be removed");
    }
}
