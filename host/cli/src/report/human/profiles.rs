//! Published standards, for people.

mod difference;
mod table;

use anstyle::Style;
use countersign_default_policy::profiles::{self, Checked, Listed, Profile, Until, signature};
use serde_json::Value;

use super::{Page, TITLE, WARNING, page::INDENT, page::LABEL, page::LABEL_COLUMNS};
use crate::{
    profiles::{Asked, Library, Spoken},
    report::rules,
};

/// What stands behind an entry that the TLS library does not know.
const NOT_SPOKEN: &str = "not spoken here";

/// The report on profiles.
pub(in crate::report) fn profiles(asked: Asked, library: &Library) -> String {
    match asked {
        Asked::All => table::all(library),
        Asked::One(found) => one(found.profile, library),
        Asked::Difference(a, b) => difference::between(a, b),
    }
}

fn one(profile: &Profile, library: &Library) -> String {
    let mut page = Page::default();
    page.publication(profile);
    page.here(profile, library);
    let versions = profile.versions.iter();
    let versions: Vec<_> = versions.map(|&value| listed(value)).collect();
    page.entries("versions", &versions, library);
    page.entries("suites", profile.cipher_suites, library);
    page.entries("groups", profile.groups, library);
    match profile.signature_schemes {
        Some(schemes) => page.entries("signatures", schemes, library),
        None => page.row("signatures", "the publication names none"),
    }
    if let Some(schemes) = profile.certificate_signature_schemes {
        page.entries("chain", schemes, library);
    }
    page.rules(profile);
    page.done()
}

fn listed<T>(value: T) -> Listed<T> {
    let until = Until::Open;
    Listed { value, until }
}

impl Page {
    /// `PROFILE mozilla-6.0-modern`, and where it is from.
    fn publication(&mut self, profile: &Profile) {
        let name = profile.name;
        self.line(&format!("{TITLE}PROFILE{TITLE:#} {name}"));
        self.row("title", profile.about.title);
        let aliases = profiles::aliases().iter();
        let aliases = aliases.filter(|(_, target)| *target == name);
        for (at, (alias, _)) in aliases.enumerate() {
            let now = format!("{alias}, which moves: in this version it is {name}");
            self.row(if at == 0 { "alias" } else { "" }, &now);
        }
        self.row(
            "version",
            &format!("{}, of {}", profile.about.version, profile.about.date),
        );
        self.list("source", profile.about.source);
        let style = match profile.about.checked {
            Checked::Whole => LABEL,
            Checked::InPart | Checked::SecondHand => WARNING,
        };
        self.styled_list(style, "verified", profile.about.verified);
        for (at, note) in profile.about.notes.iter().enumerate() {
            self.list(if at == 0 { "notes" } else { "" }, note);
        }
    }

    /// How much of it can be negotiated.
    fn here(&mut self, profile: &Profile, library: &Library) {
        let Some(usable) = library.usable(profile) else {
            let none = "nothing of it can be negotiated by this program";
            return self.styled_row(WARNING, "here", none);
        };
        let of = |some: usize, all: usize, what: &str| format!("{some} of {all} {what}");
        let parts = [
            of(usable.versions.len(), profile.versions.len(), "versions"),
            of(
                usable.cipher_suites.len(),
                profile.cipher_suites.len(),
                "cipher suites",
            ),
            of(usable.groups.len(), profile.groups.len(), "groups"),
        ];
        let parts = parts.join(", ");
        self.row("here", &format!("{parts} can be negotiated"));
    }

    fn entries<T: Spoken>(&mut self, label: &str, list: &[Listed<T>], library: &Library) {
        let widths = list.iter().map(|entry| entry.value.to_string().len());
        let columns = widths.max().unwrap_or_default();
        let widths = list.iter().map(|entry| years(entry.until).len());
        let until_columns = widths.max().unwrap_or_default();
        for (at, entry) in list.iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            let (value, until) = (entry.value, years(entry.until));
            let code: u16 = value.into();
            let text = format!("{value:columns$}  {code:#06x}{until:until_columns$}");
            match value.is_spoken(library) {
                true => self.row(label, text.trim_end()),
                false => self.marked_row(label, &text, NOT_SPOKEN),
            }
        }
    }

    fn rules(&mut self, profile: &Profile) {
        let rules = rules::all(&profile.certificate).into_iter();
        let rules: Vec<_> = rules.filter(|(_, rule)| !rule.is_null()).collect();
        for (at, (key, rule)) in rules.iter().enumerate() {
            let label = if at == 0 { "certificate" } else { "" };
            self.list(label, &format!("{}: {}", spoken(key), written(rule)));
        }
    }

    /// A row with a remark at its end.
    fn marked_row(&mut self, label: &str, text: &str, mark: &str) {
        let mark = format!("{WARNING}{mark}{WARNING:#}");
        self.line(&format!(
            "{INDENT}{LABEL}{label:LABEL_COLUMNS$}{LABEL:#}  {text}  {mark}"
        ));
    }

    /// A list whose label is to be noticed.
    fn styled_list(&mut self, style: Style, label: &str, text: &str) {
        let mut list = Self::default();
        list.list(label, text);
        let plain = format!("{LABEL}{label:LABEL_COLUMNS$}{LABEL:#}");
        let styled = format!("{style}{label:LABEL_COLUMNS$}{style:#}");
        for line in list.done().lines() {
            self.line(&line.replacen(&plain, &styled, 1));
        }
    }
}

/// `  until 2029+`
fn years(until: Until) -> String {
    match until {
        Until::Open => String::new(),
        until => format!("  until {until}"),
    }
}

/// A key as words: `min rsa bits`.
fn spoken(key: &str) -> String {
    key.replace('_', " ")
}

/// A rule as words; OIDs by their names.
fn written(rule: &Value) -> String {
    match rule {
        Value::Array(items) => {
            let items = items.iter().filter_map(Value::as_str);
            let names = items.map(|item| signature::name_of(item).unwrap_or(item));
            names.collect::<Vec<_>>().join(", ")
        }
        Value::Null => "anything".to_owned(),
        other => other.to_string(),
    }
}
