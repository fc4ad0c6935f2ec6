//! What an operator should know of settings that are in order.

use std::fmt::Display;

use super::{Effective, Explanation, Listing, Origin, Standing, lines::words, path};
use crate::{
    Date,
    profiles::{Profile, Until},
};

/// Something that an operator should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The place in the settings, a JSONPath.
    pub path: String,
    /// What it is.
    pub message: String,
}

impl Explanation {
    /// Everything that there is to know on a day: what is over, and what changes nothing.
    #[must_use]
    pub fn warnings(&self, today: Date) -> Vec<Warning> {
        let mut warnings = self.top().over(today);
        let rules: Vec<_> = self.rules().collect();
        for rule in &rules {
            warnings.extend(rule.over(today));
        }
        let idle = rules.iter().filter(|rule| self.changes(rule).is_none());
        warnings.extend(idle.map(|rule| Warning {
            path: rule.path(),
            message: "this rule changes nothing: all that it says holds without it".to_owned(),
        }));
        warnings
    }
}

impl Effective<'_> {
    /// What is over of what is said here.
    fn over(&self, today: Date) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.said.sunset.is_some() {
            warnings.extend(self.sunsets_over(today));
        }
        if let Some(name) = self.said.profile {
            let place = format!("{}.profile", path(self.number));
            warnings.extend(self.profile_over(name.profile, &place, today));
        }
        warnings
    }

    fn sunsets_over(&self, today: Date) -> impl Iterator<Item = Warning> {
        let sunsets = self.terms.sunsets.each().iter().enumerate();
        let over = sunsets.filter(move |(_, sunset)| today > sunset.until);
        over.map(|(at, sunset)| Warning {
            path: format!("{}.sunset[{at}]", path(self.number)),
            message: format!(
                "in force since {}: {} may no longer be used; the last day was {}",
                next(sunset.until),
                sunset.what(),
                sunset.until
            ),
        })
    }

    /// Values of a standard whose time is over, year by year.
    fn profile_over(&self, profile: &Profile, place: &str, today: Date) -> Vec<Warning> {
        let mut over = Vec::new();
        gather(
            self.cipher_suites(),
            |one| self.standing_of_cipher_suite(one),
            today,
            &mut over,
        );
        gather(
            self.groups(),
            |one| self.standing_of_group(one),
            today,
            &mut over,
        );
        gather(
            self.signature_schemes(),
            |one| self.standing_of_signature_scheme(one),
            today,
            &mut over,
        );
        over.extend(self.signatures_over(today));
        over.sort_by_key(|(day, is_promise, _)| (*day, *is_promise));
        let groups = over.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
        let warning = |group: &[(Date, bool, String)]| {
            let (day, is_promise, _) = group[0];
            let names: Vec<_> = group.iter().map(|(_, _, name)| name).collect();
            let (names, name) = (words(&names), profile.name);
            let message = match is_promise {
                false => format!(
                    "in force since {}: of {name}, {names} may no longer be used; the last day was {day}",
                    next(day)
                ),
                true => format!("{name} promised {names} until {day}: see whether it was renewed"),
            };
            let path = place.to_owned();
            Warning { path, message }
        };
        groups.map(warning).collect()
    }

    /// Signatures of certificates that the standard no longer allows, unless the settings say which are allowed.
    fn signatures_over(&self, today: Date) -> Vec<(Date, bool, String)> {
        const KEY: &str = "peer_certificate.signature_algorithms";
        let lines = self.certificate_lines();
        let is_of_profile = lines
            .iter()
            .any(|line| line.key == KEY && matches!(line.from, Origin::Profile(_)));
        let asked = self
            .terms
            .certificates
            .of_servers
            .signature_algorithms
            .as_ref();
        let asked = asked.filter(|_| is_of_profile).into_iter();
        let over = asked.flat_map(|asked| &asked.value).filter_map(|one| {
            let (year, is_promise) = match one.until {
                Until::Open => return None,
                Until::Year(year) => (year, false),
                Until::AtLeast(year) => (year, true),
            };
            let day = Date::end_of(year);
            (today > day).then(|| (day, is_promise, format!("{one} in certificates")))
        });
        over.collect()
    }
}

/// Those of a listing that a standard ended before a day.
fn gather<T: Copy + Display>(
    listing: Listing<T>,
    standing: impl Fn(T) -> Standing,
    today: Date,
    over: &mut Vec<(Date, bool, String)>,
) {
    for value in listing.allowed {
        let last = standing(value).last_day;
        if let Some(last) = last.filter(|last| matches!(last.from, Origin::Profile(_)))
            && today > last.day
        {
            over.push((last.day, last.is_promise, value.to_string()));
        }
    }
}

fn next(day: Date) -> Date {
    Date::from_days(day.days().saturating_add(1))
}
