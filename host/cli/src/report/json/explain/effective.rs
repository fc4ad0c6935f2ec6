//! What settings come to.

use countersign_default_policy::explain::{Effective, LastDay, Line, State};
use countersign_policy_sdk::Role;
use serde_json::{Value, json};

use super::{begin, one_line, origin};
use crate::{
    args::RoleArg,
    explain::{Basis, Idle, Kind, Offers, Part, Why},
};

/// The report on settings, as one object on one line.
pub(in crate::report) fn explained_settings(basis: &Basis, role: Option<RoleArg>) -> String {
    let role = role.map(Role::from);
    let top = basis.explanation.top();
    let rules: Vec<_> = basis.explanation.rules().collect();
    let shown = rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.role().is_none() || role.is_none() || rule.role() == role);
    let shown = shown.map(|(at, rule)| {
        let next = rules.get(at + 1).unwrap_or(&top);
        let mut told = effective(rule, basis, role);
        told["before"] = json!(rule.before(next));
        let mut changed: Vec<_> = basis.explanation.changes(rule).new;
        changed.dedup_by_key(|line| line.key);
        told["changed"] = changed.iter().map(|line| json!(line.key)).collect();
        told
    });
    let mut report = begin(basis);
    report["rules"] = shown.collect();
    report["top"] = effective(&top, basis, role);
    report["facts"] = json!(basis.explanation.facts());
    one_line(&report)
}

fn effective(effective: &Effective<'_>, basis: &Basis, role: Option<Role>) -> Value {
    let offers = Offers::of(effective, &basis.library, basis.today);
    let lines = effective.lines().into_iter();
    let lines = lines.filter(|line| line.role.is_none() || role.is_none() || line.role == role);
    json!({
        "path": effective.path(),
        "when": effective.when(),
        "role": effective.role().map(role_word),
        "lines": lines.map(|one| line(&one)).collect::<Vec<_>>(),
        "values": {
            "versions": part(&offers.versions),
            "cipher_suites": part(&offers.cipher_suites),
            "groups": part(&offers.groups),
        },
        "client_auth": offers.client_auth,
    })
}

fn line(line: &Line) -> Value {
    json!({
        "key": line.key,
        "value": line.value,
        "from": origin(&line.from),
        "role": line.role.map(role_word),
    })
}

pub(super) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Client => "client",
        Role::Server => "server",
    }
}

fn part<T: Kind>(part: &Part<T>) -> Value {
    let offered = part.offered.iter().map(|(value, standing)| {
        json!({
            "name": value.to_string(),
            "code": code(*value),
            "from": origin(&standing.from),
            "warned": standing.state == State::Tolerated,
            "until": standing.last_day.as_ref().map(until),
        })
    });
    let removed = part.removed.iter();
    let removed = removed
        .map(|(value, from)| json!({"name": value.to_string(), "code": code(*value), "from": origin(from)}));
    json!({
        "offered": offered.collect::<Vec<_>>(),
        "idle": part.idle.iter().map(idle).collect::<Vec<_>>(),
        "removed": removed.collect::<Vec<_>>(),
        "open": part.is_open,
    })
}

fn idle<T: Kind>(idle: &Idle<T>) -> Value {
    let (why, last) = match &idle.why {
        Why::Over(last) => ("over", Some(until(last))),
        Why::NotSpoken => ("not-spoken", None),
        Why::NotPostQuantum => ("not-post-quantum", None),
        Why::Alone => ("alone", None),
    };
    json!({
        "name": idle.value.to_string(),
        "code": code(idle.value),
        "from": origin(&idle.from),
        "why": why,
        "until": last,
    })
}

fn until(last: &LastDay) -> Value {
    json!({
        "day": last.day.to_string(),
        "promised": last.is_promise,
        "from": origin(&last.from),
    })
}

fn code<T: Into<u16>>(value: T) -> String {
    let code: u16 = value.into();
    format!("{code:#06x}")
}
