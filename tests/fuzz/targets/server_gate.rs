//! What a client says to the server gate.

#![no_main]

use countersign_fuzz::gate::server;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| server::run(data));
