//! What was typed.

mod check;
mod common;
mod demo;
mod dial;
mod explain;
mod gateway;
mod inspect;
mod profiles;

use std::ffi::OsString;

use clap::{Parser, Subcommand, ValueEnum, error::ErrorKind};

pub(crate) use self::{
    check::CheckArgs,
    common::{CacheArgs, OutputArgs, PolicyArgs},
    demo::DemoArgs,
    dial::DialArgs,
    explain::{ExplainArgs, RoleArg},
    gateway::GatewayArgs,
    inspect::InspectArgs,
    profiles::ProfilesArgs,
};
use crate::{exit::ExitStatus, report};

/// Ask whether TLS servers are acceptable to a policy.
///
/// A policy says which TLS versions, cipher suites, key-exchange groups and peers are good enough. It is a WebAssembly
/// component that runs in a sandbox: it sees what was negotiated, and answers. One policy is built in and takes its rules as
/// JSON settings; others are files.
#[derive(Debug, Parser)]
#[command(
    name = "countersign",
    version,
    arg_required_else_help = true,
    after_long_help = ABOUT_ALL
)]
struct Typed {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(Box<CheckArgs>),
    Explain(Box<ExplainArgs>),
    Inspect(InspectArgs),
    Profiles(ProfilesArgs),
    Gateway(GatewayArgs),
    Demo(DemoArgs),
}

/// How reports are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Lines for people
    Human,
    /// JSON, one object a line
    Json,
}

/// Reads the command line. If it has been answered already, by help or by a complaint, there is only a status left.
pub(crate) fn typed() -> Result<Command, ExitStatus> {
    let words: Vec<OsString> = std::env::args_os().collect();
    Typed::try_parse_from(&words)
        .map(|typed| typed.command)
        .map_err(|error| answer(&error, &words))
}

fn answer(error: &clap::Error, words: &[OsString]) -> ExitStatus {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // Somebody who closed the terminal needs no help.
        let _ = error.print();
    } else {
        report::misuse(&complaint(error, words), wants_json(words));
    }
    match error.use_stderr() {
        true => ExitStatus::Usage,
        false => ExitStatus::Approved,
    }
}

/// What is wrong with the line.
fn complaint(error: &clap::Error, words: &[OsString]) -> String {
    let strange = words.iter().find(|word| word.to_str().is_none());
    match (error.kind(), strange) {
        (ErrorKind::InvalidUtf8, Some(word)) => {
            format!("the argument {} is not UTF-8", word.display())
        }
        _ => error.to_string(),
    }
}

/// Whether JSON was asked for in a line that could not be understood as a whole.
fn wants_json(words: &[OsString]) -> bool {
    let pairs = words.windows(2);
    words
        .iter()
        .any(|word| word == "--format=json" || word == "--json")
        || pairs
            .into_iter()
            .any(|pair| pair[0] == "--format" && pair[1] == "json")
}

const ABOUT_ALL: &str = "\
Examples:
  countersign demo
  countersign check example.com
  countersign check --settings '{\"versions\": {\"min\": \"1.3\"}}' example.com:8443
  countersign explain --settings settings.toml
  countersign inspect --policy policy.wasm
  countersign profiles mozilla-modern
  countersign gateway --config gateway.toml

Exit codes:
  0  approved; or told, what was asked for
  1  vetoed by a policy
  2  the arguments, the settings or the policy cannot be used
  3  could not be judged (unreachable, handshake or certificate failed, or not
     speakable for this client), or the report could not be written

`countersign check --help` explains targets, settings, reports and exit codes.";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Typed::command().debug_assert();
    }

    #[test]
    fn lines_of_the_manual_are_no_wider_than_its_page() {
        let manuals = [
            ABOUT_ALL,
            check::MANUAL,
            explain::MANUAL,
            inspect::MANUAL,
            profiles::MANUAL,
            gateway::MANUAL,
            demo::MANUAL,
        ];
        for line in manuals.iter().flat_map(|text| text.lines()) {
            assert!(line.len() <= 80, "{line}");
        }
    }

    #[test]
    fn json_is_wanted_even_in_a_line_that_is_wrong() {
        let wants = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            wants_json(&words)
        };
        assert!(wants("countersign check --format json --bogus"));
        assert!(wants("countersign check --bogus --format=json"));
        assert!(wants("countersign inspect --json --bogus"));
        assert!(!wants("countersign check --format human json"));
    }
}
