//! The members of a session, under their names in records or their short ones.

use countersign_default_policy::Date;
use countersign_names::SignatureScheme;
use countersign_policy_sdk::{
    Role,
    facts::{ChainCheck, ChainFailure},
    settings::{Document, Errors, Fields, Node, read_named},
};
use rustls::pki_types::ServerName;
use serde_json::Value;

use crate::target;

/// Short names, and those of records.
const NAMES: [(&str, &str); 13] = [
    ("version", "tls.protocol.version"),
    ("cipher_suite", "tls.cipher"),
    ("group", "tls.curve"),
    ("alpn", "tls.next_protocol"),
    ("resumed", "tls.resumed"),
    ("retried", "countersign.retried"),
    ("role", "countersign.role"),
    ("listener", "countersign.listener"),
    ("server_name", "server.address"),
    ("port", "server.port"),
    ("today", "timestamp"),
    (
        "signature_scheme",
        "countersign.certificate.signature_scheme",
    ),
    ("verification", "countersign.certificate.check"),
];

/// What records say in another way, or not at all.
const SHORT: [&str; 2] = ["certificates", "observed"];

/// How chains are checked, as records say it.
const CHECKS: [(&str, ChainCheck); 9] = [
    ("not-made", ChainCheck::NotMade),
    ("valid", ChainCheck::Valid),
    ("expired", ChainCheck::Invalid(ChainFailure::Expired)),
    (
        "not-yet-valid",
        ChainCheck::Invalid(ChainFailure::NotYetValid),
    ),
    (
        "unknown-issuer",
        ChainCheck::Invalid(ChainFailure::UnknownIssuer),
    ),
    (
        "name-mismatch",
        ChainCheck::Invalid(ChainFailure::NameMismatch),
    ),
    ("revoked", ChainCheck::Invalid(ChainFailure::Revoked)),
    (
        "bad-signature",
        ChainCheck::Invalid(ChainFailure::BadSignature),
    ),
    ("other", ChainCheck::Invalid(ChainFailure::Other)),
];

/// The word for how a chain was checked.
pub(crate) fn word_of(check: ChainCheck) -> &'static str {
    let mut checks = CHECKS.iter();
    let found = checks.find(|(_, known)| *known == check);
    found.map_or("other", |(word, _)| word)
}

/// The members of a session.
pub(super) struct Members<'a>(Option<Fields<'a>>);

impl<'a> Members<'a> {
    /// Reports short names that are not known. Records have more members than are needed here, and may get new ones; all of
    /// those have a dot.
    pub(super) fn of(document: &'a Document, text: &str, errors: &mut Errors) -> Self {
        let keys: Vec<String> = match serde_json::from_str(text) {
            Ok(Value::Object(members)) => members.into_iter().map(|(key, _)| key).collect(),
            _ => Vec::new(),
        };
        let short = NAMES.iter().map(|(short, _)| *short).chain(SHORT);
        let long = keys.iter().map(String::as_str);
        let long = long.filter(|key| key.contains('.') || *key == "timestamp");
        let known: Vec<_> = short.chain(long).collect();
        let fields = document.root().fields(&known, errors);
        let members = Self(fields);
        members.refuse_doubles(errors);
        members
    }

    fn refuse_doubles(&self, errors: &mut Errors) {
        for (short, long) in NAMES {
            if let (Some(node), Some(_)) = (self.get(short), self.get(long)) {
                node.refuse(format!("{long} says the same: say one of them"), errors);
            }
        }
    }

    /// A member by its name.
    pub(super) fn get(&self, name: &str) -> Option<Node<'a>> {
        self.0.as_ref()?.field(name)
    }

    /// A member by its short name, under either of its names.
    pub(super) fn find(&self, short: &str) -> Option<Node<'a>> {
        let long = NAMES.iter().find(|(name, _)| *name == short);
        self.get(short).or_else(|| self.get(long?.1))
    }

    pub(super) fn text(&self, short: &str, errors: &mut Errors) -> Option<String> {
        self.find(short)?.text(errors).map(str::to_owned)
    }

    pub(super) fn bool(&self, short: &str, errors: &mut Errors) -> Option<bool> {
        self.find(short)?.bool(errors)
    }

    pub(super) fn role(&self, errors: &mut Errors) -> Option<Role> {
        let node = self.find("role")?;
        match node.text(errors)? {
            "client" => Some(Role::Client),
            "server" => Some(Role::Server),
            _ => node.unknown_word(&["client", "server"], errors),
        }
    }

    /// A name or address, as facts have it.
    pub(super) fn name(&self, errors: &mut Errors) -> Option<String> {
        let node = self.find("server_name")?;
        match target::name(node.text(errors)?) {
            Ok(name) => Some(normal(&name)),
            Err(error) => {
                node.refuse(error.to_string(), errors);
                None
            }
        }
    }

    pub(super) fn port(&self, errors: &mut Errors) -> Option<u16> {
        let node = self.find("port")?;
        let number = node.number(errors)?;
        let port = number as u16;
        if f64::from(port) == number && port > 0 {
            return Some(port);
        }
        node.refuse("the port must be a whole number from 1 to 65535", errors);
        None
    }

    /// The day itself, or that of a time (RFC 3339).
    pub(super) fn day(&self, errors: &mut Errors) -> Option<Date> {
        let node = self.find("today")?;
        let text = node.text(errors)?;
        let day = match text.split_once(['T', 't', ' ']) {
            Some((day, _)) => Date::parse(day),
            None => Date::parse(text),
        };
        if day.is_none() {
            node.refuse("this is no day: write it as 2031-12-31", errors);
        }
        day
    }

    pub(super) fn signature_scheme(&self, errors: &mut Errors) -> Option<SignatureScheme> {
        read_named(&self.find("signature_scheme")?, errors)
    }

    pub(super) fn verification(&self, errors: &mut Errors) -> Option<ChainCheck> {
        let node = self.find("verification")?;
        let word = node.text(errors)?;
        let found = CHECKS.iter().find(|(known, _)| *known == word);
        if found.is_none() {
            return node.unknown_word(&CHECKS.map(|(known, _)| known), errors);
        }
        found.map(|(_, check)| *check)
    }
}

/// In lower case, without a final dot.
fn normal(name: &ServerName<'_>) -> String {
    let text = name.to_str();
    text.strip_suffix('.').unwrap_or(&text).to_ascii_lowercase()
}
