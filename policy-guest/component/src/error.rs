use std::path::PathBuf;
use std::{fmt, io};

/// What can go wrong.
#[derive(Debug)]
pub(crate) enum Error {
    /// A program could not be started.
    Start { program: String, source: io::Error },
    /// A program failed; it said itself why.
    Failed { doing: String },
    /// What a program said cannot be understood.
    Understand {
        program: &'static str,
        what: &'static str,
    },
    /// The folder has no crate.
    NoCrate { path: PathBuf },
    /// The crate makes no module.
    NoModule { package: String },
    /// A file could not be read.
    Read { path: PathBuf, source: io::Error },
    /// A file could not be written.
    Write { path: PathBuf, source: io::Error },
    /// The module cannot be made a component.
    Encode { reason: String },
    /// The component lacks a function that the host calls.
    NoExport { export: &'static str },
    /// The component needs something that the host does not give.
    Import { import: String },
    /// The checked-in component is not what its source builds.
    Differs {
        path: PathBuf,
        checked_in: String,
        built: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start { program, source } => write!(f, "could not start {program}: {source}"),
            Self::Failed { doing } => write!(f, "{doing} failed"),
            Self::Understand { program, what } => write!(f, "{program} did not say {what}"),
            Self::NoCrate { path } => write!(
                f,
                "there is no crate in {}: no Cargo.toml with a package",
                path.display()
            ),
            Self::NoModule { package } => {
                write!(
                    f,
                    "{package} makes no WebAssembly module: its Cargo.toml must say [lib] crate-type = [\"cdylib\"]"
                )
            }
            Self::Read { path, source } => write!(f, "could not read {}: {source}", path.display()),
            Self::Write { path, source } => {
                write!(f, "could not write {}: {source}", path.display())
            }
            Self::Encode { reason } => write!(f, "the module is no policy: {reason}"),
            Self::NoExport { export } => write!(
                f,
                "the component exports no `{export}`; a policy in Rust says countersign_policy_sdk::export!(ItsType)"
            ),
            Self::Import { import } => {
                write!(
                    f,
                    "the component imports {import}, and the host gives a policy nothing but countersign:policy/facts"
                )
            }
            Self::Differs {
                path,
                checked_in,
                built,
            } => write!(
                f,
                "{} has the sha256 {checked_in}, but its source builds {built}; run `cargo guest build`",
                path.display()
            ),
        }
    }
}
