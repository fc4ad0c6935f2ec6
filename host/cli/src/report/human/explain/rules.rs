//! The rules, in the order in which they are looked at, and what each changes.

use countersign_default_policy::explain::{Effective, Line};
use countersign_policy_sdk::Role;

use super::{
    INDENT, Page, TITLE, overview,
    overview::{NOTHING, line_of},
    text,
};
use crate::explain::{Basis, Kind, Offers, Part};

/// The keys that have lists of values.
const LISTS: [&str; 3] = ["versions", "cipher_suites", "groups"];

impl Page {
    /// All rules. One that is for the other end only is not shown.
    pub(super) fn all_rules(&mut self, basis: &Basis, role: Option<Role>) {
        let top = basis.explanation.top();
        let all = Offers::of(&top, &basis.library, basis.today);
        let rules: Vec<_> = basis.explanation.rules().collect();
        if rules.is_empty() {
            return;
        }
        self.part(
            "RULES",
            "the first that holds counts, and changes this of what stands above",
        );
        for (at, rule) in rules.iter().enumerate() {
            if role.is_some() && rule.role().is_some() && rule.role() != role {
                continue;
            }
            let next = rules.get(at + 1).unwrap_or(&top);
            self.rule(at + 1, rule, next);
            let role = rule.role().or(role);
            self.changes(rule, basis, &all, role);
        }
    }

    fn rule(&mut self, number: usize, rule: &Effective<'_>, next: &Effective<'_>) {
        let when = text::line(&rule.when().unwrap_or_default());
        let path = rule.path();
        self.line(&format!("  {TITLE}{number}. {when}{TITLE:#}  {path}"));
        self.wide_row("order", &rule.before(next));
    }

    fn changes(&mut self, rule: &Effective<'_>, basis: &Basis, top: &Offers, role: Option<Role>) {
        let changes = basis.explanation.changes(rule);
        if changes.is_none() {
            return self.line(&format!("{INDENT}nothing changes"));
        }
        let here = Offers::of(rule, &basis.library, basis.today);
        self.lines_of(&changes.new, &["profile"], role);
        if here.offer.is_none() {
            self.wide_row("offered", NOTHING);
        }
        let lines = rule.lines();
        let whole = |key| line_of(&lines, key);
        self.part_of("versions", &here.versions, &top.versions, whole("versions"));
        self.part_of(
            "suites",
            &here.cipher_suites,
            &top.cipher_suites,
            whole("cipher_suites"),
        );
        self.part_of("groups", &here.groups, &top.groups, whole("groups"));
        self.lines_of(&changes.new, &["signature_schemes"], role);
        self.lines_of(&changes.new, &overview::OTHERS, role);
        self.certificates(&changes.new, role);
        let gone: Vec<_> = changes
            .gone
            .iter()
            .filter(|line| !LISTS.contains(&line.key))
            .collect();
        for line in gone {
            self.gone(line);
        }
    }

    /// What differs from the top: what is offered in full, of the rest only what is new.
    fn part_of<T: Kind>(
        &mut self,
        label: &str,
        here: &Part<T>,
        top: &Part<T>,
        whole: Option<&Line>,
    ) {
        if here == top {
            return;
        }
        let part = Part {
            offered: here.offered.clone(),
            idle: here
                .idle
                .iter()
                .filter(|one| !top.idle.contains(one))
                .cloned()
                .collect(),
            removed: here
                .removed
                .iter()
                .filter(|one| !top.removed.contains(one))
                .cloned()
                .collect(),
            is_open: here.is_open && !top.is_open,
        };
        self.values(label, &part, whole);
    }

    fn gone(&mut self, line: &Line) {
        let what = match line.key.contains("_certificate") {
            true => overview::asks(line),
            false => format!("{}: {}", overview::label(line.key), line.value),
        };
        self.origin_row("no longer", &what, &line.from.to_string());
    }
}
