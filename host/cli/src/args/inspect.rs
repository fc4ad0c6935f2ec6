//! `countersign inspect` as it was typed.

use clap::Args;

use super::{CacheArgs, Format, OutputArgs, PolicyArgs};

/// Show what a policy is, what it can see, and how it will run.
///
/// The policy is loaded with its settings, as for a connection, and nothing is connected to. A policy that does not work
/// without settings needs them here, too.
///
/// The facts that a policy imports are all that it can ever see of a connection beyond what was negotiated.
#[derive(Args, Debug)]
#[command(after_long_help = MANUAL)]
pub(crate) struct InspectArgs {
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,

    #[command(flatten)]
    pub(crate) cache: CacheArgs,

    /// Show the JSON Schema of the policy's settings, and nothing else
    #[arg(long, help_heading = "Output")]
    pub(crate) schema: bool,

    #[command(flatten)]
    output: OutputArgs,

    /// The same as --format json
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    json: bool,
}

impl InspectArgs {
    /// How to report.
    pub(crate) fn format(&self) -> Format {
        match self.json {
            true => Format::Json,
            false => self.output.format,
        }
    }
}

pub(super) const MANUAL: &str = "\
Ways to run, the fastest first; the verdicts are the same in all of them:
  rewound     each thread keeps an instance, which is put back to its configured
              state after every call
  snapshot    every call gets a new instance, which starts configured
  configured  every call gets a new instance, which takes its settings first
  The report says why it is not a faster one.

JSON, on one line:
  name, version, summary      as the policy has them
  source                      the file, or null for the built-in policy
  component_bytes, digest     of the component; the digest is SHA-256
  contract                    the version of the contract that it is made for
  settings_digest             of the settings' text
  settings_schema             their JSON Schema, or null
  imports                     the facts that it can see
  forbidden                   the facts that it may not import
  findings                    code, severity and summary of all it can find
  execution                   way: see above; because: why it is not faster, or
                              null; rehearsed, memory_bytes and memories of an
                              instance; pooled: whether room is reserved for it
  load                        cached: whether its code came from the cache;
                              cache: the directory, or null; duration_us
  limits                      that its calls obey
  If it cannot be loaded, there is countersign.error alone (kind, message, and
  errors of settings: path, message, and line and column of what was written).

Exit codes:
  0  the policy was loaded, and the report is written
  2  the arguments, the settings or the policy cannot be used, or it has no
     schema to show
  3  the report could not be written

Examples:
  What can it see?
    countersign inspect --policy policy.wasm --json | jq .imports
  A schema for an editor:
    countersign inspect --schema > schema.json";

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Command, Typed};

    fn format(words: &[&str]) -> Option<Format> {
        let line = ["countersign", "inspect"].iter().chain(words);
        match Typed::try_parse_from(line).ok()?.command {
            Command::Inspect(args) => Some(args.format()),
            other => panic!("not what was typed: {other:?}"),
        }
    }

    #[test]
    fn json_has_two_spellings() {
        assert_eq!(format(&[]), Some(Format::Human));
        assert_eq!(format(&["--json"]), Some(Format::Json));
        assert_eq!(format(&["--format=json"]), Some(Format::Json));
        assert_eq!(format(&["--json", "--format=human"]), None);
    }
}
