//! Files that the person named.

use std::{
    fmt,
    fs::{self, File, Metadata},
    io::{self, ErrorKind, Read},
    path::Path,
};

use crate::error::StartError;

/// What a file was named for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// `--policy`
    Policy,
    /// `--settings`
    Settings,
    /// `--session`
    Session,
    /// `--ca`
    Ca,
    /// `--client-cert`
    ClientCert,
    /// `--client-key`
    ClientKey,
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Policy => "policy",
            Self::Settings => "settings file",
            Self::Session => "session file",
            Self::Ca => "CA file",
            Self::ClientCert => "client certificate",
            Self::ClientKey => "client key",
        })
    }
}

impl Input {
    /// The whole file, of which no more than `bytes_max` bytes are expected.
    pub(crate) fn read(self, path: &Path, bytes_max: usize) -> Result<Vec<u8>, StartError> {
        let mut bytes = Vec::new();
        let limit = bytes_max as u64 + 1;
        open(path)
            .and_then(|file| file.take(limit).read_to_end(&mut bytes))
            .map_err(|error| StartError::unreadable(self, path, error))?;
        match bytes.len() <= bytes_max {
            true => Ok(bytes),
            false => Err(StartError::TooLarge {
                input: self,
                path: path.to_owned(),
                bytes_max,
            }),
        }
    }
}

/// Opens what can be read to its end without waiting for a stranger.
fn open(path: &Path) -> io::Result<File> {
    let metadata = fs::metadata(path)?;
    let refused = |kind, sentence| Err(io::Error::new(kind, sentence));
    if metadata.is_dir() {
        return refused(ErrorKind::IsADirectory, "it is a directory, not a file");
    }
    if is_strange_pipe(path, &metadata) {
        return refused(
            ErrorKind::InvalidInput,
            "it is a named pipe: name a regular file",
        );
    }
    File::open(path)
}

/// Whether it is a pipe that somebody else has to open first. Those that the shell made, as for `<(...)`, are open.
#[cfg(unix)]
fn is_strange_pipe(path: &Path, metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    const OPEN: [&str; 3] = ["/dev/fd", "/dev/stdin", "/proc/self/fd"];
    metadata.file_type().is_fifo() && !OPEN.iter().any(|open| path.starts_with(open))
}

#[cfg(not(unix))]
fn is_strange_pipe(_: &Path, _: &Metadata) -> bool {
    false
}
