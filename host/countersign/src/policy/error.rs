//! What can go wrong with a policy: while it is loaded, and while it is called.

use std::{fmt, io, path::PathBuf};

use crate::verdict::{Finding, FindingCode};

/// The machine cannot run policies, or nothing could run under the limits.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox cannot be set up: {0}")]
pub struct EngineError(pub(super) String);

/// A policy could not be loaded. Nothing of it is in use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// More bytes than allowed.
    #[error("the component is larger than the {bytes_max} bytes allowed")]
    ComponentTooLarge {
        /// The limit.
        bytes_max: usize,
    },
    /// The bytes are no WebAssembly.
    #[error("not WebAssembly: the file does not start with the bytes `\\0asm`")]
    NotWasm,
    /// A core module, not a component.
    #[error(
        "a core WebAssembly module, not a component: wrap it with `wasm-tools component new` or build it with `cargo guest build`"
    )]
    CoreModule,
    /// A component that does not validate, or does not fit the limits.
    #[error("not a valid component: {0}")]
    Invalid(String),
    /// An import beyond the facts of the contract.
    #[error(
        "it imports `{import}`, which a policy may not have: only `countersign:policy/facts` is given to it"
    )]
    ForbiddenImport {
        /// The name of the import.
        import: String,
    },
    /// It could read a fact that the operator keeps from it.
    #[error("it imports the fact `{fact}`, which is forbidden to it")]
    ForbiddenFact {
        /// The getter, by its name in the contract.
        fact: String,
    },
    /// Made for another version of the contract.
    #[error("it is made for `{found}`, this host speaks countersign:policy@{contract}", contract = super::CONTRACT_VERSION)]
    OtherContract {
        /// The interface that the component names.
        found: String,
    },
    /// It lacks an export of the contract's world.
    #[error("not a policy: it does not export `{missing}` of the world countersign:policy/policy")]
    WrongWorld {
        /// The first missing function.
        missing: &'static str,
    },
    /// An import or export has another type than the contract says.
    #[error("it does not fit the contract countersign:policy@{contract}: {0}", contract = super::CONTRACT_VERSION)]
    WrongTypes(String),
    /// It failed while it described itself.
    #[error("it failed in `describe`: {0}")]
    Describe(CallError),
    /// The settings are longer than allowed.
    #[error("the settings are larger than the {bytes_max} bytes allowed")]
    SettingsTooLarge {
        /// The limit.
        bytes_max: usize,
    },
    /// It failed while it took its settings.
    #[error("it failed in `configure`: {0}")]
    Configure(CallError),
    /// It does not accept the settings.
    #[error("the settings are not accepted: {}", List(.0))]
    Settings(Vec<SettingsError>),
}

/// One thing wrong in the settings, in the policy's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct SettingsError {
    /// Where: a JSONPath (RFC 9535).
    pub path: String,
    /// What is wrong and what is allowed there.
    pub message: String,
}

struct List<'a>(&'a [SettingsError]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

/// A call that gave no usable answer. On a connection each of these is a veto.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// It did not come to an end in time, or came to one too late.
    #[error("it gave no answer within {deadline_ms} ms")]
    Deadline {
        /// The deadline of the call.
        deadline_ms: u64,
    },
    /// It asked for more memory than it may have.
    #[error("it asked for more than the {bytes_max} bytes of memory it may have")]
    Memory {
        /// The limit.
        bytes_max: usize,
    },
    /// It trapped.
    #[error("it was stopped: {0}")]
    Trap(String),
    /// All instances are in use.
    #[error("all {instances_max} instances are in use")]
    Busy {
        /// The limit.
        instances_max: u32,
    },
    /// The machine could not make an instance of it.
    #[error("it could not be started: {0}")]
    Start(String),
    /// It kept missing its deadline, and is left alone for a while.
    #[error("it missed its deadline too often and is not asked for another {retry_ms} ms")]
    Tripped {
        /// When it is asked again, in milliseconds from now.
        retry_ms: u64,
    },
    /// It refused the settings that it accepted when it was loaded.
    #[error("it no longer accepts its settings")]
    Settings,
    /// It answered with something that is not an answer.
    #[error("its answer cannot be used: {0}")]
    Output(#[from] OutputError),
}

impl CallError {
    /// The same error of an instance that never ran: what is malformed then is not its answer.
    pub(super) fn before_it_ran(self) -> Self {
        match self {
            Self::Output(OutputError::Malformed(reason)) => Self::Start(reason),
            other => other,
        }
    }

    /// The finding that a record carries for it.
    pub(crate) fn finding(&self, policy: &str, function: &str) -> Finding {
        let code = match self {
            Self::Deadline { .. } => "engine.deadline",
            Self::Memory { .. } => "engine.memory",
            Self::Trap(_) => "engine.trap",
            Self::Busy { .. } => "engine.busy",
            Self::Start(_) => "engine.start",
            Self::Tripped { .. } => "engine.tripped",
            Self::Settings => "engine.settings",
            Self::Output(_) => "engine.output",
        };
        let message = format!("The policy `{policy}` failed in `{function}`: {self}.");
        Finding::host(FindingCode::host(code), message)
    }
}

/// What is wrong with a guest's answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// It does not follow the canonical ABI, or is larger than allowed.
    #[error("{0}")]
    Malformed(String),
    /// More findings than allowed.
    #[error("{count} findings are more than the {max} allowed")]
    TooManyFindings {
        /// How many there were.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// A string is longer than allowed.
    #[error("a string of {bytes} bytes is longer than the {bytes_max} allowed")]
    StringTooLong {
        /// Its length.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// A finding's code is malformed, or belongs to the host.
    #[error("`{0}` is not a code that a policy may use")]
    Code(String),
    /// The alert is none that refuses a handshake.
    #[error("{0} is not an alert that a policy may choose")]
    Alert(u8),
    /// An approval that carries a violation.
    #[error("it approves although it found a violation (`{0}`)")]
    ApprovedViolation(String),
    /// A veto without a violation.
    #[error("it vetoes without a violation")]
    VetoWithoutViolation,
    /// A settings schema that is not JSON.
    #[error("its settings schema is not JSON")]
    Schema,
    /// A name or version that is not one.
    #[error("`{0}` is not a name (lower-case words) or version (Semantic Versioning) of a policy")]
    Identity(String),
}
