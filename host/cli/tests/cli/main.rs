//! The program as its users meet it: arguments in, verdicts and exit codes out. The peers are made here; no foreign
//! program is needed.

mod bad_input;
mod cache;
mod certificates;
mod demo;
mod demo_policy;
mod explain;
mod facts;
mod identity;
mod inspect;
mod memory;
mod output;
mod peers;
mod profiles;
mod program;
mod settings;
mod verdicts;
