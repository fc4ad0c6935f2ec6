//! Lists of values: what is offered, what is not and why, and what is forbidden.

use countersign_default_policy::explain::{Effective, LastDay, Line, Origin, Standing, State};
use countersign_names::SignatureScheme;

use super::Page;
use crate::{
    explain::{Basis, Idle, Kind, Part, Why},
    profiles::Spoken,
};

impl Page {
    /// What is offered, in its order, and what else is said.
    pub(super) fn values<T: Kind>(&mut self, label: &str, part: &Part<T>, whole: Option<&Line>) {
        let offered = part.offered.iter();
        let offered: Vec<_> = offered
            .map(|(value, standing)| (shown(*value, standing), from(standing)))
            .collect();
        match offered.is_empty() {
            true => self.wide_row(label, "nothing can be offered"),
            false => self.origin_list(label, &offered),
        }
        if let Some(whole) = whole.filter(|_| part.is_open) {
            self.origin_row("  allowed", &whole.value, &whole.from.to_string());
        }
        self.idle(&part.idle);
        let removed = part.removed.iter();
        let removed: Vec<_> = removed
            .map(|(value, from)| (value.to_string(), from.to_string()))
            .collect();
        self.origin_list("  forbidden", &removed);
    }

    /// What is allowed and not offered, by reason.
    fn idle<T: Kind>(&mut self, idle: &[Idle<T>]) {
        for (label, why, remark) in [
            ("  not spoken", Why::NotSpoken, ""),
            (
                "  refused",
                Why::NotPostQuantum,
                " (no match for quantum computers)",
            ),
            (
                "  unusable",
                Why::Alone,
                " (nothing is left to use them with)",
            ),
        ] {
            let names = idle.iter().filter(|one| one.why == why);
            let names: Vec<_> = names.map(|one| one.value.to_string()).collect();
            if !names.is_empty() {
                self.wide_row(label, &(names.join(", ") + remark));
            }
        }
        for one in idle {
            if let Why::Over(last) = &one.why {
                let value = format!("{}: its last day was {}", one.value, last.day);
                self.origin_row("  over", &value, &last.from.to_string());
            }
        }
    }

    /// Signatures are judged: a policy's offer has no list of them.
    pub(super) fn signatures(&mut self, effective: &Effective<'_>, basis: &Basis) {
        let line = effective.lines().into_iter();
        let Some(line) = line
            .into_iter()
            .find(|line| line.key == "signature_schemes")
        else {
            return;
        };
        let listing = <SignatureScheme as Kind>::listing(effective);
        if listing.is_open {
            return self.origin_row("signatures", &line.value, &line.from.to_string());
        }
        let (spoken, other): (Vec<_>, Vec<_>) = listing
            .allowed
            .into_iter()
            .partition(|scheme| scheme.is_spoken(&basis.library));
        let told: Vec<_> = spoken
            .into_iter()
            .map(|scheme| (scheme.to_string(), from(&scheme.standing(effective))))
            .collect();
        self.origin_list("signatures", &told);
        let other: Vec<_> = other.iter().map(ToString::to_string).collect();
        if !other.is_empty() {
            self.wide_row("  not spoken", &other.join(", "));
        }
        let removed: Vec<_> = listing
            .forbidden
            .into_iter()
            .map(|scheme| (scheme.to_string(), from(&scheme.standing(effective))))
            .collect();
        self.origin_list("  forbidden", &removed);
    }
}

/// A value, and until when.
fn shown<T: Kind>(value: T, standing: &Standing) -> String {
    match &standing.last_day {
        None => value.to_string(),
        Some(last) => format!("{value} ({})", end(last)),
    }
}

/// Where a value comes from, and whether it only passes.
fn from(standing: &Standing) -> String {
    match standing.state {
        State::Tolerated => format!("{}, with a warning", standing.from),
        State::Allowed | State::Refused(_) => standing.from.to_string(),
    }
}

/// Standards name years: `2026`, and `2029+` where it may become longer.
fn end(last: &LastDay) -> String {
    let day = last.day.to_string();
    match (&last.from, last.is_promise) {
        (Origin::Profile(_), true) => format!("{}+", &day[..4]),
        (Origin::Profile(_), false) => day[..4].to_owned(),
        _ => format!("until {day}"),
    }
}
