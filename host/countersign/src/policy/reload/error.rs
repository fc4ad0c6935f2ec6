//! Why the last good chain stayed.

use std::{fmt, sync::Arc};

use super::LoadError;
use crate::policy::CallError;

/// A reload failed. The chain that was there judges as before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReloadError<E = LoadError> {
    /// The new policies could not be loaded.
    #[error("the new policies could not be loaded: {0}")]
    Load(E),
    /// They did not stand the test.
    #[error("the new policies failed their test: {0}")]
    SelfTest(#[from] SelfTestError),
}

/// A chain did not stand the test.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelfTestError {
    /// A policy gave no answer.
    #[error("{by} gave no answer in `{function}`: {error}; it was asked about {case}")]
    NoAnswer {
        /// Which policy.
        by: TestedLink,
        /// The function of the contract.
        function: &'static str,
        /// What it was asked about.
        case: String,
        /// Why there is no answer.
        error: CallError,
    },
    /// A session that is expected to be approved is refused.
    #[error("{by} refused in `{function}` what is expected to be approved, \"{description}\": {}", codes.join(", "))]
    Refused {
        /// Which policy.
        by: TestedLink,
        /// The function of the contract.
        function: &'static str,
        /// The expectation.
        description: String,
        /// The codes of what it found.
        codes: Vec<String>,
    },
    /// A session that is expected to be refused is approved by all policies that enforce.
    #[error("what is expected to be refused was approved: \"{description}\"")]
    Approved {
        /// The expectation.
        description: String,
    },
    /// What is expected to be found was not found.
    #[error("no policy found `{code}`, as is expected: \"{description}\"")]
    NotFound {
        /// The expectation.
        description: String,
        /// The code that is missing.
        code: String,
    },
}

/// A policy in its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TestedLink {
    /// Its place in the chain, from 1.
    pub number: usize,
    /// Its name.
    pub name: Arc<str>,
}

/// "policy 2, `default`,": the beginning of a sentence.
impl fmt::Display for TestedLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "policy {}, `{}`,", self.number, self.name)
    }
}
