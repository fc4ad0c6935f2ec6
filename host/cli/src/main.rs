//! `countersign`: asks at a terminal whether TLS servers are acceptable to a policy.
//!
//! ```text
//! what was typed ─► what it means ─► connections ─► reports, exit status
//!      args              plan        check, dial     report, exit
//! ```
//!
//! `gateway` runs one; `demo` brings its own servers and clients; `inspect` and `profiles` connect to nobody, `explain` only if it is told to.

mod args;
mod cache;
mod check;
mod demo;
mod dial;
mod error;
mod exit;
mod explain;
mod fact;
mod gateway;
mod input;
mod inspect;
mod plan;
mod policy;
mod profiles;
mod report;
mod settings;
mod target;
mod timeout;
mod trust;

use std::process::ExitCode;

fn main() -> ExitCode {
    let status = match args::typed() {
        Ok(args::Command::Check(args)) => check::run(*args),
        Ok(args::Command::Explain(args)) => explain::run(*args),
        Ok(args::Command::Inspect(args)) => inspect::run(args),
        Ok(args::Command::Profiles(args)) => profiles::run(&args),
        Ok(args::Command::Gateway(args)) => gateway::run(&args),
        Ok(args::Command::Demo(args)) => demo::run(&args),
        Err(answered) => answered,
    };
    status.into()
}
