//! What settings come to.

use countersign::offer::ClientAuth;
use countersign_default_policy::explain::{Effective, Line};
use countersign_policy_sdk::Role;

use super::{Page, TITLE, text};
use crate::{
    args::RoleArg,
    explain::{Basis, Offers},
    settings::Origin as Source,
};

/// The report on settings.
pub(in crate::report) fn explained_settings(basis: &Basis, role: Option<RoleArg>) -> String {
    let role = role.map(Role::from);
    let mut page = Page::default();
    page.begin(basis);
    page.warnings(basis);
    let top = basis.explanation.top();
    let has_rules = basis.explanation.rules().next().is_some();
    let about = match has_rules {
        true => "where no rule holds",
        false => "",
    };
    page.part("ALL CONNECTIONS", about);
    page.whole(&top, basis, role);
    page.all_rules(basis, role);
    page.done()
}

impl Page {
    fn begin(&mut self, basis: &Basis) {
        let settings = match &basis.settings.origin {
            Source::None => "none".to_owned(),
            origin => origin.to_string(),
        };
        let settings = text::line(&settings);
        self.line(&format!("{TITLE}SETTINGS{TITLE:#} {settings}"));
        let version = env!("CARGO_PKG_VERSION");
        self.wide_row("policy", &format!("default {version}, built in"));
        self.wide_row("today", &format!("{} (UTC)", basis.today));
        let facts = basis.explanation.facts();
        match facts.is_empty() {
            true => self.wide_row("reads", "nothing but what was negotiated"),
            false => {
                let facts: Vec<_> = facts.into_iter().collect();
                let facts = facts.join(", ");
                self.wide_row(
                    "reads",
                    &format!("what was negotiated, and of facts: {facts}"),
                );
            }
        }
    }

    /// Everything that holds.
    fn whole(&mut self, effective: &Effective<'_>, basis: &Basis, role: Option<Role>) {
        let offers = Offers::of(effective, &basis.library, basis.today);
        let lines = effective.lines();
        self.lines_of(&lines, &["profile"], role);
        if offers.offer.is_none() {
            self.wide_row("offered", NOTHING);
        }
        let whole = |key| line_of(&lines, key);
        self.values("versions", &offers.versions, whole("versions"));
        self.values("suites", &offers.cipher_suites, whole("cipher_suites"));
        self.values("groups", &offers.groups, whole("groups"));
        self.signatures(effective, basis);
        self.lines_of(&lines, &OTHERS, role);
        self.client_auth(offers.client_auth, role);
        self.certificates(&lines, role);
    }

    /// The lines with these keys, one row each.
    pub(super) fn lines_of(&mut self, lines: &[Line], keys: &[&str], role: Option<Role>) {
        let mut before = "";
        for line in lines.iter().filter(|line| keys.contains(&line.key)) {
            if line.role.is_some() && role.is_some() && line.role != role {
                continue;
            }
            let label = label(line.key);
            let shown = if label == before { "" } else { label };
            self.origin_row(shown, &line.value, &line.from.to_string());
            before = label;
        }
    }

    fn client_auth(&mut self, client_auth: ClientAuth, role: Option<Role>) {
        if role == Some(Role::Client) {
            return;
        }
        let asks = match client_auth {
            ClientAuth::None => return,
            ClientAuth::Request => "servers ask for a certificate, and go on without one",
            ClientAuth::Require => "servers ask for a certificate, and refuse clients without one",
        };
        self.origin_row("clients", asks, "");
    }

    /// What is asked of certificates: of both ends, of servers, of clients.
    pub(super) fn certificates(&mut self, lines: &[Line], role: Option<Role>) {
        for (label, of) in [
            ("certificate", None),
            ("of servers", Some(Role::Client)),
            ("of clients", Some(Role::Server)),
        ] {
            if of.is_some() && role.is_some() && of != role {
                continue;
            }
            let asked = lines.iter();
            let asked = asked.filter(|line| line.key.contains("_certificate") && line.role == of);
            let asked: Vec<_> = asked
                .map(|line| (asks(line), line.from.to_string()))
                .collect();
            self.origin_list(label, &asked);
        }
    }
}

/// The keys that are told in a line each, but for lists and certificates.
pub(super) const OTHERS: [&str; 5] = ["post_quantum", "not_listed", "alpn", "resumption", "sunset"];

pub(super) fn label(key: &str) -> &'static str {
    match key {
        "profile" => "profile",
        "versions" => "versions",
        "cipher_suites" => "suites",
        "groups" => "groups",
        "signature_schemes" => "signatures",
        "not_listed" => "not listed",
        "post_quantum" => "post-quantum",
        "alpn" => "alpn",
        "resumption" => "resumption",
        "sunset" => "sunset",
        _ if key.starts_with("client_") => "of clients",
        _ => "certificate",
    }
}

/// `min rsa: 2048 bits`
pub(super) fn asks(line: &Line) -> String {
    let (_, name) = line.key.rsplit_once('.').unwrap_or(("", line.key));
    let unit = ["_days", "_bits"];
    let name = unit
        .iter()
        .fold(name, |name, unit| name.trim_end_matches(unit));
    format!("{}: {}", name.replace('_', " "), line.value)
}

/// The line with this key.
pub(super) fn line_of<'a>(lines: &'a [Line], key: &str) -> Option<&'a Line> {
    lines.iter().find(|line| line.key == key)
}

pub(super) const NOTHING: &str =
    "nothing: no version is left that has both a cipher suite and a group";
