//! Bytes for the reader of ClientHellos.

#![no_main]

use countersign_fuzz::hello;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| hello::run(data));
