//! Files of a cache, read with suspicion.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read},
    path::Path,
    time::{Duration, SystemTime},
};

use sha2::{Digest as _, Sha256};

/// How exactly the last use of an entry is known: each renewal is a write to the disk.
const USE_RESOLUTION: Duration = Duration::from_secs(60 * 60);

const BUFFER_BYTES: usize = 64 * 1024;

/// Why a file is not used.
#[derive(Debug)]
pub(super) enum Fault {
    /// There is none.
    Absent,
    /// The system does not give it to us now.
    Unreadable(io::Error),
    /// It is not what was written.
    Damaged(&'static str),
    /// It may be somebody else's work.
    Tampered(&'static str),
}

impl Fault {
    /// Whether the next reader would find the same.
    pub(super) fn is_lasting(&self) -> bool {
        !matches!(self, Self::Unreadable(_))
    }
}

/// Opens a file and reads it: one byte more than `bytes_max` at most, so that one that is too long is not taken for whole.
pub(super) fn read(path: &Path, bytes_max: u64) -> Result<(File, Vec<u8>), Fault> {
    let (file, _) = open(path)?;
    let mut bytes = Vec::new();
    (&file)
        .take(bytes_max + 1)
        .read_to_end(&mut bytes)
        .map_err(Fault::Unreadable)?;
    Ok((file, bytes))
}

/// Holds a file against its length and SHA-256.
pub(super) fn verify(path: &Path, bytes: u64, digest: &[u8; 32]) -> Result<(), Fault> {
    let (file, metadata) = open(path)?;
    if metadata.len() != bytes {
        return Err(Fault::Damaged("it has another length"));
    }
    let found = sha256(file.take(bytes)).map_err(Fault::Unreadable)?;
    if found != *digest {
        return Err(Fault::Damaged("it has another digest"));
    }
    Ok(())
}

fn sha256(mut from: impl Read) -> io::Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finalize().into()),
            Ok(len) => hasher.update(&buffer[..len]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Notes that an entry was used. Where that cannot be written, it grows old although it is used.
pub(super) fn touch(file: &File) {
    let now = SystemTime::now();
    let touched = file
        .metadata()
        .and_then(|metadata| metadata.modified())
        .and_then(|modified| match is_near(modified, now) {
            true => Ok(()),
            false => file.set_modified(now),
        });
    if let Err(error) = touched {
        tracing::debug!(%error, "the use of a compiled policy was not noted");
    }
}

/// Whether less than the resolution of use lies between the two, whichever is first: clocks are put back, too.
pub(super) fn is_near(one: SystemTime, other: SystemTime) -> bool {
    let apart = one
        .duration_since(other)
        .unwrap_or_else(|error| error.duration());
    apart <= USE_RESOLUTION
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Opens a regular file of this user that nobody else can write to.
#[cfg(unix)]
fn open(path: &Path) -> Result<(File, Metadata), Fault> {
    use rustix::{
        fs::{Mode, OFlags},
        io::Errno,
    };
    // Not blocking, so that a pipe in the place of a file holds up nobody.
    let flags =
        OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(Errno::NOENT) => return Err(Fault::Absent),
        Err(Errno::LOOP) => return Err(Fault::Tampered("it is a symbolic link")),
        Err(error) => return Err(Fault::Unreadable(error.into())),
    };
    let metadata = file.metadata().map_err(Fault::Unreadable)?;
    match suspicion(&metadata) {
        Some(reason) => Err(Fault::Tampered(reason)),
        None => Ok((file, metadata)),
    }
}

/// What makes an open file one that the cache cannot have written. It may have lost its name by now.
#[cfg(unix)]
fn suspicion(metadata: &Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt;

    use super::place::{WRITE_BY_OTHERS, user};
    if !metadata.is_file() {
        Some("it is not a regular file")
    } else if metadata.uid() != user() {
        Some("it belongs to another user")
    } else if metadata.mode() & WRITE_BY_OTHERS != 0 {
        Some("others may write to it")
    } else if metadata.nlink() > 1 {
        Some("it has a second name")
    } else {
        None
    }
}

#[cfg(not(unix))]
fn open(_: &Path) -> Result<(File, Metadata), Fault> {
    Err(Fault::Unreadable(io::ErrorKind::Unsupported.into()))
}
