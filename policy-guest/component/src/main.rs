//! Makes a Countersign policy component from a Rust crate: builds it for `wasm32-unknown-unknown`, the same bytes on every
//! machine, and wraps the module as a component. In this workspace `cargo guest` runs it.

mod build;
mod command;
mod encode;
mod error;
mod module;
mod strip;

use std::process::ExitCode;

use command::Command;
use error::Error;

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is where the command speaks"
)]
fn main() -> ExitCode {
    let command = match Command::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(message) => {
            eprintln!("error: {message}\n\n{}", command::USAGE);
            return ExitCode::from(2);
        }
    };
    match command.run() {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
