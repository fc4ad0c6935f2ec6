//! What a guest returns.

#![no_main]

use countersign_fuzz::output;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| output::run(data));
