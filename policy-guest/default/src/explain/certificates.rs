//! What is asked of certificates, key by key, and by whom.

use countersign_policy_sdk::{Role, settings::Setting};
use serde_json::Value;

use super::{Effective, Line, Origin, lines::words, path};
use crate::profiles::{CertificateRules, Profile, Until, signature};

/// The keys that settings and standards have, in the order of the settings.
const PEER: [(&str, &str); 12] = [
    ("peer_certificate.key_algorithms", "key_algorithms"),
    ("peer_certificate.min_rsa_bits", "min_rsa_bits"),
    ("peer_certificate.min_ec_bits", "min_ec_bits"),
    (
        "peer_certificate.signature_algorithms",
        "signature_algorithms",
    ),
    ("peer_certificate.scope", "scope"),
    ("peer_certificate.max_lifetime_days", "max_lifetime_days"),
    (
        "peer_certificate.expires_within_days",
        "expires_within_days",
    ),
    ("peer_certificate.names", "names"),
    ("peer_certificate.pins", "pins"),
    ("peer_certificate.issuers", "issuers"),
    ("peer_certificate.self_signed", "self_signed"),
    ("peer_certificate.verification", "verification"),
];

const REQUIRED: (&str, &str) = ("client_certificate.required", "required");

/// Who may come: said together, replaced together.
const CLIENTS: [(&str, &str); 4] = [
    ("client_certificate.dns_names", "dns_names"),
    ("client_certificate.uris", "uris"),
    ("client_certificate.spiffe", "spiffe"),
    ("client_certificate.subjects", "subjects"),
];

/// What the settings say in one of the two objects about certificates, and where.
struct Layers {
    key: &'static str,
    rule: Option<usize>,
    /// What the rule says; at the top, what is said there.
    said: Value,
    top: Value,
}

impl Effective<'_> {
    /// What is asked of certificates.
    pub(super) fn certificate_lines(&self) -> Vec<Line> {
        let written = |said: &dyn Fn(&super::Said<'_>) -> Option<Value>| {
            let top = said(&self.top).unwrap_or_default();
            (said(&self.said).unwrap_or_default(), top)
        };
        let (said, top) = written(&|said| said.peer_certificate.and_then(Setting::written));
        let peer = Layers::new("peer_certificate", self.number, said, top);
        let (said, top) = written(&|said| said.client_certificate.and_then(Setting::written));
        let clients = Layers::new("client_certificate", self.number, said, top);
        let mut lines = Vec::new();
        for (key, name) in PEER {
            match peer.line(key, name, None) {
                Some(line) => lines.push(line),
                None => lines.extend(self.of_standard(key, name, &lines)),
            }
        }
        if self.terms.certificates.clients.is_some() {
            lines.push(clients.required());
            lines.extend(clients.identities());
        }
        lines
    }

    /// What the standard asks under a key of which the settings say nothing. It is for certificates of servers.
    fn of_standard(&self, key: &'static str, name: &str, before: &[Line]) -> Vec<Line> {
        let Some(profile) = self.terms.profile else {
            return Vec::new();
        };
        let asks = |key: &str| before.iter().any(|line| line.key.ends_with(key));
        let told = match name {
            // It says what the rules on keys and signatures are for, and is nothing without one.
            "scope" if !asks("bits") && !asks("algorithms") => Vec::new(),
            "signature_algorithms" => self.standards_signatures().into_iter().collect(),
            _ => told(profile, name),
        };
        let lines = told.into_iter().map(|value| Line {
            key,
            value,
            from: Origin::Profile(profile.name),
            role: Some(Role::Client),
        });
        lines.collect()
    }

    /// What certificates may be signed with: as certificates name it, which is less than a scheme of TLS says.
    fn standards_signatures(&self) -> Option<String> {
        let asked = &self.terms.certificates.of_servers.signature_algorithms;
        let algorithms = asked.as_ref()?.value.iter();
        let told = algorithms.map(|one| match one.until {
            Until::Open => one.to_string(),
            until => format!("{one} (until {until})"),
        });
        Some(told.collect::<Vec<_>>().join(", "))
    }
}

/// What a standard says under a key.
fn told(profile: &Profile, key: &str) -> Vec<String> {
    let rules = &profile.certificate;
    let one = |told: Option<String>| told.into_iter().collect();
    match key {
        "key_algorithms" => one(rules.key_algorithms.map(words)),
        "min_rsa_bits" => one(rules.min_rsa_bits.map(|bits| format!("{bits} bits"))),
        "min_ec_bits" => one(curves(rules)),
        "scope" => one(Some(rules.scope.word().to_owned())),
        "max_lifetime_days" => {
            let most = rules.max_lifetime_days.map(|days| format!("{days} days"));
            let advised = rules.recommended_lifetime_days;
            let advised = advised.map(|days| format!("{days} days, as it recommends"));
            most.into_iter().chain(advised).collect()
        }
        _ => Vec::new(),
    }
}

/// The contract tells no curves, but only their sizes.
fn curves(rules: &CertificateRules) -> Option<String> {
    let least = rules.min_ec_bits.map(|bits| format!("{bits} bits"));
    let curves = rules.curves.map(words);
    let curves = curves.map(|curves| format!("the size of {curves}"));
    let told: Vec<_> = [curves, least].into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join(", and "))
}

impl Layers {
    fn new(key: &'static str, rule: Option<usize>, said: Value, top: Value) -> Self {
        Self {
            key,
            rule,
            said,
            top,
        }
    }

    /// What is said under a key: by the rule, else at the top.
    fn line(&self, key: &'static str, name: &str, role: Option<Role>) -> Option<Line> {
        let said = (&self.said, self.rule);
        let (value, rule) = [said, (&self.top, None)]
            .into_iter()
            .find(|(said, _)| !said[name].is_null())?;
        let place = format!("{}.{}.{name}", path(rule), self.key);
        Some(Line {
            key,
            value: in_words(name, &value[name]),
            from: Origin::Settings(place),
            role,
        })
    }

    fn required(&self) -> Line {
        let (key, name) = REQUIRED;
        let said = self.line(key, name, Some(Role::Server));
        said.unwrap_or_else(|| Line {
            key,
            value: in_words(name, &Value::Bool(true)),
            from: Origin::Default,
            role: Some(Role::Server),
        })
    }

    /// Who may come: those of the rule if it names any.
    fn identities(&self) -> Vec<Line> {
        let names_some = CLIENTS.iter().any(|(_, name)| !self.said[name].is_null());
        let layer = match names_some {
            true => Self::new(self.key, self.rule, self.said.clone(), Value::Null),
            false => Self::new(self.key, None, Value::Null, self.top.clone()),
        };
        let lines = CLIENTS.into_iter();
        lines
            .filter_map(|(key, name)| layer.line(key, name, Some(Role::Server)))
            .collect()
    }
}

/// A value of the settings.
fn in_words(key: &str, value: &Value) -> String {
    let text = match value {
        Value::Array(items) => {
            let items = items.iter().filter_map(Value::as_str);
            let items = items.map(|item| signature::name_of(item).unwrap_or(item));
            items.collect::<Vec<_>>().join(", ")
        }
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    };
    match key {
        _ if key.ends_with("_bits") => format!("{text} bits"),
        _ if key.ends_with("_days") => format!("{text} days"),
        _ => text,
    }
}
