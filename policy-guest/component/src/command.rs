use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::Error;
use crate::build::Build;
use crate::encode::Component;

/// How the command is used.
pub(crate) const USAGE: &str = "\
usage: cargo guest build [CRATE] [--output FILE]
       cargo guest check
       cargo guest help

  build   builds the policy in the folder CRATE and writes the component to FILE
          CRATE defaults to the default policy, FILE to the crate's name with .wasm
  check   builds the default policy and compares it with the file that is checked in

exit codes: 0 done; 1 the build failed, or the file differs; 2 wrong usage";

/// Where the default policy lies in the workspace, and its component.
const DEFAULT_POLICY: &str = "policy-guest/default";
const DEFAULT_COMPONENT: &str = "policy-guest/default/countersign-default.wasm";

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Build {
        policy: Option<PathBuf>,
        output: Option<PathBuf>,
    },
    Check,
    Help,
}

impl Command {
    /// Reads the arguments.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let Some(name) = arguments.next() else {
            return Err("say what to do".into());
        };
        let command = match name.to_str() {
            Some("build") => return Self::parse_build(arguments),
            Some("check") => Self::Check,
            Some("help" | "--help" | "-h") => Self::Help,
            _ => return Err(format!("there is no command `{}`", name.display())),
        };
        arguments
            .next()
            .map_or(Ok(command), |extra| Err(unexpected(&extra)))
    }

    fn parse_build(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let (mut policy, mut output) = (None, None);
        while let Some(argument) = arguments.next() {
            if argument == "--output" && output.is_none() {
                output = Some(arguments.next().ok_or("--output needs a file")?.into());
            } else if argument.to_string_lossy().starts_with('-') || policy.is_some() {
                return Err(unexpected(&argument));
            } else {
                policy = Some(argument.into());
            }
        }
        Ok(Self::Build { policy, output })
    }

    /// Does it, and says in one sentence what was done.
    pub(crate) fn run(self) -> Result<String, Error> {
        match self {
            Self::Help => Ok(USAGE.into()),
            Self::Check => check(),
            Self::Build {
                policy: Some(policy),
                output,
            } => build(&policy, output),
            Self::Build {
                policy: None,
                output,
            } => {
                let root = workspace();
                build(
                    &root.join(DEFAULT_POLICY),
                    Some(output.unwrap_or(root.join(DEFAULT_COMPONENT))),
                )
            }
        }
    }
}

fn build(policy: &Path, output: Option<PathBuf>) -> Result<String, Error> {
    let build = Build::new(policy)?;
    let Component { bytes, facts } = Component::new(&build.module()?)?;
    let output = output.unwrap_or_else(|| build.name().into());
    fs::write(&output, &bytes).map_err(|source| Error::Write {
        path: output.clone(),
        source,
    })?;
    let facts = if facts.is_empty() {
        "none".into()
    } else {
        facts.join(", ")
    };
    Ok(format!(
        "{}: {} bytes, sha256 {}, facts read: {facts}",
        output.display(),
        bytes.len(),
        digest(&bytes)
    ))
}

fn check() -> Result<String, Error> {
    let root = workspace();
    let path = root.join(DEFAULT_COMPONENT);
    let checked_in = fs::read(&path).map_err(|source| Error::Read {
        path: path.clone(),
        source,
    })?;
    let built = Component::new(&Build::new(&root.join(DEFAULT_POLICY))?.module()?)?;
    let (checked_in, built) = (digest(&checked_in), digest(&built.bytes));
    if checked_in == built {
        Ok(format!(
            "{DEFAULT_COMPONENT} is what its source builds: sha256 {built}"
        ))
    } else {
        Err(Error::Differs {
            path,
            checked_in,
            built,
        })
    }
}

/// The workspace that this command belongs to.
fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).into()
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn unexpected(argument: &OsString) -> String {
    format!("`{}` is not expected here", argument.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        Command::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn reads_commands() {
        assert_eq!(parse("check"), Ok(Command::Check));
        assert_eq!(
            parse("build"),
            Ok(Command::Build {
                policy: None,
                output: None
            })
        );
        let expected = Command::Build {
            policy: Some("my".into()),
            output: Some("my.wasm".into()),
        };
        assert_eq!(parse("build my --output my.wasm"), Ok(expected));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for line in [
            "",
            "biuld",
            "check now",
            "build --fast",
            "build a b",
            "build --output",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
