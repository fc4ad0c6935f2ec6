//! What is loaded as a policy.

#![no_main]

use countersign_fuzz::component;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| component::run(data));
