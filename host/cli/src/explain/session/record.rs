//! What was negotiated, or what a server would choose.

use countersign_names::{CipherSuite, Group, Version};
use countersign_policy_sdk::settings::{Errors, Node, read_named};

use super::fields::Members;

/// What a peer chose, or would.
pub(super) struct Chosen {
    pub(super) version: Version,
    pub(super) cipher_suite: CipherSuite,
    pub(super) group: Option<Group>,
    /// Whether it was only seen what it would be.
    pub(super) is_observed: bool,
}

/// Reads what was negotiated; where nothing was, what a look at the server found.
pub(super) fn chosen(members: &Members<'_>, errors: &mut Errors) -> Option<Chosen> {
    let has_session = members.find("version").is_some() || members.find("cipher_suite").is_some();
    if !has_session && let Some(best) = best(members) {
        return observed(&best, errors);
    }
    let version = match members.find("version") {
        Some(node) => version(&node, is_ssl(members), errors),
        None => missing("version", "tls.protocol.version", members, errors),
    };
    let suite = match members.find("cipher_suite") {
        Some(node) => read_named(&node, errors),
        None => missing("cipher_suite", "tls.cipher", members, errors),
    };
    let group = members.find("group");
    let is_right = group.is_none();
    let group: Option<Group> = group.and_then(|node| read_named(&node, errors));
    let is_observed = members.bool("observed", errors).unwrap_or_default();
    (is_right || group.is_some()).then_some(Chosen {
        version: version?,
        cipher_suite: suite?,
        group,
        is_observed,
    })
}

/// What the server would choose (`countersign.probe.best`).
fn best<'a>(members: &Members<'a>) -> Option<Node<'a>> {
    let probe = members.get("countersign.probe")?;
    // What is wrong with it is no concern here: then there is no session.
    let mut errors = Errors::default();
    let fields = probe.fields(&["result", "summary", "best", "lower"], &mut errors)?;
    fields.field("best")
}

fn observed(best: &Node<'_>, errors: &mut Errors) -> Option<Chosen> {
    let fields = best.fields(&["version", "cipher_suite", "group", "dhe_bits"], errors)?;
    let mut need = |key: &str| {
        let field = fields.field(key);
        if field.is_none() {
            best.refuse(format!("{key} is missing"), errors);
        }
        field
    };
    let (version, suite) = (need("version"), need("cipher_suite"));
    let group = fields.field("group");
    Some(Chosen {
        version: read_named(&version?, errors)?,
        cipher_suite: read_named(&suite?, errors)?,
        group: match group {
            Some(node) => Some(read_named(&node, errors)?),
            None => None,
        },
        is_observed: true,
    })
}

/// Records write the number alone, and the protocol beside it.
fn version(node: &Node<'_>, is_ssl: bool, errors: &mut Errors) -> Option<Version> {
    if !is_ssl {
        return read_named(node, errors);
    }
    let text = node.text(errors)?;
    let version = format!("SSLv{text}").parse().ok();
    if version.is_none() {
        node.refuse("this is no version of SSL", errors);
    }
    version
}

fn is_ssl(members: &Members<'_>) -> bool {
    let name = members.get("tls.protocol.name");
    let word = name.and_then(|node| node.text(&mut Errors::default()));
    word == Some("ssl")
}

fn missing<T>(short: &str, long: &str, members: &Members<'_>, errors: &mut Errors) -> Option<T> {
    let message = match members.get("countersign.record.version") {
        Some(_) => {
            format!("{long} is missing: the connection of this record did not come to a session")
        }
        None => format!("{short} is missing, or {long}, as records call it"),
    };
    errors.add("$", message);
    None
}
