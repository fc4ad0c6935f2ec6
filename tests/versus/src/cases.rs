//! The cases.

use std::{fs, path::Path};

use serde::Deserialize;

use crate::{Failure, session::Session};

/// A session and what follows from the rule, worked out by hand.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// What it is about. Unique.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for those who read the file, and for tests")
    )]
    pub(crate) about: String,
    /// What is judged.
    pub(crate) session: Session,
    /// The answer, as `ask` writes it.
    #[cfg_attr(not(test), expect(dead_code, reason = "whoever asks compares"))]
    pub(crate) expect: String,
}

/// Reads a file of cases.
pub(crate) fn load(file: impl AsRef<Path>) -> Result<Vec<Case>, Failure> {
    Ok(serde_json::from_slice(&fs::read(file)?)?)
}
