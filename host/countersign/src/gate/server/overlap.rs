//! What a client offers and what this host can answer: where they miss each other.

use std::fmt::{self, Display};

use countersign_names::Version;

use crate::{
    hello::{ClientHello, Ssl2Hello},
    offer::{Floor, Offer},
    verdict::{Alert, Finding, FindingCode},
};

/// The type of supported_versions (RFC 8446, section 4.2.1).
const SUPPORTED_VERSIONS: u16 = 43;

/// Names in one message; the record has all of them.
const NAMES_MAX: usize = 8;

/// What the peers do not have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Version,
    CipherSuite(Version),
    Group(Version),
    Alpn,
}

/// Who is to blame for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blame {
    /// Not even without any policy would there be an agreement.
    Floor,
    /// The policies took what would have been agreed on.
    Offer,
}

/// Why a hello cannot be answered with anything of the offer: the finding, and the alert. None if it can.
pub(super) fn disagreement(
    floor: &Floor,
    offer: &Offer,
    hello: &ClientHello,
) -> Option<(Finding, Alert)> {
    let left = missing(floor, offer, hello)?;
    let (blame, missing, offer) = match missing(floor, floor.available(), hello) {
        Some(missing) => (Blame::Floor, missing, floor.available()),
        None => (Blame::Offer, left, offer),
    };
    let message = message(blame, missing, offer, hello);
    Some((Finding::host(code(blame, missing), message), alert(missing)))
}

/// Why a hello in the format of SSL 2.0 is not answered.
pub(super) fn too_old(floor: &Floor, hello: &Ssl2Hello) -> (Finding, Alert) {
    let message = format!(
        "The client sent a hello in the format of SSLv2, which offers {} at most; this host speaks {}, to hellos of their own format.",
        hello.version,
        List(&floor.available().versions)
    );
    let code = code(Blame::Floor, Missing::Version);
    (Finding::host(code, message), alert(Missing::Version))
}

/// A server takes the newest version that both have, and looks for everything else in that one.
fn missing(floor: &Floor, offer: &Offer, hello: &ClientHello) -> Option<Missing> {
    let common = offer.versions.iter().copied();
    let Some(version) = common.filter(|&version| accepts(hello, version)).max() else {
        return Some(Missing::Version);
    };
    let mut suites = offer.cipher_suites.iter();
    if !suites
        .any(|&suite| Floor::suite_works_in(suite, version) && hello.cipher_suites.contains(&suite))
    {
        return Some(Missing::CipherSuite(version));
    }
    let mut groups = offer.groups.iter();
    if !groups.any(|&group| floor.group_works_in(group, version) && hello.groups.contains(&group)) {
        return Some(Missing::Group(version));
    }
    let wanted = !hello.alpn.is_empty() && !offer.alpn.is_empty();
    let agreed = hello.alpn.iter().any(|name| offer.alpn.contains(name));
    (wanted && !agreed).then_some(Missing::Alpn)
}

/// Without supported_versions a client takes every version up to the one it names, and never TLS 1.3.
fn accepts(hello: &ClientHello, version: Version) -> bool {
    if hello.extensions.contains(&SUPPORTED_VERSIONS) {
        hello.versions.contains(&version)
    } else {
        version <= Version::TLS_1_2.min(hello.legacy_version)
    }
}

fn code(blame: Blame, missing: Missing) -> FindingCode {
    FindingCode::host(match (blame, missing) {
        (Blame::Floor, Missing::Version) => "floor.version",
        (Blame::Floor, Missing::CipherSuite(_)) => "floor.cipher-suite",
        (Blame::Floor, Missing::Group(_)) => "floor.group",
        (Blame::Floor, Missing::Alpn) => "floor.alpn",
        (Blame::Offer, Missing::Version) => "offer.version",
        (Blame::Offer, Missing::CipherSuite(_)) => "offer.cipher-suite",
        (Blame::Offer, Missing::Group(_)) => "offer.group",
        (Blame::Offer, Missing::Alpn) => "offer.alpn",
    })
}

/// RFC 8446, section 6.2; RFC 7301, section 3.2.
fn alert(missing: Missing) -> Alert {
    match missing {
        Missing::Version => Alert::PROTOCOL_VERSION,
        Missing::CipherSuite(_) | Missing::Group(_) => Alert::INSUFFICIENT_SECURITY,
        Missing::Alpn => Alert::NO_APPLICATION_PROTOCOL,
    }
}

fn message(blame: Blame, missing: Missing, offer: &Offer, hello: &ClientHello) -> String {
    let takes = match blame {
        Blame::Floor => "this host speaks",
        Blame::Offer => "the policy leaves",
    };
    match missing {
        Missing::Version => format!(
            "The client offers {}; {takes} {}.",
            versions(hello),
            List(&offer.versions)
        ),
        Missing::CipherSuite(version) => {
            let suites = offer.cipher_suites.iter().copied();
            let suites = suites.filter(|&suite| Floor::suite_works_in(suite, version));
            format!(
                "For {version} the client offers no cipher suite of those that {takes}: {}.",
                List(&suites.collect::<Vec<_>>())
            )
        }
        Missing::Group(version) => format!(
            "For {version} the client offers {}; {takes} {}.",
            List(&hello.groups),
            List(&offer.groups)
        ),
        Missing::Alpn => format!(
            "The client offers the application protocols {}; {takes} {}.",
            List(&protocols(&hello.alpn)),
            List(&protocols(&offer.alpn))
        ),
    }
}

fn versions(hello: &ClientHello) -> String {
    if hello.extensions.contains(&SUPPORTED_VERSIONS) {
        List(&hello.versions).to_string()
    } else {
        format!("{} at most", hello.legacy_version)
    }
}

fn protocols(alpn: &[Vec<u8>]) -> Vec<String> {
    alpn.iter()
        .map(|name| name.escape_ascii().to_string())
        .collect()
}

/// The first names of a list, joined by commas.
struct List<'a, T>(&'a [T]);

impl<T: Display> Display for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (at, name) in self.0.iter().take(NAMES_MAX).enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{name}")?;
        }
        match self.0.len().saturating_sub(NAMES_MAX) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
