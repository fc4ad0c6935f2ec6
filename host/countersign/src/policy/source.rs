//! Where a policy's bytes come from, and the digest they are known by.

use std::{
    borrow::Cow,
    fmt,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::LoadError;

/// The built-in default policy: built from `policy-guest/default`, compared with its source by CI.
static DEFAULT_POLICY: &[u8] =
    include_bytes!("../../../../policy-guest/default/countersign-default.wasm");

/// Where the bytes of a component come from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PolicySource {
    /// The default policy that is part of this library.
    Default,
    /// A file.
    File(PathBuf),
    /// Bytes in memory.
    Bytes(Vec<u8>),
}

impl PolicySource {
    /// The component's bytes, at most `bytes_max` of them.
    pub(super) fn read(&self, bytes_max: usize) -> Result<Cow<'_, [u8]>, LoadError> {
        let bytes = match self {
            Self::Default => Cow::Borrowed(DEFAULT_POLICY),
            Self::Bytes(bytes) => Cow::Borrowed(bytes.as_slice()),
            Self::File(path) => Cow::Owned(read_file(path, bytes_max)?),
        };
        if bytes.len() > bytes_max {
            return Err(LoadError::ComponentTooLarge { bytes_max });
        }
        Ok(bytes)
    }
}

/// Reads one byte more than allowed at most, so that an endless file costs nothing.
fn read_file(path: &Path, bytes_max: usize) -> Result<Vec<u8>, LoadError> {
    let unreadable = |error| LoadError::Unreadable {
        path: path.to_owned(),
        error,
    };
    let mut bytes = Vec::new();
    open(path)
        .and_then(|file| file.take(bytes_max as u64 + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    Ok(bytes)
}

/// Opens what can be read to its end without waiting for a stranger.
fn open(path: &Path) -> io::Result<File> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        let message = "it is a directory, not a file";
        return Err(io::Error::new(io::ErrorKind::IsADirectory, message));
    }
    if is_strange_pipe(path, &metadata) {
        let message = "it is a named pipe: name a regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    File::open(path)
}

/// Whether it is a pipe that somebody else has to open first. Those that this process was started with are open.
#[cfg(unix)]
fn is_strange_pipe(path: &Path, metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    const OPEN: [&str; 3] = ["/dev/fd", "/dev/stdin", "/proc/self/fd"];
    metadata.file_type().is_fifo() && !OPEN.iter().any(|open| path.starts_with(open))
}

#[cfg(not(unix))]
fn is_strange_pipe(_: &Path, _: &std::fs::Metadata) -> bool {
    false
}

/// A SHA-256 digest (FIPS 180-4).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest as bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first twelve hexadecimal digits: enough for a person to tell policies apart.
    pub fn short(&self) -> String {
        HEXLOWER.encode(&self.0[..6])
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", HEXLOWER.encode_display(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
