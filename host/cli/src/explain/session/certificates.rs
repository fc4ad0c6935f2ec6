//! Certificates of a session, as far as they are known.

use std::collections::BTreeSet;

use countersign_default_policy::profiles::KeyAlgorithm;
use countersign_policy_sdk::{
    Role,
    built::Certificate,
    settings::{Errors, Fields, Node},
};

use super::{fields::Members, words};

/// What can be said of a certificate, and its fact in the contract.
const MEMBERS: [(&str, &str); 11] = [
    ("subject", "certificate.subject"),
    ("issuer", "certificate.issuer"),
    ("dns_names", "certificate.dns-names"),
    ("uris", "certificate.uris"),
    ("ip_addresses", "certificate.ip-addresses"),
    ("not_before", "certificate.not-before"),
    ("not_after", "certificate.not-after"),
    ("key_algorithm", "certificate.key-algorithm"),
    ("key_bits", "certificate.key-bits"),
    ("signature_algorithm", "certificate.signature-algorithm"),
    ("spki_sha256", "certificate.spki-sha256"),
];

/// The most certificates that are read. Gates take chains that are shorter.
const COUNT_MAX: usize = 100;

/// Reads the chain. What is said of none of it, or not of every certificate, is unknown.
pub(super) fn read(
    members: &Members<'_>,
    role: Role,
    unknown: &mut BTreeSet<&'static str>,
    errors: &mut Errors,
) -> Vec<Certificate> {
    let Some(list) = members.find("certificates") else {
        return of_record(members, role, unknown, errors);
    };
    let items: Vec<_> = list.items(errors).into_iter().flatten().collect();
    if items.len() > COUNT_MAX {
        list.refuse(format!("there are more than {COUNT_MAX}"), errors);
    }
    let names = MEMBERS.map(|(name, _)| name);
    let certificate = |node: &Node<'_>| {
        let fields = node.fields(&names, errors)?;
        for (name, fact) in MEMBERS {
            if !fields.has(name) {
                unknown.insert(fact);
            }
        }
        Some(certificate(&fields, errors))
    };
    let chain = items.iter().take(COUNT_MAX);
    chain.filter_map(certificate).collect()
}

fn certificate(fields: &Fields<'_>, errors: &mut Errors) -> Certificate {
    let bytes = fields.field("spki_sha256").and_then(|node| {
        let bytes = words::hexadecimal(node.text(errors)?);
        wrong_if_none(&node, bytes, "write it in hexadecimal digits", errors)
    });
    Certificate {
        spki_sha256: bytes.unwrap_or_default(),
        subject: text(fields, "subject", errors),
        issuer: text(fields, "issuer", errors),
        dns_names: texts(fields, "dns_names", errors),
        uris: texts(fields, "uris", errors),
        ip_addresses: texts(fields, "ip_addresses", errors),
        not_before: time(fields.field("not_before"), errors),
        not_after: time(fields.field("not_after"), errors),
        key_algorithm: key_algorithm(&text(fields, "key_algorithm", errors)),
        key_bits: bits(fields, errors),
        signature_algorithm: text(fields, "signature_algorithm", errors),
        ..Certificate::default()
    }
}

/// What a record says of the peer's own certificate.
fn of_record(
    members: &Members<'_>,
    role: Role,
    unknown: &mut BTreeSet<&'static str>,
    errors: &mut Errors,
) -> Vec<Certificate> {
    let peer = match role {
        Role::Client => "server",
        Role::Server => "client",
    };
    let get = |name: &str| members.get(&format!("tls.{peer}.{name}"));
    let (Some(subject), Some(issuer)) = (get("subject"), get("issuer")) else {
        unknown.insert("peer-certificates");
        return Vec::new();
    };
    let known = ["subject", "issuer", "not_before", "not_after"];
    let rest = MEMBERS.iter().filter(|(name, _)| !known.contains(name));
    unknown.extend(rest.map(|(_, fact)| *fact));
    vec![Certificate {
        subject: subject.text(errors).unwrap_or_default().to_owned(),
        issuer: issuer.text(errors).unwrap_or_default().to_owned(),
        not_before: time(get("not_before"), errors),
        not_after: time(get("not_after"), errors),
        ..Certificate::default()
    }]
}

fn text(fields: &Fields<'_>, name: &str, errors: &mut Errors) -> String {
    let node = fields.field(name);
    let text = node.and_then(|node| node.text(errors));
    text.unwrap_or_default().to_owned()
}

fn texts(fields: &Fields<'_>, name: &str, errors: &mut Errors) -> Vec<String> {
    let items = fields.field(name).and_then(|node| node.items(errors));
    let items = items.into_iter().flatten();
    items
        .filter_map(|item| item.text(errors).map(str::to_owned))
        .collect()
}

fn time(node: Option<Node<'_>>, errors: &mut Errors) -> i64 {
    let seconds = node.and_then(|node| {
        let seconds = words::seconds(node.text(errors)?);
        let hint = "write a time in UTC, such as 2031-12-31T23:59:59Z";
        wrong_if_none(&node, seconds, hint, errors)
    });
    seconds.unwrap_or_default()
}

fn bits(fields: &Fields<'_>, errors: &mut Errors) -> u32 {
    let bits = fields.field("key_bits").and_then(|node| {
        let number = node.number(errors)?;
        let bits = number as u32;
        let whole = (f64::from(bits) == number).then_some(bits);
        wrong_if_none(&node, whole, "this must be a whole number", errors)
    });
    bits.unwrap_or_default()
}

fn wrong_if_none<T>(
    node: &Node<'_>,
    value: Option<T>,
    hint: &str,
    errors: &mut Errors,
) -> Option<T> {
    if value.is_none() {
        node.refuse(hint, errors);
    }
    value
}

/// An object identifier stays as it is; what settings call a kind of key becomes one.
fn key_algorithm(text: &str) -> String {
    let named = KeyAlgorithm::ALL.iter().find(|kind| kind.name() == text);
    named.map_or(text, |kind| kind.oid()).to_owned()
}
