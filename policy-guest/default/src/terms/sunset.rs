//! What may be used until a day, and no longer.

use countersign_names::{CipherSuite, Group, SignatureScheme, Version};
use countersign_policy_sdk::{Finding, Session, facts};

use super::{Allowed, Kind, Terms};
use crate::{Code, date::Date, profiles::Until, settings};

/// From how many days before the end of a standard's use on there is a warning.
const PROFILE_WARN_DAYS: u32 = 365;

/// The days after which something may no longer be used.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sunsets(Vec<settings::Sunset>);

/// When something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The last day on which it may be used, and from how many days before on there is a warning. None: always.
    On { day: Date, warn_days: Option<u32> },
    /// The standard promises its use up to this day and may have been renewed since.
    NotBefore(Date),
}

/// A kind of value that a sunset can be for.
pub(crate) trait Fading: Kind + std::fmt::Display {
    fn of_sunset(sunset: &settings::Sunset) -> &[Self];
}

impl Fading for Version {
    fn of_sunset(sunset: &settings::Sunset) -> &[Self] {
        &sunset.versions
    }
}

impl Fading for CipherSuite {
    fn of_sunset(sunset: &settings::Sunset) -> &[Self] {
        &sunset.cipher_suites
    }
}

impl Fading for Group {
    fn of_sunset(sunset: &settings::Sunset) -> &[Self] {
        &sunset.groups
    }
}

impl Fading for SignatureScheme {
    fn of_sunset(sunset: &settings::Sunset) -> &[Self] {
        &sunset.signature_schemes
    }
}

impl Sunsets {
    pub(super) fn of(said: &[settings::Sunset]) -> Self {
        Self(said.to_vec())
    }

    /// Each, as it is said.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn each(&self) -> &[settings::Sunset] {
        &self.0
    }

    /// Whether a day is said for any value of a kind.
    fn is_for<T: Fading>(&self) -> bool {
        self.0.iter().any(|sunset| !T::of_sunset(sunset).is_empty())
    }

    /// The first day that is said for a value.
    fn of_value<T: Fading>(&self, value: T) -> Option<End> {
        self.first(|sunset| T::of_sunset(sunset).contains(&value))
    }

    /// The first day that is said for everything.
    fn of_all(&self) -> Option<End> {
        self.first(|sunset| sunset.profile)
    }

    fn first(&self, is_meant: impl Fn(&settings::Sunset) -> bool) -> Option<End> {
        let meant = self.0.iter().filter(|sunset| is_meant(sunset));
        let first = meant.min_by_key(|sunset| sunset.until)?;
        Some(End::On {
            day: first.until,
            warn_days: first.warn_days,
        })
    }
}

impl End {
    /// Whether the day is over.
    fn is_over(self, today: Date) -> bool {
        match self {
            Self::On { day, .. } => today > day,
            Self::NotBefore(_) => false,
        }
    }

    /// What there is to say of something on a day.
    fn finding(self, of: &dyn std::fmt::Display, today: Date) -> Option<Finding> {
        match self {
            Self::On { day, .. } if today > day => Some(Code::SunsetPassed.finding(format!(
                "{of} may no longer be used: its last day was {day}."
            ))),
            Self::On { day, warn_days } => {
                let left = day.days() - today.days();
                let warns = warn_days.is_none_or(|days| left <= days);
                warns.then(|| {
                    Code::SunsetAhead.finding(format!("{of} may be used until {day} only."))
                })
            }
            Self::NotBefore(day) if today > day => Some(Code::SunsetReview.finding(format!(
                "{of} was promised until {day}: see whether the standard has renewed it."
            ))),
            Self::NotBefore(_) => None,
        }
    }
}

impl Terms {
    /// When the use of a value ends, if it does.
    pub(crate) fn end_of<T: Fading>(&self, allowed: &Allowed<T>, value: T) -> Option<End> {
        self.sunsets
            .of_value(value)
            .or_else(|| match allowed.until(value) {
                Until::Open => None,
                Until::Year(year) => Some(End::On {
                    day: Date::end_of(year),
                    warn_days: Some(PROFILE_WARN_DAYS),
                }),
                Until::AtLeast(year) => Some(End::NotBefore(Date::end_of(year))),
            })
    }

    /// What there is to say of a session because of the day. The day is read only if something of it ends at all.
    pub(crate) fn fading(&self, session: &Session) -> Vec<Finding> {
        let mut today = Today::default();
        let mut findings = Vec::new();
        let all = self.sunsets.of_all().and_then(|end| {
            let name = self.profile.map_or("this policy", |profile| profile.name);
            end.finding(&name, today.get())
        });
        findings.extend(all);
        findings.extend(self.fading_value(&self.versions, session.version, &mut today));
        findings.extend(self.fading_value(&self.cipher_suites, session.cipher_suite, &mut today));
        if let Some(group) = session.group {
            findings.extend(self.fading_value(&self.groups, group, &mut today));
        }
        findings
    }

    /// Whether it matters with which scheme a peer signs.
    pub(crate) fn asks_of_signature(&self) -> bool {
        !self.signature_schemes.is_everything() || self.sunsets.is_for::<SignatureScheme>()
    }

    /// The same of the scheme that the peer signed with.
    pub(crate) fn fading_signature(&self, scheme: SignatureScheme) -> Option<Finding> {
        self.fading_value(&self.signature_schemes, scheme, &mut Today::default())
    }

    fn fading_value<T: Fading>(
        &self,
        allowed: &Allowed<T>,
        value: T,
        today: &mut Today,
    ) -> Option<Finding> {
        self.end_of(allowed, value)?.finding(&value, today.get())
    }

    /// Whether a value may no longer be used.
    pub(crate) fn is_over<T: Fading>(
        &self,
        allowed: &Allowed<T>,
        value: T,
        today: &mut Today,
    ) -> bool {
        let over = |end: Option<End>, today: &mut Today| {
            end.is_some_and(|end| matches!(end, End::On { .. }) && end.is_over(today.get()))
        };
        over(self.sunsets.of_all(), today) || over(self.end_of(allowed, value), today)
    }
}

/// The day, read when it is first asked for.
#[derive(Default)]
pub(crate) struct Today(Option<Date>);

impl Today {
    fn get(&mut self) -> Date {
        *self
            .0
            .get_or_insert_with(|| Date::from_days(facts::today()))
    }
}
