//! What holds, line by line, and where each line comes from.

use std::fmt::{self, Display};

use countersign_policy_sdk::settings::Setting;

use super::{Effective, path};
use crate::{
    settings::{Alpn, Said, Sunset},
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
}

/// Where something that holds comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It holds without settings.
    Default,
    /// The standard of this name says it.
    Profile(&'static str),
    /// The settings say it at this place, a JSONPath.
    Settings(String),
}

impl Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::Settings(path) => f.write_str(path),
        }
    }
}

impl Effective<'_> {
    /// Everything that holds, in the order of the settings' documentation.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let terms = self.terms;
        let mut lines = Vec::new();
        let mut add = |key, value: String, from| lines.push(Line { key, value, from });
        if let (Some(profile), Some(name)) = (terms.profile, self.said.profile.or(self.top.profile))
        {
            let value = match name.alias {
                Some(alias) => format!("{} (what {alias} means in this version)", profile.name),
                None => profile.name.to_owned(),
            };
            add(
                "profile",
                value,
                self.origin("profile", |said| said.profile.is_some()),
            );
        }
        add(
            "versions",
            listed(&terms.versions),
            self.of_list("versions", &terms.versions, |said| said.versions.is_some()),
        );
        let suites = &terms.cipher_suites;
        add(
            "cipher_suites",
            listed(suites),
            self.of_list("cipher_suites", suites, |said| said.cipher_suites.is_some()),
        );
        add(
            "groups",
            listed(&terms.groups),
            self.of_list("groups", &terms.groups, |said| said.groups.is_some()),
        );
        add(
            "not_listed",
            terms.not_listed.word().to_owned(),
            self.origin("not_listed", |said| said.not_listed.is_some()),
        );
        add(
            "post_quantum",
            terms.post_quantum.word().to_owned(),
            self.origin("post_quantum", |said| said.post_quantum.is_some()),
        );
        add(
            "alpn",
            alpn(terms.alpn.as_ref()),
            self.origin("alpn", |said| said.alpn.is_some()),
        );
        let resumption = if terms.resumption {
            "allowed"
        } else {
            "not allowed"
        };
        add(
            "resumption",
            resumption.to_owned(),
            self.origin("resumption", |said| said.resumption.is_some()),
        );
        for sunset in terms.sunsets.each() {
            add(
                "sunset",
                sunset.to_string(),
                self.origin("sunset", |said| said.sunset.is_some()),
            );
        }
        lines.extend(self.certificates());
        lines
    }

    /// What is asked of certificates: the standard's rules first, where they count.
    fn certificates(&self) -> Vec<Line> {
        let (peer, client) = (
            self.said.peer_certificate.or(self.top.peer_certificate),
            self.said.client_certificate.or(self.top.client_certificate),
        );
        let of_profile = self.terms.profile.map(|profile| Line {
            key: "peer_certificate",
            value: format!(
                "of servers: as `countersign profiles {}` shows",
                profile.name
            ),
            from: Origin::Profile(profile.name),
        });
        let of_peer = peer.and_then(Setting::written).map(|written| Line {
            key: "peer_certificate",
            value: written.to_string(),
            from: self.origin("peer_certificate", |said| said.peer_certificate.is_some()),
        });
        let of_client = client.and_then(Setting::written).map(|written| Line {
            key: "client_certificate",
            value: written.to_string(),
            from: self.origin("client_certificate", |said| {
                said.client_certificate.is_some()
            }),
        });
        of_profile
            .into_iter()
            .chain(of_peer)
            .chain(of_client)
            .collect()
    }

    /// Where a value comes from that is either in the settings or not.
    fn origin(&self, key: &str, is_said: impl Fn(&Said<'_>) -> bool) -> Origin {
        if is_said(&self.said) {
            return Origin::Settings(format!("{}.{key}", path(self.number)));
        }
        match is_said(&self.top) {
            true => Origin::Settings(format!("$.{key}")),
            false => Origin::Default,
        }
    }

    /// Where a list comes from. With a profile of its own, a rule has nothing of the lists at the top.
    pub(super) fn of_list<T: Kind>(
        &self,
        key: &str,
        allowed: &Allowed<T>,
        is_said: impl Fn(&Said<'_>) -> bool,
    ) -> Origin {
        let of_top = self.number.is_none() || self.said.profile.is_none();
        match (is_said(&self.said) || of_top, &allowed.base) {
            (true, _) if is_said(&self.said) || is_said(&self.top) => self.origin(key, is_said),
            (_, Base::Profile(profile)) => Origin::Profile(profile.name),
            _ => Origin::Default,
        }
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

fn words<T: Display>(values: &[T]) -> String {
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

impl Display for Sunset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_all = self.profile.then(|| "everything".to_owned());
        let each = [
            words(&self.versions),
            words(&self.cipher_suites),
            words(&self.groups),
        ];
        let what: Vec<_> = of_all
            .into_iter()
            .chain(each)
            .filter(|words| !words.is_empty())
            .collect();
        write!(f, "{} until {}", what.join(", "), self.until)?;
        match self.warn_days {
            Some(days) => write!(f, ", with a warning from {days} days before"),
            None => Ok(()),
        }
    }
}
