//! Packs the JSON Schema of the settings for the component.

use std::{cmp::Reverse, env, fs, path::Path};

#[path = "src/packed.rs"]
mod packed;

use packed::COPY_MIN;

/// The longest copy.
const COPY_MAX: usize = COPY_MIN + 0x1ff;

/// How far back one may begin.
const REACH: usize = 0x3fff;

const SCHEMA: &str = "settings.schema.json";

fn main() {
    println!("cargo::rerun-if-changed={SCHEMA}");
    println!("cargo::rerun-if-changed=src/packed.rs");
    let text = fs::read_to_string(SCHEMA).expect("the schema is there");
    let bytes = pack(text.as_bytes());
    assert_eq!(packed::unpacked(&bytes).as_deref(), Some(&*text));
    let folder = env::var_os("OUT_DIR").expect("Cargo says where");
    let file = Path::new(&folder).join("settings.schema.packed");
    fs::write(file, bytes).expect("it can be written");
}

fn pack(text: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if let Some((back, length)) = longest_copy(text, at) {
            let copy = 1 << 23 | back << 9 | (length - COPY_MIN);
            packed.extend([copy >> 16, copy >> 8, copy].map(|byte| byte as u8));
            at += length;
        } else {
            assert!(
                text[at].is_ascii(),
                "it is not packed: {SCHEMA} is no ASCII"
            );
            packed.push(text[at]);
            at += 1;
        }
    }
    packed
}

/// How far back what comes next stands already, and how much of it.
fn longest_copy(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let copies = (at.saturating_sub(REACH)..at).map(|start| {
        let mut pairs = text[start..].iter().zip(&text[at..]);
        let same = pairs.position(|(one, other)| one != other);
        (at - start, same.unwrap_or(text.len() - at).min(COPY_MAX))
    });
    copies
        .filter(|(_, length)| *length >= COPY_MIN)
        .max_by_key(|(back, length)| (*length, Reverse(*back)))
}
