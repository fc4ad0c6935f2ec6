//! Why a directory is no place for compiled code.

use std::{io, path::PathBuf};

/// A directory cannot be used as a cache of compiled code.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// It cannot be created, or cannot be looked at.
    #[error("the cache directory {} cannot be used: {error}", dir.display())]
    Unusable {
        /// The directory.
        dir: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A link, which could lead elsewhere tomorrow.
    #[error("the cache directory {} is a symbolic link: name the directory itself", dir.display())]
    SymbolicLink {
        /// The link.
        dir: PathBuf,
    },
    /// A file or something stranger.
    #[error("the cache directory {} is not a directory", dir.display())]
    NotADirectory {
        /// What it should have been.
        dir: PathBuf,
    },
    /// Another user's directory.
    #[error("the cache directory {} belongs to user {owner}, not to user {user} who runs this", dir.display())]
    ForeignOwner {
        /// The directory.
        dir: PathBuf,
        /// Whose it is.
        owner: u32,
        /// The effective user of this process.
        user: u32,
    },
    /// A directory in which others may write.
    #[error("others may write to the cache directory {} (mode {mode:04o}): `chmod go-w` it once nothing foreign is in it", dir.display())]
    WritableByOthers {
        /// The directory.
        dir: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// A directory above it that another user controls.
    #[error("others could replace the cache directory {}: {} belongs to user {owner}", dir.display(), parent.display())]
    ForeignParent {
        /// The cache's directory.
        dir: PathBuf,
        /// The directory above it.
        parent: PathBuf,
        /// Whose that is.
        owner: u32,
    },
    /// A directory above it in which others may rename.
    #[error("others could replace the cache directory {}: they may write to {} (mode {mode:04o})", dir.display(), parent.display())]
    ReplaceableByOthers {
        /// The cache's directory.
        dir: PathBuf,
        /// The directory above it.
        parent: PathBuf,
        /// The permissions of that.
        mode: u32,
    },
    /// A system where it cannot be known who may write.
    #[error("compiled code is not cached on this system: who else may write to {} cannot be checked", dir.display())]
    Unsupported {
        /// The directory.
        dir: PathBuf,
    },
}
