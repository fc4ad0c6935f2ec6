//! The program as its users meet it: arguments in, verdicts and exit codes out. The peers are made here; no foreign
//! program is needed.

mod bad_input;
mod certificates;
mod demo;
mod demo_policy;
mod identity;
mod memory;
mod output;
mod peers;
mod program;
mod verdicts;
