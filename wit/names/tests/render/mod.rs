//! Makes the text of `src/tables.rs`.

mod packed;

use std::fmt::Write;

use serde_json::Value;

use packed::Packed;

/// One row of a table: a code point and all that is known of it.
struct Row<'a> {
    code: u16,
    iana: &'a str,
    openssl: &'a str,
    aliases: Vec<&'a str>,
    recommended: bool,
}

pub(crate) fn tables(
    suites: &Value,
    openssl_suites: &Value,
    groups: &Value,
    schemes: &Value,
) -> String {
    let mut text = String::from(
        "//! Generated from the files in `registry` by `tests/registry.rs`. Do not edit.\n\nuse crate::registry::Column;\n",
    );
    for (shift, property) in PROPERTIES.iter().enumerate() {
        let _ = write!(text, "\npub(crate) const {property}: u8 = 1 << {shift};");
    }
    text.push('\n');
    let suites = cipher_suites(suites, openssl_suites);
    columns(&mut text, "CIPHER_SUITE", &suites);
    table(
        &mut text,
        "CIPHER_SUITE_PROPERTIES",
        "u8",
        suites
            .iter()
            .map(|row| commented(&properties(row), row))
            .collect(),
    );
    columns(&mut text, "GROUP", &rows(groups, "groups"));
    columns(
        &mut text,
        "SIGNATURE_SCHEME",
        &rows(schemes, "signature_schemes"),
    );
    text
}

fn rows<'a>(file: &'a Value, list: &str) -> Vec<Row<'a>> {
    let row = |row: &'a Value| Row {
        code: code(row),
        iana: row["name"].as_str().expect("a row has a name"),
        openssl: row["openssl"].as_str().unwrap_or_default(),
        aliases: row["aliases"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect(),
        recommended: row["recommended"] == "Y",
    };
    let rows: Vec<Row<'a>> = file[list]
        .as_array()
        .expect("the rows are a list")
        .iter()
        .map(row)
        .collect();
    assert!(
        rows.is_sorted_by(|one, next| one.code < next.code),
        "{list} is not in the order of the codes"
    );
    rows
}

fn cipher_suites<'a>(iana: &'a Value, openssl: &'a Value) -> Vec<Row<'a>> {
    let mut rows = rows(iana, "cipher_suites");
    for entry in openssl["cipher_suites"]
        .as_array()
        .expect("the rows are a list")
    {
        let name = entry["name"].as_str().expect("a row has a name");
        let row = rows
            .iter_mut()
            .find(|row| row.code == code(entry))
            .expect("OpenSSL names a registered suite");
        if entry["alias"] == true {
            row.aliases.push(name);
        } else {
            assert!(
                row.openssl.is_empty(),
                "{name} is the second name of its suite and not marked as an alias"
            );
            row.openssl = name;
        }
    }
    rows
}

fn code(row: &Value) -> u16 {
    let text = row["code"]
        .as_str()
        .and_then(|text| text.strip_prefix("0x"))
        .expect("a row has a code");
    u16::from_str_radix(text, 16).expect("a code is hexadecimal")
}

fn columns(text: &mut String, kind: &str, rows: &[Row<'_>]) {
    let codes = |rows: &[(u16, &str)]| -> Vec<String> {
        let rows = rows.iter();
        rows.map(|(code, name)| format!("{code:#06x}, // {name}"))
            .collect()
    };
    let iana: Vec<_> = rows.iter().map(|row| (row.code, row.iana)).collect();
    let openssl: Vec<_> = rows.iter().map(|row| (row.code, row.openssl)).collect();
    let aliases = rows
        .iter()
        .flat_map(|row| row.aliases.iter().map(|alias| (row.code, *alias)));
    let aliases: Vec<_> = aliases.collect();
    table(text, &format!("{kind}_CODES"), "u16", codes(&iana));
    names(text, &format!("{kind}_IANA_NAMES"), &iana);
    names(text, &format!("{kind}_OPENSSL_NAMES"), &openssl);
    table(text, &format!("{kind}_ALIAS_CODES"), "u16", codes(&aliases));
    names(text, &format!("{kind}_ALIASES"), &aliases);
}

/// A column of names: where each is in one text, and the text in lines.
fn names(text: &mut String, table: &str, rows: &[(u16, &str)]) {
    let names: Vec<_> = rows.iter().map(|(_, name)| *name).collect();
    let packed = Packed::of(&names);
    let _ = writeln!(
        text,
        "\npub(crate) const {table}: Column = Column {{\n    text: \"\\"
    );
    for line in packed.text.as_bytes().chunks(100) {
        let _ = writeln!(
            text,
            "        {}\\",
            str::from_utf8(line).expect("names are ASCII")
        );
    }
    let _ = writeln!(text, "        \",\n    places: &[");
    for ((code, name), [low, high, length]) in rows.iter().zip(&packed.places) {
        let _ = writeln!(
            text,
            "        [{low}, {high}, {length}], // {code:#06x} {name}"
        );
    }
    text.push_str("    ],\n};\n");
}

fn table(text: &mut String, name: &str, item: &str, lines: Vec<String>) {
    let _ = writeln!(
        text,
        "\npub(crate) static {name}: [{item}; {}] = [",
        lines.len()
    );
    for line in lines {
        let _ = writeln!(text, "    {line}");
    }
    text.push_str("];\n");
}

fn commented(item: &str, row: &Row<'_>) -> String {
    format!("{item}, // {:#06x}", row.code)
}

const PROPERTIES: [&str; 4] = ["TLS13", "FORWARD_SECRET", "AEAD", "RECOMMENDED"];

/// The key exchanges before TLS 1.3 that are ephemeral on both sides and authenticated. `PSK_DHE` is how
/// RFC 6655 wrote `DHE_PSK` twice.
const FORWARD_SECRET: [&str; 7] = [
    "DHE_DSS",
    "DHE_RSA",
    "DHE_PSK",
    "PSK_DHE",
    "ECDHE_ECDSA",
    "ECDHE_RSA",
    "ECDHE_PSK",
];

/// What the parts of a name say about the suite, as an expression.
fn properties(row: &Row<'_>) -> String {
    let name = row
        .iana
        .strip_prefix("TLS_")
        .expect("a cipher suite starts with TLS_");
    let tls13 = !name.contains("_WITH_") && !name.ends_with("_SCSV") || name.contains("_MGM_");
    let aead = ["_GCM", "_CCM", "_POLY1305", "_MGM", "AEAD", "AEGIS"]
        .iter()
        .any(|mode| name.contains(mode));
    let forward_secret = match name.split_once("_WITH_") {
        Some((exchange, cipher)) => {
            tls13 || FORWARD_SECRET.contains(&exchange) && !cipher.starts_with("NULL")
        }
        // TLS 1.3: all but those that only authenticate.
        None => tls13 && aead,
    };
    let has = [tls13, forward_secret, aead, row.recommended];
    let names: Vec<&str> = PROPERTIES
        .into_iter()
        .zip(has)
        .filter(|(_, has)| *has)
        .map(|(name, _)| name)
        .collect();
    if names.is_empty() {
        String::from("0")
    } else {
        names.join(" | ")
    }
}
