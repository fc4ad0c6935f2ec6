//! The data that profiles were written from, read by its own names.

use std::fmt::Display;
use std::fs;
use std::path::Path;

use countersign_default_policy::profiles::{self, Listed, Profile};
use serde_json::Value;

/// An entry: its code point, its name, and until when.
pub(crate) type Entry = (u16, String, String);

/// The name of the file that a profile was written from, where it is not the profile's own.
const FILES: [(&str, &str); 2] = [
    ("cnsa-1.0", "nsa-cnsa-1.0-rfc9151"),
    ("cnsa-2.0", "nsa-cnsa-2.0"),
];

pub(crate) fn file_of(profile: &Profile) -> &'static str {
    let named = FILES.iter().find(|(name, _)| *name == profile.name);
    named.map_or(profile.name, |(_, file)| *file)
}

pub(crate) fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sources"))
}

pub(crate) fn source(profile: &Profile) -> Value {
    let path = folder().join(format!("{}.json", file_of(profile)));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).expect("it is JSON")
}

pub(crate) fn each(test: impl Fn(&Profile, &Value)) {
    for profile in profiles::all() {
        test(profile, &source(profile));
    }
}

pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key}"))
}

pub(crate) fn code(entry: &Value) -> u16 {
    let digits = text(entry, "code").strip_prefix("0x").expect("0x");
    u16::from_str_radix(digits, 16).expect("a code point")
}

pub(crate) fn entry(entry: &Value) -> Entry {
    let name = entry.get("iana").unwrap_or(&entry["name"]);
    let until = entry.get("use_until").and_then(Value::as_str);
    (
        code(entry),
        name.as_str().expect("a name").to_owned(),
        until.unwrap_or_default().to_owned(),
    )
}

/// A list of the source. None: it has none.
pub(crate) fn list(source: &Value, key: &str) -> Option<Vec<Entry>> {
    let list = source.get(key)?.as_array()?;
    Some(list.iter().map(entry).collect())
}

/// A list of a profile in the same form.
pub(crate) fn listed<T: Copy + Into<u16> + Display>(list: &[Listed<T>]) -> Vec<Entry> {
    let entries = list.iter().map(|entry| {
        let (value, until) = (entry.value, entry.until);
        (value.into(), name(value), until.to_string())
    });
    entries.collect()
}

/// SHA-224 pairs of TLS 1.2 (RFC 5246, section 7.4.1.4.1: sha224 is 3, rsa 1, ecdsa 3) have no name in the registry of TLS
/// 1.3; Fedora's lists have them under OpenSSL's.
pub(crate) fn name<T: Copy + Into<u16> + Display>(value: T) -> String {
    match (value.to_string().as_str(), value.into()) {
        ("0x0301", 0x0301) => "rsa_pkcs1_sha224".to_owned(),
        ("0x0303", 0x0303) => "ecdsa_sha224".to_owned(),
        (name, _) => name.to_owned(),
    }
}
