//! Countersign against servers that others wrote.
//!
//! What is expected comes from how a server was set up and from what it says itself, never from what Countersign said.
fn main() {}
