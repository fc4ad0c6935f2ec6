//! Profiles, for programs. The keys are part of the program's interface and stay.

use countersign_default_policy::profiles::{self, Found, Listed, Profile, Until};
use serde_json::{Map, Value, json};

use super::text;
use crate::{
    profiles::{Asked, Difference, Library, Lists, Spoken},
    report::rules,
};

/// The report on profiles, as one object on one line.
pub(in crate::report) fn profiles(asked: Asked, library: &Library) -> String {
    let report = match asked {
        Asked::All => all(library),
        Asked::One(found) => one(found, library),
        Asked::Difference(a, b) => difference(a, b),
    };
    format!("{}\n", text::json(&report.to_string()))
}

fn all(library: &Library) -> Value {
    let listed = profiles::all().iter().map(|profile| {
        json!({
            "name": profile.name,
            "title": profile.about.title,
            "version": profile.about.version,
            "date": profile.about.date,
            "checked": profile.about.checked.word(),
            "versions": names(profile.versions),
            "here": library.usable(profile).is_some(),
        })
    });
    let aliases = profiles::aliases().iter();
    let aliases = aliases.map(|(alias, name)| json!({"alias": alias, "name": name}));
    json!({
        "profiles": listed.collect::<Vec<_>>(),
        "aliases": aliases.collect::<Vec<_>>(),
    })
}

fn one(found: Found, library: &Library) -> Value {
    let profile = found.profile;
    let aliases = profiles::aliases().iter();
    let aliases = aliases.filter(|(_, name)| *name == profile.name);
    let versions = profile.versions.iter();
    let versions = versions.map(|&version| entry(version, Until::Open, library));
    json!({
        "name": profile.name,
        "asked": typed(found),
        "aliases": aliases.map(|(alias, _)| alias).collect::<Vec<_>>(),
        "title": profile.about.title,
        "version": profile.about.version,
        "date": profile.about.date,
        "source": profile.about.source,
        "checked": profile.about.checked.word(),
        "verified": profile.about.verified,
        "notes": profile.about.notes,
        "here": here(profile, library),
        "versions": versions.collect::<Vec<_>>(),
        "cipher_suites": entries(profile.cipher_suites, library),
        "groups": entries(profile.groups, library),
        "signature_schemes": profile.signature_schemes.map(|list| entries(list, library)),
        "certificate_signature_schemes":
            profile.certificate_signature_schemes.map(|list| entries(list, library)),
        "certificate": Map::from_iter(rules::all(&profile.certificate).map(owned)),
    })
}

/// The word that it was asked for by.
fn typed(found: Found) -> &'static str {
    found.alias.unwrap_or(found.profile.name)
}

fn here(profile: &Profile, library: &Library) -> Option<Value> {
    let usable = library.usable(profile)?;
    Some(json!({
        "versions": names(&usable.versions),
        "cipher_suites": names(&usable.cipher_suites),
        "groups": names(&usable.groups),
    }))
}

fn entries<T: Spoken>(list: &[Listed<T>], library: &Library) -> Vec<Value> {
    let entries = list.iter();
    entries
        .map(|one| entry(one.value, one.until, library))
        .collect()
}

fn entry<T: Spoken>(value: T, until: Until, library: &Library) -> Value {
    let code: u16 = value.into();
    json!({
        "name": value.to_string(),
        "code": format!("{code:#06x}"),
        "until": year(until),
        "spoken": value.is_spoken(library),
    })
}

fn year(until: Until) -> Option<String> {
    (until != Until::Open).then(|| until.to_string())
}

fn difference(a: Found, b: Found) -> Value {
    let parties = [a, b].map(|found| json!({"name": found.profile.name, "asked": typed(found)}));
    let (a, b) = (a.profile, b.profile);
    let versions = Difference::versions(a, b);
    let suites = Difference::new(a.cipher_suites, b.cipher_suites);
    let groups = Difference::new(a.groups, b.groups);
    let signatures = Difference::of(a.signature_schemes, b.signature_schemes);
    let chain = Difference::of(
        a.certificate_signature_schemes,
        b.certificate_signature_schemes,
    );
    let rules = rules::differing(&a.certificate, &b.certificate);
    let same = [
        versions.is_none(),
        suites.is_none(),
        groups.is_none(),
        signatures.is_none(),
        chain.is_none(),
        rules.is_empty(),
    ];
    let rules = rules.into_iter();
    let rules = rules.map(|(key, a, b)| owned((key, json!({"a": a, "b": b}))));
    json!({
        "a": parties[0],
        "b": parties[1],
        "same": same == [true; 6],
        "versions": told(&versions),
        "cipher_suites": told(&suites),
        "groups": told(&groups),
        "signature_schemes": told(&signatures),
        "certificate_signature_schemes": told(&chain),
        "certificate": Map::from_iter(rules),
    })
}

fn told<T: Spoken>(difference: &Difference<T>) -> Value {
    let lists = match difference.lists {
        Lists::Both => "both",
        Lists::OnlyA => "a",
        Lists::OnlyB => "b",
        Lists::Neither => "neither",
    };
    let order = difference.order.iter();
    let order = order.map(|(a, b)| json!({"a": a.to_string(), "b": b.to_string()}));
    let until = difference
        .until
        .iter()
        .map(|(value, a, b)| json!({"name": value.to_string(), "a": year(*a), "b": year(*b)}));
    json!({
        "lists": lists,
        "only_a": names(&difference.only_a),
        "only_b": names(&difference.only_b),
        "order": order.collect::<Vec<_>>(),
        "until": until.collect::<Vec<_>>(),
    })
}

fn names<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

fn owned((key, value): (&str, Value)) -> (String, Value) {
    (key.to_owned(), value)
}
