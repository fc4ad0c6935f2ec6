//! What a server says to the client gate.

#![no_main]

use countersign_fuzz::gate::client;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| client::run(data));
