//! Compresses the JSON Schema of the settings for the component.

use std::{env, fs, path::Path};

const SCHEMA: &str = "settings.schema.json";

fn main() {
    println!("cargo::rerun-if-changed={SCHEMA}");
    let text = fs::read(SCHEMA).expect("the schema is there");
    let folder = env::var_os("OUT_DIR").expect("Cargo says where");
    let file = Path::new(&folder).join("settings.schema.lz4");
    fs::write(file, lz4_flex::compress_prepend_size(&text)).expect("it can be written");
}
