//! The values that terms name, and how each of them stands.

use std::fmt::Display;

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};

use super::{Effective, Origin, kind::Listable};
use crate::{
    Date,
    objection::Objection,
    profiles::Until,
    settings::{NotListed, Sunset},
    terms::Base,
};

/// The values of a kind that terms name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// Those that are allowed, the most wanted first where there is an order.
    pub allowed: Vec<T>,
    /// Whether others are allowed too, which nobody names.
    pub is_open: bool,
    /// Those that are forbidden by name.
    pub forbidden: Vec<T>,
}

/// How a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What decides about it.
    pub from: Origin,
    /// Whether it is allowed.
    pub state: State,
    /// The last day on which it may be used, if there is one.
    pub last_day: Option<LastDay>,
}

/// Whether a value is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is.
    Allowed,
    /// It is in no list, and passes with a warning.
    Tolerated,
    /// It is not, for this reason.
    Refused(String),
}

/// A last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastDay {
    /// The day.
    pub day: Date,
    /// Who says so.
    pub from: Origin,
    /// Whether it is only promised up to that day, and may have been renewed.
    pub is_promise: bool,
}

impl LastDay {
    /// Whether the value may no longer be used.
    #[must_use]
    pub fn is_over(&self, today: Date) -> bool {
        today > self.day && !self.is_promise
    }
}

impl Effective<'_> {
    /// The versions.
    #[must_use]
    pub fn versions(&self) -> Listing<Version> {
        let mut listing = self.listing();
        if let Base::Range(range) = &self.terms.versions.base {
            let allowed = Version::all().filter(|&one| self.terms.versions.allows(one));
            listing.allowed = allowed.collect();
            listing.is_open = range.max.is_none();
        }
        listing
    }

    /// The cipher suites.
    #[must_use]
    pub fn cipher_suites(&self) -> Listing<CipherSuite> {
        self.listing()
    }

    /// The groups.
    #[must_use]
    pub fn groups(&self) -> Listing<Group> {
        self.listing()
    }

    /// The schemes with which peers may sign handshakes.
    #[must_use]
    pub fn signature_schemes(&self) -> Listing<SignatureScheme> {
        self.listing()
    }

    /// How a version stands.
    #[must_use]
    pub fn standing_of_version(&self, version: Version) -> Standing {
        self.standing(version)
    }

    /// How a cipher suite stands.
    #[must_use]
    pub fn standing_of_cipher_suite(&self, suite: CipherSuite) -> Standing {
        self.standing(suite)
    }

    /// How a group stands.
    #[must_use]
    pub fn standing_of_group(&self, group: Group) -> Standing {
        self.standing(group)
    }

    /// How a signature scheme stands.
    #[must_use]
    pub fn standing_of_signature_scheme(&self, scheme: SignatureScheme) -> Standing {
        self.standing(scheme)
    }

    /// The last day for everything, if there is one.
    #[must_use]
    pub fn last_day_of_all(&self) -> Option<LastDay> {
        self.own_day(|sunset| sunset.profile)
    }

    pub(super) fn standing<T: Listable + Display>(&self, value: T) -> Standing {
        let objection = T::allowed(self.terms).objection(value);
        let passes = |objection: &Objection<'_, T>| {
            objection.is_not_listed() && self.terms.not_listed == NotListed::Warn
        };
        let (state, from) = match objection {
            None => (State::Allowed, self.of_value(value)),
            Some(objection) if passes(&objection) => {
                let from = self.origin("not_listed", |said| said.not_listed.is_some());
                (State::Tolerated, from)
            }
            Some(objection) => {
                let why = objection.sentence(&value);
                (State::Refused(why), self.of_value(value))
            }
        };
        Standing {
            from,
            state,
            last_day: self.last_day(value),
        }
    }

    /// The last day for a value: that of the settings, else that of the standard.
    pub(super) fn last_day<T: Listable>(&self, value: T) -> Option<LastDay> {
        let own = self.own_day(|sunset| T::of_sunset(sunset).contains(&value));
        own.or_else(|| {
            let (year, is_promise) = match T::allowed(self.terms).until(value) {
                Until::Open => return None,
                Until::Year(year) => (year, false),
                Until::AtLeast(year) => (year, true),
            };
            Some(LastDay {
                day: Date::end_of(year),
                from: Origin::Profile(self.terms.profile?.name),
                is_promise,
            })
        })
    }

    /// The first of the days that the settings say.
    fn own_day(&self, is_meant: impl Fn(&Sunset) -> bool) -> Option<LastDay> {
        let sunsets = self.terms.sunsets.each().iter().enumerate();
        let meant = sunsets.filter(|(_, sunset)| is_meant(sunset));
        let (at, first) = meant.min_by_key(|(_, sunset)| sunset.until)?;
        let place = self.place("sunset", |said| said.sunset.is_some())?;
        Some(LastDay {
            day: first.until,
            from: Origin::Settings(format!("{place}[{at}]")),
            is_promise: false,
        })
    }

    fn listing<T: Listable>(&self) -> Listing<T> {
        let allowed = T::allowed(self.terms);
        let mut values = match &allowed.base {
            Base::Safe(safe) => safe.clone(),
            Base::Profile(profile) => T::of(profile).map(|listed| listed.value).collect(),
            Base::These(these) => these.clone(),
            Base::Range(_) | Base::Everything => Vec::new(),
        };
        for &added in &allowed.added {
            if !values.contains(&added) {
                values.push(added);
            }
        }
        values.retain(|&value| allowed.allows(value));
        Listing {
            allowed: values,
            is_open: matches!(allowed.base, Base::Range(_) | Base::Everything),
            forbidden: allowed.forbidden.clone(),
        }
    }
}
