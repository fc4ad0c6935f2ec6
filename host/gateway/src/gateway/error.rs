//! Why a gateway does not start, or stays as it was.

use std::{io, path::PathBuf};

use countersign::rustls;

use crate::config::Mistakes;

/// Why a gateway does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// It cannot listen where it should.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The log cannot be opened.
    #[error("log {}: it cannot be opened: {error}", path.display())]
    Log {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The TLS library cannot work.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// Why an address cannot be listened at.
#[derive(Debug, thiserror::Error)]
#[error("{who}: it cannot listen at {place}: {error}")]
pub struct BindError {
    pub(super) who: String,
    pub(super) place: String,
    pub(super) error: io::Error,
}

/// Why everything stays as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReloadError {
    /// The configuration has mistakes.
    #[error("{0}")]
    Config(#[from] Mistakes),
    /// It cannot listen where it should.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The TLS library cannot work.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// Loading was broken off by a bug.
    #[error("loading the configuration panicked: please report this")]
    Panicked,
}
