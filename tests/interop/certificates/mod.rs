//! The default policy's rules on certificates, against servers and clients that show chains made by OpenSSL.
//!
//! [`rules`] is the list: each key of the settings stands there with certificates that pass and certificates that do not.

mod clients;
mod command_line;
mod rules;
mod servers;
mod unproven;

use countersign::{
    policy::Policy,
    record::{Decision, DecisionRecord},
};
use countersign_tests::{
    chains::{Chains, Kind, Shown},
    peers::openssl::{EVERYTHING, OpenSsl},
    policy::policy,
};

use crate::expect::codes;

const VERSIONS: [&str; 2] = ["-tls1_2", "-tls1_3"];

/// One policy with a rule for each of these settings, which counts for the listener that has its number: to load a policy takes
/// longer than all connections.
fn policy_of(settings: impl IntoIterator<Item = String>) -> Policy {
    let rules = settings.into_iter().enumerate().map(|(place, settings)| {
        let rest = settings.strip_prefix('{').expect("an object");
        let comma = if rest == "}" { "" } else { ", " };
        format!(r#"{{"when": {{"listener": "{place}"}}{comma}{rest}"#)
    });
    let rules = rules.collect::<Vec<_>>().join(", ");
    policy(&format!(r#"{{"rules": [{rules}]}}"#))
}

/// The settings with pins in the place of the names of certificates.
fn pinned(settings: &str, chains: &Chains) -> String {
    let mut text = settings.to_owned();
    for (name, kind) in [("<P256>", Kind::P256), ("<P384>", Kind::P384)] {
        if text.contains(name) {
            text = text.replace(name, &chains.pin(kind));
        }
    }
    text
}

/// `openssl s_server` with this certificate. Small keys and old hashes are only shown at its lowest security level.
fn server(shown: &Shown<'_>, version: &str) -> OpenSsl {
    let arguments = [version, "-cipher", EVERYTHING];
    OpenSsl::www(
        &shown.identity,
        &[&arguments[..], &shown.between()].concat(),
    )
}

/// How it ended, and what was found.
fn outcome(record: &DecisionRecord) -> (Decision, Vec<String>) {
    let codes = codes(record).into_iter().map(str::to_owned);
    (record.decision, codes.collect())
}
