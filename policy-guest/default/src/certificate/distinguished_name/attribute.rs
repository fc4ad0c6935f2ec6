use super::value;
use crate::certificate::signature_algorithm::is_oid;

/// The short names of RFC 4514, section 3, and what they stand for.
const TYPES: [(&str, &str); 9] = [
    ("CN", "2.5.4.3"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("C", "2.5.4.6"),
    ("STREET", "2.5.4.9"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("UID", "0.9.2342.19200300.100.1.1"),
];

/// An attribute such as `CN=example.com`, in the form of the contract.
pub(super) fn canonical(text: &str) -> Result<String, &'static str> {
    let (kind, value) = text
        .split_once('=')
        .ok_or("each part is a type, `=` and a value, with `,` between the parts")?;
    let value = value::canonical(value)?;
    Ok(format!("{}={value}", canonical_type(kind)?))
}

fn canonical_type(kind: &str) -> Result<&str, &'static str> {
    let oid = kind.strip_prefix("OID.").unwrap_or(kind);
    let known = TYPES
        .iter()
        .find(|(name, known)| name.eq_ignore_ascii_case(kind) || *known == oid);
    match known {
        Some((name, _)) => Ok(name),
        None if is_oid(oid) => Ok(oid),
        None => Err(
            "a type is CN, L, ST, O, OU, C, STREET, DC, UID or an object identifier, and no space stands before it",
        ),
    }
}
