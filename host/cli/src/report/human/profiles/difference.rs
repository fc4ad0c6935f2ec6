//! In what two profiles differ.

use countersign_default_policy::profiles::{Found, Profile, Until};

use super::{spoken, written};
use crate::{
    profiles::{Difference, Lists, Spoken},
    report::{
        human::{Page, TITLE},
        rules,
    },
};

/// The report on two profiles.
pub(super) fn between(a: Found, b: Found) -> String {
    let mut page = Page::default();
    page.party("A", a);
    page.party("B", b);
    let (a, b) = (a.profile, b.profile);
    page.difference("versions", &Difference::versions(a, b));
    let suites = Difference::new(a.cipher_suites, b.cipher_suites);
    page.difference("suites", &suites);
    page.difference("groups", &Difference::new(a.groups, b.groups));
    let signatures = Difference::of(a.signature_schemes, b.signature_schemes);
    page.difference("signatures", &signatures);
    let chain = Difference::of(
        a.certificate_signature_schemes,
        b.certificate_signature_schemes,
    );
    page.difference("chain", &chain);
    page.differing_rules(a, b);
    page.done()
}

impl Page {
    /// `A mozilla-6.0-modern (mozilla-modern): 6.0, of 2026-04-06`
    fn party(&mut self, word: &str, found: Found) {
        let Profile { name, about, .. } = found.profile;
        let alias = found.alias.map(|alias| format!(" ({alias})"));
        let alias = alias.unwrap_or_default();
        self.line(&format!(
            "{TITLE}{word}{TITLE:#} {name}{alias}: {}, of {}",
            about.version, about.date
        ));
    }

    fn difference<T: Spoken>(&mut self, label: &str, difference: &Difference<T>) {
        let lists = match difference.lists {
            Lists::Both => None,
            Lists::OnlyA => Some("B names none"),
            Lists::OnlyB => Some("A names none"),
            Lists::Neither => Some("neither names any"),
        };
        let lists = lists.map(str::to_owned).into_iter();
        let only_a = difference.only_a.iter().map(|a| format!("only A  {a}"));
        let only_b = difference.only_b.iter().map(|b| format!("only B  {b}"));
        let order = difference.order.iter();
        let order = order.map(|(a, b)| format!("order   A has {a} where B has {b}"));
        let until = difference.until.iter();
        let until =
            until.map(|(value, a, b)| format!("until   {value}: A {}, B {}", year(*a), year(*b)));
        let lines = lists.chain(only_a).chain(only_b).chain(order).chain(until);
        self.rows(label, lines.collect());
    }

    fn differing_rules(&mut self, a: &Profile, b: &Profile) {
        let differing = rules::differing(&a.certificate, &b.certificate).into_iter();
        let lines = differing.map(|(key, a, b)| {
            let (a, b) = (written(&a), written(&b));
            format!("{}: A {a}; B {b}", spoken(key))
        });
        self.rows("certificate", lines.collect());
    }

    /// The lines under one label.
    fn rows(&mut self, label: &str, lines: Vec<String>) {
        if lines.is_empty() {
            self.row(label, "the same");
        }
        for (at, line) in lines.iter().enumerate() {
            self.list(if at == 0 { label } else { "" }, line);
        }
    }
}

fn year(until: Until) -> String {
    match until {
        Until::Open => "without an end".to_owned(),
        until => until.to_string(),
    }
}
