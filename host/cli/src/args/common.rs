//! What commands have in common: which policy, where compiled policies are kept, and how to report.

use std::path::PathBuf;

use clap::Args;
use countersign::facts::Fact;

use super::Format;
use crate::fact;

/// A policy, and what it is loaded with.
#[derive(Args, Debug)]
pub(crate) struct PolicyArgs {
    /// The policy, a WebAssembly component [default: the built-in policy]
    #[arg(long, value_name = "FILE.wasm", help_heading = "Policy")]
    pub(crate) policy: Option<PathBuf>,

    /// The policy's settings: JSON text, or a file in JSON or TOML
    ///
    /// A value that begins with `{` is the JSON itself; anything else names a file: one in TOML if its name ends in `.toml`,
    /// else one in JSON. A policy gets TOML as the equal JSON without spaces, keys in the order of the file, so that
    /// both have the same digest. Dates and times are written as strings. Every policy has settings of its own;
    /// `countersign check --help` shows those of the built-in one.
    #[arg(long, value_name = "FILE|JSON", help_heading = "Policy")]
    pub(crate) settings: Option<String>,

    /// Refuse a policy that could see this fact; may be repeated, or several joined by commas
    ///
    /// A fact is a getter of the policies' contract, such as peer-address or certificate.subject. A policy sees those that
    /// it imports and no others; `countersign inspect` lists them. One that imports a forbidden fact is not loaded.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = fact::parser(),
        hide_possible_values = true,
        help_heading = "Policy"
    )]
    pub(crate) forbid_fact: Vec<Fact>,
}

/// Where compiled policies are kept.
#[derive(Args, Debug)]
pub(crate) struct CacheArgs {
    /// Keep compiled policies in this directory [default: ~/.cache/countersign]
    ///
    /// To compile a policy takes most of the time of a start; the next start finds it here. Nobody else may be able to write
    /// to the directory, for what is in it is run. It is created if need be, holds 256 MiB at most, and may be deleted at
    /// any time. With XDG_CACHE_HOME, the default is the directory `countersign` in there. If the default cannot be used, a
    /// note on standard error says why, and nothing is kept.
    #[arg(long, value_name = "DIR", help_heading = "Cache")]
    pub(crate) cache: Option<PathBuf>,

    /// Neither use compiled policies of earlier starts nor keep any
    #[arg(long, conflicts_with = "cache", help_heading = "Cache")]
    pub(crate) no_cache: bool,
}

/// How to report.
#[derive(Args, Debug)]
pub(crate) struct OutputArgs {
    /// How to report: for people, or one JSON record a line
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        default_value = "human",
        help_heading = "Output"
    )]
    pub(crate) format: Format,
}
