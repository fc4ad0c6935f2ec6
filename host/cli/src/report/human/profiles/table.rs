//! Which profiles there are.

use countersign_default_policy::profiles::{self, Checked, Profile};

use crate::{
    profiles::Library,
    report::human::{Page, TITLE, WARNING},
};

/// Every profile on a line, and what the aliases stand for.
pub(super) fn all(library: &Library) -> String {
    let mut page = Page::default();
    let columns = Columns::new();
    page.line(&columns.head());
    for profile in profiles::all() {
        page.line(&columns.row(profile, library));
    }
    page.line("");
    page.aliases(columns.name);
    page.done()
}

/// How wide the columns are.
struct Columns {
    name: usize,
    version: usize,
    speaks: usize,
}

impl Columns {
    fn new() -> Self {
        let widest = |of: fn(&Profile) -> usize| {
            let widths = profiles::all().iter().map(of);
            widths.max().unwrap_or_default()
        };
        Self {
            name: widest(|profile| profile.name.len()),
            version: widest(|profile| profile.about.version.len()),
            speaks: widest(|profile| versions(profile).len()),
        }
    }

    fn head(&self) -> String {
        let Self {
            name,
            version,
            speaks,
        } = self;
        let head = format!(
            "{:name$}  {:version$}  {:10}  {:speaks$}  CHECKED",
            "PROFILE", "VERSION", "DATE", "TLS"
        );
        format!("{TITLE}{head}{TITLE:#}")
    }

    fn row(&self, profile: &Profile, library: &Library) -> String {
        let Self {
            name,
            version,
            speaks,
        } = self;
        let line = format!(
            "{:name$}  {:version$}  {:10}  {:speaks$}  ",
            profile.name,
            profile.about.version,
            profile.about.date,
            versions(profile)
        );
        let checked = profile.about.checked.word();
        let checked = match profile.about.checked {
            Checked::Whole => checked.to_owned(),
            Checked::InPart | Checked::SecondHand => format!("{WARNING}{checked}{WARNING:#}"),
        };
        match library.usable(profile) {
            Some(_) => line + &checked,
            None => format!("{line}{checked}, {WARNING}not spoken{WARNING:#}"),
        }
    }
}

/// `1.2 1.3`
fn versions(profile: &Profile) -> String {
    let versions = profile.versions.iter();
    let numbers = versions.filter_map(|version| version.protocol_version());
    numbers.collect::<Vec<_>>().join(" ")
}

impl Page {
    fn aliases(&mut self, columns: usize) {
        let head = format!("{:columns$}  IN THIS VERSION", "ALIAS");
        self.line(&format!("{TITLE}{head}{TITLE:#}"));
        for (alias, name) in profiles::aliases() {
            self.line(&format!("{alias:columns$}  {name}"));
        }
    }
}
