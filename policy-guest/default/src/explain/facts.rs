//! Which facts settings may lead to.

use std::collections::BTreeSet;

use super::{Effective, Explanation};
use crate::{
    certificate::PeerRules,
    profiles::Until,
    terms::{Allowed, Base, Kind},
};

impl Explanation {
    /// The facts that a verdict under these settings may be based on, by their names in the contract. It reads no others, and of these
    /// only what it needs for a connection.
    #[must_use]
    pub fn facts(&self) -> BTreeSet<&'static str> {
        let mut facts = BTreeSet::new();
        for rule in self.rules() {
            let when = rule.when;
            if when.is_some_and(|when| when.server_name.is_some()) {
                facts.insert("server-name");
            }
            if when.is_some_and(|when| when.port.is_some()) {
                facts.insert("port");
            }
        }
        for effective in self.rules().chain([self.top()]) {
            effective.read(&mut facts);
        }
        facts
    }
}

impl Effective<'_> {
    fn read(&self, facts: &mut BTreeSet<&'static str>) {
        let terms = self.terms;
        if !terms.sunsets.each().is_empty()
            || ends(&terms.versions)
            || ends(&terms.cipher_suites)
            || ends(&terms.groups)
            || ends(&terms.signature_schemes)
        {
            facts.insert("today");
        }
        if terms.asks_of_signature() {
            facts.insert("signature-scheme");
        }
        of_peer(&terms.certificates.of_servers, facts);
        of_peer(&terms.certificates.of_clients, facts);
        let Some(clients) = &terms.certificates.clients else {
            return;
        };
        facts.insert("peer-certificates");
        if clients.names_somebody() {
            facts.insert("peer-verification");
        }
        for (is_asked, fact) in [
            (clients.dns_names.is_some(), "certificate.dns-names"),
            (clients.uris.is_some(), "certificate.uris"),
            (clients.spiffe.is_some(), "certificate.uris"),
            (clients.subjects.is_some(), "certificate.subject"),
        ] {
            if is_asked {
                facts.insert(fact);
            }
        }
    }
}

/// Whether a standard lets anything of it end.
fn ends<T: Kind>(allowed: &Allowed<T>) -> bool {
    match allowed.base {
        Base::Profile(profile) => T::of(profile).any(|listed| listed.until != Until::Open),
        _ => false,
    }
}

fn of_peer(rules: &PeerRules, facts: &mut BTreeSet<&'static str>) {
    let keys =
        rules.key_algorithms.is_some() || rules.rsa_bits.is_some() || rules.ec_bits.is_some();
    let sizes = rules.rsa_bits.is_some() || rules.ec_bits.is_some();
    let signatures = rules.signature_algorithms.is_some();
    let signatures_end = rules
        .signature_algorithms
        .iter()
        .flat_map(|asked| &asked.value)
        .any(|one| one.until != Until::Open);
    let lifetime = rules.lifetime_days.is_some() || rules.advised_days.is_some();
    let expires = rules.expires_within_days.is_some();
    let issuers = rules.issuers.is_some();
    let names = rules.names.as_ref();
    // A root at the end of a chain is known by its two names.
    let roots = keys || signatures || rules.refuses_self_signed;
    let own = roots || lifetime || expires || issuers || names.is_some() || rules.pins.is_some();
    for (is_asked, fact) in [
        (own, "peer-certificates"),
        (issuers || rules.verification.is_some(), "peer-verification"),
        (expires || signatures_end, "today"),
        (keys, "certificate.key-algorithm"),
        (sizes, "certificate.key-bits"),
        (signatures, "certificate.signature-algorithm"),
        (roots, "certificate.subject"),
        (roots || issuers, "certificate.issuer"),
        (lifetime, "certificate.not-before"),
        (lifetime || expires, "certificate.not-after"),
        (names.is_some(), "certificate.dns-names"),
        (names.is_some(), "certificate.ip-addresses"),
        (rules.pins.is_some(), "certificate.spki-sha256"),
    ] {
        if is_asked {
            facts.insert(fact);
        }
    }
}
