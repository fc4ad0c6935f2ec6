//! The kinds of values that settings list.

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};

use super::{Effective, Origin, path};
use crate::{
    settings::{Choice, Said, Versions},
    terms::{Allowed, Base, Fading, Terms},
};

/// A kind of value that settings list.
pub(super) trait Listable: Fading {
    /// The key of the settings.
    const KEY: &'static str;

    /// What holds of it.
    fn allowed(terms: &Terms) -> &Allowed<Self>;

    /// How it is said, if it is.
    fn style(said: &Said<'_>) -> Option<Style>;
}

/// How a list is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// What is allowed, or between which bounds.
    Whole,
    /// What is denied.
    Deny,
    /// What is added and removed.
    Change,
}

impl Style {
    fn of<T>(choice: &Choice<T>) -> Self {
        match choice {
            Choice::Allow(_) => Self::Whole,
            Choice::Deny(_) => Self::Deny,
            Choice::Change(_) => Self::Change,
        }
    }
}

impl Listable for Version {
    const KEY: &'static str = "versions";

    fn allowed(terms: &Terms) -> &Allowed<Self> {
        &terms.versions
    }

    fn style(said: &Said<'_>) -> Option<Style> {
        said.versions.map(|versions| match versions {
            Versions::Named(choice) => Style::of(choice),
            Versions::Range(_) => Style::Whole,
        })
    }
}

impl Listable for CipherSuite {
    const KEY: &'static str = "cipher_suites";

    fn allowed(terms: &Terms) -> &Allowed<Self> {
        &terms.cipher_suites
    }

    fn style(said: &Said<'_>) -> Option<Style> {
        said.cipher_suites.map(Style::of)
    }
}

impl Listable for Group {
    const KEY: &'static str = "groups";

    fn allowed(terms: &Terms) -> &Allowed<Self> {
        &terms.groups
    }

    fn style(said: &Said<'_>) -> Option<Style> {
        said.groups.map(Style::of)
    }
}

impl Listable for SignatureScheme {
    const KEY: &'static str = "signature_schemes";

    fn allowed(terms: &Terms) -> &Allowed<Self> {
        &terms.signature_schemes
    }

    fn style(said: &Said<'_>) -> Option<Style> {
        said.signature_schemes.map(Style::of)
    }
}

impl Effective<'_> {
    /// Where the settings say a list that counts here, and how. With a profile of its own, a rule has nothing of the lists at the top.
    fn said_at<T: Listable>(&self) -> Option<(String, Style)> {
        if let Some(style) = T::style(&self.said) {
            return Some((format!("{}.{}", path(self.number), T::KEY), style));
        }
        let style = T::style(&self.top).filter(|_| self.said.profile.is_none())?;
        Some((format!("$.{}", T::KEY), style))
    }

    /// Where a list comes from as a whole.
    pub(super) fn of_list<T: Listable>(&self) -> Origin {
        match (self.said_at::<T>(), &T::allowed(self.terms).base) {
            (Some((place, _)), _) => Origin::Settings(place),
            (None, Base::Profile(profile)) => Origin::Profile(profile.name),
            (None, _) => Origin::Default,
        }
    }

    /// Where it comes from that a value is allowed or not.
    pub(super) fn of_value<T: Listable>(&self, value: T) -> Origin {
        let allowed = T::allowed(self.terms);
        let is_removed = allowed.forbidden.contains(&value);
        match (self.said_at::<T>(), &allowed.base) {
            (Some((place, Style::Change)), _) if is_removed => {
                Origin::Settings(format!("{place}.remove"))
            }
            (Some((place, Style::Change)), _) if allowed.added.contains(&value) => {
                Origin::Settings(format!("{place}.add"))
            }
            (Some((place, Style::Deny)), _) => Origin::Settings(format!("{place}.deny")),
            (Some((place, Style::Whole)), _) => Origin::Settings(place),
            (_, Base::Profile(profile)) => Origin::Profile(profile.name),
            (_, _) => Origin::Default,
        }
    }
}
