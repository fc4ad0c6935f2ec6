//! `countersign`: asks at a terminal whether TLS servers are acceptable to a policy.
//!
//! ```text
//! what was typed ─► what it means ─► connections ─► reports, exit status
//!      args              plan        check, dial     report, exit
//! ```
//!
//! `demo` brings its own servers and clients.

mod args;
mod check;
mod demo;
mod dial;
mod error;
mod exit;
mod input;
mod plan;
mod report;
mod settings;
mod target;
mod timeout;
mod trust;

use std::process::ExitCode;

fn main() -> ExitCode {
    let status = match args::typed() {
        Ok(args::Command::Check(args)) => check::run(*args),
        Ok(args::Command::Demo(args)) => demo::run(&args),
        Err(answered) => answered,
    };
    status.into()
}
