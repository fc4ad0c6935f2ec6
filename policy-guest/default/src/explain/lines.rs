//! What holds, line by line, and where each line comes from.

use std::fmt::{self, Display};

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};
use countersign_policy_sdk::Role;

use super::{Effective, Origin, kind::Listable};
use crate::{
    settings::{Alpn, Sunset},
    terms::{Allowed, Base, Kind},
};

/// One thing that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The key of the settings that it belongs to.
    pub key: &'static str,
    /// What holds, in words.
    pub value: String,
    /// Where it comes from.
    pub from: Origin,
    /// At which end of a connection it holds. None: at both.
    pub role: Option<Role>,
}

impl Effective<'_> {
    /// Everything that holds, in the order of the settings' documentation.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let lists = [
            self.list_line::<Version>(),
            self.list_line::<CipherSuite>(),
            self.list_line::<Group>(),
            self.list_line::<SignatureScheme>(),
        ];
        let mut lines: Vec<_> = self.profile_line().into_iter().chain(lists).collect();
        lines.extend(self.word_lines());
        lines.extend(self.sunset_lines());
        lines.extend(self.certificate_lines());
        lines.retain(|line| {
            line.role.is_none() || self.role().is_none_or(|_| line.role == self.role())
        });
        lines
    }

    fn profile_line(&self) -> Option<Line> {
        let name = self.said.profile.or(self.top.profile)?;
        let dated = name.profile.name;
        let value = match name.alias {
            Some(alias) => format!("{dated} (what {alias} means in this version)"),
            None => dated.to_owned(),
        };
        let from = self.origin("profile", |said| said.profile.is_some());
        Some(line("profile", value, from))
    }

    fn list_line<T: Listable + Display>(&self) -> Line {
        let value = listed(T::allowed(self.terms));
        line(T::KEY, value, self.of_list::<T>())
    }

    /// What is one word, or nearly so.
    fn word_lines(&self) -> [Line; 4] {
        let terms = self.terms;
        let resumption = match terms.resumption {
            true => "allowed",
            false => "not allowed",
        };
        [
            line(
                "not_listed",
                terms.not_listed.word().to_owned(),
                self.origin("not_listed", |said| said.not_listed.is_some()),
            ),
            line(
                "post_quantum",
                terms.post_quantum.word().to_owned(),
                self.origin("post_quantum", |said| said.post_quantum.is_some()),
            ),
            line(
                "alpn",
                alpn(terms.alpn.as_ref()),
                self.origin("alpn", |said| said.alpn.is_some()),
            ),
            line(
                "resumption",
                resumption.to_owned(),
                self.origin("resumption", |said| said.resumption.is_some()),
            ),
        ]
    }

    fn sunset_lines(&self) -> impl Iterator<Item = Line> {
        let place = self.place("sunset", |said| said.sunset.is_some());
        let place = place.unwrap_or_default();
        let sunsets = self.terms.sunsets.each().iter().enumerate();
        sunsets.map(move |(at, sunset)| {
            let from = Origin::Settings(format!("{place}[{at}]"));
            line("sunset", sunset.to_string(), from)
        })
    }
}

const fn line(key: &'static str, value: String, from: Origin) -> Line {
    let role = None;
    Line {
        key,
        value,
        from,
        role,
    }
}

fn listed<T: Kind + Display>(allowed: &Allowed<T>) -> String {
    let base = match &allowed.base {
        Base::Safe(safe) => words(safe),
        Base::Profile(profile) => words(
            &T::of(profile)
                .map(|listed| listed.value)
                .collect::<Vec<_>>(),
        ),
        Base::These(these) => words(these),
        Base::Range(range) => T::in_words(range),
        Base::Everything => "everything".to_owned(),
    };
    let more = match allowed.added.as_slice() {
        [] => String::new(),
        added => format!("; added: {}", words(added)),
    };
    let less = match allowed.forbidden.as_slice() {
        [] => String::new(),
        forbidden => format!("; forbidden: {}", words(forbidden)),
    };
    base + &more + &less
}

pub(super) fn words<T: Display>(values: &[T]) -> String {
    let words: Vec<_> = values.iter().map(ToString::to_string).collect();
    words.join(", ")
}

fn alpn(alpn: Option<&Alpn>) -> String {
    match alpn {
        None => "everything".to_owned(),
        Some(alpn) if alpn.required => format!("{}; there must be one", words(&alpn.allow)),
        Some(alpn) => words(&alpn.allow),
    }
}

impl Sunset {
    /// What may be used until its day.
    pub(super) fn what(&self) -> String {
        let of_all = self.profile.then(|| "everything".to_owned());
        let each = [
            words(&self.versions),
            words(&self.cipher_suites),
            words(&self.groups),
            words(&self.signature_schemes),
        ];
        let what = of_all.into_iter().chain(each);
        let what: Vec<_> = what.filter(|words| !words.is_empty()).collect();
        what.join(", ")
    }
}

impl Display for Sunset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} until {}", self.what(), self.until)?;
        match self.warn_days {
            Some(days) => write!(f, ", with a warning from {days} days before"),
            None => f.write_str(", with a warning until then"),
        }
    }
}
