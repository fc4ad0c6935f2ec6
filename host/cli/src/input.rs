//! Files that the person named.

use std::{fmt, fs::File, io::Read, path::Path};

use crate::error::StartError;

/// What a file was named for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// `--policy`
    Policy,
    /// `--settings`
    Settings,
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
        File::open(path)
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
