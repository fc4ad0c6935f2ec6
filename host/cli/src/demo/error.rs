//! Why the demo did not come to its end.

use std::{io, time::Duration};

use rustls::server::VerifierBuilderError;

use crate::{error::StartError, exit::ExitStatus};

/// Why the demo did not come to its end, or not to the one that was announced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// This machine cannot run policies, or the embedded ones cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// No certificates could be made.
    #[error("the demo cannot make its certificates: {0}")]
    Certificates(#[from] rcgen::Error),
    /// The TLS library does not take them.
    #[error("the demo cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The TLS library does not take the roots.
    #[error("the demo cannot set up the check of certificates: {0}")]
    Verifier(#[from] VerifierBuilderError),
    /// The loopback interface cannot be used.
    #[error("the demo needs TCP connections to 127.0.0.1: {0}")]
    Loopback(#[from] io::Error),
    /// It takes too long.
    #[error("the demo did not come to its end within {} s", timeout.as_secs())]
    Stuck { timeout: Duration },
    /// A scene went otherwise than announced.
    #[error(
        "the demo did not go as announced: in \"{scene}\", {caption}: {why}; please report this"
    )]
    NotAsAnnounced {
        scene: &'static str,
        caption: &'static str,
        why: String,
    },
}

impl DemoError {
    /// What the exit code says of it: only what was asked for can be wrong in what was typed.
    pub(super) fn status(&self) -> ExitStatus {
        match self {
            Self::Start(StartError::Cache(_)) => ExitStatus::Usage,
            _ => ExitStatus::NotJudged,
        }
    }
}
