//! Files of a cache of compiled policies.

#![no_main]

use countersign_fuzz::cache;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| cache::run(data));
