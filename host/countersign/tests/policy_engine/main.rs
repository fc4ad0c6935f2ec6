//! The engine against hostile guests: whatever a component does, the host goes on, says what happened in the right
//! words, and judges the next connection as if nothing had been.
//!
//! The guests are modules in text form (`tests/guests/` of the workspace), made into components when a test runs, so that no
//! compiler for guests is needed. What is expected of the host stands in `wit/policy.wit`, in `Limits` and in the standards named.

mod accounting;
mod allocation;
mod budgets;
mod built_in;
mod client_hello;
mod corpus;
mod deadlines;
mod determinism;
mod dice;
mod disk_cache;
mod facts;
mod forbidden;
mod gate;
mod guest;
mod hellos;
mod kept;
mod limits;
mod load;
mod logging;
mod memo;
mod memory;
mod mutation;
mod mutual;
mod offer;
mod output;
mod pool;
mod purity;
mod rewind;
mod sandbox;
mod telling;
mod ticker;
mod tripping;
mod ways;
